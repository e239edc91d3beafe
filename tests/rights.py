"""Holds tests at the screen and of the desk to their program's rights: on a file by a watch, on a server by account.

SQLite asks of each statement that is prepared whether it may; the answer is what `rights` declares. What a touch or a
page does that the role may not would be a fault on a server: here it is refused and noted, and its test fails.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from kiosk import home
from kiosk.home import Home
from kiosk.store.engine import Store
from kiosk.store.postgresql import address, rights
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
    """A store as a program has it: `broken` is what was asked of it that its account on a server may not."""

    def __init__(self, store: Store, program: str) -> None:
        self._store = store
        self._program = program
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
    def listing(self) -> Iterator[Any]:
        """As the store's own."""
        with self._store.listing() as connection, self._watching(connection):
            yield connection

    @contextmanager
    def logging(self) -> Iterator[Any]:
        """As the store's own."""
        with self._store.logging() as connection, self._watching(connection):
            yield connection

    @contextmanager
    def _watching(self, connection: Any) -> Iterator[None]:
        """Refuse, for as long as a transaction lasts, what the program may not."""
        watch = connection.info.get(_WATCH)
        if watch is None or watch.of is not self or watch.has_missed:
            watch = connection.info[_WATCH] = Watch(self)
            connection.connection.driver_connection.set_authorizer(watch.may)  # all that is prepared expires
        watch.is_on = True
        try:
            yield
        finally:
            watch.is_on = False


_WATCH = "tests.rights.watch"


class Watch:
    """What one connection asks. It stays there between transactions: to set it would have SQLite prepare, and ask of,
    each statement of a page anew.
    """

    def __init__(self, of: Watched) -> None:
        self.of = of
        self.is_on = False
        self.has_missed = False  # whoever is not watched prepared what the program may not, and the driver keeps it

    def may(self, action: int, table: str | None, column: str | None, _database: str | None, _in: str | None) -> int:
        """Return SQLite's answer."""
        if _may(self.of._program, action, table, column):
            return sqlite3.SQLITE_OK
        if not self.is_on:
            self.has_missed = True
            return sqlite3.SQLITE_OK
        self.of.broken.add(f"{_VERBS[action]} {table}.{column}")
        return sqlite3.SQLITE_DENY


@cache  # asked for each column of each statement
def _may(program: str, action: int, table: str | None, column: str | None) -> bool:
    verb = _VERBS.get(action)
    return verb is None or table not in _TABLES or rights.may(program, verb, table, column or "")


def check_account(opened: Home, program: str) -> None:
    """Fail where a home on a server was not opened by a program's own account."""
    if opened.config.database.url:
        with opened.store.reading() as connection:
            account = connection.exec_driver_sql("SELECT current_user").scalar()
        own = home.own_server(opened.paths, program) or opened.config.database.url
        assert account == address.parsed(own).username, program
