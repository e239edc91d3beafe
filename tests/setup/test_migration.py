"""`kiosk migrate`: whole, or not at all."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from kiosk import home, keys
from kiosk.errors import MachineError, RequestError
from kiosk.setup import migration as migrating
from kiosk.store import schema
from kiosk.store.revisions import REVISION
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock

INES = "04A2000000E511"


def _dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return list(database.iterdump())


@pytest.fixture
def old(space: Space) -> Iterator[Path]:
    """A home with a day in it, said to be of an older release."""
    space.join("Inès Moreau", INES)
    space.tap(INES)
    space.home.store.close()
    with closing(sqlite3.connect(space.home.paths.database)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '0000'")
    yield space.home.paths.root


def migration(monkeypatch: pytest.MonkeyPatch, statement: str) -> None:
    """Have the old database migrated by a statement; an empty one, which is what it is compared with, as ever."""
    whole = schema.upgrade

    def upgrade(connection: sa.Connection) -> None:
        if not sa.inspect(connection).has_table("alembic_version"):
            whole(connection)
            return
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{REVISION}'")
        connection.exec_driver_sql(statement)

    monkeypatch.setattr(schema, "upgrade", upgrade)


def test_a_migration_keeps_a_sound_copy_and_brings_the_schema_up(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _dump(old / "db" / "ledger.db")
    migration(monkeypatch, "UPDATE member SET shown_name = 'Iñès'")
    assert f"from 0000 to {REVISION}" in migrating.migrate(old, FakeClock(WEDNESDAY))
    (copy,) = (old / "backups").iterdir()
    assert _dump(copy) == before
    with home.opened(old):
        pass


def test_a_home_from_before_the_spool_gets_its_key_and_tables(space: Space) -> None:
    space.join("Inès Moreau", "04A2000000E511")
    space.home.store.close()
    root = space.home.paths.root
    migrating.migrate_back(root, "0001")
    space.home.paths.spool_key.unlink()
    with pytest.raises(RequestError), home.opened(root):
        pass
    migrating.migrate(root, FakeClock(WEDNESDAY))
    assert len(keys.read_key(space.home.paths.spool_key)) == keys.KEY_BYTES
    with home.opened(root) as opened, opened.store.reading() as connection:
        schema.compare(connection)


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("DROP TRIGGER entry_never_changed", "entry_never_changed"),
        ("CREATE TABLE strange (id INTEGER)", "strange"),
        ("UPDATE member SET plan_code = 'nothing'", "a row of member refers"),
        ("SELECT no_such_function()", "no_such_function"),
    ],
)
def test_a_migration_that_goes_wrong_leaves_the_database_as_it_was(
    old: Path, fault: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _dump(old / "db" / "ledger.db")
    migration(monkeypatch, fault)
    with pytest.raises((MachineError, sa.exc.OperationalError), match=says):
        migrating.migrate(old, FakeClock(WEDNESDAY))
    assert _dump(old / "db" / "ledger.db") == before


def test_nothing_is_migrated_under_a_running_entrance(old: Path) -> None:
    with home.locked(home.find(old)), pytest.raises(MachineError, match="runs on"):
        migrating.migrate(old, FakeClock(WEDNESDAY))


def _triggers(root: Path) -> int:
    with closing(sqlite3.connect(root / "db" / "ledger.db")) as database:
        return int(database.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").fetchone()[0])


def test_database_that_a_newer_release_took_back_gets_its_guards_again(root: Path) -> None:
    guarded = _triggers(root)
    assert "went back" in migrating.migrate_back(root, REVISION)
    assert _triggers(root) == 0
    migrating.migrate(root, FakeClock(WEDNESDAY))
    assert _triggers(root) == guarded
    with home.opened(root) as opened, opened.store.reading() as connection:
        schema.compare(connection)


def test_one_guard_that_is_missing_is_not_put_in_in_silence(root: Path) -> None:
    with closing(sqlite3.connect(root / "db" / "ledger.db")) as database, database:
        database.execute("DROP TRIGGER entry_never_changed")
    guarded = _triggers(root)
    migrating.migrate(root, FakeClock(WEDNESDAY))
    assert _triggers(root) == guarded


def test_database_is_not_taken_back_under_a_running_entrance(root: Path) -> None:
    with home.locked(home.find(root)), pytest.raises(MachineError) as refused:
        migrating.migrate_back(root, "0001")
    assert refused.value.code == "entrance-runs"
