"""Transactions on a server that several doors and desks share: one at a time writes, as on SQLite.

A writer first takes an advisory lock that belongs to its transaction, and holds it until the commit is durable. Each
later statement sees all that was committed before it (READ COMMITTED): so what is read is still true when it is decided
upon, and the head of the chain is the last one. A lock that the end of a savepoint could release, a snapshot from
before the lock, or an order by clocks could each let two entries follow the same one; and even then the numbers and the
guards would refuse the second.

What a page of the desk asked last time is sent with its first question this time (`asked_again`): within the page's one
snapshot, which a write ends. A program's mark is the last entry that it saw.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from time import monotonic
from typing import Any

import psycopg
import sqlalchemy as sa

from kiosk.errors import MachineError
from kiosk.store import prepared
from kiosk.store.asking import asked_again
from kiosk.store.asking.asked_again import Memory
from kiosk.store.engine import ALONE, BUSY_SECONDS, PATIENT_SECONDS, Sealing, Store
from kiosk.store.postgresql import address, bounded, branches, guarded, triggers, wiping
from kiosk.store.postgresql.bounded import Unanswered

log = logging.getLogger(__name__)

TAP_SECONDS = 3.0  # a tap's whole transaction, with connecting and waiting for others: after that it is spooled
READ_SECONDS = 10.0  # what the entrance reads apart from taps
LOCK = 0x6B696F736B  # any number, the same for all writers: advisory locks belong to a database
WRITE = f"BEGIN; SELECT pg_advisory_xact_lock({LOCK})"  # one round trip; the statement after it has a newer snapshot
READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"  # one snapshot for all that is read
LOG = f"{WRITE}; SET LOCAL synchronous_commit = off"  # a log's commit need not wait for the disk
_VERIFIED = "verified"  # in a connection's notes
# Which writing transactions of this server are done: changes with each, and asking stops no other transaction.
# LISTEN and NOTIFY would put a lock around every commit.
_CHANGES = "SELECT CAST(pg_current_snapshot() AS TEXT)"
_OTHERS = (  # counts this program's kind of connections to the database, this one aside
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'kiosk'"
    " AND pid <> pg_backend_pid()"
)
# errors of the server's set-up, though SQLAlchemy counts them among errors in a statement
_MEANS_THE_MACHINE = (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedTable)


class ServerStore(Store):
    """The transactions of one program on one home's database on a server. `path` is where a file would be; there is
    none. `is_patient`: it waits longer for other writers, as a desk may; `at_a_door`: all statements of a transaction
    share one time limit. From `Store` come `_alone`, which lets one thread of this program in at a time, and `_faults`,
    which raises the errors for which `_machine_error` gives one as MachineError.
    """

    def __init__(
        self,
        url: str,
        path: Path,
        verify: Callable[[sa.Connection], None] | None = None,
        sealing: "Sealing | None" = None,
        *,
        is_patient: bool = False,
        at_a_door: bool = False,
        schema: str = address.SCHEMA,
    ) -> None:
        self.path = path
        self.sealing = sealing
        self._where = address.shown(url)  # the server's address without its password, for messages
        self._is_patient = is_patient
        self._at_a_door = at_a_door
        self._verify = verify
        self._is_verified = False
        self._times_verified = 0  # how often this database was verified: again after each lost connection
        self._was_lost = False
        self._begun_at = monotonic()  # when the last transaction was begun
        self.memory = Memory()  # the questions that each page asked last
        engine = address.engine(
            url, lock_seconds=self._busy_seconds, schema=schema, asks_first=is_patient, is_far=not at_a_door
        )
        self._writer = engine.execution_options(server_schema=guarded)
        self._reader = self._writer.execution_options(sqlite_begin=READ)
        self._logger = self._writer.execution_options(sqlite_begin=LOG)
        self._lock = threading.Lock()
        self._kept: sa.Connection | None = None  # the connection for writing, kept between transactions
        self._watching: sa.Connection | None = None  # the connection of `changes`
        sa.event.listen(engine, "begin", _queue_begin)
        sa.event.listen(engine, "invalidate", self._lost)

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Run one transaction that reads, decides and writes while no other writes, as on SQLite.

        At its end the changed rows are sealed, in the same transaction. Raises MachineError `database` for a server
        that is gone or too slow, `database-busy` at the desk for a lock that others hold.
        """
        try:
            with asked_again.writing(), self._in(TAP_SECONDS), self._alone(), self._faults():
                connection = self._begun()
                try:
                    with connection.get_transaction() or connection.begin():  # `_begun` began one already
                        self._begin_sealing(connection)
                        yield connection
                        self._seal(connection)
                    self._committed(connection)
                except Exception as fault:
                    was_lost = self._is_lost(connection)
                    if was_lost or _means_the_connection(fault):
                        self._disconnect()
                    if was_lost and not isinstance(fault, sa.exc.DatabaseError):  # raised because of the loss
                        raise self._gone() from fault
                    raise
        except MachineError as fault:
            self._claim_after(fault)  # where the records lack an entry that this program saw, it tells them so
            raise

    def in_time(self) -> AbstractContextManager[None]:
        """Return a context in which all of a tap's statements share `TAP_SECONDS`; then the server is asked nothing.

        Only `at_a_door`; elsewhere the context does nothing.
        """
        return self._in(TAP_SECONDS)

    def get_ready(self) -> None:
        """Open the connection that the next writer uses. Raises MachineError `database`."""
        with self._in(TAP_SECONDS), self._alone(), self._faults():
            self._connected()

    @contextmanager
    def reading(self, *, of_everybody: bool = False) -> Iterator[sa.Connection]:
        """Open a snapshot to read from, or the page's own snapshot if the page only looks. Raises MachineError
        `database`.

        `of_everybody` changes nothing here: the server's memory holds what was read.
        """
        del of_everybody
        with self._in(READ_SECONDS), self._faults():
            self._verified()
            with asked_again.snapshot(self, self._one_snapshot) or self._one_snapshot() as connection:
                try:
                    yield connection
                finally:
                    if self._is_refused(connection):
                        asked_again.let_go()  # a failed snapshot answers nothing more

    @contextmanager
    def _one_snapshot(self) -> Iterator[sa.Connection]:
        """Open one snapshot of the server's data, in which questions may be asked ahead."""
        with self._reader.begin() as connection:
            self._verify_once(connection)
            raw: Any = connection.connection.driver_connection
            raw.read_for(self.memory.next())
            try:
                yield connection
            finally:
                raw.end_reading()

    @contextmanager
    def listing(self) -> Iterator[sa.Connection]:
        """Open a snapshot of its own for a page of a long file. Raises MachineError `database`."""
        with self._in(READ_SECONDS), self._faults():
            self._verified()
            with self._one_snapshot() as connection:
                yield connection

    @contextmanager
    def logging(self) -> Iterator[sa.Connection]:
        """Open a writing transaction whose commit may be lost with the server's power, within the last second: for logs
        only.
        """
        with asked_again.writing(), self._in(TAP_SECONDS), self._alone(), self._faults():
            self._verified()
            with self._logger.begin() as connection:
                self._verify_once(connection)
                self._lend_key(connection)
                yield connection

    def changes(self) -> tuple[object, ...]:
        """Return a value that changes whenever any program commits. Raises MachineError `database`.

        It is asked on a connection of its own, which stays open.
        """
        with self._in(TAP_SECONDS), self._faults():
            self._verified()
            if self._watching is None:
                self._watching = self._by_itself()
            try:
                return (self._watching.exec_driver_sql(_CHANGES).scalar_one(),)
            except sa.exc.DatabaseError:
                self._was_lost = True  # the taps' connection was probably lost, too
                self._is_verified = False
                self._watching.invalidate()
                self._watching = None
                raise
            finally:
                if self._watching is not None:
                    self._watching.rollback()  # SQLAlchemy's own transaction: the server knows of none

    @property
    def can_wipe(self) -> bool:
        """Whether this account owns the tables, and so may wipe erased data. Raises MachineError `database`."""
        with self._faults(), self._by_itself() as connection:
            return wiping.is_owner(connection)

    def checkpoint(self) -> bool:
        """Write the tables anew without erased data. Return False for an account that does not own them, or while
        others read or write.

        Raises MachineError `database`.
        """
        with self._faults(), self._by_itself() as connection:
            if not wiping.is_owner(connection) or wiping.is_read(connection):
                return False
            try:
                wiping.wipe(connection)
            except sa.exc.OperationalError as fault:
                if isinstance(fault.orig, psycopg.errors.LockNotAvailable):
                    return False
                raise
        return True

    def write_log_back(self, *, at_rest: bool = False, cuts: bool = False) -> None:
        """Do nothing: the server looks after its own log."""

    def _by_itself(self) -> sa.Connection:
        """Return a connection on which each statement is a transaction of its own."""
        self._verified()
        return self._writer.execution_options(sqlite_begin=ALONE).connect()

    @property
    def opened(self) -> Any:
        """A value for the database that was verified: 0 and how often; None if it has yet to be verified.

        It changes after a lost connection, since an older copy may answer then.
        """
        return (0, self._times_verified) if self._is_verified else None

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            self._disconnect()
            if self._watching is not None:
                with suppress(sa.exc.SQLAlchemyError):
                    self._watching.close()
                self._watching = None
            self._writer.dispose()

    def _begun(self) -> sa.Connection:
        """Return the connection kept for writing, in a transaction.

        A connection that was lost since the last one, as by a server's restart, is made anew: nothing was asked on it
        yet.
        """
        if self._was_lost:
            self._disconnect()
        connection = self._connected()
        try:
            connection.begin()
            if self._may_be_gone(connection):
                connection.exec_driver_sql(ALONE)  # asks nothing: BEGIN is sent with it, now
        except sa.exc.DatabaseError as fault:
            was_lost = self._is_lost(connection) and not isinstance(fault.orig, Unanswered)
            self._disconnect()
            if not was_lost:
                raise
            connection = self._connected()
            connection.begin()
        try:
            self._verify_once(connection)
        except BaseException:
            self._disconnect()
            raise
        return connection

    def _may_be_gone(self, connection: sa.Connection) -> bool:
        """Return whether to send BEGIN on its own, so that a lost connection shows at once and can be made anew.

        That is so if the server has closed the connection, or nothing was written for long; never at a door, where a
        tap would pay for it.
        """
        rested, self._begun_at = monotonic() - self._begun_at, monotonic()
        raw: Any = connection.connection.driver_connection
        return not self._at_a_door and (rested > address.IDLE_SECONDS or raw.is_gone())

    @classmethod
    def _is_refused(cls, connection: sa.Connection) -> bool:
        """Return whether the transaction failed, or its connection is lost."""
        if cls._is_lost(connection):
            return True
        raw: Any = connection.connection.driver_connection
        return bool(raw.info.transaction_status == psycopg.pq.TransactionStatus.INERROR)

    @staticmethod
    def _is_lost(connection: sa.Connection) -> bool:
        """Return whether a connection is closed, or its pool has given it up."""
        if connection.invalidated:
            return True
        raw: Any = connection.connection.driver_connection
        return raw is None or bool(raw.closed)

    def _in(self, seconds: float) -> AbstractContextManager[None]:
        """Limit the time of all statements together at a door; elsewhere each statement has its own limit."""
        return bounded.within(seconds) if self._at_a_door else nullcontext()

    def _connected(self) -> sa.Connection:
        """Return the connection kept for writing, opened if need be; a new one is first compared with the program's
        mark.
        """
        self._verified()
        if self._kept is None:
            if self.mark is not None:
                with self._reader.begin() as reading:
                    self.mark.meet(*branches.of(reading))  # where another server answers, nothing is written for 90 s
            self._kept = self._writer.connect()
            triggers.listen(self._kept, self)
        return self._kept

    def _disconnect(self) -> None:
        """Discard the connection kept for writing; the next one is verified again."""
        if self._kept is not None:
            with suppress(sa.exc.SQLAlchemyError):
                self._kept.invalidate()
                self._kept.close()
            self._kept = None
            self._is_verified = False
        self._was_lost = False

    def _verified(self) -> None:
        """Check once that this is the home's database, and again after a lost connection, since another server may
        answer now.
        """
        if self._is_verified:
            return
        if self._verify is not None:
            with self._in(TAP_SECONDS), self._reader.begin() as connection:
                self._verify_once(connection)
        self._is_verified = True
        self._times_verified += 1

    def _verify_once(self, connection: sa.Connection) -> None:
        """Ask by each connection, once, whose database it reached: one that is made later may reach another's."""
        if self._verify is not None and _VERIFIED not in connection.info:
            self._verify(connection)
            connection.info[_VERIFIED] = True

    def _lost(self, *_: object) -> None:
        """Let the database be verified again, since a connection was lost, if only one that read."""
        self._is_verified = False

    @property
    def _busy_seconds(self) -> float:
        """Seconds to wait for another writer."""
        return PATIENT_SECONDS if self._is_patient else BUSY_SECONDS

    def _busy(self, reason: str) -> MachineError:
        """Return the error for a lock that others hold too long: at the desk `database-busy`, at a door `database`."""
        if self._is_patient:
            return MachineError("database-busy", f"the database {self._where}: {reason}")
        return MachineError("database", f"the database {self._where}: {reason}")

    def _machine_error(self, fault: BaseException) -> MachineError | None:
        """Return the MachineError for an error of the server; None for an error in what was asked."""
        if isinstance(fault, sa.exc.PendingRollbackError):  # raised by a connection that was lost earlier
            return self._gone()
        if not isinstance(fault, sa.exc.DatabaseError):
            return None
        reason = address.explained(fault.orig)
        if isinstance(fault.orig, psycopg.errors.LockNotAvailable):
            return self._busy(reason)
        if isinstance(fault.orig, psycopg.errors.InsufficientPrivilege):
            self.lacks = reason
            log.error("this program's account lacks a right on the server: %s", reason)
        means_the_machine = isinstance(fault.orig, _MEANS_THE_MACHINE)
        if not means_the_machine and isinstance(
            fault, sa.exc.IntegrityError | sa.exc.DataError | sa.exc.ProgrammingError
        ):
            return None  # an error in what was asked, not of the machine
        return MachineError("database", f"the database {self._where}: {reason}")

    def _gone(self) -> MachineError:
        """Return the error for a connection that was lost."""
        return MachineError("database", f"the database {self._where}: the connection was lost")


