"""A connection that waits for a server no longer than a member would at the door, with few round trips.

A server that is gone says so, or the network does. One that is frozen, or whose answers are lost, says nothing for
ever: then the statement ends here, and the connection with it, since it is unknown what the server has done.

A statement whose answer is not awaited is sent together with the next one, or with the COMMIT, in one round trip. So is
a question that will surely come (`ahead`): its answer is kept until it is asked for, or until something is written,
after which it might be another. No other program writes meanwhile: asking ahead needs the one lock of all writers. A
page's foresight (`asked_again`) has the questions that the page asked last time, and asks them ahead, too.
"""

import select
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import psycopg
from psycopg import Binary, generators
from psycopg.errors import _WaitTimeout

from kiosk.store.asking.asked_again import Foresight, Question

_INTERVAL = 0.1  # seconds between looks for Ctrl-C


class Unanswered(psycopg.OperationalError):
    """The error of a server that did not answer in time."""


class _Until(threading.local):
    """The end of a thread's time for all its statements together; None: each statement has its own limit."""

    at: float | None = None


_until = _Until()


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Limit the time of all that this thread asks of a server in this context, connecting included."""
    before = _until.at
    end = monotonic() + seconds
    _until.at = end if before is None else min(before, end)
    try:
        yield
    finally:
        _until.at = before


def left() -> float | None:
    """Return how many seconds this thread has left; None if there is no common limit."""
    return None if _until.at is None else max(0.0, _until.at - monotonic())


def without_values(fault: psycopg.Error) -> psycopg.Error:
    """Reduce an error to the server's main message, without values of a row, which may be a name or an address.

    Returns the same error object; one that has no message from the server, as for a lost network, stays as it is.
    """
    if fault.diag.message_primary:
        fault.args = (fault.diag.message_primary,)
    return fault


def _nothing() -> Iterator[Any]:
    """Return a generator that asks nothing: with it, `wait` only hears the answer to the COMMIT of `end_reading`."""
    yield from ()


def named(statement: str, values: Any) -> Question:
    """Return statement and values as a key that equals the same question's: the driver's wrapper of bytes equals no
    other.
    """
    return statement, tuple([value.obj if isinstance(value, Binary) else value for value in values])


class BoundedConnection(psycopg.Connection[Any]):
    """A connection on which each statement ends within `statement_seconds`, or within the time that `within` sets."""

    statement_seconds = 600.0  # the most that one statement may take, where no common limit is shorter
    is_far = False  # whether saving a round trip is worth more than what that costs here
    _waiting: tuple[tuple[str, Any, bool], ...] = ()  # statement, values, whether to keep the answer
    foresight: Foresight | None = None  # the questions that the page being read will ask
    _is_ending = False  # whether the COMMIT of a reading transaction was sent and its answer not heard

    def __init__(self, *where: Any, **how: Any) -> None:
        super().__init__(*where, **how)
        self._answers: dict[tuple[str, tuple[object, ...]], psycopg.Cursor[Any]] = {}

    def wait(self, gen: Any, interval: float = _INTERVAL, timeout: float | None = None) -> Any:
        """Wait as psycopg does, within the time limit. Raises Unanswered when it is over, and closes the connection."""
        if self._is_ending:  # first hear the answer to the COMMIT of `end_reading`
            self._is_ending = False
            self.wait(generators.fetch_many(self.pgconn), interval, timeout)
        if timeout is None:
            seconds = left()
            timeout = self.statement_seconds if seconds is None else min(self.statement_seconds, seconds)
        try:
            return super().wait(gen, interval, timeout)
        except _WaitTimeout:
            self.close()
            raise Unanswered("the server does not answer in time") from None

    def read_for(self, foresight: Foresight | None) -> None:
        """Use these foreseen questions for what is read from now on; None uses none."""
        self.foresight = foresight

    def end_reading(self) -> None:
        """Send the COMMIT of a transaction that only read, without awaiting its answer: the next statement hears it.

        Nothing is sent on a closed connection, or where no sound transaction is open; a connection that cannot send is
        closed. Statements that wait are dropped, and so are answers that came ahead.
        """
        foresight, self.foresight = self.foresight, None
        self._waiting = ()
        self.forget()
        if self.closed or self.info.transaction_status != psycopg.pq.TransactionStatus.INTRANS:
            return
        if foresight is not None:
            foresight.end()
        try:
            self.pgconn.send_query(b"COMMIT")
            self.pgconn.flush()
        except psycopg.OperationalError:
            self.close()
            return
        self._is_ending = True

    def is_gone(self) -> bool:
        """Return, without asking the server, whether it has closed this connection or announced that it will."""
        if self.closed:
            return True
        if not select.select([self.pgconn.socket], [], [], 0)[0]:
            return False  # the server has sent nothing, not even a farewell
        if self._is_ending:
            try:
                self.wait(_nothing())
            except psycopg.Error:
                return True
            return self.is_gone()
        try:
            self.pgconn.consume_input()
        except psycopg.OperationalError:
            return True
        return self.pgconn.status != psycopg.pq.ConnStatus.OK

    def later(self, statement: str, values: Any = None) -> None:
        """Queue a statement, in the driver's own SQL (`%s` for values), to be sent with the next one.

        The next one raises its error. It may write: so answers that came ahead are forgotten.
        """
        self.forget()
        self._waiting = (*self._waiting, (statement, values, False))

    def ahead(self, statement: str, values: Any) -> None:
        """Ask a question together with the next statement, and keep the answer for `answered`."""
        self._waiting = (*self._waiting, (statement, values, True))

    def answered(self, statement: str, values: Any) -> psycopg.Cursor[Any] | None:
        """Return the answer to a question that was asked ahead, once; None if there is none, or something was written
        since.
        """
        return self._answers.pop(named(statement, values), None)

    def forget(self) -> None:
        """Forget the answers that are kept: after a write or at a transaction's end they may be different."""
        self._answers.clear()

    @property
    def is_waiting(self) -> bool:
        """Whether there is something to send with the next statement."""
        return bool(self._waiting)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Send the queued statements, and those of this context, in one round trip. Raises the first of their errors,
        without values of a row.
        """
        waiting, self._waiting = self._waiting, ()
        try:
            with self.pipeline():
                for statement, values, is_kept in waiting:
                    cursor = psycopg.Cursor(self)
                    cursor.execute(statement, values)
                    if is_kept:
                        self._answers[named(statement, values)] = cursor
                yield
        except psycopg.Error as fault:
            raise without_values(fault) from None

    def flush(self) -> None:
        """Send the statements that wait."""
        if self._waiting:
            with self.together():
                pass

    def commit(self) -> None:
        """Commit, after sending the statements that wait; do nothing if `end_reading` has sent the COMMIT already.

        If one of these is refused, the server ignores the COMMIT: the transaction is rolled back here, or the next one
        would begin inside it.
        """
        if self._is_ending:  # it only read, and its COMMIT is sent
            return
        self.forget()
        if not self._waiting:
            super().commit()
            return
        try:
            with self.together():
                psycopg.Cursor(self).execute("COMMIT")
        except psycopg.Error:
            if not self.closed and self.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                super().rollback()
            raise

    def rollback(self) -> None:
        """Roll back, and drop the statements that wait; after `end_reading` the transaction has ended already."""
        self._waiting = ()
        self.forget()
        if self._is_ending:  # it only read, and its COMMIT is sent
            return
        super().rollback()


class _Connecting(threading.Thread):
    """Connects in a thread of its own: a name that is never resolved blocks its thread, and no time limit ends that."""

    def __init__(self, where: Any, options: Any) -> None:
        """Prepare to connect with these arguments of psycopg's."""
        super().__init__(daemon=True)
        self._how = where, options
        self._lock = threading.Lock()
        self._is_awaited = True
        self._made: BoundedConnection | None = None  # the connection, once made
        self._fault: BaseException | None = None

    def run(self) -> None:
        """Connect; if that is too late, close the connection, for which no thread waits any more."""
        where, options = self._how
        try:
            connection = BoundedConnection.connect(*where, **options)
        except BaseException as fault:  # raised where it is awaited
            self._fault = fault
            return
        with self._lock:
            self._made = connection
            if not self._is_awaited:
                connection.close()

    def made_within(self, seconds: float) -> BoundedConnection:
        """Return the connection. Raises the error of connecting, or Unanswered if it takes longer than `seconds`."""
        self.start()
        self.join(seconds)
        with self._lock:
            self._is_awaited = False
            if self._made is not None:
                return self._made
        raise self._fault or Unanswered("the server does not answer in time")


def connected(*where: Any, **how: Any) -> BoundedConnection:
    """Return a new connection: made within the time limit of `within` if there is one, otherwise by psycopg's own."""
    seconds = left()
    return BoundedConnection.connect(*where, **how) if seconds is None else _Connecting(where, how).made_within(seconds)
