"""Opens the database with the pragmas that the promises need, and lets one connection at a time write.

SQLite alone. A file that is lost is never silently made anew (`mode=rw`). Every write begins IMMEDIATE, so that
what was read is still true when it is decided upon; a lock of our own keeps our threads from meeting SQLite's, whose
waiting is unfair.
"""

import logging
import os
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from kiosk import root_files
from kiosk.errors import MachineError
from kiosk.store import log_care, prepared
from kiosk.store.ledger_files import Identity, LedgerFiles, unwritten
from kiosk.store.log_care import LogCare
from kiosk.store.marks.marks import BEHIND, CHANGED, ChainMark
from kiosk.store.turns import Faults, Turn

log = logging.getLogger(__name__)

BUSY_SECONDS = 2.0  # a tap waits no longer for another writer: it goes to the spool
MESSAGE = "message"  # in a connection's `info`, once its transaction put one
PATIENT_SECONDS = 10.0  # what is done at the desk waits longer: nobody stands before a door
_PRAGMAS = (
    "journal_mode=WAL",
    "secure_delete=ON",
    "trusted_schema=OFF",
    "recursive_triggers=ON",
)


def _refuse_pipes(path: Path) -> None:
    """A pipe in the place of one of the files, which we may not write, would never be opened."""
    for name in ("", "-wal", "-shm"):
        with suppress(OSError):  # of what may not be looked at SQLite says why
            if stat.S_ISFIFO(path.with_name(f"{path.name}{name}").stat().st_mode):
                raise sqlite3.DatabaseError(f"{path.name}{name} is no plain file")


def open_engine(
    path: Path,
    *,
    create: bool = False,
    durable: bool = True,
    foreign_keys: bool = True,
    busy_seconds: float | None = None,
    only_looks: bool = False,
    pages_in_log: int | None = None,
) -> sa.Engine:
    """Return an engine over the SQLite file at `path`. Only `kiosk init` creates; only the door's log is not durable;
    only a migration works without foreign keys, since it may rebuild a table that others refer to. With `only_looks` no
    table is declared: its connections never read the schema, which takes half a megabyte of memory in each. A commit
    that makes the write-ahead log longer than `pages_in_log` writes it back: SQLite's 1,000 where nothing is given.

    Nothing is opened yet: a missing file shows at the first connection.
    """
    mode = "rwc" if create else "rw"
    url = sa.URL.create("sqlite", database=f"file:{path}", query={"mode": mode, "uri": "true"})
    engine = sa.create_engine(
        url,
        connect_args={"timeout": busy_seconds or BUSY_SECONDS},
        pool_reset_on_return=None,
        max_overflow=-1,  # as many as threads ask: nobody who stands at a door waits for another to give one back
        hide_parameters=True,
    )
    sync = "FULL" if durable else "NORMAL"

    sa.event.listen(engine, "do_connect", lambda *_how: _refuse_pipes(path))

    @sa.event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        if not create and connection.execute("PRAGMA schema_version").fetchone() == (0,):
            raise sqlite3.DatabaseError("nothing is in it")  # and WAL mode would make a database of an empty file
        if only_looks:
            return
        for pragma in (*_PRAGMAS, f"synchronous={sync}", f"foreign_keys={'ON' if foreign_keys else 'OFF'}"):
            connection.execute(f"PRAGMA {pragma}").close()
        if pages_in_log is not None:
            connection.execute(f"PRAGMA wal_autocheckpoint={pages_in_log}").close()

    @sa.event.listens_for(engine, "begin")
    def _begun(connection: sa.Connection) -> None:
        prepared.say(connection, connection.get_execution_options().get("sqlite_begin", "BEGIN IMMEDIATE"))

    @sa.event.listens_for(engine, "reset")
    def _given_back(connection: sqlite3.Connection, _record: object, _state: object) -> None:
        if connection.in_transaction:  # its commit failed: who has it next could begin nothing
            connection.rollback()

    return engine


