"""Defines what use-cases may expect of a device. The drivers in this folder implement it, and so do the simulators."""

from datetime import datetime
from enum import Enum
from typing import Protocol

from kiosk.domain.badges.products import Product, Proving

Apdu = tuple[int, int, int, int, bytes]  # as `domain.badges.ev2` has it, which the entrance does not start with


class Signal(Enum):
    """A pattern of LEDs and buzzer. Patterns differ without colour: one long, three short, two, one long and two. RING
    is LOOK with the bell inside.
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
        """Tell whether nothing real moves: the screen and the doctor must say so."""

    @property
    def level(self) -> bool:
        """Tell whether the lock is released at this moment."""

    @property
    def rings(self) -> bool:
        """Tell whether a bell is wired inside: only then may a page say that it rings."""

    @property
    def pulses(self) -> int:
        """Return how often the lock was released since the start; a pulse that prolongs another counts as its own, and
        one that prolongs nothing does not count.
        """

    def pulse(self) -> None:
        """Release the lock for the configured time and return at once. Raises DeviceOffline."""

    def signal(self, signal: Signal) -> None:
        """Show a pattern in the background and return at once. Raises DeviceOffline."""

    def close(self) -> None:
        """Switch relay and lights off, and release the pins. May be called twice."""


class BadgeReader(Protocol):
    """A reader that reports the numbers of badges, once for each presentation, and survives the loss of
    its hardware.
    """

    @property
    def state(self) -> str:
        """Return "online" when the reader answers, else "offline"."""

    def turns(self) -> bool:
        """Return whether the reading loop goes on, with a reader or without."""

    def product(self) -> Product | None:
        """Return the kind of chip of the badge that `on_tap` is being called for; None where it was taken away
        meanwhile.
        """

    def prove(self, key: bytes) -> Proving:
        """Have the badge that `on_tap` is being called for prove that it has its own key, made from this site's key, in
        at most three exchanges. Ask only badges that can, and once a presentation: chips count failures, and wait
        longer after each.
        """

    def exchange(self, command: Apdu) -> bytes | None:
        """Send a command to the chip of the badge that `on_tap` is being called for. Returns its answer with the
        status; None where it was taken away meanwhile.
        """

    def run(self) -> None:
        """Read badges until `stop`; a reader that fails or is not there is tried again."""

    def stop(self) -> None:
        """Ask `run` to end, and return at once."""


class Clock(Protocol):
    """The one source of the time."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""

    def monotonic(self) -> float:
        """Return seconds that only grow, whatever happens to the date."""


class MachineClock(Clock, Protocol):
    """A clock that knows its machine: `boot` names the start that `monotonic` counts from."""

    @property
    def boot(self) -> str:
        """Return the id of this start of the machine."""
