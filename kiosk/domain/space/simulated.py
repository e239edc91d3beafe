"""Holds a simulation's result: sums by product and month, changes by member, seats, zones, refused visits."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TypeVar

from kiosk.domain.checkin.standing import Charge
from kiosk.domain.checkin.verdicts import Denial

_K = TypeVar("_K")  # what counts are kept by: a month, a day, a zone


@dataclass(slots=True)
class Line:
    """One product in a simulation: how often it was charged before and after, and for how many cents."""

    product: str
    times_before: int = 0
    before_cents: int = 0
    times_after: int = 0
    after_cents: int = 0


@dataclass(slots=True)
class Sides:
    """A number under the rules of the time, and under the changed ones."""

    before: int = 0
    after: int = 0


@dataclass(slots=True)
class Person:
    """What a period shows of a member: on how many days they came, and what paid."""

    days: int = 0
    is_subscribed: bool = False
    is_reduced: bool = False


@dataclass(slots=True)
class Simulated:
    """The result of a simulation. A month is written like `2026-11`."""

    lines: dict[str, Line] = field(default_factory=dict)  # by product
    members: dict[int, int] = field(default_factory=dict)  # how much more each member would have paid, in cents
    who: dict[int, Person] = field(default_factory=lambda: defaultdict(Person))  # what is known of them
    # the days' charges of each member and month: product and cents
    charged: dict[tuple[int, str], list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    months: dict[str, Sides] = field(default_factory=lambda: defaultdict(Sides))  # cents by month
    costs: dict[str, Sides] = field(default_factory=lambda: defaultdict(Sides))  # rent and charges, likewise
    seats: dict[date, Sides] = field(default_factory=lambda: defaultdict(Sides))  # people by day
    zones: dict[str, Sides] = field(default_factory=lambda: defaultdict(Sides))  # visits by zone
    # the subscription that a member bought in a month, at its changed price in cents
    monthly: dict[tuple[int, str], tuple[str, int]] = field(default_factory=dict)
    covered: Counter[tuple[int, str]] = field(default_factory=Counter)  # the days on which they came with it
    refused: Counter[Denial] = field(default_factory=Counter)  # visits that would have been turned away
    # Visits that the ledger charged otherwise than the rules of the time (the desk corrected them, or they were paid
    # another way): these stay unchanged.
    unlike: int = 0
    switched: int = 0  # months that members would have taken instead of days

    @property
    def before_cents(self) -> int:
        """Return the total under the rules of the time, in cents."""
        return sum(line.before_cents for line in self.lines.values())

    @property
    def after_cents(self) -> int:
        """Return the total under the changed rules, in cents."""
        return sum(line.after_cents for line in self.lines.values())

    def people(self) -> tuple[int, int, int]:
        """Return how many members would have paid more, less, and the same."""
        more = sum(1 for cents in self.members.values() if cents > 0)
        less = sum(1 for cents in self.members.values() if cents < 0)
        return more, less, len(self.members) - more - less

    def add(self, member: int, day: date, before: Charge | None, after: Charge | None) -> None:
        """Add a visit or sale with its charge on both sides; None where it was refused."""
        difference, month = 0, self.months[month_of(day)]
        if before is not None and before.product is not None:
            line = self.line(before.product)
            line.times_before += 1
            line.before_cents += before.amount_cents
            month.before += before.amount_cents
            difference -= before.amount_cents
        if after is not None and after.product is not None:
            line = self.line(after.product)
            line.times_after += 1
            line.after_cents += after.amount_cents
            month.after += after.amount_cents
            difference += after.amount_cents
        self.members[member] = self.members.get(member, 0) + difference

    def take_in(self, month: "Simulated") -> None:
        """Add another month's result, without what only served to work out that month."""
        for code, line in month.lines.items():
            own = self.line(code)
            own.times_before += line.times_before
            own.before_cents += line.before_cents
            own.times_after += line.times_after
            own.after_cents += line.after_cents
        for member, cents in month.members.items():
            self.members[member] = self.members.get(member, 0) + cents
        for member, person in month.who.items():
            known = self.who[member]
            known.days += person.days
            known.is_subscribed |= person.is_subscribed
            known.is_reduced |= person.is_reduced
        _add(self.months, month.months)
        _add(self.costs, month.costs)
        _add(self.seats, month.seats)
        _add(self.zones, month.zones)
        self.refused += month.refused
        self.unlike += month.unlike
        self.switched += month.switched

    def forget_days(self) -> None:
        """Drop what only served to work out the month."""
        self.charged.clear()
        self.monthly.clear()
        self.covered.clear()

    def line(self, product: str) -> Line:
        """Return a product's line, made if it is new."""
        line = self.lines.get(product)
        if line is None:
            line = self.lines[product] = Line(product)
        return line


def _add(to: dict[_K, Sides], more: dict[_K, Sides]) -> None:
    """Add the counts before and after, key by key."""
    for key, sides in more.items():
        own = to[key]
        own.before += sides.before
        own.after += sides.after


@lru_cache(maxsize=2048)
def month_of(day: date) -> str:
    """Return a day's month, like `2026-11`. Cached, because a period has few days and many visits."""
    return day.isoformat()[:7]
