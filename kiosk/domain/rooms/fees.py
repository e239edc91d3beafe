"""Works out the fee for a late cancellation or a no-show, the quotas of room hours, and when an unclaimed room is
released.

A member *claims* a booking by tapping a badge when it begins; the room of an unclaimed one may be released to others.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from msgspec import Struct

from kiosk.domain.days import month_of
from kiosk.domain.problems import Problem
from kiosk.domain.rooms.rules import RoomRules
from kiosk.domain.slots import Slot

EARLY = timedelta(minutes=15)  # a tap this long before the beginning claims the booking


def share(cents: int, percent: int) -> int:
    """Return a percentage of an amount in cents, half a cent up."""
    return (2 * cents * percent + 100) // 200


def on_cancelling(cents: int, slot: Slot, at: datetime, rules: RoomRules) -> int:
    """Return the fee for cancelling a booking of `cents` at a moment, in cents; 0 up to `room_cancel_hours` before the
    beginning, at that very moment too.
    """
    if at <= slot.starts_at - timedelta(hours=rules.room_cancel_hours):
        return 0
    return share(cents, rules.room_cancel_percent)


def on_not_coming(cents: int, rules: RoomRules) -> int:
    """Return the fee for not coming to a booking of `cents`, in cents."""
    return share(cents, rules.room_no_show_percent)


def claims(slot: Slot, at: datetime) -> bool:
    """Tell whether a tap at a moment claims a booking: from 15 minutes before its beginning to before its end."""
    return slot.starts_at - EARLY <= at < slot.ends_at


def lost_at(slot: Slot, rules: RoomRules) -> datetime | None:
    """Return when an unclaimed room is released, at the booking's end at the latest; None where it never is."""
    if rules.room_claim_minutes is None:
        return None
    return min(slot.ends_at, slot.starts_at + timedelta(minutes=rules.room_claim_minutes))


class Held(Struct, frozen=True):
    """The minutes for which a member has a room on a day."""

    day: date
    minutes: int


def check_quotas(held: Iterable[Held], bookings: Iterable[Held], rules: RoomRules) -> None:
    """Check new bookings against the quotas of a day, a week from Monday, and a month, in minutes with those `held`.

    Only periods with a new booking are checked. Raises Problem `room-quota` beyond a limit; a limit of None is none.
    """
    existing, new = list(held), list(bookings)
    limits: tuple[tuple[int | None, Callable[[date], date]], ...] = (
        (rules.room_quota_day_minutes, lambda day: day),
        (rules.room_quota_week_minutes, lambda day: day - timedelta(days=day.weekday())),
        (rules.room_quota_month_minutes, lambda day: day.replace(day=1)),
    )
    for limit, begin in limits:
        if limit is None:
            continue
        for period in {begin(use.day) for use in new}:
            total = sum(use.minutes for use in (*existing, *new) if begin(use.day) == period)
            if total > limit:
                raise Problem("room-quota", field="from", count=total, most=limit)


def included(plan: str | None, used: Iterable[Held], day: date, rules: RoomRules) -> int:
    """Return how many of the minutes that a plan includes are left of the month of a day, after the minutes `used`; 0
    without a plan.
    """
    monthly = (rules.room_plan_minutes or {}).get(plan or "", 0)
    first, last = month_of(day)
    return max(0, monthly - sum(use.minutes for use in used if first <= use.day <= last))
