"""What the entrance's account on a server may not, asked of a file, too: each test at the screen is held against it.

SQLite asks of each statement that is prepared whether it may; the answer is what `roles` grants. What a touch does that
the role may not would be a fault on a server: here it is refused and noted, and the test that did it fails.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from kiosk.store.engine import Store
from kiosk.store.postgresql import roles
from kiosk.store.tables import books, desk, entrance, events, hosting, metadata, people, premises, prepaid, rooms

_ALL = (books, desk, entrance, events, hosting, people, premises, prepaid, rooms)  # imported: they are in `metadata`
_REVOKED = re.compile(r"REVOKE ([A-Z, ]+) ON (?!ALL )(.+) FROM ")
_GRANTED = re.compile(r"GRANT SELECT(?: \((.+)\))? ON (\w+) TO ")
_VERBS = {
    sqlite3.SQLITE_READ: "SELECT",
    sqlite3.SQLITE_INSERT: "INSERT",
    sqlite3.SQLITE_UPDATE: "UPDATE",
    sqlite3.SQLITE_DELETE: "DELETE",
}


@cache
def refused(program: str = "entrance") -> frozenset[tuple[str, str]]:
    """What is taken from a program, each verb with its table; and of what it may still read, the columns in `told`."""
    found: set[tuple[str, str]] = set()
    for statement in roles._rights(program, "role", set(metadata.tables)):
        if revoked := _REVOKED.match(statement):
            verbs = _VERBS.values() if revoked[1] == "ALL" else revoked[1].split(", ")
            found |= {(verb, table) for verb in verbs for table in revoked[2].split(", ")}
        elif (granted := _GRANTED.match(statement)) and granted[1] is None:
            found -= {("SELECT", granted[2])}
    return frozenset(found)


@cache
def _told() -> frozenset[tuple[str, str]]:
    granted = map(_GRANTED.match, roles._rights("entrance", "role", set(metadata.tables)))
    return frozenset((each[2], name) for each in granted if each and each[1] for name in each[1].split(", "))


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
        verb = _VERBS.get(action)
        if verb is None or (verb, table) not in refused() or (verb == "SELECT" and (table, column) in _told()):
            return sqlite3.SQLITE_OK
        self.broken.add(f"{verb} {table}.{column}")
        return sqlite3.SQLITE_DENY
