"""Opens the SQLite database with the pragmas that the promises need, and lets one connection at a time write.

A lost file is never silently made anew (`mode=rw`). Every writing transaction begins with IMMEDIATE, so that what it
read is still true when it decides. A lock of the program's own keeps its threads from meeting at SQLite's lock, which
is not fair to those that wait.

A program's mark is the last entry that it saw. If the records lack that entry (an older copy was put in their place),
its writes are refused, and it writes a claim: a row that says which entry is lacking, and stops all other programs.
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

BUSY_SECONDS = 2.0  # a tap waits no longer for another writer: it goes to the spool, a file, and is entered later
MESSAGE = "message"  # the key in a connection's `info` that says that its transaction wrote a message to send
ALONE = "SELECT 1"  # sent in place of BEGIN: no transaction begins, so each statement is one of its own
_PREPARED, _PREPARED_AT_THE_DESK = 128, 64  # statements kept, of 13 KB each: no page of the desk sends as many
PATIENT_SECONDS = 10.0  # acts at the desk wait longer: there, no one stands before a door
_PRAGMAS = (
    "journal_mode=WAL",
    "secure_delete=ON",  # erased data is overwritten with zeros
    "trusted_schema=OFF",  # no function that a tampered schema names is called
    "recursive_triggers=ON",  # guards see the deletion within a REPLACE, too
)


def _refuse_pipes(path: Path) -> None:
    """Raise sqlite3's DatabaseError if the database, its log or its index is a pipe, which would block for ever on
    opening. A missing file is no pipe.
    """
    for name in ("", "-wal", "-shm"):
        with suppress(OSError):  # SQLite itself reports a file that may not be read
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
    statements: int = _PREPARED,
) -> sa.Engine:
    """Return an engine over the SQLite file at `path`. Nothing is opened yet: the first connection raises if the file
    is missing, or empty and not to be created.

    `create` makes a missing file, as for a new home; not `durable` are logs and a file still being copied; without
    `foreign_keys` a table that others refer to may be rebuilt. With `only_looks` connections skip the pragmas and never
    read the schema, which would take half a megabyte of memory in each. A commit that makes the write-ahead log longer
    than `pages_in_log` writes the log back; None leaves SQLite's limit of 1,000 pages. A connection keeps so many
    `statements` prepared.
    """
    mode = "rwc" if create else "rw"
    url = sa.URL.create("sqlite", database=f"file:{path}", query={"mode": mode, "uri": "true"})
    engine = sa.create_engine(
        url,
        connect_args={"timeout": busy_seconds or BUSY_SECONDS, "cached_statements": statements},
        pool_reset_on_return=None,  # SQLAlchemy sends no ROLLBACK: `_given_back` below does where need be
        max_overflow=-1,  # as many as threads need: no member at a door waits for another thread
        hide_parameters=True,
    )
    sync = "FULL" if durable else "NORMAL"  # NORMAL: a commit does not wait until the disk has it

    sa.event.listen(engine, "do_connect", lambda *_how: _refuse_pipes(path))

    @sa.event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # BEGIN is sent by this module, below
        if not create and connection.execute("PRAGMA schema_version").fetchone() == (0,):
            raise sqlite3.DatabaseError("nothing is in it")  # setting WAL mode would turn an empty file into a database
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
        if connection.in_transaction:  # its commit failed: the next user could begin nothing
            connection.rollback()

    return engine


class Sealing(Protocol):
    """The part of the program that collects which rows a transaction changes, and seals them before the commit."""

    noted: set[tuple[str, str]]  # the rows that this transaction changed and has not sealed: table and row

    def watch(self, connection: sa.Connection) -> None:
        """Make a connection record the rows that it changes."""

    def begin(self, connection: sa.Connection) -> None:
        """Start a new transaction: no row is recorded yet."""

    def lend_key(self, connection: sa.Connection) -> None:
        """Give a connection the key that seals lines of the officers' log."""

    def seal_noted(self, connection: sa.Connection) -> int | None:
        """Write a seal entry over the rows recorded in this transaction; return its number, None if none is needed."""


