"""Makes rows of every table, in every state that its constraints and guards let in: from the schema, so that a table or
a state that comes later is among them.
"""

import itertools
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kiosk.store import guards, schema, tables
from kiosk.store.tables import UtcTime, metadata
from tests.conftest import Space

for _path in Path(tables.__file__).parent.glob("[a-z]*.py"):
    import_module(f"kiosk.store.tables.{_path.stem}")

# Tables that a home has rows of, or whose rows only the program itself writes.
THERE = frozenset(
    (
        *("home", "entry", "entry_kind", "entry_text", "account", "member", "badge", "product", "zone", "plan"),
        *("policy", "tariff", "name", "site", "door", "door_word", "rules_revision", "desk_log_start"),
        *("closing", "desk_log", "desk_log_last", "visit", "membership", "payment_word"),
    )
)
# Rows that a guard wants numbered without gaps, and states that are reached by a change alone: put in without guards.
_UNGUARDED = ("event", "document", "document_line", "remittance", "signup")
_IN = re.compile(r"(\w+) IN \(([^)]*)\)")
_LATER = ("ends", "until", "expires", "over", "settled", "decided", "left", "ended", "done", "due", "told", "undone")
_JSON = frozenset(("answers", "written", "content", "lines", "moved", "spec", "detail", "layout", "facts"))
_FIRST_DAY = date(2024, 1, 2)


class Rows:
    """What was put in: how many rows of each table, of whom."""

    def __init__(self, connection: sa.Connection, members: tuple[int, int]) -> None:
        self._connection = connection
        self._members = members
        self._numbers = itertools.count(1)
        self._entries = iter(connection.execute(sa.text("SELECT number FROM entry ORDER BY number")).scalars().all())
        self._first: dict[sa.Column[Any], Any] = {}
        self.made: dict[str, int] = {}

    def make(self) -> None:
        """Put in as many rows of each table as there are states of it."""
        beside = schema.on_a_server(self._connection) or guards
        beside.remove(self._connection)
        wanted = [table for table in metadata.sorted_tables if table.name not in THERE]
        for name in _UNGUARDED:
            self._fill(metadata.tables[name])
        beside.install(self._connection)
        for table in wanted:
            if table.name not in self.made:
                self._fill(table)

    def _fill(self, table: sa.Table) -> None:
        self.made[table.name] = 0
        for chosen in _states(table):
            for without in _lacking(table):
                values = self._row(table, chosen, without)
                try:
                    with self._connection.begin_nested():
                        self._connection.execute(table.insert(), values)
                except sa.exc.IntegrityError:
                    continue
                self.made[table.name] += 1

    def _row(self, table: sa.Table, chosen: dict[str, str], without: frozenset[str]) -> dict[str, Any]:
        number = next(self._numbers)
        row: dict[str, Any] = {}
        for column in table.columns:
            if column.name in without:
                row[column.name] = None
            elif column.name in chosen:
                row[column.name] = chosen[column.name]
            elif not (column.primary_key and isinstance(column.type, sa.Integer) and not column.foreign_keys):
                row[column.name] = self._value(column, number)
            elif len(table.primary_key.columns) > 1 or column.autoincrement is False:
                row[column.name] = number
        return row

    def _value(self, column: sa.Column[Any], number: int) -> Any:
        if column.foreign_keys:
            return self._referred(column)
        if isinstance(column.type, UtcTime):
            return _moment(column.name, number)
        if isinstance(column.type, sa.Date):
            return _FIRST_DAY + timedelta(days=number * 2 + column.name.startswith(_LATER))
        if isinstance(column.type, sa.Boolean):
            return False
        if isinstance(column.type, sa.Integer):
            return _whole(column.name, number)
        if isinstance(column.type, sa.Float):
            return 1.5
        if isinstance(column.type, sa.LargeBinary):
            return number.to_bytes(column.type.length or 16, "big")
        if column.name in _JSON:
            return "[]" if column.name == "lines" else "{}"
        return [f"t{number}"] if not isinstance(column.type, sa.String) else f"t{number}"[: column.type.length or None]

    def _referred(self, column: sa.Column[Any]) -> Any:
        (key,) = column.foreign_keys
        there = key.column
        if there.table.name == "member":
            return self._members[1 if column.name.startswith(("to_", "merged", "sponsor", "taken")) else 0]
        if there.table.name == "entry" and (column.unique or column.primary_key):
            return next(self._entries, None)
        if column.name.startswith(("for_", "officer")):
            return self._ask(sa.select(there).order_by(there.desc()).limit(1))
        if self._first.get(there) is None:  # rows are added alone: once there is a first number, it stays the first
            self._first[there] = self._ask(sa.select(there).order_by(there).limit(1))
        return self._first[there] if isinstance(there.type, sa.Integer) else self._first.pop(there)

    def _ask(self, query: sa.Select[Any]) -> Any:
        return self._connection.execute(query).scalar()


def _states(table: sa.Table) -> Iterator[dict[str, str]]:
    """Each choice of what the table's constraints list."""
    listed: dict[str, list[str]] = {}
    for each in table.constraints:
        if isinstance(each, sa.CheckConstraint):
            for name, values in _IN.findall(str(each.sqltext)):
                if name in table.columns:
                    listed.setdefault(name, re.findall(r"'([^']+)'", values))
    names = list(listed)
    for chosen in itertools.product(*listed.values()):
        yield dict(zip(names, chosen, strict=True))


def _lacking(table: sa.Table) -> list[frozenset[str]]:
    """All that may be empty filled, all of it empty, and each by itself empty or filled."""
    free = frozenset(column.name for column in table.columns if column.nullable)
    each = [frozenset((name,)) for name in sorted(free)]
    return list(dict.fromkeys([frozenset(), free, *each, *(free - one for one in each)]))


def _moment(name: str, number: int) -> datetime:
    day = datetime(_FIRST_DAY.year, _FIRST_DAY.month, _FIRST_DAY.day, tzinfo=UTC) + timedelta(days=number * 2)
    hour = 12 if name.startswith("free") else 11 if name.startswith(_LATER) else 7 if name.startswith("deadline") else 9
    return day.replace(hour=hour, minute=13, second=17, microsecond=345678)


def _whole(name: str, number: int) -> int:
    small = {
        "member_number": 1,
        "weekday": 1,
        "places": 2,
        "used": 0,
        "expired": 0,
        "from_minute": 60,
        "until_minute": 120,
        "percent": 10,
    }
    return next(
        (value for word, value in small.items() if word in name), number if name == "number" else 1 + number % 9
    )


def make(space: Space, members: tuple[int, int]) -> dict[str, int]:
    """Put rows of every table into a home, those of people for two members. Returns how many of each."""
    with space.home.store.writing() as connection:
        rows = Rows(connection, members)
        rows.make()
    return rows.made
