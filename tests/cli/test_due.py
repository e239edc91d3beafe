"""`kiosk due` by the command line: one act that fails leaves all else done, and the status says so."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.standing import MOMENT
from tests.cli.test_commands import Kiosk
from tests.fakes import FakeClock


@pytest.fixture
def kiosk(root: Path, capsys: pytest.CaptureFixture[str]) -> Kiosk:
    return Kiosk(root, capsys)


@pytest.mark.sqlite  # the guard is put into the file beside the program
def test_a_guard_that_refuses_one_rule_leaves_all_else_done_and_is_no_success(kiosk: Kiosk) -> None:
    database = kiosk.root / "db" / "ledger.db"
    with closing(sqlite3.connect(database, isolation_level=None)) as raw:
        raw.execute("INSERT INTO door_event (at, kind) VALUES ('2020-01-01T07:52:00.000000Z', 'x')")
        raw.execute("INSERT INTO desk_attempt (at, who) VALUES ('2020-01-01T07:52:00.000000Z', 'x')")
        raw.execute("CREATE TRIGGER odd BEFORE DELETE ON door_event BEGIN SELECT RAISE(ABORT, 'odd'); END")
    status, out, err = kiosk("due", "--json")
    assert (status, "[due-failing]" in err) == (3, True)
    assert json.loads(out)["failing"] == [{"act": "forget-door-events", "code": "IntegrityError"}]
    with closing(sqlite3.connect(database, isolation_level=None)) as raw:
        assert raw.execute("SELECT count(*) FROM desk_attempt").fetchone() == (0,)
        raw.execute("DROP TRIGGER odd")
    assert kiosk("due")[0] == 0
    with closing(sqlite3.connect(database)) as raw:
        assert raw.execute("SELECT count(*) FROM failing_act").fetchone() == (0,)


def test_a_fault_of_the_program_s_own_is_no_answer_of_no(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_given: object) -> None:
        raise AttributeError

    monkeypatch.setattr("kiosk.cli.books.due.boxes.run", stumble)
    assert kiosk("due")[0] == 70


@pytest.mark.sqlite
@pytest.mark.remedy("due", "due")
def test_a_plan_without_a_price_is_named_and_charged_by_the_same_command_once_it_has_one(
    kiosk: Kiosk, clock: FakeClock
) -> None:
    assert kiosk("members", "add", "--name", "Inès Moreau", "--plan", "permanent")[0] == 0
    clock.set(MOMENT + timedelta(days=40))
    assert kiosk("clock", "confirm", "--yes")[0] == 0
    with closing(sqlite3.connect(kiosk.root / "db" / "ledger.db", isolation_level=None)) as raw:
        for (guard,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            if guard.startswith("tariff"):
                raw.execute(f"DROP TRIGGER {guard}")
        prices = raw.execute("SELECT id, valid_from FROM tariff").fetchall()
        raw.execute("UPDATE tariff SET valid_from = '2099-01-01'")
        status, _, err = kiosk("due")
        assert (status, "[due]" in err) == (1, True), err
        raw.executemany("UPDATE tariff SET valid_from = ?2 WHERE id = ?1", prices)
    assert kiosk("due")[0] == 0
