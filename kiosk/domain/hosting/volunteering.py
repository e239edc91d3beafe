"""Counts what hosting was in some days: turns planned, held and missed, hours declared, and what they are worth.

The worth is for the accounts 864 (what volunteers gave) and 875 (that it was given), which mirror each other and move
no money. The rate of an hour is the association's, and dated; without one nothing is valued.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct

from kiosk.domain.hosting.rota import Shift, ShiftKind

GIVEN, RECEIVED = "864", "875"


class Volunteering(Struct, frozen=True):
    """The shifts of some days. `gaps` were free; `unconfirmed` had a holder and no confirmation."""

    planned: int = 0
    held: int = 0
    gaps: int = 0
    unconfirmed: int = 0
    people: int = 0
    minutes: int = 0
    cents: int | None = None

    @property
    def tenths(self) -> int:
        """The declared hours, in tenths."""
        return (self.minutes * 10 + 30) // 60


def count(shifts: Iterable[Shift], today: date, rates: Mapping[date, int | None]) -> Volunteering:
    """What these shifts were, up to today. `rates` is what an hour is worth on each day, in cents."""
    past = [each for each in shifts if not each.called_off and (each.day_on < today or each.confirmed)]
    held = [each for each in past if each.confirmed]
    valued = [(each.declared_minutes or 0, rates.get(each.day_on)) for each in held]
    sixtieths = sum(minutes * (rate or 0) for minutes, rate in valued)
    has_rate = any(rate is not None for _, rate in valued)
    return Volunteering(
        planned=len(past),
        held=len(held),
        gaps=sum(each.member is None for each in past if not each.confirmed),
        unconfirmed=sum(each.member is not None for each in past if not each.confirmed),
        people=len({each.member for each in held if each.member is not None}),
        minutes=sum(minutes for minutes, _ in valued),
        cents=(2 * sixtieths + 60) // 120 if has_rate else None,
    )


def fairness(shifts: Iterable[Shift]) -> list[tuple[int, Mapping[ShiftKind, int]]]:
    """Return how many minutes each member held, by kind, the most first; members without any are left out."""
    found: dict[int, dict[ShiftKind, int]] = {}
    for each in shifts:
        if each.confirmed and each.member is not None:
            by_kind = found.setdefault(each.member, {})
            by_kind[each.kind] = by_kind.get(each.kind, 0) + (each.declared_minutes or 0)
    return sorted(found.items(), key=lambda one: (-sum(one[1].values()), one[0]))


def spread(minutes: Sequence[int]) -> tuple[int, int]:
    """The share of all hours that the busiest third of people gave, in thousandths, and how many people that third is:
    what an assembly may be told without a name.
    """
    if not minutes or not sum(minutes):
        return 0, 0
    third = -(-len(minutes) // 3)
    top = sorted(minutes, reverse=True)[:third]
    return (2000 * sum(top) + sum(minutes)) // (2 * sum(minutes)), third
