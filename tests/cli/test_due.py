"""`kiosk due` by the command line: one act that fails leaves all else done, and the status says so."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.test_commands import Kiosk


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
