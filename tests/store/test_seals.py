"""What prices, posts and gives rights is sealed: whatever somebody changes of it past the program is named."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from kiosk import home
from kiosk.domain import sealed_rows
from kiosk.errors import AnswerIsNo, RequestError
from kiosk.home import Home
from kiosk.setup import migration
from kiosk.store import ledger, schema
from kiosk.store.engine import open_engine
from kiosk.store.ledger import Draft
from kiosk.store.seals import seal_audit, sealing
from kiosk.store.seals.sealed_tables import NOT_SEALED, SEALED, VISIT, Sealed
from kiosk.store.tables import (
    books,
    desk,
    events,
    hosting,
    metadata,
    online,
    people,
    premises,
    prepaid,
    rooms,
    telephones,
)
from tests.books import closed_year
from tests.conftest import WEDNESDAY
from tests.fakes import FakeClock

from . import sealed_home

pytestmark = pytest.mark.promise(3)
# A mark of twelve bits misses a change of its column once in 4,096, by the home's key: it does not miss both of these.
_CHANGES = (
    "CASE typeof({0}) WHEN 'integer' THEN {0} + 7 WHEN 'text' THEN {0} || '0' ELSE 7 END",
    "CASE typeof({0}) WHEN 'integer' THEN {0} + 8 WHEN 'text' THEN {0} || '1' ELSE 8 END",
)
_OPEN = "(SELECT max(until_on) FROM closing WHERE kind = 'day') < day_on"
_OF_VISIT = [column.strip('"') for column in SEALED[VISIT].plain]


# Known, also when this file runs alone.
assert {each.__name__ for each in (books, desk, events, hosting, online, people, premises, prepaid, rooms, telephones)}


@pytest.fixture(scope="module")
def opened(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    root = shutil.copytree(sealed_home.made(template), tmp_path_factory.mktemp("sealed") / "home")
    with home.opened(Path(root)) as found:
        yield found


@pytest.fixture(scope="module")
def hands(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Connection]:
    root = shutil.copytree(sealed_home.made(template), tmp_path_factory.mktemp("unguarded") / "home")
    with sealed_home.unguarded(home.find(Path(root)).database) as connection:
        yield connection


def found(opened: Home, connection: sa.Connection, *statements: str) -> str:
    """What is named after some statements, which are then taken back."""
    with connection.begin_nested() as tried:
        for each in statements:
            connection.exec_driver_sql(each)
            assert connection.exec_driver_sql("SELECT changes()").scalar(), each
        with pytest.raises(AnswerIsNo) as wrong:
            seal_audit.check(connection, opened.seal)
        tried.rollback()
    assert wrong.value.code == "seal-differs"
    return str(wrong.value)


def first(connection: sa.Connection, table: str, where: str = "1") -> tuple[str, str]:
    """A sealed row of a table: a condition that finds it, and how it is named."""
    of = SEALED[table]
    where = f"{where} AND {of.only()}" if of.which else where
    keys = ", ".join(of.key)
    row = connection.exec_driver_sql(
        f"SELECT {of.row()}, {keys} FROM {table} WHERE {where} ORDER BY {keys} DESC LIMIT 1"
    ).one()
    condition = " AND ".join(
        f"{key} = {f'''x'{value.hex()}' ''' if isinstance(value, bytes) else repr(value)}"
        for key, value in zip(of.key, row[1:], strict=True)
    )
    return condition, f"{row[0][:8].lower()}..." if of.is_hidden else row[0]


def named(said: str, table: str, row: str) -> list[str]:
    """The columns of a row of which it is said that they are not what was sealed."""
    _, is_said, rest = said.partition(f"{table} {row}: ")
    assert is_said
    return [each.strip('"') for each in rest.partition(" is not what entry ")[0].split(", ")]


def test_what_follows_an_act_that_was_refused_is_sealed_too(template: Path, tmp_path: Path) -> None:
    """A refusal takes back its transaction, and nothing else: not what the connection notes."""
    root = Path(shutil.copytree(sealed_home.made(template), tmp_path / "home"))
    with home.opened(root) as again:
        with pytest.raises(RequestError), again.store.writing():
            raise RequestError("no-such-member", "the first act of this program")
        with again.store.writing() as connection:
            connection.exec_driver_sql("UPDATE member SET plan_code = 'free' WHERE number = 1")
            last = ledger.head(connection).number
        with again.store.reading() as connection:
            assert ledger.head(connection).number == last + 1
            assert seal_audit.check(connection, again.seal) > 120


def test_who_taps_first_does_not_wait_for_what_can_be_got_ready(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    times: list[sa.Connection] = []
    monkeypatch.setattr(sealing.Sealing, "watch", lambda _self, connection: times.append(connection))
    root = Path(shutil.copytree(sealed_home.made(template), tmp_path / "home"))
    with home.opened(root) as again:
        again.store.get_ready()
        assert len(times) == 1
        with again.store.writing() as connection:
            assert times == [connection]


def test_untouched_rows_are_what_was_sealed(opened: Home) -> None:
    with opened.store.reading() as connection:
        assert seal_audit.check(connection, opened.seal) > 120


@pytest.mark.parametrize("table", [table for table, of in SEALED.items() if table != VISIT and of.columns])
def test_each_column_that_was_changed_is_named(opened: Home, hands: sa.Connection, table: str) -> None:
    where, row = first(hands, table)
    columns = SEALED[table].plain
    told: set[str] = set()
    for year, changed in enumerate(_CHANGES, 2011):
        to = {each: changed.format(each) for each in columns} | {"at": f"'{year}-01-01T00:00:00.000000Z'"}
        values = ", ".join(f"{each} = {to[each]}" for each in columns)
        told.update(named(found(opened, hands, f"UPDATE {table} SET {values} WHERE {where}"), table, row))
    assert told == {each.strip('"') for each in columns}


def test_a_text_that_holds_no_letters_is_named_with_its_row(opened: Home, hands: sa.Connection) -> None:
    said = found(opened, hands, "UPDATE product SET code = CAST(x'ff41' AS TEXT) WHERE id = 1")
    assert said.startswith("product 1: code is not what entry ")


@pytest.mark.parametrize("table", [table for table in SEALED if table != VISIT])
def test_a_row_that_was_taken_out_is_named(opened: Home, hands: sa.Connection, table: str) -> None:
    where, row = first(hands, table)
    said = found(opened, hands, f"DELETE FROM {table} WHERE {where}")
    assert f"{table} " in said
    assert " is missing: entry " in said
    if not SEALED[table].is_hidden:
        assert f"{table} {row} is missing" in said


def test_a_rule_that_was_put_in_with_a_date_of_long_ago_is_named(opened: Home, hands: sa.Connection) -> None:
    said = found(
        opened,
        hands,
        "INSERT INTO policy (id, name, valid_from, value)"
        " VALUES (900, 'accounts', '2011-01-01', '{\"cash\": \"531\"}')",
    )
    assert said == "policy 900 is in no seal: it was put in past the program"


@pytest.mark.parametrize("column", _OF_VISIT)
@pytest.mark.parametrize("which", ["charge_entry IS NOT NULL", f"charge_entry IS NULL AND NOT {_OPEN}"])
def test_a_visit_s_column_that_was_changed_is_named(
    opened: Home, hands: sa.Connection, column: str, which: str
) -> None:
    where, row = first(hands, VISIT, f"state = 'kept' AND {which}")
    states = ("'undone'", "'kept ' || state")
    told: set[str] = set()
    for state, changed in zip(states, _CHANGES, strict=True):
        to = state if column == "state" else changed.format(f'"{column}"')
        told.update(named(found(opened, hands, f'UPDATE visit SET "{column}" = {to} WHERE {where}'), VISIT, row))
    assert column in told


@pytest.mark.parametrize("which", ["charge_entry IS NOT NULL", f"charge_entry IS NULL AND NOT {_OPEN}"])
def test_a_visit_that_was_taken_out_or_has_lost_its_member_is_named(
    opened: Home, hands: sa.Connection, which: str
) -> None:
    where, row = first(hands, VISIT, which)
    assert f"visit {row} is missing: entry " in found(opened, hands, f"DELETE FROM visit WHERE {where}")
    said = found(opened, hands, f"UPDATE visit SET member_id = NULL WHERE {where}")
    assert f"visit {row}: member_id is not what entry " in said


def test_a_visit_that_was_put_into_a_closed_day_is_named(opened: Home, hands: sa.Connection) -> None:
    said = found(
        opened,
        hands,
        'INSERT INTO visit (id, tap_id, member_id, day_on, zone_id, "right", part)'
        " VALUES (900, x'00', 1, '2026-12-03', 1, 'free-zone', 'day')",
    )
    assert said == "visit 900 is in no seal: it was put in past the program"


def test_a_text_that_was_hidden_is_told_from_one_that_was_erased(
    opened: Home, hands: sa.Connection, template: Path, tmp_path: Path
) -> None:
    number = hands.exec_driver_sql("SELECT min(entry_number) FROM entry_text").scalar_one()
    said = found(opened, hands, f"DELETE FROM entry_text WHERE entry_number = {number}")
    assert said == f"the free text of entry {number} is hidden: no entry says that it was erased"
    root = Path(shutil.copytree(sealed_home.made(template), tmp_path / "home"))
    with home.opened(root) as other:
        with other.store.writing() as connection:
            connection.exec_driver_sql("DELETE FROM entry_text WHERE entry_number = ?", (number,))
        with other.store.reading() as connection:
            detail = connection.exec_driver_sql("SELECT detail FROM entry ORDER BY number DESC LIMIT 1").scalar_one()
            assert json.loads(detail)["rows"] == {"entry_text": {str(number): ""}}
            seal_audit.check(connection, other.seal)


def test_all_that_differs_is_named_as_far_as_twenty(opened: Home, hands: sa.Connection) -> None:
    said = found(opened, hands, "UPDATE tariff SET cents = cents + 1", "UPDATE name SET text = text || '!'")
    assert said.count(" is not what entry ") == 20
    assert "tariff 1: cents" in said
    assert " more" in said.rpartition("; and ")[2]


def test_what_the_program_does_is_sealed_in_its_own_transaction(opened: Home) -> None:
    with opened.store.writing() as connection:
        connection.exec_driver_sql("UPDATE product SET valid_days = 30 WHERE code = 'carnet-10'")
        before = connection.exec_driver_sql("SELECT max(number) FROM entry").scalar_one()
    with opened.store.reading() as connection:
        kind, amount, detail, day = connection.exec_driver_sql(
            "SELECT kind, amount_cents, detail, day_on FROM entry WHERE number = ?", (before + 1,)
        ).one()
        assert (kind, amount, day) == (sealing.KIND, 0, "2027-01-15")
        assert json.loads(detail)["rows"].keys() == {"product"}
        seal_audit.check(connection, opened.seal)


def test_what_is_written_and_taken_back_leaves_nothing(opened: Home) -> None:
    with opened.store.reading() as connection:
        before = connection.exec_driver_sql("SELECT max(number) FROM entry").scalar_one()
    with pytest.raises(ZeroDivisionError), opened.store.writing() as connection:
        connection.exec_driver_sql("UPDATE product SET valid_days = 31 WHERE code = 'carnet-10'")
        _ = 1 / 0
    with opened.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET pin_tries = pin_tries + 1")
        connection.exec_driver_sql("UPDATE product SET unit = unit")
    with opened.store.reading() as connection:
        assert connection.exec_driver_sql("SELECT max(number) FROM entry").scalar_one() == before


def test_every_table_is_sealed_or_has_its_reason_not_to_be(opened: Home) -> None:
    with opened.store.reading() as connection:
        tables = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars())
    assert tables == SEALED.keys() | NOT_SEALED.keys()
    assert not SEALED.keys() & NOT_SEALED.keys()


@pytest.mark.parametrize("table", SEALED)
def test_a_column_of_money_or_of_a_day_is_sealed_or_follows_from_entries(table: str) -> None:
    counted = {"balance_cents", "used", "expired", "charge_entry", "insured_until", "closed_on", "erasure_asked_on"}
    sealed = {each.strip('"') for each in SEALED[table].plain} | set(SEALED[table].key)
    columns = {column.name for column in metadata.tables[table].columns}
    assert sealed <= columns
    told = {name for name in columns if name.endswith(("_cents", "_on", "_entry", "_percent")) or name == "cents"}
    assert told - sealed <= counted | {"asked_on", "used_on", "paid_cents"}  # the last one is what a platform says


def test_a_seal_gives_nothing_away_without_the_key_and_speaks_of_its_first_columns_alone(opened: Home) -> None:
    salt = sealed_rows.salt(opened.seal.key, "tariff", "1")
    assert salt != sealed_rows.salt(bytes(32), "tariff", "1") != sealed_rows.salt(bytes(32), "tariff", "2")
    seal = sealed_rows.seal(salt, "tariff", "1", (1, "full", None))
    assert sealed_rows.differing(salt, "tariff", "1", (1, "full", None, 500), seal) is None
    assert sealed_rows.differing(salt, "tariff", "1", (1, "less", None), seal) == [1]
    assert sealed_rows.differing(salt, "tariff", "1", (1, "full", ""), seal) == [2]
    assert sealed_rows.differing(salt, "tariff", "2", (1, "full", None), seal) == []


def test_a_home_of_before_takes_its_state_in_one_entry_and_so_does_one_that_an_update_was_taken_back_in(
    template: Path, tmp_path: Path
) -> None:
    root = Path(shutil.copytree(closed_year.made(template), tmp_path / "home"))
    migration.migrate_back(root, "0017")
    with closing(sqlite3.connect(home.find(root).database)) as older, older:
        (before,) = older.execute("SELECT max(number) FROM entry").fetchone()
        older.execute("UPDATE product SET valid_days = 40 WHERE code = 'carnet-10'")  # by the older release
    migration.migrate(root, FakeClock(WEDNESDAY))
    with home.opened(root) as opened, opened.store.reading() as connection:
        query = "SELECT kind, amount_cents, detail FROM entry WHERE number > ?"
        (kind, amount, detail), log = connection.exec_driver_sql(query, (before,)).all()
        assert json.loads(log[2])["about"] == "log", "the officers' log is taken as it is found, too"
        assert (kind, amount, json.loads(detail)["about"]) == (sealing.KIND, 0, "state")
        assert {"product", "tariff", "policy", "member", "carnet", "document"} <= json.loads(detail)["rows"].keys()
        assert seal_audit.check(connection, opened.seal) > 80


def test_a_column_that_is_sealed_since_is_sealed_as_it_is_found(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path(shutil.copytree(template, tmp_path / "home"))
    with monkeypatch.context() as older, home.opened(root) as opened, opened.store.writing() as connection:
        older.setattr(sealing, "SEALED", {**SEALED, "home": replace(SEALED["home"], columns=("training",))})
        first = Draft(kind="declaration", day_on=WEDNESDAY.date(), group=bytes(16), actor="kiosk")
        ledger.append(connection, opened.seal, first, WEDNESDAY)
        assert sealing.Sealing(opened.seal).seal_state(connection)
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0044'")
    change = "UPDATE home SET oldest_first_until = oldest_first_until + 5"
    with home.opened(root, any_revision=True) as opened, sealed_home.unguarded(home.find(root).database) as hands:
        hands.exec_driver_sql(change)
        seal_audit.check(hands, opened.seal)  # the seal of before does not speak of it
    assert "as it was found" in migration.migrate(root, FakeClock(WEDNESDAY))
    with home.opened(root) as opened, sealed_home.unguarded(home.find(root).database) as hands:
        seal_audit.check(hands, opened.seal)
        hands.exec_driver_sql(change)
        with pytest.raises(AnswerIsNo, match="home 1: oldest_first_until is not what entry"):
            seal_audit.check(hands, opened.seal)


def columns_of(connection: sa.Connection, table: str) -> list[str]:
    return [str(row[1]) for row in connection.exec_driver_sql(f"PRAGMA table_info({table})")]


_LATER = {"member": {"email", "pin"}, "voucher_code": {"code"}}  # sealed since 0045, of tables that were long before


def _plain(column: str) -> str:
    return column.removeprefix("substr(").partition(",")[0].strip('"')


def _as_of_before(table: str) -> Sealed:
    """What was sealed of a table before 0045."""
    of = SEALED[table]
    return replace(of, columns=tuple(each for each in of.columns if each not in _LATER.get(table, ())))


@pytest.mark.parametrize(
    ("before", "table", "change"),
    [
        ("0023", "home", "training = 1 - training"),
        ("0026", "desk_user", "password = 'x'"),
    ],
)
def test_a_home_that_was_well_is_well_after_more_is_sealed_than_was(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, table: str, change: str
) -> None:
    """What nothing sealed until now is sealed as it is found, once."""
    root = Path(shutil.copytree(template, tmp_path / "home"))
    since = {name for number, names in migration._SEALED_SINCE.items() if number > before for name in names}
    long_ago = ("member", "reduced_grant", "signup", "voucher_code")  # of which more is sealed since
    fewer = {name: _as_of_before(name) for name in SEALED if name not in since or name in long_ago}
    with monkeypatch.context() as older:
        older.setattr(sealing, "SEALED", fewer)
        with home.opened(root) as opened, opened.store.writing() as connection:
            officer = {"id": 1, "email": "a@exemple.fr", "name": "A", "fs_uniquifier": "a", "created_at": WEDNESDAY}
            connection.execute(desk.desk_user.insert(), officer)
            first = Draft(kind="declaration", day_on=WEDNESDAY.date(), group=bytes(16), actor="kiosk")
            ledger.append(connection, opened.seal, first, WEDNESDAY)
            assert sealing.Sealing(opened.seal).seal_state(connection)
        engine = open_engine(root / "db" / "ledger.db", foreign_keys=False)
        with engine.begin() as connection:
            schema.downgrade(connection, before)
        engine.dispose()
    with (
        monkeypatch.context() as older,
        home.opened(root, any_revision=True) as opened,
        opened.store.reading() as connection,
        pytest.raises(AnswerIsNo, match=f"{table} 1 is in no seal"),
    ):
        tables = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars())
        columns = {name: set(columns_of(connection, name)) for name in tables & SEALED.keys()}
        there = {
            name: replace(of, columns=tuple(each for each in of.columns if _plain(each) in columns[name]))
            for name, of in ((name, _as_of_before(name)) for name in SEALED)
            if name in tables
        }
        for module in (sealing, seal_audit):
            older.setattr(module, "SEALED", there)
        seal_audit.check(connection, opened.seal)
    assert "as it was found" in migration.migrate(root, FakeClock(WEDNESDAY)), "said once"
    assert "as it was found" not in migration.migrate(root, FakeClock(WEDNESDAY))
    with home.opened(root) as opened, opened.store.reading() as connection:
        assert seal_audit.check(connection, opened.seal)
        seal = opened.seal
    with sealed_home.unguarded(home.find(root).database) as hands:
        hands.exec_driver_sql(f"UPDATE {table} SET {change}")
        with pytest.raises(AnswerIsNo, match=f"{table} 1: {change.split(maxsplit=1)[0]} is not what entry"):
            seal_audit.check(hands, seal)
