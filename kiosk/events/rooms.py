"""Holds a room for an event by bookings that cost nothing, one for each of its days. They move with the event's days,
and are released when the event does not take place.
"""

import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from kiosk.domain.chain import Seal
from kiosk.domain.events import presence
from kiosk.domain.events.terms import Terms
from kiosk.domain.slots import Slot
from kiosk.errors import RequestError
from kiosk.rooms import bookings
from kiosk.rooms.bookings import BookingWish
from kiosk.store.events.event_rows import Event
from kiosk.store.rooms import booking_rows, room_rows
from kiosk.store.rooms.booking_rows import CANCELLED, Booking
from kiosk.store.rooms.room_rows import Room
from kiosk.store.space.policies import Rules

FEED = "event"  # stands where bookings of an imported calendar have the calendar's id


def held(connection: sa.Connection, event_id: int) -> list[Booking]:
    """Return the bookings by which an event holds its room, by day; none where it holds none."""
    uid_begins = f"{event_id} "  # see `hold`
    bookings_held = (each for each in booking_rows.of_feed(connection, FEED, uid_begins) if each.holds)
    return sorted(bookings_held, key=lambda each: each.slot)


def hold(
    connection: sa.Connection, rules: Rules, seal: Seal, event: Event, room_id: int, at: datetime, actor: str
) -> list[int]:
    """Book a room for the days of an event that are still to come, and release the room it held before. Returns the
    booking ids.

    Raises RequestError `event-moment` where the event has no day yet, `room-small` where the room has fewer places than
    the event's threshold, and what `bookings.book` raises.
    """
    if event.terms is None:
        raise RequestError("event-moment", "event {number} has no day yet", field="starts", number=event.id)
    _refuse_small(room_rows.by_id(connection, room_id), event.terms)
    release(connection, event.id, at)
    # new each time: a released booking keeps its own, and the database takes no two of one moment
    uid = f"{event.id} {secrets.token_hex(8)}"
    booked = []
    for slot in _coming(slots(event.terms, rules.zone), at):
        # an event may be outside the room's hours, and longer and further ahead than others may book
        wish = BookingWish(
            room=room_id, slot=slot, title=event.title[: bookings.LONGEST_TITLE], any_hour=True, is_planned=True
        )
        booked.append(bookings.book(connection, rules, seal, wish, at, actor, kind="event", feed=FEED, uid=uid).id)
    return booked


def slots(terms: Terms, zone: ZoneInfo) -> list[Slot]:
    """Return the hours of each day of an event, as times to book."""
    return [Slot(each.starts_at, each.ends_at) for each in presence.sittings(terms.starts_at, terms.ends_at, zone)]


def _coming(day_slots: list[Slot], at: datetime) -> list[Slot]:
    """Return the times that have not begun; all of them where none is left, so that booking them fails with the error
    that they are past.
    """
    return [each for each in day_slots if each.starts_at > at] or day_slots


def _refuse_small(room: Room, terms: Terms) -> None:
    """Refuse a room with fewer seats than the event needs to take place. Raises RequestError `room-small`."""
    if terms.threshold is not None and room.facts.capacity is not None and room.facts.capacity < terms.threshold:
        raise RequestError("room-small", field="threshold", label=room.code, most=room.facts.capacity)


def follow(connection: sa.Connection, rules: Rules, seal: Seal, event: Event, at: datetime, actor: str) -> None:
    """Move an event's room bookings to its new days. Raises as `hold`: `room-taken` where the room is booked by others
    then.
    """
    mine = held(connection, event.id)
    if not mine or event.terms is None:
        return
    room, day_slots = room_rows.by_id(connection, mine[0].room), slots(event.terms, rules.zone)
    _refuse_small(room, event.terms)
    if len(mine) == len(day_slots) == 1 and day_slots[0] != mine[0].slot:
        # Keep the same booking, so that calendars that follow ours show it moved.
        day_on = day_slots[0].starts_at.astimezone(rules.zone).date()
        booking_rows.move(connection, mine[0], room.id, day_slots[0], room.facts.setup_minutes, day_on, mine[0].price)
    elif day_slots != [each.slot for each in mine]:
        hold(connection, rules, seal, event, room.id, at, actor)


def release(connection: sa.Connection, event_id: int, at: datetime) -> None:
    """Free the room that an event holds, from `at` on; bookings that are over stay as they are."""
    for mine in held(connection, event_id):
        if mine.slot.ends_at > at:
            booking_rows.change(connection, mine, state=CANCELLED, over_at=at, settled_at=at)
