"""Counts the hosting of some days: shifts planned, held and missed, hours declared, and their worth.

The worth goes to the accounts 864 (use of volunteers' work) and 875 (contribution of volunteers), which mirror each
other and move no money. The hourly rate is a dated rule of the association; without it nothing is valued.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct

from kiosk.domain.hosting.rota import Shift, ShiftKind

GIVEN, RECEIVED = "864", "875"


class Volunteering(Struct, frozen=True):
    """The shifts of some days. `gaps` were free; `unconfirmed` had a holder but were not confirmed. `cents` is their
    worth, None without a rate.
    """

    planned: int = 0
    held: int = 0
    gaps: int = 0
    unconfirmed: int = 0
    people: int = 0
    minutes: int = 0
    cents: int | None = None

    @property
    def tenths(self) -> int:
        """Return the declared hours in tenths."""
        return (self.minutes * 10 + 30) // 60


def count(shifts: Iterable[Shift], today: date, rates: Mapping[date, int | None]) -> Volunteering:
    """Return the counts of these shifts up to today. `rates` is the worth of an hour on each day, in cents."""
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
    """Return the minutes that each member held, by kind, the busiest member first; members without any are left out."""
    found: dict[int, dict[ShiftKind, int]] = {}
    for each in shifts:
        if each.confirmed and each.member is not None:
            by_kind = found.setdefault(each.member, {})
            by_kind[each.kind] = by_kind.get(each.kind, 0) + (each.declared_minutes or 0)
    return sorted(found.items(), key=lambda one: (-sum(one[1].values()), one[0]))


def spread(minutes: Sequence[int]) -> tuple[int, int]:
    """Return the share of all hours given by the busiest third of people, in thousandths, and how many people that is:
    a figure that an assembly may be told without names.
    """
    if not minutes or not sum(minutes):
        return 0, 0
    third = -(-len(minutes) // 3)
    top = sorted(minutes, reverse=True)[:third]
    return (2000 * sum(top) + sum(minutes)) // (2 * sum(minutes)), third
