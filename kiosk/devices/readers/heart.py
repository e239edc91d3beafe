"""Tells a reader's loop that waits from one that stands still."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE_SECONDS = 5.0  # of whoever waits for a beat of the heart: a busy machine is no fault
LONGEST_CALLBACK_SECONDS = 60.0  # beyond it, nobody stands at the door any more: a deadlock of ours, or as good as one


class Heart:
    """It beats while the loop turns, so that others can tell a loop that waits from one that stands still.

    Beaten by the loop's own thread, asked by any. Beats from its making, so that a loop has the time to begin. What is
    done about one that stands still is the watchdog's affair.
    """

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._bound = PATIENCE_SECONDS
        self._due = -math.inf
        self.beat()

    def beat(self) -> None:
        """Say that the loop turns. The next beat is due within 5 s or, elsewhere, within the time given there."""
        self._due = self._monotonic() + self._bound

    @contextmanager
    def elsewhere(self, at_most_seconds: float = math.inf) -> Iterator[None]:
        """Around a call whose length is not the loop's, and which may last so long; one within another may differ.

        Beats at both ends.
        """
        outer, self._bound = self._bound, at_most_seconds
        self.beat()
        try:
            yield
        finally:
            self._bound = outer
            self.beat()

    def turns(self) -> bool:
        """Whether the next beat is not overdue."""
        return self._monotonic() <= self._due
