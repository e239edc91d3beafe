"""Hand-written fakes on the real protocols: a clock that is set, a door and a screen that remember."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from kiosk.cards import Card
from kiosk.devices.protocols import Signal
from kiosk.errors import DeviceOffline


class FakeClock:
    """Time stands still until a test moves it."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)
        self._seconds = 1000.0
        self.boot = "boot-1"

    def now(self) -> datetime:
        return self._at

    def monotonic(self) -> float:
        return self._seconds

    def advance(self, **by: float) -> None:
        delta = timedelta(**by)
        self._at += delta
        self._seconds += delta.total_seconds()

    def set(self, at: datetime) -> None:
        """The wall clock alone."""
        self._at = at.astimezone(UTC)

    def restart(self, at: datetime) -> None:
        """The machine starts anew, and shows this time 20 s later."""
        self.boot = f"boot-{int(self.boot.rpartition('-')[2]) + 1}"
        self._at, self._seconds = at.astimezone(UTC), 20.0


@dataclass
class FakeDoor:
    """Remembers pulses and signals; `broken` answers no more. `before` is called as a pulse begins."""

    simulated: bool = True
    level: bool = False
    pulses: int = 0
    signals: list[Signal] = field(default_factory=list)
    broken: bool = False

    def pulse(self) -> None:
        if self.broken:
            raise DeviceOffline("door", "the relay does not answer")
        self.pulses += 1

    def signal(self, signal: Signal) -> None:
        self.signals.append(signal)

    def close(self) -> None:
        self.level = False


@dataclass
class FakeScreen:
    """Remembers cards, and how often they were taken away."""

    cards: list[Card] = field(default_factory=list)
    cleared: int = 0

    def clear(self) -> None:
        self.cleared += 1

    def reading(self) -> None:
        pass

    def show(self, card: Card) -> None:
        self.cards.append(card)

    def refresh(self) -> None:
        pass
