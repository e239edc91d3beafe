"""Distinguishes a reader's loop that waits from one that hangs."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE_SECONDS = 5.0  # how late a beat may be: a busy machine is no fault
LONGEST_CALLBACK_SECONDS = 60.0  # beyond it, a callback counts as a deadlock


class Heart:
    """A sign of life of a loop, so that other threads can distinguish one that waits from one that hangs.

    The loop's own thread beats, any thread asks. The first beat is its making, so that a loop has the time to begin.
    The watchdog decides what to do about a loop that hangs.
    """

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._bound = PATIENCE_SECONDS
        self._due = -math.inf
        self.beat()

    def beat(self) -> None:
        """Record that the loop turns. The next beat is due within 5 s or, inside `elsewhere`, within the time given
        there.
        """
        self._due = self._monotonic() + self._bound

    @contextmanager
    def elsewhere(self, at_most_seconds: float = math.inf) -> Iterator[None]:
        """Allow a call so much time before the next beat: one whose length does not depend on the loop. May be nested
        with another time. Beats at both ends.
        """
        outer, self._bound = self._bound, at_most_seconds
        self.beat()
        try:
            yield
        finally:
            self._bound = outer
            self.beat()

    def turns(self) -> bool:
        """Return whether the next beat is not overdue."""
        return self._monotonic() <= self._due
