"""The matrix of tampering, made from the schema: each table and column, by each hand, is named or has its reason."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from kiosk import home
from kiosk.domain.chain import Seal
from kiosk.domain.days import Moment
from kiosk.errors import AnswerIsNo
from kiosk.home import Home
from kiosk.store.seals import door_limits, seal_audit
from kiosk.store.seals.sealed_tables import NOT_SEALED, SEALED, VISIT
from kiosk.store.seals.sealing import Sealing
from kiosk.store.seals.unsealed_columns import UNSEALED_COLUMNS
from tests.store import sealed_home
from tests.store.test_seals import first, found

pytestmark = pytest.mark.promise(3)
_OTHERWISE = "CASE typeof({0}) WHEN 'integer' THEN {0} + 7 WHEN 'text' THEN {0} || '0' ELSE 7 END"
TABLES = [table for table in SEALED if table != VISIT]


@pytest.fixture(scope="module")
def opened(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    root = shutil.copytree(sealed_home.made(template), tmp_path_factory.mktemp("sealed") / "home")
    with home.opened(Path(root)) as at_home:
        yield at_home


@pytest.fixture(scope="module")
def hands(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Connection]:
    root = shutil.copytree(sealed_home.made(template), tmp_path_factory.mktemp("tampered") / "home")
    with sealed_home.unguarded(home.find(Path(root)).database) as connection:
        yield connection


def columns_of(connection: sa.Connection, table: str) -> list[str]:
    return [str(row[1]) for row in connection.exec_driver_sql(f"PRAGMA table_info({table})")]


def test_each_column_of_each_table_is_sealed_or_has_its_reason(opened: Home) -> None:
    with opened.store.reading() as connection:
        there = {table: set(columns_of(connection, table)) for table in SEALED}
    for table, of in SEALED.items():
        sealed = {each.strip('"') for each in of.plain} | set(of.key)
        reasons = [column for tables in UNSEALED_COLUMNS.values() for column in tables.get(table, ())]
        if table == VISIT:
            sealed |= {"id"}
        assert len(reasons) == len(set(reasons)), table
        assert not sealed & set(reasons), table
        assert there[table] == sealed | set(reasons), table
    assert all((*UNSEALED_COLUMNS, *NOT_SEALED.values()))


def _other_name(connection: sa.Connection, table: str) -> tuple[str, list[str], dict[str, object]]:
    """A row's condition, the table's columns, and names of a row that is not there."""
    where, _ = first(connection, table)
    key: dict[str, object] = {}
    for column in (each for each in SEALED[table].key if each not in SEALED[table].which):
        value: Any = connection.exec_driver_sql(f"SELECT {column} FROM {table} WHERE {where}").scalar_one()
        key[column] = value + 900 if isinstance(value, int) else f"{value}9" if isinstance(value, str) else b"9"
    return where, columns_of(connection, table), key


def _drop_unique(connection: sa.Connection, table: str) -> None:
    """What would refuse a second row of the same words: whoever has the file takes that out, too."""
    for (name,) in connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?", (table,)
    ).all():
        connection.exec_driver_sql(f"DROP INDEX {name}")


@pytest.mark.parametrize("table", TABLES)
def test_a_row_that_was_renamed_put_in_or_cut_off_is_named(opened: Home, hands: sa.Connection, table: str) -> None:
    where, columns, key = _other_name(hands, table)
    sets = ", ".join(f"{column} = ?" for column in key)
    with hands.begin_nested() as tried:
        _drop_unique(hands, table)
        hands.exec_driver_sql(f"UPDATE {table} SET {sets} WHERE {where}", tuple(key.values()))
        with pytest.raises(AnswerIsNo) as renamed:
            seal_audit.check(hands, opened.seal)
        tried.rollback()
    assert "is in no seal" in str(renamed.value)
    assert "is missing" in str(renamed.value)
    said = found(opened, hands, f"DELETE FROM {table}")
    assert f"{table} " in said
    assert len(columns) > len(key) or not SEALED[table].columns


def _seal_another(connection: sa.Connection, sealing: Sealing, table: str) -> None:
    """Let the office put in a second row beside the only one: under another name, with other words in each column."""
    of = SEALED[table]
    _drop_unique(connection, table)
    where, _ = first(connection, table)
    columns = columns_of(connection, table)
    other = {*of.key, *(each.strip('"') for each in of.plain)}
    values = (_OTHERWISE.format(each) if each in other and each not in of.which else each for each in columns)
    before = set(connection.exec_driver_sql(f"SELECT {of.row()} FROM {table}").scalars())
    connection.exec_driver_sql(f"INSERT INTO {table} SELECT {', '.join(values)} FROM {table} WHERE {where}")
    added = set(connection.exec_driver_sql(f"SELECT {of.row()} FROM {table}").scalars()) - before
    sealing.seal_rows(connection, {table: added}, "officer:1", _moment(connection))


def _moment(connection: sa.Connection) -> Moment:
    last, day = connection.exec_driver_sql("SELECT max(recorded_at), max(day_on) FROM entry").one()
    at = datetime.fromisoformat(last).replace(tzinfo=UTC)
    return Moment(at, at, date.fromisoformat(day))


@pytest.mark.parametrize("table", [table for table in TABLES if SEALED[table].columns])
def test_two_rows_that_were_exchanged_are_both_named(opened: Home, hands: sa.Connection, table: str) -> None:
    of = SEALED[table]
    only = f"WHERE {of.only()}" if of.which else ""
    rows = hands.exec_driver_sql(f"SELECT {of.row()}, {', '.join(of.plain)} FROM {table} {only} LIMIT 50").all()
    pair = next(((one, other) for one in rows for other in rows if one[1:] != other[1:]), None)
    columns = columns_of(hands, table)
    marks = ", ".join("?" * len(columns))
    with hands.begin_nested() as tried:
        if pair is None:
            _seal_another(hands, Sealing(opened.seal), table)
            rows = hands.exec_driver_sql(f"SELECT {of.row()}, {', '.join(of.plain)} FROM {table} {only} LIMIT 50").all()
            pair = next((one, other) for one in rows for other in rows if one[1:] != other[1:])
            seal_audit.check(hands, opened.seal)
        both = [
            dict(
                zip(
                    columns,
                    hands.exec_driver_sql(f"SELECT * FROM {table} WHERE {of.row()} = ?", (row,)).one(),
                    strict=True,
                )
            )
            for row, *_ in pair
        ]
        hands.exec_driver_sql(f"DELETE FROM {table} WHERE {of.row()} IN (?, ?)", (pair[0][0], pair[1][0]))
        for one, other in (both, both[::-1]):
            row = one | {key: other[key] for key in of.key}
            hands.exec_driver_sql(f"INSERT INTO {table} VALUES ({marks})", tuple(row.values()))
        with pytest.raises(AnswerIsNo) as exchanged:
            seal_audit.check(hands, opened.seal)
        tried.rollback()
    assert str(exchanged.value).count(f"{table} ") >= 2
    assert str(exchanged.value).count(" is not what entry ") >= 2


@pytest.mark.parametrize("table", [table for table in TABLES if SEALED[table].columns])
def test_what_a_door_s_key_seals_anew_of_the_office_is_named(opened: Home, hands: sa.Connection, table: str) -> None:
    """With the entrance's keys a changed row can be sealed anew: verify says which table no door may seal."""
    where, row = first(hands, table)
    column = SEALED[table].plain[0]
    door: Seal = opened.seal.of_door(1)
    moment = _moment(hands)
    with hands.begin_nested() as tried:
        _drop_unique(hands, table)
        hands.exec_driver_sql(f"UPDATE {table} SET {column} = {_OTHERWISE.format(column)} WHERE {where}")
        Sealing(door).seal_rows(hands, {table: [row]}, "kiosk", moment)
        number = hands.exec_driver_sql("SELECT max(number) FROM entry").scalar_one()
        said = ""
        try:
            seal_audit.check(hands, opened.seal)
        except AnswerIsNo as wrong:
            said = str(wrong)
        tried.rollback()
    words = f"entry {number} seals {table} by door 1: that is the office's"
    assert (words in said) is (table not in door_limits.TABLES), said
