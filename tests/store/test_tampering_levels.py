"""The matrix of tampering by what a hand has: the database alone, a door's keys, too, or every key of the house.

What follows from entries or has a proof of its own is tried here column by column; what the chain seals with the
database alone is `test_tampering.py` and `test_seals.py`, the officers' log `test_log_keys.py`.
"""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from kiosk import home
from kiosk.cli.money import payments
from kiosk.domain.chain import Seal
from kiosk.domain.days import Moment
from kiosk.errors import AnswerIsNo
from kiosk.home import Home
from kiosk.store import audit
from kiosk.store.books import closing_audit
from kiosk.store.officers import desk_log, log_audit
from kiosk.store.seals import door_limits, seal_audit
from kiosk.store.seals.sealed_tables import CHECKED, SEALED, VISIT
from kiosk.store.seals.sealing import Sealing
from kiosk.store.seals.unsealed_columns import FOLLOWS, UNSEALED_COLUMNS
from tests.books import closed_year
from tests.conftest import Space
from tests.fakes import FakeClock
from tests.store import sealed_home
from tests.store.test_seals import first

pytestmark = pytest.mark.promise(3)
_OTHERWISE = (
    "CASE typeof({0}) WHEN 'integer' THEN {0} + 900 WHEN 'text' THEN {0} || '0' WHEN 'blob' THEN x'07' ELSE 7 END"
)
TABLES = [table for table in SEALED if table != VISIT]
VERBS = {"adds": "a", "changes": "u", "deletes": "d"}
ROWS = {  # what a year of the template has none of, in agreement with its entries
    "envelope": "INSERT INTO envelope (id, organisation_id, product_id, days, value_cents, from_on, entry_number)"
    " VALUES (1, 1, 1, 20, 500, '2027-01-11', 1)",
    "voucher": "INSERT INTO voucher (id, envelope_id, member_id, from_on) VALUES (1, 1, 1, '2027-01-11')",
    "banked_day": "INSERT INTO banked_day (id, member_id, days, from_on, reason, given_at, given_by)"
    " VALUES (1, 1, 1, '2027-01-11', 'x', '2027-01-11T09:00:00.000000Z', 'officer:1')",
}
HELD = [table for table in CHECKED if table != "alembic_version"]  # by another check than the seals
# What verify does not name of these, and why.
UNNAMED = {
    ("closing", 'edited: "id"'): "the number of the row alone, to which nothing refers: its entry is what it is",
    ("closing", "swapped"): "two such numbers exchanged",
}


def everything(connection: sa.Connection, seal: Seal, *, without_seals: bool = False) -> str:
    """What verify says first; nothing where all is well."""
    checks: tuple[Callable[[], object], ...] = (
        partial(audit.check_chain, connection, seal),
        partial(audit.check_texts, connection),
        partial(closing_audit.check, connection),
        partial(audit.check_documents, connection),
        partial(audit.check_sums, connection),
        *(() if without_seals else (partial(seal_audit.check, connection, seal),)),
        partial(log_audit.check, connection, seal),
    )
    return next((str(wrong) for each in checks if (wrong := payments._wrong("it", each)) is not None), "")


