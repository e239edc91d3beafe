"""Works out how old a tab is. Payments settle the oldest charges first; what is left is as old as its charges.

Callers leave out reversed entries and their reversals: together they are nothing.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

from msgspec import Struct

from kiosk.domain.problems import Problem

AGES = (30, 60, 90)  # days: the last one of the first three ages; the fourth is older


class Ages(Struct, frozen=True):
    """What a tab owes, by the age of its charges in days: up to 30, up to 60, up to 90, more."""

    up_to_30: int = 0
    up_to_60: int = 0
    up_to_90: int = 0
    older: int = 0

    @property
    def total(self) -> int:
        """All that is owed."""
        return self.up_to_30 + self.up_to_60 + self.up_to_90 + self.older

    @property
    def past(self) -> int:
        """The highest of 0, 30, 60 and 90 days that some charge exceeds."""
        return 90 if self.older else 60 if self.up_to_90 else 30 if self.up_to_60 else 0


def unpaid(lines: Sequence[tuple[date, int]]) -> list[tuple[date, int]]:
    """The charges that are not settled, oldest first, a part of one where only a part is; [] for a tab in advance.

    A line is a day and cents: more than 0 charged, less than 0 paid, in any order.
    """
    charges = sorted((line for line in lines if line[1] > 0), key=lambda line: line[0])
    return _left(charges, -sum(cents for _, cents in lines if cents < 0))


def newest(charges: Sequence[tuple[date, int]], owed: int) -> list[tuple[date, int]]:
    """The newest charges, by day, that make up what is owed."""
    return _left(charges, sum(cents for _, cents in charges) - owed)


def _left(charges: Sequence[tuple[date, int]], paid: int) -> list[tuple[date, int]]:
    left = []
    for day, cents in charges:
        settled = min(cents, paid)
        paid -= settled
        if settled < cents:
            left.append((day, cents - settled))
    return left


def settled(charges: Sequence[int], before: int, paid: int) -> list[int]:
    """How much of each charge, oldest first, a payment settles after `before` was paid."""
    parts = []
    for cents in charges:
        done = min(cents, before)
        before -= done
        part = min(cents - done, paid)
        paid -= part
        parts.append(part)
    return parts


def ages(lines: Sequence[tuple[date, int]], today: date) -> Ages:
    """How old what is unpaid is."""
    owed = unpaid(lines)
    return spread(sum(cents for _, cents in owed), [_since(owed, today, age) for age in AGES])


def _since(lines: Iterable[tuple[date, int]], today: date, days: int) -> int:
    return sum(cents for day, cents in lines if (today - day).days <= days)


def spread(owed: int, charged: Sequence[int]) -> Ages:
    """The ages from sums alone: what is owed, and what was charged in the last 30, 60 and 90 days, paid or not.

    Since payments settle the oldest first, what is unpaid is the newest charges.
    """
    if len(charged) != len(AGES) or any(more < less for less, more in pairwise(charged)):
        raise Problem("ages", "sums of the last 30, 60 and 90 days are three, and none is less than the one before")
    owed = max(0, owed)
    first, second, third = (min(owed, cents) for cents in charged)
    return Ages(first, second - first, third - second, owed - third)


def fits(kind: str, cents: int, owed: int) -> bool:
    """Whether an entry fits a tab that owes so much: nothing is written off that is not owed, nor handed back that is
    not there, and a deposit or a gift is something. What else may be entered asks nothing of the tab.
    """
    if kind == "write-off":
        return 0 < -cents <= owed
    if kind == "refund":
        return 0 < cents <= -owed
    return kind not in ("deposit", "gift") or cents > 0
