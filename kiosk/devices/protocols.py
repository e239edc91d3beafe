"""Says what use-cases may expect of a device. The drivers beside this file keep to it, and so do the simulators."""

from datetime import datetime
from enum import Enum
from typing import Protocol

from kiosk.domain.badges.products import Product, Proving

Apdu = tuple[int, int, int, int, bytes]  # as `domain.badges.ev2` has it, which the entrance does not start with


class Signal(Enum):
    """What LEDs and buzzer say. Patterns differ without colour: one long, three short, two, one long and two. RING is
    LOOK, with the bell inside.
    """

    GRANTED = "granted"
    GRANTED_LATER = "granted-later"
    DENIED = "denied"
    LOOK = "look"
    RING = "ring"


class Door(Protocol):
    """A lock that is released for a moment, and lights and a buzzer beside it."""

    @property
    def simulated(self) -> bool:
        """Whether nothing real moves: the screen and the doctor must say so."""

    @property
    def level(self) -> bool:
        """Whether the relay is driven at this moment."""

    @property
    def rings(self) -> bool:
        """Whether a bell is wired inside: only then may anybody be told that it rings."""

    @property
    def pulses(self) -> int:
        """How often the relay was driven since the start; a pulse that prolongs another counts as its own."""

    def pulse(self) -> None:
        """Release the lock for the configured time and return at once. Raises DeviceOffline."""

    def signal(self, signal: Signal) -> None:
        """Show a pattern in the background and return at once. Raises DeviceOffline."""

    def close(self) -> None:
        """Relay off, lights off, pins released. May be called twice."""


class BadgeReader(Protocol):
    """What yields the numbers of badges, one call a presentation, and outlives its hardware."""

    @property
    def state(self) -> str:
        """ "online" when the reader answers, else "offline"."""

    def turns(self) -> bool:
        """Whether the loop goes on, with a reader or without."""

    def product(self) -> Product | None:
        """Return what the badge is that `on_tap` is being called for; None where it was taken away meanwhile."""

    def prove(self, key: bytes) -> Proving:
        """Have the badge that `on_tap` is being called for show that it has its own of a site's key, in three exchanges
        at most. For badges that can, and once a presentation: chips count failures, and wait longer after each.
        """

    def exchange(self, command: Apdu) -> bytes | None:
        """Tell the chip of the badge that `on_tap` is being called for a command, and return its answer, status and
        all; None where it was taken away meanwhile.
        """

    def run(self) -> None:
        """Read badges until `stop`; a reader that fails or is not there is tried again."""

    def stop(self) -> None:
        """Ask `run` to end, and return at once."""


class Clock(Protocol):
    """The one place that knows what time it is."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds that only grow, whatever happens to the date."""


class MachineClock(Clock, Protocol):
    """A clock that knows its machine: `boot` names the start that `monotonic` counts from."""

    @property
    def boot(self) -> str:
        """The machine's start."""
