"""What the entrance's account on a server may not, asked of a file, too: each test at the screen is held against it.

SQLite asks of each statement that is prepared whether it may; the answer is what `rights` declares. What a touch does
that the role may not would be a fault on a server: here it is refused and noted, and the test that did it fails.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from kiosk.store.engine import Store
from kiosk.store.postgresql import rights
from kiosk.store.tables import (
    badge_keys,
    books,
    desk,
    entrance,
    events,
    hosting,
    metadata,
    online,
    people,
    premises,
    prepaid,
    rooms,
    telephones,
    visitors,
)

_ALL = (
    badge_keys,
    books,
    desk,
    entrance,
    events,
    hosting,
    online,
    people,
    premises,
    prepaid,
    rooms,
    telephones,
    visitors,
)  # imported: they are in `metadata`
_TABLES = frozenset(
    metadata.tables
)  # what SQLite has of its own, and what a connection notes, is no right of anybody's
_VERBS = {
    sqlite3.SQLITE_READ: "SELECT",
    sqlite3.SQLITE_INSERT: "INSERT",
    sqlite3.SQLITE_UPDATE: "UPDATE",
    sqlite3.SQLITE_DELETE: "DELETE",
}


class Watched:
    """A store as the entrance has it: `broken` is what was asked of it that its account on a server may not."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.broken: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """As the store's own."""
        with self._store.writing() as connection, self._watching(connection):
            yield connection

    @contextmanager
    def reading(self, **how: Any) -> Iterator[Any]:
        """As the store's own."""
        with self._store.reading(**how) as connection, self._watching(connection):
            yield connection

    @contextmanager
    def _watching(self, connection: Any) -> Iterator[None]:
        raw = connection.connection.driver_connection
        raw.set_authorizer(self._may)
        try:
            yield
        finally:
            raw.set_authorizer(None)

    def _may(self, action: int, table: str | None, column: str | None, _database: str | None, _in: str | None) -> int:
        if _may(action, table, column):
            return sqlite3.SQLITE_OK
        self.broken.add(f"{_VERBS[action]} {table}.{column}")
        return sqlite3.SQLITE_DENY


@cache  # asked for each column of each statement
def _may(action: int, table: str | None, column: str | None) -> bool:
    verb = _VERBS.get(action)
    return verb is None or table not in _TABLES or rights.may("entrance", verb, table, column or "")