class Sealing(Protocol):
    """The part that notes what a connection changes and seals it before the commit."""

    noted: set[tuple[str, str]]

    def watch(self, connection: sa.Connection) -> None:
        """Let a connection note what it changes."""

    def begin(self, connection: sa.Connection) -> None:
        """Another transaction begins: nothing is noted yet."""

    def lend_key(self, connection: sa.Connection) -> None:
        """Let a connection seal lines of the officers' log."""

    def seal_noted(self, connection: sa.Connection) -> int | None:
        """Seal what was noted in the transaction at hand."""


class Store:
    """Transactions on one home's database.

    A file that was taken away or exchanged under an open connection would go on taking writes that no program finds
    again; so each transaction looks first whether the database, its log and its index are still those that it opened.
    `verify` is called with a connection to each database before it is used, and raises where that is not this home's.
    """

    refusal: MachineError | None = None  # why nothing is written here any more, where that is so
    mark: ChainMark | None = None  # the highest entry that this program saw, where it writes any
    wake: Callable[[], None] | None = None  # whom a message that is committed is to be told to, where that is a program
    lacks = ""  # of a server, in its words: what this account may not, though it was asked to; until restarted

    def __init__(
        self,
        path: Path,
        verify: Callable[[sa.Connection], None] | None = None,
        sealing: "Sealing | None" = None,
        *,
        is_patient: bool = False,
        at_a_door: bool = False,
    ) -> None:
        self.path = path
        self._is_patient = is_patient
        self.sealing = sealing
        self._verify = verify
        self._is_root = os.geteuid() == 0
        pages = log_care.PAGES_AT_A_DOOR if at_a_door else None  # there, `write_log_back` is called after each tap
        self._writer = open_engine(path, busy_seconds=self._busy_seconds, pages_in_log=pages)
        self._reader = self._writer.execution_options(sqlite_begin="BEGIN")
        self._logger = open_engine(path, durable=False, pages_in_log=pages)
        self._looker = open_engine(path, only_looks=True)
        self._lister = open_engine(path, busy_seconds=self._busy_seconds).execution_options(sqlite_begin="BEGIN")
        self._lock = threading.Lock()
        self._is_watched = False  # whether the kept connection notes what it changes
        self._kept: sa.Connection | None = None  # what `writing` hands out: kept, since a tap feels the way to the pool
        self._files = LedgerFiles(path)
        self._care = LogCare(path, self._files)
        self._log: tuple[Identity, Identity | None] | None = None  # the last database's, and its log's
        self._watched: tuple[Identity | None, sa.Connection] | None = None
        self._watches = 0  # how many there were
        self._ruined: tuple[Identity | None, MachineError] | None = None  # the database whose log somebody exchanged

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Run one transaction that reads, decides and writes; committed at the end, undone by any exception.

        Raises MachineError `database` where the file cannot be read or written, or stays locked for 2 s; in a patient
        program `database-busy` after 10 s; `records-behind` or `server-changed` as its mark does.
        """
        try:
            with self._acting(), self._alone(), self._faults():
                connection = self._connected()
                try:
                    with connection.begin():
                        self._begin_sealing(connection)
                        yield connection
                        self._seal(connection)
                    self._care.commits += 1
                    self._committed(connection)
                except sa.exc.DatabaseError:
                    self._disconnect()
                    raise
        except MachineError as fault:
            self._claim_after(fault)
            raise

    def claim(self) -> None:
        """Write this program's claim into records that lack what it saw, and nothing else. Raises MachineError
        `database`.
        """
        if self.mark is None or self.mark.is_claiming:
            return
        from kiosk.store.marks import claims  # as long as the records are older

        with self.accounting() as connection:
            claims.claim(connection, self.mark)

    @contextmanager
    def accounting(self) -> Iterator[sa.Connection]:
        """Open a transaction that accounts for what the records lack: as `writing`, and no mark keeps it back."""
        mark = self.mark
        if mark is not None:
            mark.is_claiming = True
        try:
            with self.writing() as connection:
                yield connection
        finally:
            if mark is not None:
                mark.is_claiming = False

    def _claim_after(self, fault: MachineError) -> None:
        """Claim what was seen, where a write was refused for that. What keeps the claim from being written is for the
        next try: the refusal is what is told.
        """
        if self.mark is not None and fault.code in (BEHIND, CHANGED) and self.mark.wants_claim:
            with suppress(MachineError):
                self.claim()

    def in_time(self) -> AbstractContextManager[None]:
        """Let all that a tap asks have together the time that one transaction has: of a file, it has that anyway."""
        return nullcontext()

    def get_ready(self) -> None:
        """Connect as the next writer would, so that the first tap waits for none of it. Raises
        MachineError `database`.
        """
        with self._acting(), self._alone(), self._faults():
            self._connected()

    def _connected(self) -> sa.Connection:
        """The kept connection. It notes what it changes from before its first transaction, or one that is refused would
        take that back, too.
        """
        if self._is_another():
            self._open()
        if self._kept is None:
            self._kept = self._writer.connect()
            self._files.learn_beside()
            self._is_watched = False
        if self.sealing is not None and not self._is_watched:
            try:
                self.sealing.watch(self._kept)
            except sqlite3.DatabaseError as fault:
                self._disconnect()
                raise sa.exc.DatabaseError("what a connection notes", None, fault) from fault
            self._is_watched = True
        return self._kept

    def _disconnect(self) -> None:
        """A connection that saw a disk fail is asked nothing more."""
        if self._kept is not None:
            self._kept.invalidate()
            self._kept = None
            self._files.unlearn_beside()

    def _begin_sealing(self, connection: sa.Connection) -> None:
        """A transaction at whose end what it changed of prices and rights is sealed. Raises what is refused here."""
        if self.refusal is not None:
            raise _afresh(self.refusal)
        if self.sealing is not None:
            self.sealing.begin(connection)
        if self.mark is not None:
            self.mark.lend(connection)

    def _lend_key(self, connection: sa.Connection) -> None:
        if self.sealing is not None:
            self.sealing.lend_key(connection)

    def _committed(self, connection: sa.Connection) -> None:
        """Take a transaction's last entry for the mark, and wake the sender, once both are there for good. What was
        put and undone wakes once for nothing.
        """
        if self.mark is not None:
            self.mark.committed(connection)
        if self.wake is not None and connection.info.pop(MESSAGE, False):
            self.wake()

    def _seal(self, connection: sa.Connection) -> None:
        if self.sealing is not None and self.sealing.noted:
            self.sealing.seal_noted(connection)

    @contextmanager
    def reading(self, *, of_everybody: bool = False) -> Iterator[sa.Connection]:
        """A snapshot to read from. Raises MachineError `database`. What was read `of_everybody`, time and again, does
        not stay in memory meanwhile, nor does what a page of the desk read: each of its threads has a connection, and
        would keep 2 MB.
        """
        with self._snapshot(self._reader) as connection:
            yield connection
            if of_everybody or self._is_patient:
                prepared.say(connection, "PRAGMA shrink_memory")

    @contextmanager
    def listing(self) -> Iterator[sa.Connection]:
        """A snapshot for a page of a long file. Raises MachineError `database`.

        Its connection is asked for little else: where hundreds of statements are prepared, they hold what SQLite keeps
        ready of small memory in each connection, and every value of every row costs a lock and an allocation.
        """
        with self._snapshot(self._lister) as connection:
            yield connection

    @contextmanager
    def _snapshot(self, engine: sa.Engine) -> Iterator[sa.Connection]:
        with self._acting(), self._faults():
            if self._is_another():
                with self._alone():
                    self._open()
            with engine.begin() as connection:
                yield connection

    def reader(self) -> sa.Engine:
        """An engine for a library that wants one of its own: its transactions read until they are told to write."""
        return self._reader

    @contextmanager
    def logging(self) -> Iterator[sa.Connection]:
        """Open a transaction whose last second may be lost with the power: for the logs only."""
        with self._acting(), self._alone(), self._faults():
            if self._is_another():
                self._open()
            with self._logger.begin() as connection:
                self._lend_key(connection)
                yield connection

    def changes(self) -> tuple[object, ...]:
        """A value that changes whenever anybody commits. Raises MachineError `database`.

        For one thread: `PRAGMA data_version` counts for a connection of its own, from where that began.
        """
        with self._acting(), self._alone(), self._faults():
            if self._is_another():
                self._open()
            if self._watched is None or self._watched[0] != self._files.database:
                self._watched = self._files.database, self._looker.connect()
                self._watches += 1
            raw = self._watched[1].connection.driver_connection
            if raw is None:
                raise AssertionError("a connection that is open has its driver's")
            return (self._files.database, self._watches, *raw.execute("PRAGMA data_version").fetchone())

    @property
    def opened(self) -> Identity | None:
        """Which file is open: another one where the database was exchanged."""
        return self._files.database

    def close(self) -> None:
        """Give every connection back."""
        with self._acting(), self._lock, self._care.lock:
            with suppress(MachineError):
                if not self._files.is_exchanged() and self._files.lost_beside():
                    self._put_log_back()
            self._forget()

    @property
    def _busy_seconds(self) -> float:
        return PATIENT_SECONDS if self._is_patient else BUSY_SECONDS

    def _busy(self, said: str) -> MachineError:
        """What it is when others write for longer: for a tap a fault like others, which has its way."""
        if self._is_patient:
            return MachineError("database-busy", f"the database {self.path}: {said}")
        return MachineError("database", f"the database {self.path}: {said}")

    def _acting(self) -> AbstractContextManager[None]:
        """Act with the rights of the database's owner: root has none of its own here, since files beside a database may
        be planted by any account that writes there.
        """
        return root_files.acting_on(self.path) if self._is_root else nullcontext()

    def _alone(self) -> AbstractContextManager[None]:
        """Our own threads take turns here, and wait no longer than for another program."""
        return Turn(self._lock, self._busy_seconds, self._busy)

    def _faults(self) -> AbstractContextManager[None]:
        return Faults(self._told_of)

    def _is_another(self) -> bool:
        """Whether what is at `path` is not what is open. Raises MachineError where there is nothing."""
        return self._files.is_exchanged() or self._files.lost_beside()

    def _open(self) -> None:
        """Turn to the file that is there now, and verify it: reading is enough, since the disk may be read-only."""
        with Turn(self._care.lock, self._busy_seconds, self._busy):
            self._turn_to_file()

    def _turn_to_file(self) -> None:
        found = _inode(self.path)
        if self._ruined is not None:
            if found == self._ruined[0]:
                raise _afresh(self._ruined[1])
            self._ruined = None
        if self._files.is_exchanged():
            self._empty_the_log_of_another()
            self._forget()
        elif self._files.lost_beside():
            self._put_log_back()
        else:
            return  # another thread was first
        if self._verify is not None:
            with self._reader.begin() as connection:
                self._verify(connection)
        self._files.learn()
        self._log = None if found is None else (found, _inode(self._beside("-wal")))

    def _put_log_back(self) -> None:
        """What is committed in a log that was taken away goes back to where it was. Raises MachineError `database`."""
        read = sum(engine.pool.checkedout() for engine in (self._writer, self._lister))  # type: ignore[attr-defined]  # queues
        if read > (self._kept is not None):
            raise MachineError("database", f"the database {self.path}: its log was taken away, and it is still read")
        main = self._files.database
        log.error("%s or its index was taken away while it was open", self._beside("-wal"))
        try:
            self._files.put_back()
        except MachineError as fault:
            log.error("%s", fault)
            self._ruined = main, fault
            raise
        finally:
            with unwritten(self.path):
                self._forget()
        log.warning("%s is back, with all that was in it", self._beside("-wal"))

    def _empty_the_log_of_another(self) -> None:
        """What is in the write-ahead log belongs to the file that was here before, and goes there, wherever it is now:
        SQLite would read it into the one that is here, and ruin it. Raises MachineError `database` where it cannot go.
        """
        log = self._beside("-wal")
        if self._log is None or _inode(self.path) == self._log[0] or _inode(log) is None or _inode(log) != self._log[1]:
            return
        raw = None if self._kept is None else self._kept.connection.driver_connection
        if raw is not None:
            with suppress(sqlite3.Error):
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
        if log.stat().st_size:
            text = f"the database {self.path} was exchanged and {log.name} is the other one's still"
            raise MachineError("database", f"{text}: stop what uses it, take {log.name} away")
        log.unlink()
        self._beside("-shm").unlink(missing_ok=True)
        self._log = None

    @property
    def can_wipe(self) -> bool:
        """Tell whether this program may overwrite erased data: a program that writes a file may."""
        return True

    def checkpoint(self) -> bool:
        """Write the log into the database and cut it to nothing. Returns False while another connection reads from it.

        No write waits for it: it gives up at once. Raises MachineError `database`.
        """
        with self._alone(), self._faults():
            if self._is_another():
                self._open()
            try:
                with closing(log_care.connect(self.path)) as raw:
                    return bool(raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)
            except sqlite3.OperationalError:
                return False

    def write_log_back(self, *, at_rest: bool = False, cuts: bool = False) -> None:
        """Write the log into the database where many transactions are in it, as far as others' reading lets it.

        `at_rest`: whatever is in it, and a log that became long is cut, with `cuts` any. No tap waits. Raises
        MachineError `database`.
        """
        with self._acting():
            if at_rest:
                self._care.rest(cuts=cuts)
            else:
                self._care.write_back()

    def _beside(self, end: str) -> Path:
        return self.path.with_name(self.path.name + end)

    def _forget(self) -> None:
        if self._kept is not None:
            with suppress(sa.exc.SQLAlchemyError):
                self._kept.close()
            self._kept = None
        if self._watched is not None:
            with suppress(sa.exc.SQLAlchemyError):
                self._watched[1].invalidate()
                self._watched[1].close()
            self._watched = None
        self._files.forget()
        self._writer.dispose()
        self._logger.dispose()
        self._looker.dispose()
        self._lister.dispose()

    def _told_of(self, fault: BaseException) -> MachineError | None:
        """What an error of the machine is told as; None for one that is none."""
        if isinstance(fault, (sa.exc.IntegrityError, sa.exc.DataError, sa.exc.ProgrammingError)):
            return None  # what was asked was wrong, not the machine
        if isinstance(fault, sa.exc.DatabaseError):
            if "locked" in str(fault.orig):
                return self._busy(str(fault.orig))
            return MachineError("database", f"the database {self.path}: {fault.orig}")
        if isinstance(fault, UnicodeDecodeError):  # so the driver says that a page is not what was written
            return MachineError("database", f"the database {self.path} is damaged ({fault})")
        return None


def _afresh(fault: MachineError) -> MachineError:
    """A fault that is kept, to be raised time and again: it would keep the way of each raising, and all that stood on
    it, for as long as the program runs.
    """
    return fault.with_traceback(None)


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def begin_to_write(connection: sa.Connection) -> None:
    """Begin to write on a connection whose statements stood alone so far; one that writes already is left as it is.

    For Flask-Security's sessions, which begin to read long before they write, if they ever do.
    """
    on_a_server = connection.get_execution_options().get("begin_to_write")
    if on_a_server is not None:
        on_a_server(connection)
        return
    driver = connection.connection.driver_connection
    if driver is not None and not driver.in_transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
