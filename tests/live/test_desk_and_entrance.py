"""The two programs over one home: what the desk asks of the entrance is done, and what the entrance is, is told."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kiosk import home
from kiosk.checkin.desk_requests import Requests
from kiosk.devices.clock import HostClock
from kiosk.health import status_file
from kiosk.members.badge_giving import BadgeGiving
from kiosk.store.space.policies import Rules
from tests.processes import Living, living, until

NEW = "04112233445566"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Living]:
    with living(tmp_path, "--training") as found:
        assert found.kiosk("members", "add", "--name", "Inès Moreau").returncode == 0
        found.start()
        yield found


def _ask(root: Path) -> Iterator[Requests]:
    with home.opened(root) as opened:
        rules = Rules(opened.config.zone)
        yield Requests(store=opened.store, rules=rules, clock=HostClock(), actor="desk:accueil@exemple.fr")


@pytest.fixture
def desk(running: Living) -> Iterator[Requests]:
    """What the desk's process has: the home, and no device."""
    yield from _ask(running.root)


def _rows(root: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(root / "db" / "ledger.db")) as database:
        return database.execute(query).fetchall()


def _status(root: Path) -> status_file.Status | None:
    return status_file.load(root / "run" / status_file.NAME, HostClock())


def test_the_entrance_says_how_it_is_and_is_old_once_it_has_gone(running: Living) -> None:
    until(lambda: (found := _status(running.root)) is not None and found.facts["reader"] == "online")
    found = _status(running.root)
    assert found is not None
    assert found.answers
    assert (found.facts["ok"], found.facts["spooled"], found.facts["set_aside"]) == (True, 0, 0)
    running.stop()
    path = running.root / "run" / status_file.NAME
    facts = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**facts, "monotonic": facts["monotonic"] - 60}), "utf-8")
    old = _status(running.root)
    assert old is not None
    assert not old.answers


def test_a_badge_waited_for_at_the_desk_is_read_by_tapping_it_and_given_once_confirmed(
    running: Living, desk: Requests
) -> None:
    request = desk.wait_for_badge(1)
    assert running.kiosk("tap", NEW).returncode == 0
    assert running.health()["door"]["pulses"] == 0
    until(lambda: _rows(running.root, "SELECT 1 FROM desk_request WHERE outcome = '5566'"))
    assert _rows(running.root, "SELECT member_id FROM badge WHERE tail = '5566'") == []
    with home.opened(running.root) as opened:
        giving = BadgeGiving(store=opened.store, rules=Rules(opened.config.zone), clock=HostClock(), actor="cli")
        giving.confirm(request, 1, "5566")
    assert _rows(running.root, "SELECT member_id FROM badge WHERE tail = '5566'") == [(1,)]


def test_the_door_opens_within_seconds_of_being_asked_and_never_again(running: Living, desk: Requests) -> None:
    with closing(sqlite3.connect(running.root / "db" / "ledger.db")) as database, database:
        database.execute("INSERT INTO policy (name, valid_from, value) VALUES ('remote_opening', '2020-01-01', 'true')")
    desk.open_door()
    until(lambda: running.health()["door"]["pulses"] == 1)
    until(lambda: _rows(running.root, "SELECT 1 FROM door_event WHERE kind = 'opened' AND reason = 'desk'"))
    running.stop()
    running.start()
    until(lambda: _rows(running.root, "SELECT 1 FROM desk_request WHERE kind = 'open' AND outcome = 'opened'"))
    assert running.health()["door"]["pulses"] == 0
