"""Compares consecutive statements: each must begin with the balance that the one before ended with.

Where it does not, money moved that no statement shows: the days between are named, with the missing sum. For a day in
two files, the later file is believed.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise

from msgspec import Struct

from kiosk.domain.books.statements.statement_facts import Balance


class Covered(Struct, frozen=True):
    """The days of a statement, and the balances before and after, where the file gives them."""

    begins: date
    ends: date
    opening: Balance | None = None
    closing: Balance | None = None


class Held(Struct, frozen=True):
    """The balance at the end of a day."""

    on: date
    cents: int


class Gap(Struct, frozen=True):
    """Days that no statement covers although money moved: from the end of `after` to the end of `until`, by `cents`."""

    after: date
    until: date
    cents: int


def held(statements: Sequence[Covered]) -> list[Held]:
    """Return the known balances by day. `statements` are in the order in which they were imported; for days in several,
    the last one holds.
    """
    by_day: dict[date, int] = {}
    for statement in statements:
        for day in [day for day in by_day if statement.begins <= day <= statement.ends]:
            del by_day[day]
        before = statement.begins - timedelta(days=1)
        if statement.opening is not None:  # a balance known for that evening stays: a difference then shows as a gap
            by_day.setdefault(min(statement.opening.on or before, before), statement.opening.cents)
        if statement.closing is not None:
            by_day[statement.closing.on or statement.ends] = statement.closing.cents
    return [Held(day, cents) for day, cents in sorted(by_day.items())]


def gaps(balances: Sequence[Held], lines: Iterable[tuple[date, int]]) -> list[Gap]:
    """Return the gaps: consecutive balances that the lines between do not explain. `lines` are days and cents."""
    moved = sorted(lines)
    unexplained = []
    for earlier, later in pairwise(balances):
        between = sum(cents for day, cents in moved if earlier.on < day <= later.on)
        if earlier.cents + between != later.cents:
            unexplained.append(Gap(earlier.on, later.on, later.cents - earlier.cents - between))
    return unexplained


def balance_on(balances: Sequence[Held], lines: Iterable[tuple[date, int]], day: date) -> int | None:
    """Return the balance at the end of a day, from the last known balance and the lines since; None
    without one before.
    """
    earlier = [balance for balance in balances if balance.on <= day]
    if not earlier:
        return None
    last = earlier[-1]
    return last.cents + sum(cents for on, cents in lines if last.on < on <= day)
