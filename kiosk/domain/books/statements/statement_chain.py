"""Holds consecutive statements against each other: each begins with what the one before ended with.

Where it does not, something moved on the account that no statement shows: the days between are named, with the sum that
is missing. A later file about a day says of it all that an earlier one said, so it is believed.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise

from msgspec import Struct

from kiosk.domain.books.statements.statement_facts import Balance


class Covered(Struct, frozen=True):
    """The days that a statement is about, and what the account held before and after, where the file says it."""

    begins: date
    ends: date
    opening: Balance | None = None
    closing: Balance | None = None


class Held(Struct, frozen=True):
    """What the account held at the end of a day."""

    on: date
    cents: int


class Gap(Struct, frozen=True):
    """Days of which no statement is there, though something moved: between the end of `after` and that of `until`."""

    after: date
    until: date
    cents: int


def held(statements: Sequence[Covered]) -> list[Held]:
    """The balances that are known, by day; of a day that a later file is about, what that file says.

    `statements` are in the order in which they came in.
    """
    found: dict[date, int] = {}
    for each in statements:
        for day in [day for day in found if each.begins <= day <= each.ends]:
            del found[day]
        before = each.begins - timedelta(days=1)
        if each.opening is not None:
            found.setdefault(min(each.opening.on or before, before), each.opening.cents)
        if each.closing is not None:
            found[each.closing.on or each.ends] = each.closing.cents
    return [Held(day, cents) for day, cents in sorted(found.items())]


def gaps(balances: Sequence[Held], lines: Iterable[tuple[date, int]]) -> list[Gap]:
    """Where two balances in a row are not what the lines between them make. `lines` are days and cents."""
    moved = sorted(lines)
    found = []
    for one, other in pairwise(balances):
        between = sum(cents for day, cents in moved if one.on < day <= other.on)
        if one.cents + between != other.cents:
            found.append(Gap(one.on, other.on, other.cents - one.cents - between))
    return found


def balance_on(balances: Sequence[Held], lines: Iterable[tuple[date, int]], day: date) -> int | None:
    """What the account held at the end of a day: the last balance up to it, and what moved since. None without one."""
    known = [each for each in balances if each.on <= day]
    if not known:
        return None
    last = known[-1]
    return last.cents + sum(cents for on, cents in lines if last.on < on <= day)
