"""Decides which signups have a seat, whether an event has enough of them, and what a seat brings for the rent.

Seats go by the order of signing up, so no waiting list is stored: a cancelled seat goes to the next in line.
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
    """Return whether an open event is held or not, once its deadline has passed; None while nothing is
    to be decided.
    """
    if state is not EventState.OPEN or deadline_at is None or now < deadline_at:
        return None
    return EventState.HELD if signed_up >= (threshold or 0) else EventState.NOT_HELD


def rent_cents(net_cents: int, percent: int) -> int:
    """Return the rent's share of a seat's price without VAT, in cents; half a cent rounds up."""
    return (net_cents * percent + 50) // 100


def may_leave_free(starts_at: datetime, now: datetime, days: int | None) -> bool:
    """Tell whether cancelling is still free: until so many days before the beginning; None: until the beginning."""
    return now < starts_at - timedelta(days=days or 0)