@pytest.fixture(scope="module")
def opened(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    root = shutil.copytree(sealed_home.made(template), tmp_path_factory.mktemp("sealed") / "home")
    with home.opened(Path(root)) as at_home:
        yield at_home


@pytest.fixture(scope="module")
def hands(opened: Home) -> Iterator[sa.Connection]:
    with sealed_home.unguarded(opened.paths.database) as connection:
        drop_unique(connection)
        yield connection


@pytest.fixture(scope="module")
def year(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    root = shutil.copytree(closed_year.made(template), tmp_path_factory.mktemp("year") / "home")
    with home.opened(Path(root)) as at_home:
        yield at_home


@pytest.fixture(scope="module")
def year_hands(year: Home) -> Iterator[sa.Connection]:
    with sealed_home.unguarded(year.paths.database) as connection:
        drop_unique(connection)
        yield connection


@pytest.fixture(scope="module")
def lived(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A closed year after which members owe and pay by their own word, and are read; the log's first lines are gone."""
    root = shutil.copytree(closed_year.made(template), tmp_path_factory.mktemp("lived") / "home")
    with home.opened(Path(root)) as at_home:
        space = Space(at_home, FakeClock(closed_year.AFTER + timedelta(days=3)))
        for number, name in enumerate(("Lou Petit", "Noé Grand", "Zoé Brun")):
            badge = f"04A2000000E54{number}"
            joined = space.join(name, badge)
            for _ in range(2):
                space.tap(badge)
                space.clock.advance(days=1)
            charges = space.sql(
                f"SELECT e.number FROM entry AS e JOIN account AS a ON a.id = e.account_id"
                f" JOIN member AS m ON m.id = a.member_id WHERE m.number = {joined} AND e.kind = 'charge'"
            )
            space.till.pay(joined, 100 * (number + 1), "cash", word=(int(str(charges[-1][0])),))
            with at_home.store.writing() as connection:
                desk_log.add(connection, space.clock.now(), "officer:1", "read-file", joined, None)
        with at_home.store.writing() as connection:
            desk_log.forget_lines(connection, desk_log.old_lines(connection, space.clock.now() - timedelta(hours=36)))
        space.kept.close()
        yield at_home


@pytest.fixture(scope="module")
def lived_hands(lived: Home) -> Iterator[sa.Connection]:
    with sealed_home.unguarded(lived.paths.database) as connection:
        drop_unique(connection)
        yield connection


def drop_unique(connection: sa.Connection) -> None:
    """What would refuse a second row of the same words: a hand that has the file takes that out, too."""
    for (name,) in connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE UNIQUE%'"
    ).all():
        connection.exec_driver_sql(f"DROP INDEX {name}")


def columns_of(connection: sa.Connection, table: str) -> list[str]:
    return [f'"{row[1]}"' for row in connection.exec_driver_sql(f"PRAGMA table_info({table})")]


def moment(connection: sa.Connection) -> Moment:
    last, day = connection.exec_driver_sql("SELECT max(recorded_at), max(day_on) FROM entry").one()
    at = datetime.fromisoformat(last).replace(tzinfo=UTC)
    return Moment(at, at, date.fromisoformat(day))


def tamper(connection: sa.Connection, table: str, verb: str, column: str) -> str:
    """Change, delete or add a row. Returns the name of what is to be sealed anew."""
    where, _ = first(connection, table)
    if verb == "changes":
        connection.exec_driver_sql(f"UPDATE {table} SET {column} = {_OTHERWISE.format(column)} WHERE {where}")
    name: object = connection.exec_driver_sql(f"SELECT {SEALED[table].row()} FROM {table} WHERE {where}").scalar_one()
    if verb == "deletes":
        connection.exec_driver_sql(f"DELETE FROM {table} WHERE {where}")
    if verb == "adds":  # under another name, where the one that it was is missing
        keys = tuple(each for each in SEALED[table].key if each not in SEALED[table].which)
        others = ", ".join(map(_OTHERWISE.format, keys))
        values = tuple(connection.exec_driver_sql(f"SELECT {others} FROM {table} WHERE {where}").one())
        sets, key = (joint.join(f"{each} = ?" for each in keys) for joint in (", ", " AND "))
        connection.exec_driver_sql(f"UPDATE {table} SET {sets} WHERE {where}", values)
        name = connection.exec_driver_sql(f"SELECT {SEALED[table].row()} FROM {table} WHERE {key}", values).scalar_one()
    return str(name)


def words_of(connection: sa.Connection, home_seal: Seal, sealing: Sealing, table: str, verb: str, column: str) -> str:
    """What verify says after a row was tampered with and sealed anew; all is taken back."""
    with connection.begin_nested() as tried:
        row = tamper(connection, table, verb, column)
        sealing.seal_rows(connection, {table: [row]}, "kiosk", moment(connection))
        try:
            seal_audit.check(connection, home_seal)
        except AnswerIsNo as wrong:
            return str(wrong)
        finally:
            tried.rollback()
    return ""


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("table", TABLES)
def test_with_a_door_s_keys_what_no_door_does_is_named(
    opened: Home, hands: sa.Connection, table: str, verb: str
) -> None:
    """What a door may do it may seal: the list, with its letters, is `door_limits.TABLES`."""
    if verb == "changes" and not SEALED[table].columns:
        assert SEALED[table].key, "a row that is its name alone is added or deleted"
        return
    door = Sealing(opened.seal.of_door(1))
    columns = SEALED[table].plain if verb == "changes" else ("",)
    said = {column: words_of(hands, opened.seal, door, table, verb, column) for column in columns}
    may = VERBS[verb] in door_limits.TABLES.get(table, "")
    unnamed = [column for column, words in said.items() if "that is the office's" not in words]
    assert unnamed == (list(columns) if may else []), said


@pytest.mark.parametrize("verb", VERBS)
def test_with_every_key_an_entry_says_what_was_sealed_anew_and_no_check_can_say_more(
    opened: Home, hands: sa.Connection, verb: str
) -> None:
    """So heads are kept elsewhere, and the officers read what was done in their name."""
    before = hands.exec_driver_sql("SELECT max(number) FROM entry").scalar_one()
    for table in ("policy", "desk_user", "reduced_grant", "tariff"):
        with hands.begin_nested() as tried:
            row = tamper(hands, table, verb, SEALED[table].plain[0])
            Sealing(opened.seal).seal_rows(hands, {table: [row]}, "officer:1", moment(hands))
            if verb != "adds":
                seal_audit.check(hands, opened.seal)
            number, detail = hands.exec_driver_sql(
                "SELECT number, detail FROM entry ORDER BY number DESC LIMIT 1"
            ).one()
            assert (number, table in detail) == (before + 1, True)
            tried.rollback()


@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table, of in UNSEALED_COLUMNS[FOLLOWS].items() for column in of]
)
def test_what_follows_from_entries_is_counted_anew(
    year: Home, year_hands: sa.Connection, table: str, column: str
) -> None:
    with year_hands.begin_nested() as tried:
        for needed, row in ROWS.items():
            if not year_hands.exec_driver_sql(f"SELECT 1 FROM {needed} LIMIT 1").first():
                year_hands.exec_driver_sql(row)
        assert everything(year_hands, year.seal, without_seals=True) == ""
        where = f"rowid = (SELECT min(rowid) FROM {table} WHERE {column} IS NOT NULL)"
        year_hands.exec_driver_sql(f"UPDATE {table} SET {column} = {column} + 900 WHERE {where}")
        said = everything(year_hands, year.seal, without_seals=True)
        tried.rollback()
    assert said, f"{table}.{column}"


