"""What the entrance says of itself to the desk, and how old it is."""

import json
import logging
import os
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from kiosk.health import status_file
from kiosk.health.entrance_health import Health
from kiosk.health.status_writer import StatusKeeper
from kiosk.home import Paths
from tests.conftest import WEDNESDAY
from tests.fakes import WELL, FakeClock


@dataclass
class Entrance:
    """A keeper whose health a test changes."""

    path: Path
    clock: FakeClock = field(default_factory=lambda: FakeClock(WEDNESDAY))
    health: Health = WELL
    aside: int = 0

    def __post_init__(self) -> None:
        self.keeper = StatusKeeper(
            path=self.path, health=lambda: self.health, aside=lambda: self.aside, clock=self.clock
        )

    def read(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.path.read_text("utf-8"))
        return found


@pytest.fixture
def entrance(tmp_path: Path) -> Entrance:
    return Entrance(tmp_path / "run" / status_file.NAME)


def test_it_says_what_healthz_says_with_the_time_and_the_taps_set_aside(entrance: Entrance) -> None:
    entrance.aside = 2
    entrance.keeper.turn()
    found = entrance.read()
    assert {name: found[name] for name in WELL.facts()} == WELL.facts()
    assert (found["at"], found["boot"], found["monotonic"]) == ("2026-11-25T07:52:00+00:00", "boot-1", 1000.0)
    assert found["set_aside"] == 2


def test_it_is_replaced_at_a_change_and_every_ten_seconds(entrance: Entrance) -> None:
    entrance.keeper.turn()
    entrance.clock.advance(seconds=9)
    entrance.keeper.turn()
    assert entrance.read()["monotonic"] == 1000.0
    entrance.health = replace(WELL, reader="offline")
    entrance.keeper.turn()
    assert (entrance.read()["monotonic"], entrance.read()["reader"]) == (1009.0, "offline")
    entrance.clock.advance(seconds=10)
    entrance.keeper.turn()
    assert entrance.read()["monotonic"] == 1019.0
    assert list(entrance.path.parent.iterdir()) == [entrance.path]


def test_a_folder_that_cannot_be_written_is_one_line_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "run").write_text("no folder")
    entrance = Entrance(tmp_path / "run" / status_file.NAME)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            entrance.keeper.turn()
            entrance.clock.advance(seconds=11)
    assert len(caplog.records) == 1


def test_its_age_is_by_the_monotonic_clock_within_one_start(entrance: Entrance) -> None:
    entrance.keeper.turn()
    entrance.clock.advance(seconds=12)
    entrance.clock.set(WEDNESDAY + timedelta(days=40))
    found = status_file.load(entrance.path, entrance.clock)
    assert found is not None
    assert (found.age_seconds, found.answers) == (12, True)
    entrance.clock.advance(seconds=20)
    later = status_file.load(entrance.path, entrance.clock)
    assert later is not None
    assert not later.answers


def test_what_an_earlier_start_or_the_future_said_is_old(entrance: Entrance) -> None:
    entrance.keeper.turn()
    entrance.clock.restart(WEDNESDAY + timedelta(minutes=5))
    found = status_file.load(entrance.path, entrance.clock)
    assert found is not None
    assert found.age_seconds == 300
    entrance.clock.restart(WEDNESDAY - timedelta(minutes=5))
    found = status_file.load(entrance.path, entrance.clock)
    assert found is not None
    assert not found.answers


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"boot": "boot-1", "monotonic": "soon"}'])
def test_what_cannot_be_read_says_nothing(entrance: Entrance, text: str) -> None:
    assert status_file.load(entrance.path, entrance.clock) is None
    entrance.path.parent.mkdir()
    entrance.path.write_text(text)
    assert status_file.load(entrance.path, entrance.clock) is None


def test_the_service_s_own_folder_is_taken_where_there_is_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("RUNTIME_DIRECTORY", raising=False)
    assert Paths(tmp_path).runtime == tmp_path / "run"
    monkeypatch.setenv("RUNTIME_DIRECTORY", "/run/kiosk:/run/other")
    assert Paths(tmp_path).runtime == Path("/run/kiosk")


def test_update_is_said_while_it_may_last_and_no_longer(tmp_path: Path) -> None:
    assert not status_file.is_updating(tmp_path, WEDNESDAY)
    mark = tmp_path / status_file.UPDATING
    mark.touch()
    for minutes, said in ((0, True), (14, True), (16, False), (-16, False)):
        began = (WEDNESDAY - timedelta(minutes=minutes)).timestamp()
        os.utime(mark, (began, began))
        assert status_file.is_updating(tmp_path, WEDNESDAY) is said
