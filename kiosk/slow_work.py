"""Lets one costly thing be done at a time, with few that wait for their turn: calendars and workbooks read, documents,
workbooks and pictures made.

A process has one queue. At the desk this keeps web threads free for everything else, whatever is sent in.
"""

import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from kiosk.errors import Busy

TURN_SECONDS = 15.0  # how long a call waits for its turn
MOST_WAITING = 2  # of the desk's eight threads, with the one whose turn it is


class _Queue:
    """One turn, and a bounded number of calls that wait for it. Safe to use from any thread."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._places = threading.BoundedSemaphore(MOST_WAITING + 1)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn; see `turn`."""
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
    return Busy("busy-making", "other documents are being made or read: try again in a moment")


_queue = _Queue()


def run(command: Sequence[str], given: bytes, *, seconds: float) -> subprocess.CompletedProcess[bytes]:
    """Run a costly child on its standard input, once it is its turn, for at most so many seconds by the wall.

    Raises Busy `busy-making` where too many wait already or the turn does not come within 15 s,
    subprocess.TimeoutExpired where the child takes longer than `seconds`, OSError where it cannot be started.
    """
    with _queue.turn():
        return subprocess.run(command, input=given, capture_output=True, timeout=seconds, check=False, cwd="/")  # noqa: S603  # our own files; nothing that was sent is on the command line


@contextmanager
def turn() -> Iterator[None]:
    """Wait until it is this thread's turn to make something that costs, and keep the turn meanwhile.

    For what no child makes: the caller bounds its size. Raises Busy `busy-making` as `run` does.
    """
    with _queue.turn():
        yield
