"""The records as a whole, wherever they are: taken away, copied, put back, another home's in their place.

A file is renamed and copied; a server's database, too, by the server's owner, once nobody is connected to it.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count

import psycopg
import sqlalchemy as sa
from psycopg import sql

from kiosk.home import Home
from kiosk.store.postgresql import tables
from kiosk.store.postgresql.address import SCHEMA
from tests import beside

_HIDDEN, _COPY = "_hidden", "_copy"


class Records:
    """One home's, in a file."""

    def __init__(self, made: Home) -> None:
        self._file = made.paths.database
        self._hidden = self._file.with_name("hidden")

    def hide(self) -> None:
        """Take them away."""
        self._file.rename(self._hidden)

    def show(self) -> None:
        """Bring them back. Whoever missed them made no new ones."""
        assert not self._file.exists(), "a new database was made"
        self._hidden.rename(self._file)

    def copy(self) -> None:
        """Keep them as they are now, with all that was committed; whoever uses them has stopped."""
        with closing(sqlite3.connect(self._file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(self._file, self._file.with_name("copy"))

    def put_back(self) -> None:
        """Take the copy's state, while nobody uses them."""
        for end in ("", "-wal", "-shm"):
            self._file.with_name(f"{self._file.name}{end}").unlink(missing_ok=True)
        shutil.copy(self._file.with_name("copy"), self._file)

    def put_another_s(self) -> None:
        """Put a copy of the hidden ones in their place that says it is another home's."""
        another = self._file.with_name("another")  # made aside: what was written ahead still lies beside the name
        shutil.copy(self._hidden, another)  # SQLite would find the hidden file open under its old name
        with closing(sqlite3.connect(another)) as copy:
            copy.execute("DROP TRIGGER home_never_changed")
            copy.execute("UPDATE home SET home_id = 'another'")
            copy.commit()
        another.rename(self._file)

    def take_out(self) -> None:
        """Take out what was put in their place."""
        self._file.unlink()

    def hold(self, text: str) -> bool:
        """Whether a text is anywhere in them."""
        return text.encode() in self._file.read_bytes()


class RecordsOnAServer(Records):
    """The same of a server's database."""

    def __init__(self, url: str) -> None:
        self._url = sa.make_url(url)
        self._name = str(self._url.database)

    def hide(self) -> None:
        self._renamed(self._name, self._name + _HIDDEN)

    def show(self) -> None:
        self._renamed(self._name + _HIDDEN, self._name)

    def copy(self) -> None:
        self._copied(self._name, self._name + _COPY)

    def put_back(self) -> None:
        self.take_out()
        self._copied(self._name + _COPY, self._name)

    def put_another_s(self) -> None:
        self._copied(self._name + _HIDDEN, self._name)
        url = self._url.set(database=self._name).render_as_string(hide_password=False)
        with beside.unguarded_server(url) as server:
            server.execute("UPDATE home SET home_id = 'another'")

    def take_out(self) -> None:
        self._say("DROP DATABASE {} WITH (FORCE)", self._name)

    def hold(self, text: str) -> bool:
        with psycopg.connect(self._url.set(drivername="postgresql").render_as_string(hide_password=False)) as server:
            return any(
                text in str(row) or text.encode().hex() in str(row)
                for table in tables.everything()
                for row in server.execute(
                    sql.SQL("SELECT t::text FROM {} AS t").format(sql.Identifier(SCHEMA, table.name))
                )
            )

    def _renamed(self, name: str, to: str) -> None:
        self._say("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false", name)
        self._ended(name)
        self._say("ALTER DATABASE {} RENAME TO {}", name, to)
        self._say("ALTER DATABASE {} WITH ALLOW_CONNECTIONS true", to)

    def _copied(self, name: str, to: str) -> None:
        self._ended(name)
        self._say("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", to, name)

    def _ended(self, name: str) -> None:
        self._say("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = {}", sql.Literal(name))

    def _say(self, statement: str, *names: "str | sql.Literal") -> None:
        url = self._url.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
        said = [sql.Identifier(each) if isinstance(each, str) else each for each in names]
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*said))


def of(made: Home) -> Records:
    """A home's."""
    url = made.config.database.url
    return RecordsOnAServer(url) if url else Records(made)


def compared(made: Home) -> None:
    """Let the 90 s pass in which all doors compare, where a server answers otherwise than before."""
    if made.config.database.url and made.store.mark is not None:
        seconds = count(10**9, 100)
        made.store.mark.monotonic = lambda: next(seconds)


@contextmanager
def away(made: Home) -> Iterator[Records]:
    """They are not there."""
    found = of(made)
    found.hide()
    yield found
    found.show()
