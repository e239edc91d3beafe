"""The database: opened with the pragmas that the promises need, written by one connection at a time.

SQLite alone for now. A file that is lost is never silently made anew (`mode=rw`). Every write begins IMMEDIATE, so that
what was read is still true when it is decided upon; a lock of our own keeps our threads from meeting SQLite's, whose
waiting is unfair.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from kiosk.errors import MachineError, RequestError

REVISION = "0001"  # the newest migration; a test holds it against the migrations themselves
BUSY_SECONDS = 2.0
_PRAGMAS = (
    "journal_mode=WAL",
    "secure_delete=ON",
    "trusted_schema=OFF",
    "recursive_triggers=ON",
)


def open_engine(path: Path, *, create: bool = False, durable: bool = True, foreign_keys: bool = True) -> sa.Engine:
    """An engine over the SQLite file at `path`. Only `kiosk init` creates; only the door's log is not durable; only
    a migration works without foreign keys, since it may rebuild a table that others refer to.

    Nothing is opened yet: a missing file shows at the first connection.
    """
    mode = "rwc" if create else "rw"
    url = sa.URL.create("sqlite", database=f"file:{path}", query={"mode": mode, "uri": "true"})
    engine = sa.create_engine(url, connect_args={"timeout": BUSY_SECONDS}, pool_reset_on_return=None)
    sync = "FULL" if durable else "NORMAL"

    @sa.event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in (*_PRAGMAS, f"synchronous={sync}", f"foreign_keys={'ON' if foreign_keys else 'OFF'}"):
            connection.execute(f"PRAGMA {pragma}").close()

    @sa.event.listens_for(engine, "begin")
    def _begun(connection: sa.Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN IMMEDIATE"))

    return engine


class Store:
    """Transactions on one home's database."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer = open_engine(path)
        self._reader = self._writer.execution_options(sqlite_begin="BEGIN")
        self._logger = open_engine(path, durable=False)
        self._lock = threading.Lock()
        self._kept: sa.Connection | None = None  # what `writing` hands out: kept, since a tap feels the way to the pool

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction that reads, decides and writes; committed at the end, undone by any exception.

        Raises MachineError `database` where the file cannot be read or written.
        """
        with self._lock, self._faults():
            if self._kept is None:
                self._kept = self._writer.connect()
            with self._kept.begin():
                yield self._kept

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A snapshot to read from. Raises MachineError `database`."""
        with self._faults(), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def logging(self) -> Iterator[sa.Connection]:
        """A transaction whose last second may be lost with the power: for the door's log only."""
        with self._lock, self._faults(), self._logger.begin() as connection:
            yield connection

    def close(self) -> None:
        """Give every connection back."""
        with self._lock:
            if self._kept is not None:
                self._kept.close()
                self._kept = None
        self._writer.dispose()
        self._logger.dispose()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except (sa.exc.IntegrityError, sa.exc.DataError, sa.exc.ProgrammingError):
            raise  # what was asked was wrong, not the machine
        except sa.exc.DatabaseError as fault:
            raise MachineError("database", f"the database {self.path}: {fault.orig}") from fault


def check_revision(connection: sa.Connection) -> None:
    """Raises RequestError `database-newer` or `database-older` unless the schema is this release's.

    Asked in plain SQL: a start does not wait for Alembic to be imported.
    """
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if found == REVISION:
        return
    if found is not None and str(found) < REVISION:
        raise RequestError(
            "database-older", f"the database is at {found}, this release wants {REVISION}: kiosk migrate"
        )
    raise RequestError("database-newer", f"the database is at {found}, newer than this release ({REVISION}): update it")
