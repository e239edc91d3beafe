"""The schema is what the migrations make of it, on records that are there already, too."""

import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations

from kiosk.errors import MachineError
from kiosk.store import guards, schema
from kiosk.store.engine import REVISION, open_engine
from kiosk.store.tables import metadata

from .place import Place

VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"
# A home that went through a migration never goes through it again: what is changed in it reaches new homes only, and
# old ones then differ from them for ever. So these are frozen; whatever comes later is a migration of its own.
FROZEN = {
    "0001_the_first_schema.py": "0f4f53561f2e7feb8eafa3b283527cc2f6a63e431412ade250cd56695146268f",
    "0002_taps_entered_later_and_the_clock.py": "21740c453fcad031861b8ed77b07b775a44ba9f0e9e53a585fc7c6a4e2fc098e",
    "0003_the_desk.py": "2eb19062b17f2fa706f92ca2c52438c1c5f460108a0d88f26386ba7beb062079",
    "0004_the_books.py": "94639a0d07619b1304fa74f05e34cb3abe4bc0ff06ff3b9e88186d97042d7f03",
}


def triggers(connection: sa.Connection) -> set[str]:
    """The triggers that are there."""
    return set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars())


def test_this_release_wants_the_newest_migration() -> None:
    assert schema.newest() == REVISION


def test_a_migration_that_homes_went_through_is_never_edited() -> None:
    found = {path.name: sha256(path.read_bytes()).hexdigest() for path in VERSIONS.glob("[0-9]*.py")}
    assert {name: found.get(name) for name in FROZEN} == FROZEN
    assert sorted(found)[: len(FROZEN)] == sorted(FROZEN), "a migration was put among those that homes went through"


def test_tables_of_the_code_are_those_of_the_migrations(filled: Place) -> None:
    with filled.store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        found = {name for name in schema.described(connection) if name.startswith(("ck_", "uq_", "ix_"))}
    assert {index.name for table in metadata.tables.values() for index in table.indexes} <= found


@pytest.mark.parametrize("home", ["place", "filled"])
def test_made_home_has_the_schema_of_this_release(home: str, request: pytest.FixtureRequest) -> None:
    made: Place = request.getfixturevalue(home)
    with made.store.reading() as connection:
        schema.compare(connection)
        assert triggers(connection) == guards.statements().keys()


@pytest.mark.promise(3)
def test_filled_database_goes_down_and_up_again_with_every_guard(filled: Place) -> None:
    with filled.store.writing() as connection:
        schema.downgrade(connection, "base")
        assert set(schema.described(connection)) == {"alembic_version"}
        schema.upgrade(connection)
        schema.compare(connection)
        assert triggers(connection) == guards.statements().keys()
    assert filled.scalar("SELECT count(*) FROM entry_kind") == 16
    assert filled.scalar("PRAGMA foreign_key_check") is None


def _made(path: Path, *ways: tuple[str, str]) -> dict[str, str]:
    """The schema, without guards, after so many ways up and down."""
    engine = open_engine(path, foreign_keys=False, create=True)
    try:
        with engine.begin() as connection:
            for way, revision in ways:
                (schema.upgrade if way == "up" else schema.downgrade)(connection, revision)
            guards.remove(connection)
            return schema.described(connection)
    finally:
        engine.dispose()


@pytest.mark.parametrize("number", range(1, int(REVISION)))
def test_way_down_leaves_the_schema_of_before_letter_by_letter(tmp_path: Path, number: int) -> None:
    """An update that is taken back goes it, and the older release compares what it finds with its own."""
    older, newer = f"{number:04}", f"{number + 1:04}"
    before = _made(tmp_path / "before.db", ("up", older))
    assert _made(tmp_path / "after.db", ("up", newer), ("down", older)) == before


