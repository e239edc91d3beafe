"""Holds a simulation's result: sums by product and month, members who would pay more, seats, zones, refused visits."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TypeVar

from kiosk.domain.checkin.standing import Charge
from kiosk.domain.checkin.verdicts import Denial

_K = TypeVar("_K")


@dataclass(slots=True)
class Line:
    """One product's share: how often it was charged before and after, and for how much."""

    product: str
    times_before: int = 0
    before_cents: int = 0
    times_after: int = 0
    after_cents: int = 0


@dataclass(slots=True)
class Sides:
    """A number of then, and the same under the changed rules."""

    before: int = 0
    after: int = 0


@dataclass(slots=True)
class Person:
    """What is known of a member from the period: on how many days they came, and what paid."""

    days: int = 0
    is_subscribed: bool = False
    is_reduced: bool = False


@dataclass(slots=True)
class Simulated:
    """The result. `members` holds how much more each of them would have paid, `who` their names, and `charged` what
    days would have cost each in a month. `monthly` is the subscription that each bought in one, at its price under the
    changed rules, `covered` on how many days they came with it.

    `months` are cents by month (`2026-11`), `costs` rent and charges likewise, `seats` people by day, `zones` visits by
    zone. `unlike` counts the visits of which the ledger says something else than the rules of then (the desk corrected
    them, or they were paid otherwise): they stay as they were. `refused` are visits that would have been turned away,
    `switched` months that members would have taken instead of days.
    """

    lines: dict[str, Line] = field(default_factory=dict)
    members: dict[int, int] = field(default_factory=dict)
    who: dict[int, Person] = field(default_factory=lambda: defaultdict(Person))
    charged: dict[tuple[int, str], list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    months: dict[str, Sides] = field(default_factory=lambda: defaultdict(Sides))
    costs: dict[str, Sides] = field(default_factory=lambda: defaultdict(Sides))
    seats: dict[date, Sides] = field(default_factory=lambda: defaultdict(Sides))
    zones: dict[str, Sides] = field(default_factory=lambda: defaultdict(Sides))
    monthly: dict[tuple[int, str], tuple[str, int]] = field(default_factory=dict)
    covered: Counter[tuple[int, str]] = field(default_factory=Counter)
    refused: Counter[Denial] = field(default_factory=Counter)
    unlike: int = 0
    switched: int = 0

    @property
    def before_cents(self) -> int:
        """All of it under the rules of then."""
        return sum(line.before_cents for line in self.lines.values())

    @property
    def after_cents(self) -> int:
        """All of it under the changed rules."""
        return sum(line.after_cents for line in self.lines.values())

    def people(self) -> tuple[int, int, int]:
        """How many would have paid more, less, and the same."""
        more = sum(1 for cents in self.members.values() if cents > 0)
        less = sum(1 for cents in self.members.values() if cents < 0)
        return more, less, len(self.members) - more - less

    def add(self, member: int, day: date, before: Charge | None, after: Charge | None) -> None:
        """One visit or sale, on both sides; None where it cost nothing."""
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
        """Add another month. What is kept only to work out a month, day by day, stays there."""
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
        """Let go of what only served to work out the month."""
        self.charged.clear()
        self.monthly.clear()
        self.covered.clear()

    def line(self, product: str) -> Line:
        """A product's line."""
        found = self.lines.get(product)
        if found is None:
            found = self.lines[product] = Line(product)
        return found


def _add(to: dict[_K, Sides], more: dict[_K, Sides]) -> None:
    for key, sides in more.items():
        own = to[key]
        own.before += sides.before
        own.after += sides.after


@lru_cache(maxsize=2048)
def month_of(day: date) -> str:
    """A day's month, like `2026-11`: asked for each visit of a past that has few days."""
    return day.isoformat()[:7]
