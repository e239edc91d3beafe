"""The database is opened as its promises need, and says plainly when it cannot be used."""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from kiosk import home
from kiosk.errors import MachineError, RequestError
from kiosk.store import engine
from kiosk.store.engine import Store

from .place import Place


@pytest.mark.parametrize(("revision", "code"), [("9999", "database-newer"), ("0000", "database-older")])
def test_database_of_another_release_is_not_opened(place: Place, revision: str, code: str) -> None:
    with place.unguarded() as sql:
        sql.execute(f"UPDATE alembic_version SET version_num = '{revision}'")
    with pytest.raises(RequestError) as refused, home.opened(place.home.paths.root):
        pass
    assert refused.value.code == code
    assert revision in str(refused.value)


def test_lost_database_is_a_fault_and_not_made_anew(tmp_path: Path) -> None:
    store = Store(tmp_path / "ledger.db")
    for opening in (store.reading, store.writing, store.logging):
        with pytest.raises(MachineError) as fault, opening():
            pass
        assert fault.value.code == "database"
    store.close()
    assert list(tmp_path.iterdir()) == []


def test_file_that_is_no_database_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(b"not a database at all" * 100)
    store = Store(path)
    with pytest.raises(MachineError) as fault, store.reading() as connection:
        connection.exec_driver_sql("SELECT * FROM entry")
    assert fault.value.code == "database"
    store.close()


@pytest.mark.sqlite
def test_lock_held_by_somebody_else_is_a_fault_after_a_while(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    store = Store(place.path)
    with closing(sqlite3.connect(place.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(MachineError, match="locked") as fault, store.writing():
            pass
        assert fault.value.code == "database"
        with store.reading() as connection:  # who reads never waits for who writes
            assert connection.exec_driver_sql("SELECT count(*) FROM home").scalar() == 1
        other.execute("ROLLBACK")
    with store.writing():
        pass
    store.close()


@pytest.mark.sqlite
def test_who_is_patient_waits_longer_than_a_tap_and_says_that_others_write(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 30.0)
    monkeypatch.setattr(engine, "PATIENT_SECONDS", 0.05)
    store = Store(place.path, is_patient=True)
    with closing(sqlite3.connect(place.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(MachineError, match="locked") as fault, store.writing():
            pass
        other.execute("ROLLBACK")
    assert fault.value.code == "database-busy"
    with store.writing():
        pass
    store.close()


def test_the_desk_and_the_command_line_are_patient_and_the_entrance_is_not() -> None:
    assert engine.PATIENT_SECONDS > engine.BUSY_SECONDS
    for name, is_patient in (("desk.py", True), ("cli/open_office.py", True), ("entrance.py", False)):
        text = (Path(engine.__file__).parents[1] / name).read_text("utf-8")
        assert ("is_patient=True" in text) is is_patient


@pytest.mark.sqlite
@pytest.mark.promise(1)
@pytest.mark.parametrize("opening", ["writing", "reading", "logging"])
def test_every_connection_keeps_the_promises(place: Place, opening: str) -> None:
    pragmas = {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "secure_delete": 1,
        "trusted_schema": 0,
        "recursive_triggers": 1,
        "synchronous": 1 if opening == "logging" else 2,
    }
    with getattr(place.store, opening)() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas}
    assert found == pragmas


def test_write_that_fails_leaves_nothing(place: Place) -> None:
    with pytest.raises(RuntimeError), place.store.writing() as connection:
        connection.exec_driver_sql("INSERT INTO organisation (name) VALUES ('X')")
        raise RuntimeError
    assert place.scalar("SELECT count(*) FROM organisation") == 0


def test_broken_rule_of_the_database_is_no_fault_of_the_machine(place: Place) -> None:
    with pytest.raises(sa.exc.IntegrityError), place.store.writing() as connection:
        connection.exec_driver_sql("INSERT INTO rule_called_off (kind, row_id, actor) VALUES ('x', 1, 'officer:1')")


@pytest.mark.sqlite
@pytest.mark.promise(2)
def test_write_holds_the_lock_before_it_reads(place: Place) -> None:
    with (
        place.store.writing(),
        closing(sqlite3.connect(place.path, timeout=0, isolation_level=None)) as other,
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("BEGIN IMMEDIATE")


def test_who_writes_waits_for_no_connection_of_a_reader(place: Place) -> None:
    """However many read at once, as every window of the screen may: who connects to write never stands behind them."""
    with ExitStack() as reading:
        for _ in range(20):
            reading.enter_context(place.home.store.reading())
        place.home.store.get_ready()
        with place.home.store.writing() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM home").scalar() == 1


def test_what_is_read_is_one_moments(place: Place) -> None:
    with place.store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM organisation").scalar() == 0
        place.write("INSERT INTO organisation (name) VALUES ('X')")
        assert connection.exec_driver_sql("SELECT count(*) FROM organisation").scalar() == 0
    assert place.scalar("SELECT count(*) FROM organisation") == 1


@pytest.mark.sqlite
@pytest.mark.parametrize("kind", [Store.reading, Store.listing, Store.logging])
def test_a_transaction_whose_end_failed_is_over_for_whoever_has_its_connection_next(
    place: Place, kind: Callable[[Store], AbstractContextManager[sa.Connection]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched, pytest.raises(MachineError), kind(place.home.store) as connection:
        connection.exec_driver_sql("SELECT 1 FROM member").all()
        patched.setattr(type(connection.dialect), "do_commit", _fails)
    with kind(place.home.store) as connection:
        connection.exec_driver_sql("SELECT 1 FROM member").all()


def _fails(_dialect: object, _connection: object) -> None:
    raise sqlite3.OperationalError("disk I/O error")
