"""The schema is what the migrations make of it, on records that are there already, too."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from hashlib import sha256
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations

from kiosk.errors import MachineError
from kiosk.language.names import Names
from kiosk.store import guards, name_rows, schema, tables
from kiosk.store.accounts import open_rows
from kiosk.store.engine import open_engine
from kiosk.store.revisions import REVISION
from kiosk.store.space import wording_rows
from kiosk.store.tables import metadata
from tests.shared import once

from .place import Place

pytestmark = pytest.mark.sqlite

VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"
NUMBERS = sorted(path.name[:4] for path in VERSIONS.glob("[0-9]*.py"))
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
    for path in Path(tables.__file__).parent.glob("[a-z]*.py"):
        import_module(f"kiosk.store.tables.{path.stem}")  # no matter which of them a program happens to need
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
    with _migrating(filled.path) as connection:
        schema.downgrade(connection, "base")
        assert set(schema.described(connection)) == {"alembic_version"}
        schema.upgrade(connection)
        schema.compare(connection)
        assert triggers(connection) == guards.statements().keys()
    assert filled.scalar("SELECT count(*) FROM entry_kind") == 20
    assert filled.scalar("PRAGMA foreign_key_check") is None


@contextmanager
def _migrating(path: Path) -> Iterator[sa.Connection]:
    """A transaction as a migration has it: without foreign keys."""
    engine = open_engine(path, foreign_keys=False)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _way_up(folder: Path) -> None:
    """A database at each revision, every one made of the one before."""
    folder.mkdir()
    for before, name in pairwise(("", *NUMBERS)):
        path = folder / f"{name}.db"
        if before:
            shutil.copyfile(folder / f"{before}.db", path)
        engine = open_engine(path, foreign_keys=False, create=not before)
        with engine.begin() as connection:
            schema.upgrade(connection, path.stem)
        engine.dispose()


def _described(path: Path, down_to: str = "") -> dict[str, str]:
    """The schema, without guards, after a way down perhaps."""
    engine = open_engine(path, foreign_keys=False)
    try:
        with engine.begin() as connection:
            if down_to:
                schema.downgrade(connection, down_to)
            guards.remove(connection)
            return schema.described(connection)
    finally:
        engine.dispose()


@pytest.mark.parametrize(("older", "newer"), list(pairwise(NUMBERS)))
def test_way_down_leaves_the_schema_of_before_letter_by_letter(tmp_path: Path, older: str, newer: str) -> None:
    """An update that is taken back goes it, and the older release compares what it finds with its own."""
    made = once("revisions", _way_up)
    before, after = (Path(shutil.copyfile(made / f"{name}.db", tmp_path / f"{name}.db")) for name in (older, newer))
    assert _described(after, down_to=older) == _described(before)


def _names_of_0004(connection: sa.Connection) -> None:
    """A database of 0004 with two products, a zone, a plan, a member, and words that were written twice."""
    for statement in (
        "INSERT INTO product (id, code, kind, unit, name_fr, name_en)"
        " VALUES (7, 'day', 'day', 'day', 'Journée', 'Day'), (9, 'week', 'subscription', 'week', 'Week', 'Week')",
        "INSERT INTO zone (id, code, name_fr, name_en, day_product_id) VALUES (3, 'comfort', 'Confort', 'Comfort', 7)",
        "INSERT INTO plan (code, name_fr, name_en, zone_id) VALUES ('itinerant', 'Itinérant', 'Itinerant', 3)",
        "INSERT INTO member (id, number, name, shown_name, language, plan_code, zone_id, joined_on, pin_tries)"
        " VALUES (5, 12, 'Inès', 'Inès', 'en', 'itinerant', 3, '2026-01-05', 2)",
        "INSERT INTO wording (code, fr, en, actor, made_at) VALUES"
        " ('closed', 'Fermé', 'Shut', 'a', '2026-01-01T10:00:00.000000Z'),"
        " ('closed', '', '', 'a', '2026-01-02T10:00:00.000000Z'),"
        " ('closed', 'Clos', 'Closed', 'b', '2026-01-03T10:00:00.000000Z')",
    ):
        connection.exec_driver_sql(statement)


def _rows(connection: sa.Connection, query: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.exec_driver_sql(query)]


_NAMED = (
    "SELECT code, name_fr, name_en FROM product UNION ALL SELECT code, name_fr, name_en FROM zone"
    " UNION ALL SELECT code, name_fr, name_en FROM plan"
)


def test_names_and_words_of_two_columns_become_rows_by_language_and_go_back(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "kiosk.db", foreign_keys=False, create=True)
    with engine.begin() as connection:
        schema.upgrade(connection, "0004")
        _names_of_0004(connection)
        before = {table: _rows(connection, f"SELECT * FROM {table}") for table in ("product", "zone", "plan", "member")}
        words = _rows(connection, "SELECT code, fr, en, actor, made_at FROM wording")
        schema.upgrade(connection, "0005")
        assert _rows(connection, "SELECT kind, code, language, from_on, text FROM name") == [
            ("product", "day", "fr", "0001-01-01", "Journée"),
            ("product", "week", "fr", "0001-01-01", "Week"),
            ("product", "day", "en", "0001-01-01", "Day"),
            ("product", "week", "en", "0001-01-01", "Week"),
            ("zone", "comfort", "fr", "0001-01-01", "Confort"),
            ("zone", "comfort", "en", "0001-01-01", "Comfort"),
            ("plan", "itinerant", "fr", "0001-01-01", "Itinérant"),
            ("plan", "itinerant", "en", "0001-01-01", "Itinerant"),
        ]
        assert name_rows.products(connection)["day"] == Names({"fr": "Journée", "en": "Day"})
        assert wording_rows.current(connection) == {"closed": Names({"fr": "Clos", "en": "Closed"})}
        schema.downgrade(connection, "0004")
        assert {table: _rows(connection, f"SELECT * FROM {table}") for table in before} == before
        assert _rows(connection, "SELECT code, fr, en, actor, made_at FROM wording") == words
        schema.check_references(connection)
    engine.dispose()


def test_what_an_older_release_cannot_say_is_said_in_french_and_english_there(tmp_path: Path) -> None:
    """Of another language it knows nothing: what has no French has the English, or whatever there is."""
    engine = open_engine(tmp_path / "kiosk.db", foreign_keys=False, create=True)
    with engine.begin() as connection:
        schema.upgrade(connection, "0004")
        _names_of_0004(connection)
        schema.upgrade(connection, "0005")
        day = date(2026, 11, 25)
        name_rows.put(connection, "product", "day", Names({"fr": "", "en": "Day pass", "nl": "Dagkaart"}), day)
        name_rows.put(connection, "zone", "comfort", Names({"fr": "", "en": "", "nl": "Zaal"}), day)
        wording_rows.add(connection, "closed", Names({"nl": "Dicht"}), datetime(2026, 2, 1, tzinfo=UTC), "c")
        connection.exec_driver_sql("UPDATE member SET language = 'nl'")
        schema.downgrade(connection, "0004")
        assert _rows(connection, _NAMED) == [
            ("day", "Day pass", "Day pass"),
            ("week", "Week", "Week"),
            ("comfort", "Zaal", "Zaal"),
            ("itinerant", "Itinérant", "Itinerant"),
        ]
        assert _rows(connection, "SELECT fr, en FROM wording ORDER BY id DESC LIMIT 1") == [("Dicht", "Dicht")]
        assert _rows(connection, "SELECT number, language, pin_tries FROM member") == [(12, None, 2)]
    engine.dispose()


def test_nobody_s_sums_are_hidden_before_they_say_so_and_an_older_release_forgets_it(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "kiosk.db", foreign_keys=False, create=True)
    with engine.begin() as connection:
        schema.upgrade(connection, "0004")
        _names_of_0004(connection)
        schema.upgrade(connection, "0005")
        guards.remove(connection)
        before, made = _rows(connection, "SELECT * FROM member"), schema.described(connection)
        schema.upgrade(connection, "0006")
        assert _rows(connection, "SELECT number, hides_sums FROM member") == [(12, 0)]
        connection.exec_driver_sql("UPDATE member SET hides_sums = 1")
        schema.downgrade(connection, "0005")
        guards.remove(connection)
        assert (_rows(connection, "SELECT * FROM member"), schema.described(connection)) == (before, made)
        schema.upgrade(connection, "0006")
        assert _rows(connection, "SELECT number, hides_sums FROM member") == [(12, 0)]
        schema.check_references(connection)
    engine.dispose()


def test_officers_become_numbers_where_nothing_is_sealed_and_get_their_addresses_back(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "kiosk.db", foreign_keys=False, create=True)
    with engine.begin() as connection:
        schema.upgrade(connection, "0006")
        guards.remove(connection)
        for number, address in ((3, "zoe@x.fr"), (8, "paul@x.fr")):
            connection.exec_driver_sql(
                "INSERT INTO desk_user (id, email, name, active, fs_uniquifier, created_at)"
                f" VALUES ({number}, '{address}', '', 1, 'u{number}', '2026-01-05T08:00:00.000000Z')"
            )
        for row, actor in enumerate(("desk:zoe@x.fr", "desk:paul@x.fr", "desk:gone@x.fr", "cli")):
            connection.exec_driver_sql("INSERT INTO desk_log (at, actor, act) VALUES ('2026', ?, 'x')", (actor,))
            connection.exec_driver_sql(
                "INSERT INTO rule_called_off (kind, row_id, actor, made_at) VALUES ('policy', ?, ?, '2026')",
                (row, actor),
            )
        before = _rows(connection, "SELECT actor FROM desk_log"), schema.described(connection)
        schema.upgrade(connection, "0007")
        for table, order in (("desk_log", "id"), ("rule_called_off", "row_id")):
            found = [actor for (actor,) in _rows(connection, f"SELECT actor FROM {table} ORDER BY {order}")]
            assert found == ["officer:3", "officer:8", "desk:gone@x.fr", "cli"]
        schema.downgrade(connection, "0006")
        guards.remove(connection)
        assert (_rows(connection, "SELECT actor FROM desk_log"), schema.described(connection)) == before
    engine.dispose()


def test_accounts_that_are_found_without_a_file_go_on_until_the_office_is_told(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "kiosk.db", foreign_keys=False, create=True)
    with engine.begin() as connection:
        schema.upgrade(connection, "0043")
        guards.remove(connection)
        for number, member_id in ((3, "NULL"), (8, "5")):
            connection.exec_driver_sql(
                "INSERT INTO desk_user (id, email, name, active, fs_uniquifier, created_at, member_id)"
                f" VALUES ({number}, '{number}@x.fr', '', 1, 'u{number}', '2026-01-05T08:00:00.000000Z', {member_id})"
            )
        before = _rows(connection, "SELECT * FROM desk_user"), schema.described(connection)
        schema.upgrade(connection, "0044")
        query = "SELECT id, without_file_until, outsider_on, outsider_by FROM desk_user ORDER BY id"
        assert _rows(connection, query) == [(3, "9999-12-31", None, None), (8, None, None, None)]
        schema.downgrade(connection, "0043")
        guards.remove(connection)
        assert (_rows(connection, "SELECT * FROM desk_user"), schema.described(connection)) == before
    engine.dispose()


@pytest.mark.parametrize("balance", [2500, 0, -300])
def test_what_is_open_of_before_is_what_the_rule_of_before_left(place: Place, balance: int) -> None:
    """The newest charges make up what is owed, a gift is settled by its own payment; and the way down forgets it."""
    with _migrating(place.path) as connection:
        schema.downgrade(connection, "0022")
        guards.remove(connection)
        connection.exec_driver_sql("INSERT INTO organisation (id, name) VALUES (1, 'Coop')")
        connection.exec_driver_sql(
            "INSERT INTO account (id, organisation_id, balance_cents) VALUES (1, 1, ?)", (balance,)
        )
        paid = ("payment", 7, balance - 2700)
        moves = (("charge", 5, 1000), ("charge", 1, 1000), ("deposit", 7, 500), ("refund", 3, 200), paid)
        back = (("gift", 6, 5000), ("payment", 6, -5000), ("charge", 9, 400), ("reversal", 9, -400))
        first = connection.exec_driver_sql("SELECT count(*) FROM entry").scalar_one() + 1
        for number, (kind, day, cents) in enumerate((*moves, *back), first):
            group = bytes([number - (kind == "payment")] * 16)
            connection.exec_driver_sql(
                "INSERT INTO entry VALUES (?, ?, '2026-03-09', ?, ?, 1, NULL, ?, NULL, 'cli', ?, ?, ?, '{}', NULL, 1,"
                " 'k', zeroblob(32))",
                (
                    *(number, bytes([number] * 16), f"2026-03-0{day}", kind, group, cents),
                    *("cash" if kind == "payment" else None, number - 1 if kind == "reversal" else None),
                ),
            )
        schema.upgrade(connection)
        kept = _rows(connection, f"SELECT entry_number - {first}, open_cents FROM open_charge")
        rows = {number: cents for number, cents in kept}
        assert _rows(connection, "SELECT oldest_first_until FROM home") == [(first + 8,)]
        assert open_rows.wrong(connection) is None
        schema.downgrade(connection, "0022")
    assert (
        rows
        == {
            2500: {1: 800, 5: 0},
            0: {0: 0, 1: 0, 2: 0, 3: 0, 5: 0},
            -300: {0: 0, 1: 0, 2: 0, 3: 0, 5: 0},
        }[balance]
    )


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
    with pytest.raises(RuntimeError), _migrating(filled.path) as connection:
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
    assert str(found.value).endswith(f"in: {named}")


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
