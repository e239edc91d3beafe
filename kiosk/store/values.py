"""Finds values that do not fit their column: another type, no date, an unknown code, a reference to no row.

SQLite stores whatever it is given, as a damaged card or a database editor may. A server checks types, references and
CHECKs itself: there, only codes can be wrong. `kiosk.store.space.rule_values` and `kiosk.store.checkin.standing_values`
say which tables are checked, and for which member.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.checkin.standing import Part, Right
from kiosk.domain.money.tariffs import ProductKind
from kiosk.domain.periods import Unit
from kiosk.store.tables import UtcTime

MOST = 20  # rows reported of one table: with more, the file itself needs a look, not a list
_CODES: Mapping[str, type[StrEnum]] = {  # columns that store a code, and the codes
    "product.kind": ProductKind,
    "product.unit": Unit,
    "visit.right": Right,
    "visit.part": Part,
}
# how a moment begins and ends, as a GLOB pattern
_MOMENT = "'[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].*Z'"


class WrongValue(Struct, frozen=True):
    """A wrong value: its table, its row's key and its column, without the value itself."""

    table: str
    row: str
    column: str

    def __str__(self) -> str:
        return f"{self.table} {self.row}: {self.column}"


def wrong(
    connection: sa.Connection, table: sa.Table, where: str = "1 = 1", values: tuple[object, ...] = ()
) -> Iterator[WrongValue]:
    """Yield the wrong values of a table's rows. `where` is SQL that limits the rows; the table is `t` in it."""
    is_file = connection.dialect.name == "sqlite"
    if is_file:
        _teach(connection)
    query, columns = _query(table, is_file)
    any_wrong = " OR ".join(_terms(table, is_file))
    for key, *verdicts in connection.exec_driver_sql(f"{query} WHERE ({where}) AND ({any_wrong}) LIMIT {MOST}", values):
        for column, is_wrong in zip(columns, verdicts, strict=True):
            if is_wrong:
                yield WrongValue(table.name, (key or b"").decode("utf-8", "replace"), column)


@cache
def _query(table: sa.Table, is_file: bool) -> tuple[str, tuple[str, ...]]:
    """Return the SELECT of a table's keys and of one verdict per column, and the columns' names."""
    columns = _columns(table)
    return f"SELECT {_key(table)}, {', '.join(_terms(table, is_file))} FROM {table.name} AS t", tuple(columns)


def _columns(table: sa.Table) -> list[str]:
    """Return the names of the columns to check: all but the rowid."""
    return [column.name for column in table.columns if not _is_rowid(column)]


def _is_rowid(column: sa.Column[Any]) -> bool:
    """Return whether a column is SQLite's rowid, which SQLite itself keeps a whole number."""
    return column.primary_key and isinstance(column.type, sa.Integer) and len(column.table.primary_key) == 1


def _key(table: sa.Table) -> str:
    """Return SQL for a row's key as text; of a key in bytes, such as a badge's fingerprint, only its beginning."""
    parts = []
    for column in table.primary_key:
        name = f't."{column.name}"'
        parts.append(f"substr(hex({name}), 1, 8)" if isinstance(column.type, sa.LargeBinary) else name)
    joined = " || ' ' || ".join(parts)
    return f"CAST({joined} AS BLOB)"  # as bytes: the key itself may be the wrong value


@cache
def _terms(table: sa.Table, is_file: bool) -> tuple[str, ...]:
    """Return an SQL condition for each column, true if its value is wrong."""
    if not is_file:
        return tuple(_is_no_code(table.c[name]) for name in _columns(table))
    checks: dict[str, list[str]] = {name: [] for name in _columns(table)}
    for constraint in table.constraints:
        if isinstance(constraint, sa.CheckConstraint):
            text = str(constraint.sqltext)
            owner = next((name for name in checks if name in text), None)  # the first column that it names
            if owner is not None:
                checks[owner].append(f"NOT ({text})")
    return tuple(_term(table.c[name], column_checks) for name, column_checks in checks.items())


def _is_no_code(column: sa.Column[Any]) -> str:
    """Return the condition that a column has a value that is not one of its codes."""
    codes = _CODES.get(f"{column.table.name}.{column.name}")
    if codes is None:
        return "(1 = 0)"
    return f'(t."{column.name}" NOT IN ({", ".join(repr(str(code)) for code in codes)}))'


def _term(column: sa.Column[Any], checks: list[str]) -> str:
    """Return the condition that a column's value is wrong: by type, code, reference, NULL, or one of `checks`."""
    name = f't."{column.name}"'
    reasons = _of_type(column, name)
    codes = _CODES.get(f"{column.table.name}.{column.name}")
    if codes is not None:
        reasons.append(f"{name} NOT IN ({', '.join(repr(str(code)) for code in codes)})")
    for key in column.foreign_keys:
        referred = key.column
        reasons.append(f'NOT EXISTS (SELECT 1 FROM {referred.table.name} AS r WHERE r."{referred.name}" = {name})')
    is_filled = f"{name} IS NOT NULL AND ({' OR '.join(reasons)})"
    return f"coalesce({' OR '.join([is_filled, *([] if column.nullable else [f'{name} IS NULL']), *checks])}, 0)"


def _of_type(column: sa.Column[Any], name: str) -> list[str]:
    """Return the conditions by which a value is not of its column's type."""
    kind = column.type
    if isinstance(kind, UtcTime):
        moment = f"{name} NOT GLOB {_MOMENT} OR strftime('%Y-%m-%dT%H:%M:%S', {name}) IS NOT substr({name}, 1, 19)"
        return [f"typeof({name}) <> 'text'", f"length({name}) <> 27", moment]
    if isinstance(kind, sa.Date):
        return [f"typeof({name}) <> 'text'", f"date({name}) IS NOT {name}"]
    if isinstance(kind, sa.Boolean):
        return [f"typeof({name}) <> 'integer'", f"{name} NOT IN (0, 1)"]
    if isinstance(kind, sa.Integer):
        return [f"typeof({name}) <> 'integer'"]
    if isinstance(kind, sa.Float):
        return [f"typeof({name}) NOT IN ('real', 'integer')"]
    if isinstance(kind, sa.LargeBinary):
        return [f"typeof({name}) <> 'blob'", *([f"length({name}) <> {kind.length}"] if kind.length else [])]
    return [f"typeof({name}) <> 'text'", f"NOT is_utf8(CAST({name} AS BLOB))"]


def _teach(connection: sa.Connection) -> None:
    """Give an SQLite connection the function `is_utf8`, which SQLite lacks."""
    raw: Any = connection.connection.driver_connection
    raw.create_function("is_utf8", 1, _is_utf8, deterministic=True)


def _is_utf8(value: object) -> bool:
    """Return whether bytes are UTF-8 text without a zero byte."""
    if not isinstance(value, bytes):
        return True  # another condition checks the type
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in value