def _means_the_connection(fault: Exception) -> bool:
    """Return whether a connection that raised this error must not be used again: a row that a constraint or a guard
    refused leaves it sound, any other error of the database does not.
    """
    return isinstance(fault, sa.exc.DatabaseError) and (
        fault.connection_invalidated or not isinstance(fault, sa.exc.IntegrityError)
    )


def _queue_begin(connection: sa.Connection) -> None:
    """Queue the statements that begin a transaction, as the connection's options name them."""
    options = connection.get_execution_options()
    if options.get("sqlite_begin") == ALONE:
        return  # each statement is a transaction of its own
    raw: Any = connection.connection.driver_connection
    for statement in options.get("sqlite_begin", WRITE).split("; "):
        raw.later(statement)  # sent with the first statement, which raises its error


def _send_begin(connection: sa.Connection) -> None:
    """Send BEGIN at once, for work that begins its transactions itself."""
    prepared.say(connection, connection.get_execution_options().get("sqlite_begin", "BEGIN"))


@contextmanager
def working_on(url: str) -> Iterator[sa.Connection]:
    """Connect to a server to move a home; transactions begin only when the caller begins them. Raises MachineError
    `database`.
    """
    engine = address.engine(url, lock_seconds=PATIENT_SECONDS).execution_options(server_schema=guarded)
    sa.event.listen(engine, "begin", _send_begin)
    try:
        with engine.connect() as connection:
            yield connection
    except sa.exc.DatabaseError as fault:
        text = f"the database {address.shown(url)}: {address.explained(fault.orig)}"
        raise MachineError("database", text) from fault
    finally:
        engine.dispose()


def hold_alone(connection: sa.Connection) -> bool:
    """Take the lock of all writers until the transaction ends. Return whether no other program of the kiosk is
    connected to the database.
    """
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
    return not connection.exec_driver_sql(_OTHERS).scalar()