def test_upgrade_of_what_is_up_to_date_changes_nothing(filled: Place) -> None:
    with filled.store.writing() as connection:
        before = schema.described(connection)
        count = connection.exec_driver_sql("SELECT count(*) FROM entry").scalar()
        schema.upgrade(connection)
        assert schema.described(connection) == before
        assert connection.exec_driver_sql("SELECT count(*) FROM entry").scalar() == count


def test_migration_that_fails_leaves_everything_as_it_was(filled: Place) -> None:
    with filled.store.reading() as connection:
        before = schema.described(connection)
    with pytest.raises(RuntimeError), filled.store.writing() as connection:
        schema.downgrade(connection, "base")
        raise RuntimeError
    with filled.store.reading() as connection:
        assert schema.described(connection) == before
    assert filled.scalar("SELECT count(*) FROM entry") != 0


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("DROP TRIGGER entry_never_changed", "entry_never_changed"),
        ("DROP INDEX uq_visit_kept_day", "uq_visit_kept_day"),
        ("CREATE TABLE extra (id INTEGER)", "extra"),
        ("CREATE TRIGGER sly AFTER INSERT ON entry BEGIN UPDATE account SET balance_cents = 0; END", "sly"),
        ("ALTER TABLE member ADD COLUMN birthday DATE", "member"),
    ],
)
def test_schema_that_differs_is_found_and_named(place: Place, change: str, named: str) -> None:
    place.write(change)
    with pytest.raises(MachineError) as found, place.store.reading() as connection:
        schema.compare(connection)
    assert found.value.code == "schema"
    assert str(found.value).endswith(f"at: {named}")


@pytest.mark.promise(3)
def test_guard_that_was_weakened_under_its_name_is_found(place: Place) -> None:
    place.write("DROP TRIGGER home_once")
    place.write("CREATE TRIGGER home_once BEFORE INSERT ON home WHEN 0 BEGIN SELECT RAISE(ABORT, 'no'); END")
    with pytest.raises(MachineError, match="home_once"), place.store.reading() as connection:
        schema.compare(connection)


def rebuild_entry(database: Path, *, install: bool) -> set[str]:
    """What a migration that rebuilds the ledger's table does. Returns the triggers that are there afterwards."""
    engine = open_engine(database)
    try:
        with engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.execute("PRAGMA foreign_keys = OFF").close()
            with connection.begin():
                guards.remove(connection)
                operations = Operations(MigrationContext.configure(connection, opts={"transactional_ddl": False}))
                with operations.batch_alter_table("entry", recreate="always") as batch:
                    batch.add_column(sa.Column("vat_rate", sa.Integer(), nullable=True))
                if install:
                    guards.install(connection)
                return triggers(connection)
    finally:
        engine.dispose()


@pytest.mark.promise(3)
def test_rebuilt_ledger_has_every_guard_again(filled: Place) -> None:
    count = filled.scalar("SELECT count(*) FROM entry")
    assert rebuild_entry(filled.path, install=True) == guards.statements().keys()
    assert filled.scalar("SELECT count(*) FROM entry") == count
    assert filled.scalar("PRAGMA foreign_key_check") is None
    with closing(sqlite3.connect(filled.path)) as plain, pytest.raises(sqlite3.IntegrityError, match="never changed"):
        plain.execute("UPDATE entry SET amount_cents = 0")


def test_rebuilt_ledger_without_its_guards_refuses_nothing(filled: Place) -> None:
    """So that the test above is known to be able to fail."""
    assert rebuild_entry(filled.path, install=False) == set()
    with closing(sqlite3.connect(filled.path)) as plain:
        assert plain.execute("UPDATE entry SET actor = 'nobody'").rowcount > 0


def test_rebuilding_a_table_drops_its_triggers_without_a_word(place: Place) -> None:
    """Why guards are no part of a migration."""
    place.write("CREATE TABLE copy AS SELECT * FROM policy")
    place.write("DROP TABLE policy")
    place.write("ALTER TABLE copy RENAME TO policy")
    with place.store.reading() as connection:
        assert {name for name in guards.statements() if name.startswith("policy_")} & triggers(connection) == set()
