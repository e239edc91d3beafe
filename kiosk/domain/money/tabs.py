"""Works out the age of a tab, which is what an account owes. Payments settle the oldest charges first; what is left is
as old as its charges.

Callers leave out reversed entries and their reversals, which add up to zero.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

from msgspec import Struct

from kiosk.domain.problems import Problem

AGES = (30, 60, 90)  # in days: the upper ends of the first three ages; the fourth is older


class Ages(Struct, frozen=True):
    """What a tab owes in cents, by the age of its charges in days: up to 30, up to 60, up to 90, more."""

    up_to_30: int = 0
    up_to_60: int = 0
    up_to_90: int = 0
    older: int = 0

    @property
    def total(self) -> int:
        """Return the whole debt in cents."""
        return self.up_to_30 + self.up_to_60 + self.up_to_90 + self.older

    @property
    def past(self) -> int:
        """Return the highest of 0, 30, 60 and 90 days that some charge exceeds."""
        return 90 if self.older else 60 if self.up_to_90 else 30 if self.up_to_60 else 0


def unpaid(lines: Sequence[tuple[date, int]]) -> list[tuple[date, int]]:
    """Return the charges not settled, oldest first, with the open part of each; empty for a tab in advance.

    A line is a day and cents: positive charged, negative paid, in any order.
    """
    charges = sorted((line for line in lines if line[1] > 0), key=lambda line: line[0])
    return _left(charges, -sum(cents for _, cents in lines if cents < 0))


def _left(charges: Sequence[tuple[date, int]], paid: int) -> list[tuple[date, int]]:
    """Return the charges that a payment leaves open, with what is left of each; the first are paid first.

    A payment greater than all charges leaves none; the rest of it is ignored.
    """
    left = []
    for day, cents in charges:
        settled = min(cents, paid)
        paid -= settled
        if settled < cents:
            left.append((day, cents - settled))
    return left


def settled(charges: Sequence[int], before: int, paid: int) -> list[int]:
    """Return the cents of each charge, oldest first, that a payment settles after `before` cents were paid: 0 for a
    charge settled earlier or not reached.
    """
    parts = []
    for cents in charges:
        settled_before = min(cents, before)
        before -= settled_before
        part = min(cents - settled_before, paid)
        paid -= part
        parts.append(part)
    return parts


def ages(lines: Sequence[tuple[date, int]], today: date) -> Ages:
    """Return the unpaid cents of these lines (as for `unpaid`) by the age of their charges on a day."""
    owed = unpaid(lines)
    return spread(sum(cents for _, cents in owed), [_since(owed, today, age) for age in AGES])


def _since(lines: Iterable[tuple[date, int]], today: date, days: int) -> int:
    """Return the cents of lines at most so many days old; a line dated after today counts."""
    return sum(cents for day, cents in lines if (today - day).days <= days)


def spread(owed: int, charged: Sequence[int]) -> Ages:
    """Return the ages from sums alone: what is owed, and what was charged in the last 30, 60 and 90 days, paid or not.

    Since payments settle the oldest charges first, what is unpaid are the newest ones. Raises Problem `ages` for sums
    that contradict each other. Where nothing is owed, or the tab is in advance (below 0), all ages are 0.
    """
    if len(charged) != len(AGES) or any(more < less for less, more in pairwise(charged)):
        raise Problem("ages", "sums of the last 30, 60 and 90 days are three, and none is less than the one before")
    owed = max(0, owed)
    first, second, third = (min(owed, cents) for cents in charged)
    return Ages(first, second - first, third - second, owed - third)


def fits(kind: str, cents: int, owed: int) -> bool:
    """Tell whether an entry is possible on a tab that owes `owed` cents (negative: paid in advance).

    A write-off is negative and at most the debt, a refund positive and at most the advance, a deposit or gift above 0.
    Other kinds are always possible.
    """
    if kind == "write-off":
        return 0 < -cents <= owed
    if kind == "refund":
        return 0 < cents <= -owed
    return kind not in ("deposit", "gift") or cents > 0
