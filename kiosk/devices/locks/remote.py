"""A door whose lock is a device of its own at the end of a line (network or serial). Implements `protocols.Door`.

No program can end a pulse on a line that is lost. So each order says for how long, and the device's own timer ends it:
a lock without a timer is refused. What is sent has a short time to be answered; if it is not, the screen says so.
"""

import math
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Protocol

from kiosk.devices.door import LONGEST_EVER_SECONDS
from kiosk.devices.protocols import Signal
from kiosk.errors import DeviceOffline, RequestError

_WORTH_SECONDS = 1.0  # where less than this is left of the longest time, a release is not prolonged


class Lock(Protocol):
    """The driver of one kind of lock. Each of its calls ends within seconds."""

    ends_by_itself: bool
    """Whether the device ends a release at its own time, whatever becomes of the line."""

    def release(self, seconds: float) -> None:
        """Release the lock for some seconds, counted by the device. Returns once the device has accepted. Raises
        DeviceOffline.
        """

    def rest(self) -> None:
        """End a release that may be going on. Raises DeviceOffline."""

    def look(self) -> Mapping[str, object]:
        """Return facts about the device, without moving it: its `kind`, whether it is `locked` by a password or key,
        perhaps more. Raises DeviceOffline.
        """


class RemoteDoor:
    """A door with a lock at the end of a line. It has no lights and no buzzer: people see its answers on the screen."""

    simulated = False
    rings = False

    def __init__(
        self,
        lock: Lock,
        *,
        pulse_seconds: float,
        longest_pulse_seconds: float,
    ) -> None:
        """Build the door without asking the device: a lock that does not answer at the start must not stop the
        entrance. Raises RequestError `door-pulse`, or `door-unending` for a lock that would stay released on a lost
        line.
        """
        if not 0 < pulse_seconds <= longest_pulse_seconds <= LONGEST_EVER_SECONDS:
            text = f"a pulse of {pulse_seconds} s within a bound of {longest_pulse_seconds} s cannot be"
            raise RequestError("door-pulse", f"{text}: give 0 < pulse <= longest <= {LONGEST_EVER_SECONDS:.0f} seconds")
        if not lock.ends_by_itself:
            text = "this lock stays released until it is told otherwise, and a line can be lost in between"
            raise RequestError("door-unending", f"{text}: take one that ends a pulse by itself")
        self._lock = lock
        self._pulse_seconds, self._longest_seconds = pulse_seconds, longest_pulse_seconds
        self._turn = threading.Lock()
        self._pulses = 0
        self._closed = False
        self._until = self._bound = -math.inf
        self._perhaps_until = -math.inf  # as `_until`, and counting orders that were not answered

    @property
    def level(self) -> bool:
        """Tell whether the lock is released at this moment, by the last order it accepted."""
        return time.monotonic() < self._until

    @property
    def pulses(self) -> int:
        """Return how many releases the lock accepted since the start; a pulse that prolongs another counts as its own,
        and one that the bound leaves nothing to prolong does not count.
        """
        return self._pulses

    def turns(self) -> bool:
        """Return whether the door can be opened. No thread of ours ends a pulse: the device does."""
        return not self._closed

    def pulse(self) -> None:
        """Release the lock; the device has accepted when this returns. Raises DeviceOffline.

        During a release, a pulse prolongs it up to the longest time; where too little of that is left, nothing is sent.
        After an order without an answer, the door may be open, for as long as was ordered and no longer: the longest
        time is counted from that order on.
        """
        with self._turn:
            if self._closed:
                raise DeviceOffline("door-offline", "the door is stopped: it will open again after a restart")
            now = time.monotonic()
            if now >= self._perhaps_until:  # it is at rest: this pulse begins anew
                self._bound = now + self._longest_seconds
            seconds = min(self._pulse_seconds, self._bound - now)
            if seconds >= min(_WORTH_SECONDS, self._pulse_seconds):
                self._perhaps_until = max(self._perhaps_until, now + seconds)
                self._lock.release(seconds)
                self._until = now + seconds
                self._pulses += 1

    def signal(self, signal: Signal) -> None:
        """Do nothing: there are no lights. Raises DeviceOffline once closed."""
        if self._closed:
            raise DeviceOffline("lights-offline", "the lights are shut down")

    def close(self) -> None:
        """End a release, if the device can be told. May be called twice, also during a pulse, and never raises."""
        with self._turn:
            if self._closed:
                return
            self._closed = True
            if time.monotonic() < self._perhaps_until:
                with suppress(DeviceOffline):  # its own timer ends it
                    self._lock.rest()
            self._until = -math.inf