def literal(value: object) -> str:
    """A value in SQL."""
    return f"x'{value.hex()}'" if isinstance(value, bytes) else repr(value)


def acts_on(connection: sa.Connection, table: str) -> Iterator[tuple[str, list[str]]]:
    """Each act on a table: its name, and its statements."""
    told = connection.exec_driver_sql(f"PRAGMA table_info({table})").all()
    columns, keys = [f'"{row[1]}"' for row in told], [f'"{row[1]}"' for row in told if row[5]]
    named = ", ".join(keys)
    ids = [tuple(row) for row in connection.exec_driver_sql(f"SELECT {named} FROM {table} ORDER BY {named}")]
    conditions = [
        " AND ".join(f"{key} = {literal(value)}" for key, value in zip(keys, row, strict=True)) for row in ids
    ]
    rest = ", ".join(each for each in columns if each not in keys) or "1"
    words = [tuple(row) for row in connection.exec_driver_sql(f"SELECT {rest} FROM {table} ORDER BY {named}")]
    at = max(len(ids) // 2 - 1, 0)
    low, high = (
        conditions[at],
        next((each for each, row in zip(conditions, words, strict=True) if row != words[at]), conditions[-1]),
    )
    for column in columns:
        yield f"edited: {column}", [f"UPDATE {table} SET {column} = {_OTHERWISE.format(column)} WHERE {low}"]
    yield "deleted", [f"DELETE FROM {table} WHERE {low}"]
    new = {keys[0]: str(ids[-1][0] + 1)} if len(keys) == 1 and isinstance(ids[0][0], int) else {}
    others = ", ".join(new.get(c, c if c == '"kind"' else _OTHERWISE.format(c)) for c in columns)
    yield "inserted", [f"INSERT INTO {table} ({', '.join(columns)}) SELECT {others} FROM {table} WHERE {low}"]
    if len(ids) > 1 and columns != keys:
        aside = ", ".join(
            f"{key} = {'-1' if isinstance(value, int) else literal('~')}"
            for key, value in zip(keys, ids[0], strict=True)
        )
        there = aside.replace(", ", " AND ")
        steps = ((aside, low), (low.replace(" AND ", ", "), high), (high.replace(" AND ", ", "), there))
        yield "swapped", [f"UPDATE {table} SET {new} WHERE {old}" for new, old in steps]
    yield "the tail cut", [f"DELETE FROM {table} WHERE {conditions[-1]}"]


@pytest.mark.parametrize("table", HELD)
def test_what_has_a_proof_of_its_own_is_named_by_it(lived: Home, lived_hands: sa.Connection, table: str) -> None:
    assert everything(lived_hands, lived.seal) == ""
    unnamed = set()
    for act, statements in list(acts_on(lived_hands, table)):
        with lived_hands.begin_nested() as tried:
            for statement in statements:
                lived_hands.exec_driver_sql(statement)
            if not everything(lived_hands, lived.seal):
                unnamed.add((table, act))
            tried.rollback()
    assert unnamed == {cell for cell in UNNAMED if cell[0] == table}