class Store:
    """The transactions of one program on one home's database file.

    A file that is removed or exchanged while it is open would go on taking writes that no other program finds; so each
    transaction first checks that the database, its log and its index are still the files that were opened. `verify` is
    called with a connection to each database before its use, and raises if it is not this home's.
    """

    # the error that each write raises, as at a revoked door; None: this program may write
    refusal: MachineError | None = None
    mark: ChainMark | None = None  # the highest entry that this program saw; None in a program that writes none
    wake: Callable[[], None] | None = None  # called when a message is committed; None in a program that sends none
    # a right that the program's account on a server lacks, in the server's words; "" for none, and for a file
    lacks = ""

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
        pages = log_care.PAGES_AT_A_DOOR if at_a_door else None  # there, `write_log_back` runs after each tap
        statements = _PREPARED_AT_THE_DESK if is_patient else _PREPARED
        self._writer = open_engine(  # for `writing`
            path, busy_seconds=self._busy_seconds, pages_in_log=pages, statements=statements
        )
        # for `reading`: the same connections, without the lock
        self._reader = self._writer.execution_options(sqlite_begin="BEGIN")
        self._logger = open_engine(path, durable=False, pages_in_log=pages)  # for `logging`
        self._looker = open_engine(path, only_looks=True)  # for `changes`
        # for `listing`
        self._lister = open_engine(path, busy_seconds=self._busy_seconds).execution_options(sqlite_begin="BEGIN")
        self._lock = threading.Lock()  # held by the thread that writes
        self._is_watched = False  # whether the kept connection records what it changes
        self._kept: sa.Connection | None = None  # the connection of `writing`, not fetched anew for each tap
        self._files = LedgerFiles(path)
        self._care = LogCare(path, self._files)  # writes the write-ahead log back
        self._log: tuple[Identity, Identity | None] | None = None  # the database opened last, and its log
        self._watched: tuple[Identity | None, sa.Connection] | None = None  # the database that `changes` looks at
        self._watches = 0  # how many `_watched` there were
        # a database whose log was lost, and the error to raise for it
        self._ruined: tuple[Identity | None, MachineError] | None = None

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Run one transaction that reads, decides and writes: committed at the end, rolled back by any exception.

        Raises MachineError `database` if the file cannot be read or written, or stays locked for 2 s; in a patient
        program (the desk) `database-busy` after 10 s; `records-behind` or `server-changed` as the program's mark does;
        the error in `refusal`. After an error of the database the next transaction gets a new connection.
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
        """Write this program's claim into records that lack an entry which it saw, and nothing else.

        Does nothing without a mark, or while a claim is being written, whose own refusal would ask for another. Raises
        MachineError `database`.
        """
        if self.mark is None or self.mark.is_claiming:
            return
        from kiosk.store.marks import claims  # needed only while the records are older

        with self.accounting() as connection:
            claims.claim(connection, self.mark)

    @contextmanager
    def accounting(self) -> Iterator[sa.Connection]:
        """Open a transaction as `writing` does, in which the program's mark stops nothing: to account for entries that
        the records lack.
        """
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
        """Write a claim after a write was refused because the records lack what was seen.

        If the claim cannot be written either, the next refusal tries again: the caller is told of the first refusal.
        """
        if self.mark is not None and fault.code in (BEHIND, CHANGED) and self.mark.wants_claim:
            with suppress(MachineError):
                self.claim()

    def in_time(self) -> AbstractContextManager[None]:
        """Return a context in which all transactions of one tap share one time limit. For a file nothing is needed."""
        return nullcontext()

    def get_ready(self) -> None:
        """Open the connection that the next writer uses, so that the first tap need not wait for it. Raises
        MachineError `database`.
        """
        with self._acting(), self._alone(), self._faults():
            self._connected()

    def _connected(self) -> sa.Connection:
        """Return the connection kept for writing, opened if need be.

        It records changed rows from before its first transaction on: SQLite would undo the set-up with a transaction
        that is rolled back.
        """
        if self._is_another():
            self._open()
        if self._kept is None:
            self._kept = self._writer.connect()
            self._files.learn_beside()  # which files the log and the index are, so that their loss is noticed
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
        """Discard the connection kept for writing, after it saw a fault of the disk."""
        if self._kept is not None:
            self._kept.invalidate()
            self._kept = None
            self._files.unlearn_beside()

    def _begin_sealing(self, connection: sa.Connection) -> None:
        """Prepare a transaction whose changes of prices and rights are sealed at its end.

        Raises the MachineError in `refusal`, if there is one.
        """
        if self.refusal is not None:
            raise _afresh(self.refusal)
        if self.sealing is not None:
            self.sealing.begin(connection)
        if self.mark is not None:
            self.mark.lend(connection)

    def _lend_key(self, connection: sa.Connection) -> None:
        """Give a connection the key that seals lines of the officers' log, if this program has one."""
        if self.sealing is not None:
            self.sealing.lend_key(connection)

    def _committed(self, connection: sa.Connection) -> None:
        """Raise the mark to a committed transaction's last entry, and wake the sender if a message was written.

        A message that was written and undone in the transaction wakes the sender for nothing.
        """
        if self.mark is not None:
            self.mark.committed(connection)
        if self.wake is not None and connection.info.pop(MESSAGE, False):
            self.wake()

    def _seal(self, connection: sa.Connection) -> None:
        """Write the seal of the rows that this transaction changed, if any are sealed."""
        if self.sealing is not None and self.sealing.noted:
            self.sealing.seal_noted(connection)

    @contextmanager
    def reading(self, *, of_everybody: bool = False) -> Iterator[sa.Connection]:
        """Open a snapshot to read from. Raises MachineError `database`.

        After reading many members' rows (`of_everybody`), and after each page of the desk, the connection's memory is
        given back: each thread has a connection, which would keep 2 MB.
        """
        with self._snapshot(self._reader) as connection:
            yield connection
            if of_everybody or self._is_patient:
                prepared.say(connection, "PRAGMA shrink_memory")

    @contextmanager
    def listing(self) -> Iterator[sa.Connection]:
        """Open a snapshot for a page of a long file. Raises MachineError `database`.

        Its engine is used for little else: on a connection with hundreds of prepared statements, SQLite's reserve of
        small memory is used up, and every value of every row would cost a lock and an allocation.
        """
        with self._snapshot(self._lister) as connection:
            yield connection

    @contextmanager
    def _snapshot(self, engine: sa.Engine) -> Iterator[sa.Connection]:
        """Run one reading transaction on an engine, after checking that the files are still the same."""
        with self._acting(), self._faults():
            if self._is_another():
                with self._alone():
                    self._open()
            with engine.begin() as connection:
                yield connection

    @contextmanager
    def apart(self) -> Iterator[sa.Connection]:
        """Open a connection on which each statement is a transaction of its own, outside the snapshot that a page is
        drawn from. Raises SQLAlchemy's DBAPIError: no error is made a MachineError here, and no exchanged
        file noticed.
        """
        with self._reader.execution_options(sqlite_begin=ALONE).begin() as connection:
            yield connection

    @contextmanager
    def logging(self) -> Iterator[sa.Connection]:
        """Open a writing transaction whose commit may be lost with the power, within the last second: for logs only.
        Its changes are not sealed and no mark or `refusal` stops it. Raises MachineError `database`.
        """
        with self._acting(), self._alone(), self._faults():
            if self._is_another():
                self._open()
            with self._logger.begin() as connection:
                self._lend_key(connection)
                yield connection

    def changes(self) -> tuple[object, ...]:
        """Return a value that changes whenever any program commits. Raises MachineError `database`.

        For one thread only: `PRAGMA data_version` counts from when its own connection was opened. The value names the
        database's file, how many connections looked so far, and that count: so a new connection is a change, too.
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
        """Device and inode of the open database file; another value once the database was exchanged."""
        return self._files.database

    def close(self) -> None:
        """Close every connection. If the log was taken away meanwhile, put it back first, or close without it."""
        with self._acting(), self._lock, self._care.lock:
            with suppress(MachineError):
                if not self._files.is_exchanged() and self._files.lost_beside():
                    self._put_log_back()
            self._forget()

    @property
    def _busy_seconds(self) -> float:
        """Seconds to wait for another writer."""
        return PATIENT_SECONDS if self._is_patient else BUSY_SECONDS

    def _busy(self, reason: str) -> MachineError:
        """Return the error for a lock that others hold too long: at a door `database`, for which a tap has its way out;
        in a patient program `database-busy`.
        """
        if self._is_patient:
            return MachineError("database-busy", f"the database {self.path}: {reason}")
        return MachineError("database", f"the database {self.path}: {reason}")

    def _acting(self) -> AbstractContextManager[None]:
        """Return a context with the file rights of the database's owner. Root must not use its own here: any account
        that writes in the folder could have put files there. For another user nothing changes.
        """
        return root_files.acting_on(self.path) if self._is_root else nullcontext()

    def _alone(self) -> AbstractContextManager[None]:
        """Return a context that one thread of this program enters at a time; it waits no longer than for other
        programs.
        """
        return Turn(self._lock, self._busy_seconds, self._busy)

    def _faults(self) -> AbstractContextManager[None]:
        """Return a context that raises the machine's errors as MachineError."""
        return Faults(self._machine_error)

    def _is_another(self) -> bool:
        """Return whether the files at `path` are others than those that are open, or none is open yet. Raises
        MachineError `database` if there is no database.
        """
        return self._files.is_exchanged() or self._files.lost_beside()

    def _open(self) -> None:
        """Open the files that are at `path` now, and verify the database by reading: the disk may be read-only."""
        with Turn(self._care.lock, self._busy_seconds, self._busy):
            self._turn_to_file()

    def _turn_to_file(self) -> None:
        """Let go of exchanged files, or put a lost log back, then verify and learn the files that are there now.

        For a database that is ruined it raises the same error again, until another file is in its place.
        """
        inode = _inode(self.path)
        if self._ruined is not None:
            if inode == self._ruined[0]:
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
        self._log = None if inode is None else (inode, _inode(self._beside("-wal")))

    def _put_log_back(self) -> None:
        """Put a log that was taken away back in its place, with its commits. Raises MachineError `database` if it
        cannot be.
        """
        in_use = sum(engine.pool.checkedout() for engine in (self._writer, self._lister))  # type: ignore[attr-defined]  # queues
        if in_use > (self._kept is not None):  # more than the one kept for writing, if there is one
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
            with unwritten(self.path):  # closing must not write the old log into the database
                self._forget()
        log.warning("%s is back, with all that was in it", self._beside("-wal"))

    def _empty_the_log_of_another(self) -> None:
        """Write the remaining log of an exchanged database back into that database, wherever its file is now.

        SQLite would read the log into the new file and ruin it. Raises MachineError `database` if the log cannot be
        written back.
        """
        log = self._beside("-wal")
        # nothing to do: the log is not known, the database is the same file, or its log is gone or another one
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
        """Whether this program may overwrite erased data: a program that writes a file may."""
        return True

    def checkpoint(self) -> bool:
        """Write the log back into the database and cut it to nothing. Return False while another connection reads from
        it.

        It gives up at once, so no write waits for it. Raises MachineError `database`.
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
        """Write the log back into the database after many transactions, as far as others' reading allows. No tap waits
        for it.

        `at_rest` writes back after any number of transactions, and cuts a log longer than usual; `cuts` cuts any.
        Raises MachineError `database`.
        """
        with self._acting():
            if at_rest:
                self._care.rest(cuts=cuts)
            else:
                self._care.write_back()

    def _beside(self, end: str) -> Path:
        """Return the path of a file beside the database: its name with `end`, such as -wal."""
        return self.path.with_name(self.path.name + end)

    def _forget(self) -> None:
        """Close all connections and forget which files were open."""
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

    def _machine_error(self, fault: BaseException) -> MachineError | None:
        """Return the MachineError that tells of an error of the machine; None for an error in what was asked."""
        if isinstance(fault, (sa.exc.IntegrityError, sa.exc.DataError, sa.exc.ProgrammingError)):
            return None  # an error in what was asked, not of the machine
        if isinstance(fault, sa.exc.DatabaseError):
            if "locked" in str(fault.orig):
                return self._busy(str(fault.orig))
            return MachineError("database", f"the database {self.path}: {fault.orig}")
        if isinstance(fault, UnicodeDecodeError):  # the driver's error for a damaged page
            return MachineError("database", f"the database {self.path} is damaged ({fault})")
        return None


def _afresh(fault: MachineError) -> MachineError:
    """Return a stored fault without its traceback: the same object, to be raised again and again.

    Each raise would add to the traceback, and keep every frame's values in memory while the program runs.
    """
    return fault.with_traceback(None)


def _inode(path: Path) -> tuple[int, int] | None:
    """Return a file's device and inode; None if there is no file."""
    try:
        stat_of_file = path.stat()
    except FileNotFoundError:
        return None
    return stat_of_file.st_dev, stat_of_file.st_ino
