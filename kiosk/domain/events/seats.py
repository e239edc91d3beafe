"""Decides which sign-ups have a seat, whether there are enough of them, and what a seat brings for the rent.

Seats go by the order of signing up. So the waiting list is no list: a cancelled seat goes to the next in line.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from kiosk.domain.events.terms import EventState

T = TypeVar("T")


def seated(queue: Sequence[T], places: int | None) -> tuple[list[T], list[T]]:
    """Split sign-ups, in their order, into those with a seat and those that wait for one."""
    most = len(queue) if places is None else places
    return list(queue[:most]), list(queue[most:])


def outcome(
    state: EventState, threshold: int | None, deadline_at: datetime | None, signed_up: int, now: datetime
) -> EventState | None:
    """What the deadline makes of an open event; None while nothing is to be decided."""
    if state is not EventState.OPEN or deadline_at is None or now < deadline_at:
        return None
    return EventState.HELD if signed_up >= (threshold or 0) else EventState.NOT_HELD


def rent_cents(net_cents: int, percent: int) -> int:
    """The share of what a seat brings, without its VAT, that pays for the space's rent; half a cent is one."""
    return (net_cents * percent + 50) // 100


def may_leave_free(starts_at: datetime, now: datetime, days: int | None) -> bool:
    """Tell whether cancelling is still free: until so many days before the beginning; None: until it begins."""
    return now < starts_at - timedelta(days=days or 0)
