"""A connection that waits for a server no longer than a member at the door would, and asks it seldom.

A server that is gone says so, or the network does. One that is frozen, or whose answers are lost on the way, says
nothing at all, for ever: what is asked of it ends here, and the connection with it, since it is unknown what of it was
done.

A statement whose answer is not awaited is sent together with the next one, or with the COMMIT: one round trip for
all. So is what will surely be asked (`ahead`); its answer is kept until it is wanted, or until something is written,
after which it might be another. Others write nothing meanwhile: asking ahead wants the one lock of all writers.
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

_INTERVAL = 0.1  # in which Ctrl-C is looked for


class Unanswered(psycopg.OperationalError):
    """A server did not answer in time."""


class _Until(threading.local):
    """Until when what a thread asks has to be answered; None: each statement has its own time."""

    at: float | None = None


_until = _Until()


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let all that this thread asks of a server in here, and its way there, take so long together."""
    before = _until.at
    end = monotonic() + seconds
    _until.at = end if before is None else min(before, end)
    try:
        yield
    finally:
        _until.at = before


def left() -> float | None:
    """How many seconds this thread has for what it asks."""
    return None if _until.at is None else max(0.0, _until.at - monotonic())


def without_values(fault: psycopg.Error) -> psycopg.Error:
    """What the server says of a fault without what was in the row, which may be a name or an address."""
    if fault.diag.message_primary:
        fault.args = (fault.diag.message_primary,)
    return fault


def _heard() -> Iterator[Any]:
    """Wait for nothing but what was not heard before."""
    yield from ()


def named(statement: str, values: Any) -> Question:
    """A question, to be known again: bytes are bound in a wrapper that equals no other."""
    return statement, tuple([each.obj if isinstance(each, Binary) else each for each in values])


class BoundedConnection(psycopg.Connection[Any]):
    """Each statement has `statement_seconds`; what is asked `within` some seconds, those."""

    statement_seconds = 600.0
    is_far = False  # whether each way to the server counts more than what it costs here to save one
    _waiting: tuple[tuple[str, Any, bool], ...] = ()  # and whether its answer is kept
    foresight: Foresight | None = None  # what a page is going to ask, while it reads
    _is_ending = False  # whether the end of a transaction that only read is on its way, and not heard

    def __init__(self, *where: Any, **how: Any) -> None:
        super().__init__(*where, **how)
        self._answers: dict[tuple[str, tuple[object, ...]], psycopg.Cursor[Any]] = {}

    def wait(self, gen: Any, interval: float = _INTERVAL, timeout: float | None = None) -> Any:
        """As psycopg's own, in the time there is. Raises Unanswered after it; the connection is closed then."""
        if self._is_ending:
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
        """Let what is read from now on be foreseen."""
        self.foresight = foresight

    def end_reading(self) -> None:
        """End a transaction that only read, without waiting for the server to say so: the next statement hears it."""
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
        """Tell, without asking, whether the server has closed this connection, or said that it will."""
        if self.closed:
            return True
        if not select.select([self.pgconn.socket], [], [], 0)[0]:
            return False
        if self._is_ending:
            try:
                self.wait(_heard())
            except psycopg.Error:
                return True
            return self.is_gone()
        try:
            self.pgconn.consume_input()
        except psycopg.OperationalError:
            return True
        return self.pgconn.status != psycopg.pq.ConnStatus.OK

    def later(self, statement: str, values: Any = None) -> None:
        """Say a statement, in the driver's own words, before the next one and together with it, which raises what is
        wrong with this one.
        """
        self.forget()
        self._waiting = (*self._waiting, (statement, values, False))

    def ahead(self, statement: str, values: Any) -> None:
        """Ask before the next statement and together with it, and keep the answer for `answered`."""
        self._waiting = (*self._waiting, (statement, values, True))

    def answered(self, statement: str, values: Any) -> psycopg.Cursor[Any] | None:
        """Return the answer to what was asked ahead, once; None where nothing was, or something was written since."""
        return self._answers.pop(named(statement, values), None)

    def forget(self) -> None:
        """Something is written, or a transaction ends: what was answered before may be otherwise."""
        self._answers.clear()

    @property
    def is_waiting(self) -> bool:
        """Whether something is to be sent with the next statement."""
        return bool(self._waiting)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Send what waits and what is said in here at once. Raises what the first of them that fails raises."""
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
        """Send what waits."""
        if self._waiting:
            with self.together():
                pass

    def commit(self) -> None:
        """Commit, with what waits sent before it. Where that is refused, the COMMIT is not heard any more: the
        transaction ends here, or the next one would begin in it.
        """
        if self._is_ending:
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
        """Undo; what waits is never sent."""
        self._waiting = ()
        self.forget()
        if self._is_ending:  # nothing was done, and its end is on its way
            return
        super().rollback()


class _Connecting(threading.Thread):
    """Connect in a thread of its own: a name that is never resolved holds its thread, and no clock ends that."""

    def __init__(self, where: Any, how: Any) -> None:
        super().__init__(daemon=True)
        self._how = where, how
        self._lock = threading.Lock()
        self._is_awaited = True
        self._made: BoundedConnection | None = None
        self._fault: BaseException | None = None

    def run(self) -> None:
        """Connect; a thread that is too late closes its connection, for which no one waits any more."""
        where, how = self._how
        try:
            made = BoundedConnection.connect(*where, **how)
        except BaseException as fault:  # raised where it is waited for
            self._fault = fault
            return
        with self._lock:
            self._made = made
            if not self._is_awaited:
                made.close()

    def made_within(self, seconds: float) -> BoundedConnection:
        """The connection. Raises what the way there raised, Unanswered where it took too long."""
        self.start()
        self.join(seconds)
        with self._lock:
            self._is_awaited = False
            if self._made is not None:
                return self._made
        raise self._fault or Unanswered("the server does not answer in time")


def connected(*where: Any, **how: Any) -> BoundedConnection:
    """A connection, made in the time there is."""
    seconds = left()
    return BoundedConnection.connect(*where, **how) if seconds is None else _Connecting(where, how).made_within(seconds)
