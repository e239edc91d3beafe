"""A home's records as one whole, wherever they are: for migrating, copying, counting and restoring.

Taps and pages go by `kiosk.store`, to which a file and a server are the same.
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
    """A home's records. What is asked raises MachineError `database`, beside what it says itself."""

    def reading(self) -> AbstractContextManager[sa.Connection]:
        """A snapshot to read from, whatever release's the tables are."""

    def changing(self) -> AbstractContextManager[sa.Connection]:
        """A migration's one transaction. Raises MachineError `server-used` where others of ours are connected."""

    def copy(self, target: Path) -> Facts:
        """Copy them as they are at one moment into a new file. Raises MachineError `backup`."""

    def keep(self, target: Path) -> None:
        """The same to where only root may write, looked at whole and durable. Raises MachineError `backup`, OSError."""

    def size(self) -> int:
        """Bytes."""

    def leave(self, target: Path) -> None:
        """Write the remaining records into a file before a restore over them. Writes no file where there is nothing,
        and an empty one, which passes for no new home, where the records cannot be read.
        """


class FileRecords:
    """In a file of the home's."""

    def __init__(self, database: Path) -> None:
        self.database = database

    def reading(self) -> AbstractContextManager[sa.Connection]:
        """As said above."""
        return copying.reading(self.database)

    @contextmanager
    def changing(self) -> Iterator[sa.Connection]:
        """With the rights of whom the file belongs to."""
        with root_files.acting_on(self.database):
            opened = engine.open_engine(self.database, foreign_keys=False)
            try:
                with opened.begin() as connection:
                    yield connection
            finally:
                opened.dispose()

    def copy(self, target: Path) -> Facts:
        """As said above."""
        return copying.copy(self.database, target)

    def keep(self, target: Path) -> None:
        """As said above."""
        copying.keep(self.database, target, whole=True)

    def size(self) -> int:
        """As said above."""
        return self.database.stat().st_size

    def leave(self, target: Path) -> None:
        """It lies there as a file."""
        raise AssertionError("a file is looked at where it is")


def url(paths: Paths) -> str:
    """Where a home's server is; nothing where its records are in a file. Raises RequestError `config`, MachineError
    `database` where another one waits to be accepted.
    """
    if not config_in_force.is_there(paths.root):
        return ""
    in_force = config_in_force.find(paths.root)
    if in_force.other_database:
        raise MachineError("database", config_in_force.OTHER_DATABASE)
    return in_force.config.database.url


def of(paths: Paths) -> Records:
    """A home's records. Raises RequestError `config`."""
    where = url(paths)
    if not where:
        return FileRecords(paths.database)
    from kiosk.setup.server_records import ServerRecords  # psycopg comes with it

    return ServerRecords(paths, where)


def put(paths: Paths, made: Path, at: datetime) -> str:
    """Put a file's records in the place of those on a home's server; returns the name of the schema that has those of
    before. Raises MachineError `server-used`, `move` or `database`; what was there is then as it was.
    """
    from kiosk.setup.server_records import ServerRecords

    return ServerRecords(paths, url(paths)).put(made, at)


def naming(text: str, url: str) -> str:
    """What kiosk.toml says, with a server's address in it, or none; all else in there stays as it is."""
    return settings_lines.with_line(text, "database", "url", f'url = "{url}"' if url else "")
