"""Finds the members that came for a booked room, from the rows that taps have written: a tap itself reads no bookings.

A tap leaves a door event, and the day's first one a visit. Both are read afterwards, away from the door. A booking is
claimed by a tap of its member, from `EARLY` before its beginning on; it is released if none comes in time.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa

from kiosk.domain.rooms.fees import EARLY
from kiosk.domain.slots import Slot
from kiosk.store.rooms import booking_rows
from kiosk.store.rooms.booking_rows import BOOKED, OPTION, RELEASED, Booking
from kiosk.store.tables import door_event, visit
from kiosk.store.tables.rooms import booking

LATE = timedelta(hours=6)  # a tap made during an outage may be entered so much later, and still claims its booking


def awaited(connection: sa.Connection, at: datetime) -> list[Booking]:
    """Return the members' bookings that a tap may claim now, and those that ended lately without a tap.

    The latter may still be claimed by a tap that is entered after an outage.
    """
    within = Slot(at - LATE, at + EARLY)
    bookings = booking_rows.between(connection, within, held=False)  # released ones, too
    states = (BOOKED, RELEASED)
    return [
        listed
        for listed in bookings
        if listed.state in states and listed.member_id is not None and listed.settled_at is None
    ]


def came_at(connection: sa.Connection, held_booking: Booking, *, present_counts: bool) -> datetime | None:
    """Return when a booking's member first tapped for it; None if they did not.

    A tap counts from `EARLY` before the beginning until the end. With `present_counts` a member already at the space
    when it begins need not tap again: the beginning is returned.
    """
    since, until = held_booking.slot.starts_at - EARLY, held_booking.slot.ends_at
    opened = sa.select(sa.func.min(door_event.c.at)).where(
        door_event.c.member_id == held_booking.member_id,
        door_event.c.kind == "opened",
        door_event.c.at.between(since, until),
    )
    arrived = sa.select(sa.func.min(visit.c.arrived_at)).where(
        visit.c.member_id == held_booking.member_id, visit.c.state == "kept", visit.c.arrived_at.between(since, until)
    )
    taps = [
        moment for moment in (connection.execute(query).scalar() for query in (opened, arrived)) if moment is not None
    ]
    if not taps and present_counts and _is_here(connection, held_booking):
        return held_booking.slot.starts_at
    return min(taps, default=None)


def _is_here(connection: sa.Connection, held_booking: Booking) -> bool:
    """Return whether a booking's member had come that day before it began, and had not left by then."""
    c, starts = visit.c, held_booking.slot.starts_at
    is_present = sa.exists().where(
        c.member_id == held_booking.member_id,
        c.state == "kept",
        c.day_on == held_booking.day_on,
        c.arrived_at <= starts,
        sa.or_(c.left_at.is_(None), c.left_at > starts),
    )
    return bool(connection.execute(sa.select(is_present)).scalar())


def any_unsettled(connection: sa.Connection, at: datetime) -> bool:
    """Return whether any booking is over and not charged yet: asked before a transaction to write is begun. An option,
    held for a quote that is not accepted yet, costs nothing.
    """
    c = booking.c
    over = sa.exists().where(c.settled_at.is_(None), c.ends_at <= at, c.state != OPTION)
    return bool(connection.execute(sa.select(over)).scalar())
