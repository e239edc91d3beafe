"""Lets one costly job run at a time, with few that wait: reading calendars and workbooks, making documents, workbooks
and pictures.

A process has one queue. At the desk this keeps web threads free for other pages, whatever is uploaded.
"""

import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from kiosk.errors import Busy

TURN_SECONDS = 15.0  # how long a call waits for its turn
MOST_WAITING = 2  # of the desk's eight threads, beside the one at work


class _Queue:
    """One turn, and a bounded number of calls that wait for it. Safe to use from any thread."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._places = threading.BoundedSemaphore(MOST_WAITING + 1)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the turn and keep it meanwhile; see the function `turn`."""
        if not self._places.acquire(blocking=False):
            raise _busy()
        try:
            if not self._turn.acquire(timeout=TURN_SECONDS):
                raise _busy()
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self._places.release()


def _busy() -> Busy:
    """Return the refusal for a job that would wait too long."""
    return Busy("busy-making", "other documents are being made or read: try again in a moment")


_queue = _Queue()  # of this program


def run(command: Sequence[str], given: bytes, *, seconds: float) -> subprocess.CompletedProcess[bytes]:
    """Run a costly child process on an input when its turn comes, for at most so many seconds by the wall clock, and
    return its result.

    Raises Busy `busy-making` where too many wait already or the turn does not come within 15 s,
    subprocess.TimeoutExpired where the child takes longer than `seconds`, OSError where it cannot be started.
    """
    with _queue.turn():
        return subprocess.run(command, input=given, capture_output=True, timeout=seconds, check=False, cwd="/")  # noqa: S603  # our own files; nothing that was sent is on the command line


@contextmanager
def turn() -> Iterator[None]:
    """Wait for this thread's turn to do something costly, and keep the turn meanwhile.

    It is for work without a child process; the caller bounds its size. Raises Busy `busy-making` as `run`.
    """
    with _queue.turn():
        yield
