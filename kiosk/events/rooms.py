"""Holds a room for an event by a booking that nobody pays: it moves with the event's day, and is free without it."""

import secrets
from datetime import datetime

import sqlalchemy as sa

from kiosk.domain.chain import Seal
from kiosk.domain.slots import Slot
from kiosk.errors import RequestError
from kiosk.rooms import bookings
from kiosk.rooms.bookings import BookingWish
from kiosk.store.events.event_rows import Event
from kiosk.store.rooms import booking_rows, room_rows
from kiosk.store.rooms.booking_rows import CANCELLED, Booking
from kiosk.store.space.policies import Rules

FEED = "event"  # what holds the room, in the place of a calendar that was read in


def held(connection: sa.Connection, event_id: int) -> Booking | None:
    """The booking by which an event holds a room."""
    return next((each for each in booking_rows.of_feed(connection, FEED, f"{event_id} ") if each.holds), None)


def hold(
    connection: sa.Connection, rules: Rules, seal: Seal, found: Event, room_id: int, at: datetime, actor: str
) -> int:
    """Hold a room for the time of an event, in the place of the one that it held. Returns the booking.

    Raises RequestError `event-moment` where the event has no day, and what `bookings.book` raises.
    """
    if found.terms is None:
        raise RequestError("event-moment", f"event {found.id} has no day yet")
    release(connection, found.id, at)
    wish = BookingWish(
        room=room_id,
        slot=Slot(found.terms.starts_at, found.terms.ends_at),
        title=found.title[: bookings.LONGEST_TITLE],
        any_hour=True,
    )
    uid = f"{found.id} {secrets.token_hex(8)}"
    return bookings.book(connection, rules, seal, wish, at, actor, kind="event", feed=FEED, uid=uid).id


def follow(connection: sa.Connection, rules: Rules, found: Event) -> None:
    """Move the room with the event. Raises RequestError `room-taken` where somebody has it then."""
    mine = held(connection, found.id)
    if mine is None or found.terms is None:
        return
    slot = Slot(found.terms.starts_at, found.terms.ends_at)
    if slot != mine.slot:
        room = room_rows.by_id(connection, mine.room)
        day_on = slot.starts_at.astimezone(rules.zone).date()
        booking_rows.move(connection, mine, room.id, slot, room.facts.setup_minutes, day_on, mine.price)


def release(connection: sa.Connection, event_id: int, at: datetime) -> None:
    """Free the room that an event holds, where it holds one."""
    mine = held(connection, event_id)
    if mine is not None:
        booking_rows.change(connection, mine, state=CANCELLED, over_at=at, settled_at=at)
