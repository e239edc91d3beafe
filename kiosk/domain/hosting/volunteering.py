"""Counts the hosting of some days: shifts planned, held and missed, hours declared, and their worth.

The worth goes to the accounts 864 (use of volunteers' work) and 875 (contribution of volunteers), which mirror each
other and move no money. The hourly rate is a dated rule of the association; without it nothing is valued.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct

from kiosk.domain.hosting.rota import Shift, ShiftKind

GIVEN, RECEIVED = "864", "875"  # the accounts of volunteers' work: its use, its contribution


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
        """Return the declared hours in tenths, rounded."""
        return (self.minutes * 10 + 30) // 60


def count(shifts: Iterable[Shift], today: date, rates: Mapping[date, int | None]) -> Volunteering:
    """Return the counts of these shifts up to today: those of past days, and today's that are confirmed already;
    cancelled ones are left out. `rates` is the worth of an hour on each day, in cents.
    """
    past = [shift for shift in shifts if not shift.called_off and (shift.day_on < today or shift.confirmed)]
    held = [shift for shift in past if shift.confirmed]
    valued = [(shift.declared_minutes or 0, rates.get(shift.day_on)) for shift in held]
    sixtieths = sum(minutes * (rate or 0) for minutes, rate in valued)
    has_rate = any(rate is not None for _, rate in valued)
    return Volunteering(
        planned=len(past),
        held=len(held),
        gaps=sum(shift.member is None for shift in past if not shift.confirmed),
        unconfirmed=sum(shift.member is not None for shift in past if not shift.confirmed),
        people=len({shift.member for shift in held if shift.member is not None}),
        minutes=sum(minutes for minutes, _ in valued),
        cents=(2 * sixtieths + 60) // 120 if has_rate else None,  # sixtieths of cents, rounded to whole ones
    )


def fairness(shifts: Iterable[Shift]) -> list[tuple[int, Mapping[ShiftKind, int]]]:
    """Return the minutes that each member held, by kind, the busiest member first; members without any are left out."""
    minutes_of: dict[int, dict[ShiftKind, int]] = {}
    for shift in shifts:
        if shift.confirmed and shift.member is not None:
            by_kind = minutes_of.setdefault(shift.member, {})
            by_kind[shift.kind] = by_kind.get(shift.kind, 0) + (shift.declared_minutes or 0)
    return sorted(minutes_of.items(), key=lambda item: (-sum(item[1].values()), item[0]))


def spread(minutes: Sequence[int]) -> tuple[int, int]:
    """Return the share of all hours given by the busiest third of people, in thousandths, and how many people that is:
    a figure that an assembly may be told without names.
    """
    if not minutes or not sum(minutes):
        return 0, 0
    third = -(-len(minutes) // 3)
    top = sorted(minutes, reverse=True)[:third]
    return (2000 * sum(top) + sum(minutes)) // (2 * sum(minutes)), third
