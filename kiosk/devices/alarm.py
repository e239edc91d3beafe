"""Calls a function at a moment on a thread of its own, so that a pulse of the lock ends in time whatever its owner
does.

The owner says what is called, and ends the process when the thread dies.
"""

import logging
import math
import threading
import time
from collections.abc import Callable
from contextlib import suppress

LOOK_SECONDS = 1.0  # how often an alarm that `looks` checks its moment
_LATE_SECONDS = 5.0  # a busy machine may be a little late

log = logging.getLogger(__name__)


class Alarm:
    """A thread that calls `ring` once, at the moment set, under `lock`; a later `set` moves the moment.

    If `looks`, it checks the moment every second and is not woken for one that is further away: then it does not
    compete for the processor with the thread that is about to open the door.
    """

    def __init__(
        self,
        name: str,
        lock: threading.RLock,
        ring: Callable[[], None],
        on_dead: Callable[[BaseException], None],
        *,
        looks: bool = False,
    ) -> None:
        self._changed = threading.Condition(lock)
        self._ring, self._on_dead = ring, on_dead
        self._longest = LOOK_SECONDS if looks else math.inf
        self._moment = math.inf
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Tell whether the thread runs, so that it will ring."""
        return self._thread.is_alive()

    def turns(self) -> bool:
        """Return whether the thread runs and is not long past its moment, held up by the lock or by `ring`."""
        return self.is_alive and time.monotonic() - self._moment < _LATE_SECONDS

    def set(self, moment: float) -> None:
        """Set the moment to ring, in seconds of the monotonic clock."""
        with self._changed:
            self._moment = moment
            # An alarm that `looks` notices a moment more than two looks away by itself: it is not woken for that.
            if math.isinf(self._longest) or moment - time.monotonic() < 2 * self._longest:
                self._changed.notify()

    def stop(self) -> None:
        """End the thread without ringing."""
        with self._changed:
            self._stopped = True
            self._changed.notify()
        if self._thread is not threading.current_thread():
            self._thread.join(1.0)

    def _run(self) -> None:
        """Watch until stopped. Where the watching itself fails, ring first, so that what the alarm guards still ends,
        and report the thread's death.
        """
        try:
            self._watch()
        except BaseException as error:
            with suppress(Exception):
                self._ring()
            log.critical("%s: ended by itself", self._thread.name, exc_info=True)
            self._on_dead(error)

    def _watch(self) -> None:
        """Ring at each moment that is set, once, until stopped."""
        with self._changed:
            while not self._stopped:
                left = self._moment - time.monotonic()
                if left <= 0:
                    self._ring()
                    self._moment = math.inf  # not before: a ring that never ends must be seen
                else:
                    left = min(left, self._longest)
                    self._changed.wait(left if left < threading.TIMEOUT_MAX else None)
