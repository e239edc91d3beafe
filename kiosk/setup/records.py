"""Handles a home's records as a whole, in a file or on a server: for migrating, copying, measuring and restoring.

Taps and pages use `kiosk.store`, for which file and server are alike.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from kiosk import config_in_force, root_files
from kiosk.errors import MachineError
from kiosk.home import Paths
from kiosk.setup import settings_lines
from kiosk.store import copying, engine
from kiosk.store.copying import Facts


class Records(Protocol):
    """A home's records. Every method may also raise MachineError `database`."""

    def reading(self) -> AbstractContextManager[sa.Connection]:
        """Return a context with a snapshot to read from, of whatever release's schema."""

    def changing(self) -> AbstractContextManager[sa.Connection]:
        """Return a context with a migration's one transaction. Raises MachineError `server-used` where other programs
        are connected.
        """

    def copy(self, target: Path) -> Facts:
        """Copy the records as of one moment into a new file, and return the copy's facts. Raises MachineError
        `backup`.
        """

    def keep(self, target: Path) -> None:
        """Copy the records durably into a file that only root may write, and check all of it. Raises MachineError
        `backup`, OSError.
        """

    def size(self) -> int:
        """Return the size of the records in bytes."""

    def leave(self, target: Path) -> None:
        """Write the present records into a file before a restore replaces them: no file where there are none, and an
        empty one, which does not count as a new home, where they cannot be read.
        """


class FileRecords:
    """Records in a file of the home."""

    def __init__(self, database: Path) -> None:
        self.database = database

    def reading(self) -> AbstractContextManager[sa.Connection]:
        """Return a context with a snapshot of the file to read from."""
        return copying.reading(self.database)

    @contextmanager
    def changing(self) -> Iterator[sa.Connection]:
        """Yield a migration's one transaction, with the rights of the file's owner."""
        with root_files.acting_on(self.database):
            # A migration rebuilds tables that others refer to; it checks all references before it ends.
            opened = engine.open_engine(self.database, foreign_keys=False)
            try:
                with opened.begin() as connection:
                    yield connection
            finally:
                opened.dispose()

    def copy(self, target: Path) -> Facts:
        """Copy the file as of one moment into a new file, and return the copy's facts."""
        return copying.copy(self.database, target)

    def keep(self, target: Path) -> None:
        """Copy the file durably into one that only root may write, and check all of it."""
        copying.keep(self.database, target, whole=True)

    def size(self) -> int:
        """Return the size of the file in bytes."""
        return self.database.stat().st_size

    def leave(self, target: Path) -> None:
        """Fail: a file is read where it lies, and needs no such copy."""
        raise AssertionError("a file is looked at where it is")


def url(paths: Paths) -> str:
    """Return the address of a home's server; empty where its records are in a file. Raises RequestError `config`,
    MachineError `database` where another address waits to be accepted.
    """
    if not config_in_force.is_there(paths.root):
        return ""
    in_force = config_in_force.find(paths.root)
    if in_force.other_database:
        raise MachineError("database", config_in_force.OTHER_DATABASE)
    return in_force.config.database.url


def of(paths: Paths) -> Records:
    """Return a home's records. Raises RequestError `config`."""
    where = url(paths)
    if not where:
        return FileRecords(paths.database)
    from kiosk.setup.server_records import ServerRecords  # loads psycopg

    return ServerRecords(paths, where)


def put(paths: Paths, database: Path, at: datetime) -> str:
    """Replace the records on a home's server by a file's, and return the name of the schema that has the former ones.
    Raises MachineError `server-used`, `move` or `database`; the records are then unchanged.
    """
    from kiosk.setup.server_records import ServerRecords

    return ServerRecords(paths, url(paths)).put(database, at)


def naming(text: str, url: str) -> str:
    """Return the text of kiosk.toml with a server's address, or without one where `url` is empty; everything else
    stays.
    """
    return settings_lines.with_line(text, "database", "url", f'url = "{url}"' if url else "")
