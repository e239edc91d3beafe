"""Plays patterns on the lights and the buzzer beside the door, and on a bell inside for "look here". Patterns differ by
count and length, so that no colour is needed.

Light and sound go together. Two flashes never begin within half a second of each other, however the signals follow:
flicker can harm. Which pins the lamps have is set by the door, what they mean by the use-cases.
"""

import logging
import threading
import time
from typing import Protocol

from kiosk.devices.protocols import Signal
from kiosk.errors import DeviceOffline

_GREEN, _RED, _AMBER = ("green", "buzzer"), ("red", "buzzer"), ("green", "red", "buzzer")
_BELL = ("bell", *_AMBER)
# Of each signal its flashes, in order: the names of the lamps that are lit together, and for how many seconds.
_PATTERNS = {
    Signal.GRANTED: ((_GREEN, 1.2),),
    Signal.GRANTED_LATER: ((_GREEN, 1.2), (_AMBER, 0.5), (_AMBER, 0.5)),
    Signal.DENIED: ((_RED, 0.25), (_RED, 0.25), (_RED, 0.25)),
    Signal.LOOK: ((_AMBER, 0.5), (_AMBER, 0.5)),
    Signal.RING: ((_BELL, 0.5), (_BELL, 0.5)),
}
_SHORTEST_PERIOD_SECONDS = 0.5  # from one flash to the next: two a second at most
_OFF_ATTEMPTS = 3  # to switch a lamp off, before the fault is remembered
_SHORTEST_GAP_SECONDS = 0.2  # two flashes must not look like one

log = logging.getLogger(__name__)


class Lamp(Protocol):
    """A thing that can be switched: an LED, a buzzer or a bell."""

    def on(self) -> None:
        """Switch on."""

    def off(self) -> None:
        """Switch off."""


class Lights:
    """Plays one pattern at a time on a thread of its own; the latest signal wins, after the flash that is running."""

    def __init__(
        self,
        *,
        green: Lamp | None = None,
        red: Lamp | None = None,
        buzzer: Lamp | None = None,
        bell: Lamp | None = None,
    ) -> None:
        wired = {"green": green, "red": red, "buzzer": buzzer, "bell": bell}
        self._lamps = {name: lamp for name, lamp in wired.items() if lamp}
        self._changed = threading.Condition()
        self._next: Signal | None = None
        self._stopped = False
        self._fault: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="door-lights", daemon=True)
        if self._lamps:
            self._thread.start()

    def show(self, signal: Signal) -> None:
        """Have the pattern played soon, and return at once. Raises DeviceOffline when stopped; also when an earlier
        pattern failed, which is told once, and this one is played all the same.
        """
        with self._changed:
            if self._stopped:
                raise DeviceOffline("lights-offline", "the door's lights are shut down until a restart")
            self._next = signal
            self._changed.notify()
            fault, self._fault = self._fault, None
        if fault is not None:
            raise DeviceOffline("lights-offline", f"the door's lights do not obey ({fault}): check GPIO") from fault

    def stop(self) -> None:
        """End the pattern that is playing, which switches its lamps off; wait for that, up to 1 s."""
        with self._changed:
            self._stopped = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(1.0)

    def _run(self) -> None:
        """Play each signal as it comes, until the lights stop; only the newest waiting one is played."""
        while not self._stopped:
            with self._changed:
                self._changed.wait_for(lambda: self._stopped or self._next)
                signal, self._next = self._next, None
            if signal is not None and not self._stopped:
                self._play(signal)

    def _play(self, signal: Signal) -> None:
        """Show a signal's pattern, until a newer signal or the end cuts it short."""
        try:
            for names, length in _PATTERNS[signal]:
                self._flash([self._lamps[name] for name in names if name in self._lamps], length)
                if self._next or self._stopped:
                    return
        except Exception as error:
            self._remember(error)

    def _remember(self, error: Exception) -> None:
        """Remember an error for the caller of the next `show`; log it unless an earlier one still waits there."""
        if self._fault is None:
            log.warning("door: the lights do not obey (%s)", error)
        self._fault = error

    def _darken(self, lamp: Lamp) -> None:
        """Switch a lamp off, trying several times; a fault is remembered, not raised."""
        for attempt in range(_OFF_ATTEMPTS):
            try:
                lamp.off()
                return
            except Exception as error:
                if attempt == _OFF_ATTEMPTS - 1:
                    self._remember(error)

    def _flash(self, lamps: list[Lamp], length: float) -> None:
        """Light lamps for `length` seconds, or until a newer signal or the stop; then keep them dark until another
        flash is safe: half a second after this one began, and 0.2 s after it ended.
        """
        began = time.monotonic()
        try:
            for lamp in lamps:
                lamp.on()
            self._pause(began + length, cut_short=True)
        finally:
            for lamp in lamps:  # one that fails must not leave the others on
                self._darken(lamp)
        self._pause(max(began + _SHORTEST_PERIOD_SECONDS, time.monotonic() + _SHORTEST_GAP_SECONDS))

    def _pause(self, until: float, *, cut_short: bool = False) -> None:
        """Wait for this moment (monotonic seconds), or for the stop, or, when it may be cut short, for the next
        signal.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or (cut_short and self._next), until - time.monotonic())
