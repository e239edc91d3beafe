"""Reads and writes bookings of rooms. The database's guards refuse two bookings of a room that overlap.

A caller need not check before: a write raises `room-taken` if another booking was first. A booking is an option while a
quote waits for its answer, claimed once its member has tapped for it in time, released if they did not. A privatisation
lets a zone or the whole place, with a booking of each room in it. `HOLDING` is SQL for the states in which the room is
held.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct, field

from kiosk.domain.rooms import pricing
from kiosk.domain.rooms.fees import Held
from kiosk.domain.rooms.pricing import Price
from kiosk.domain.slots import LONGEST, Slot
from kiosk.errors import RequestError
from kiosk.store.tables import entry, member, organisation
from kiosk.store.tables.rooms import HOLDING, booking, booking_entry, calendar_occurrence, room

OPTION, BOOKED, CLAIMED, RELEASED, CANCELLED = "option", "booked", "claimed", "released", "cancelled"
HELD = (OPTION, BOOKED, CLAIMED)  # states in which the room is held
_TAKEN = "the room is taken"  # the guards' message
_AT_ONCE = 500  # ids in one query


class NewBooking(Struct, frozen=True, kw_only=True):
    """A booking to be written. Without member and organisation it is free of charge.

    `kind` is what it is for: `booking`, `event`, `private` (a let), `imported` (from a calendar), `house`. `feed` is
    the calendar that it comes from, or `event`; None for a booking made here.
    """

    room: int
    slot: Slot
    setup_minutes: int  # the room stays closed for so long afterwards
    day_on: date  # the local day on which it begins
    made_at: datetime
    made_by: str
    state: str = BOOKED
    kind: str = "booking"
    title: str | None = None
    member_id: int | None = None
    organisation_id: int | None = None
    price: Price = field(default_factory=Price)
    series_id: int | None = None
    privatisation_id: int | None = None
    quote_id: int | None = None
    feed: str | None = None
    uid: str | None = None  # the event's own name in `feed`
    key: bytes | None = None  # of the form that made it


class Booking(Struct, frozen=True):
    """A booking. `slot` is its time, `held` its time with setting up the room afterwards.

    `settled_at` is when its entries were written, or found not to be needed; `version` grows with each change.
    """

    id: int
    room: int
    slot: Slot
    held: Slot
    day_on: date
    state: str
    kind: str
    title: str | None
    member_id: int | None
    member_number: int | None
    member_name: str | None
    organisation_id: int | None
    organisation_name: str | None
    price: Price
    claimed_at: datetime | None
    settled_at: datetime | None
    series_id: int | None
    privatisation_id: int | None
    quote_id: int | None
    version: int
    made_at: datetime
    made_by: str

    @property
    def holds(self) -> bool:
        """Tell whether the room is held for this booking: as an option, booked or claimed."""
        return self.state in HELD

    @property
    def payer(self) -> str | None:
        """Return the name of the member or organisation that the booking is for; None for neither."""
        return self.member_name or self.organisation_name


@contextmanager
def _refusing_overlaps(connection: sa.Connection) -> Iterator[None]:
    """Turn the guards' refusal of an overlap into RequestError `room-taken`.

    A savepoint undoes the refused statement alone: on PostgreSQL the transaction could not go on without it.
    """
    try:
        with connection.begin_nested():
            yield
    except sa.exc.IntegrityError as refused:
        if _TAKEN not in str(refused.orig):
            raise
        raise RequestError("room-taken", "the room is taken at that time, or is being set up", field="from") from None


def add(connection: sa.Connection, new: NewBooking) -> int:
    """Write a booking and return its id. Raises RequestError `room-taken`."""
    values = {
        "room_id": new.room,
        "starts_at": new.slot.starts_at,
        "ends_at": new.slot.ends_at,
        "free_at": new.slot.ends_at + timedelta(minutes=new.setup_minutes),
        "lines": json.dumps(pricing.plain(new.price.lines)),
        "included_minutes": new.price.included_minutes,
        **{name: getattr(new, name) for name in _AS_THEY_ARE},
    }
    with _refusing_overlaps(connection):
        return int(connection.execute(booking.insert(), values).lastrowid)


_AS_THEY_ARE = (  # fields that are stored unchanged
    "day_on",
    "made_at",
    "made_by",
    "state",
    "kind",
    "title",
    "member_id",
    "organisation_id",
    "series_id",
    "privatisation_id",
    "quote_id",
    "feed",
    "uid",
    "key",
)


def move(
    connection: sa.Connection,
    held_booking: Booking,
    room_id: int,
    slot: Slot,
    setup_minutes: int,
    day_on: date,
    price: Price,
) -> None:
    """Move a booking to another room or time.

    Raises RequestError `room-taken`, or `booking-changed` if another officer has changed it since it was read.
    """
    values = {
        "room_id": room_id,
        "starts_at": slot.starts_at,
        "ends_at": slot.ends_at,
        "free_at": slot.ends_at + timedelta(minutes=setup_minutes),
        "day_on": day_on,
        "lines": json.dumps(pricing.plain(price.lines)),
        "included_minutes": price.included_minutes,
    }
    change(connection, held_booking, **values)


def change(connection: sa.Connection, held_booking: Booking, **values: object) -> None:
    """Change columns of a booking, if its version is still the one that was read. Raises RequestError
    `booking-changed`, `room-taken`.
    """
    same = (booking.c.id == held_booking.id, booking.c.version == held_booking.version)
    with _refusing_overlaps(connection):
        changed = connection.execute(booking.update().where(*same).values(version=held_booking.version + 1, **values))
    if changed.rowcount == 0:
        raise RequestError("booking-changed", number=held_booking.id)


_BOOKINGS = (
    sa.select(
        booking,
        member.c.number.label("member_number"),
        member.c.name.label("member_name"),
        organisation.c.name.label("organisation_name"),
    )
    .outerjoin(member, member.c.id == booking.c.member_id)
    .outerjoin(organisation, organisation.c.id == booking.c.organisation_id)
    .order_by(booking.c.starts_at, booking.c.id)
)


def _booking(record: sa.Row[Any]) -> Booking:
    """Return a booking from its row, with its price as it was agreed."""
    price = Price(pricing.lines(json.loads(record.lines)), record.included_minutes)
    return Booking(
        record.id,
        record.room_id,
        Slot(record.starts_at, record.ends_at),
        Slot(record.starts_at, record.free_at),
        record.day_on,
        record.state,
        record.kind,
        record.title,
        record.member_id,
        record.member_number,
        record.member_name,
        record.organisation_id,
        record.organisation_name,
        price,
        record.claimed_at,
        record.settled_at,
        record.series_id,
        record.privatisation_id,
        record.quote_id,
        record.version,
        record.made_at,
        record.made_by,
    )


def by_id(connection: sa.Connection, booking_id: int) -> Booking:
    """Return a booking. Raises RequestError `no-such-booking`."""
    row = connection.execute(_BOOKINGS.where(booking.c.id == booking_id)).first()
    if row is None:
        raise RequestError("no-such-booking", number=booking_id)
    return _booking(row)


def by_key(connection: sa.Connection, key: bytes) -> Booking | None:
    """Return the booking that a form made; None if this form made none: so a form sent again is recognised."""
    row = connection.execute(_BOOKINGS.where(booking.c.key == key)).first()
    return None if row is None else _booking(row)


def between(
    connection: sa.Connection, within: Slot, room_id: int | None = None, *, held: bool = True, kind: str | None = "room"
) -> list[Booking]:
    """Return the bookings that overlap a time, setting up included, the earliest first.

    With `room_id` they are of this room, otherwise of the rooms of a `kind`, with None of all rooms. With `held` only
    bookings for which the room is held.
    """
    c = booking.c
    query = _BOOKINGS.where(  # none lasts longer, and setting up takes a day at most: the index of beginnings is enough
        c.starts_at < within.ends_at, c.starts_at > within.starts_at - LONGEST - timedelta(days=1)
    ).where(c.free_at > within.starts_at)
    if held:
        query = query.where(sa.text(f"booking.{HOLDING}"))
    if room_id is not None:
        query = query.where(c.room_id == room_id)
    elif kind is not None:
        query = query.where(c.room_id.in_(sa.select(room.c.id).where(room.c.kind == kind)))
    return [_booking(row) for row in connection.execute(query)]


def of_member(connection: sa.Connection, member_id: int, since: datetime, limit: int = 20) -> list[Booking]:
    """Return a member's bookings that hold their room and end after a moment, the next first, at most `limit`."""
    c = booking.c
    query = _BOOKINGS.where(c.member_id == member_id, c.ends_at > since).where(sa.text(f"booking.{HOLDING}"))
    return [_booking(row) for row in connection.execute(query.limit(limit))]


def uncharged(connection: sa.Connection, member_id: int) -> list[Booking]:
    """Return the bookings on a member's own account that hold their room and have no entry yet, the earliest first."""
    c = booking.c
    own = (c.member_id == member_id, c.organisation_id.is_(None), c.settled_at.is_(None))
    return [_booking(row) for row in connection.execute(_BOOKINGS.where(*own, sa.text(f"booking.{HOLDING}")))]


def of(connection: sa.Connection, **which: int) -> list[Booking]:
    """Return the bookings, in every state, of a series, a quote or a privatisation, as `of(connection, quote_id=7)`."""
    return [_booking(row) for row in connection.execute(_BOOKINGS.filter_by(**which))]


def of_quotes(connection: sa.Connection) -> dict[int, Booking]:
    """Return the booking of each quote that begins first, by the quote's id."""
    bookings = (_booking(row) for row in connection.execute(_BOOKINGS.where(booking.c.quote_id.is_not(None))))
    first: dict[int, Booking] = {}
    for booking_ in bookings:
        if booking_.quote_id is not None:
            first.setdefault(booking_.quote_id, booking_)
    return first


def of_feed(connection: sa.Connection, feed: str, uid: str) -> list[Booking]:
    """Return the bookings, in every state, that have this `feed` and a `uid` that begins with this text.

    So an event finds the bookings of its room: their `feed` is "event", their `uid` begins with the event's id.
    """
    query = _BOOKINGS.where(booking.c.feed == feed, booking.c.uid.startswith(uid, autoescape=True))
    return [_booking(row) for row in connection.execute(query)]


def held_by(
    connection: sa.Connection, member_id: int, first: date, last: date, but: int | None = None
) -> tuple[list[Held], list[Held]]:
    """Return two lists for a member's bookings of a period, with a day and minutes for each booking: how long it is,
    and how much of it the member's plan pays, where that is more than 0.

    Released bookings count; cancelled ones and the booking `but` do not.
    """
    c = booking.c
    rows = connection.execute(
        sa.select(c.day_on, c.starts_at, c.ends_at, c.included_minutes)
        .where(c.member_id == member_id, c.day_on.between(first, last), c.state != CANCELLED)
        .where(c.id.is_not(but))  # true for every booking if `but` is None
    ).all()
    all_minutes = [Held(day, Slot(starts, ends).minutes) for day, starts, ends, _ in rows]
    return all_minutes, [Held(day, included) for day, _, _, included in rows if included]


def by_ids(connection: sa.Connection, ids: Sequence[int]) -> dict[int, Booking]:
    """Return these bookings, by id."""
    bookings: dict[int, Booking] = {}
    for first in range(0, len(ids), _AT_ONCE):
        query = _BOOKINGS.where(booking.c.id.in_(ids[first : first + _AT_ONCE]))
        bookings |= {row.id: _booking(row) for row in connection.execute(query)}
    return bookings


def unfollowed(connection: sa.Connection, feed: str, at: datetime) -> list[tuple[Booking, str]]:
    """Return the bookings imported from a calendar that are not over and not followed yet, each with its UID.

    They were imported before calendars were followed: no row says what their calendar last said of them.
    """
    c = booking.c
    followed = sa.select(calendar_occurrence.c.booking_id).where(calendar_occurrence.c.booking_id.is_not(None))
    query = _BOOKINGS.where(c.feed == feed, c.kind == "imported", c.uid.is_not(None), c.ends_at > at)
    return [(_booking(row), str(row.uid)) for row in connection.execute(query.where(c.id.not_in(followed)))]


def note_entry(connection: sa.Connection, booking_id: int, entry_number: int, role: str) -> None:
    """Write that an entry belongs to a booking. `role` is `charge` for its price, `fee` for a late cancellation or a
    no-show.
    """
    row = {"entry_number": entry_number, "booking_id": booking_id, "role": role}
    connection.execute(booking_entry.insert(), row)


def entries_of(connection: sa.Connection, booking_id: int) -> Sequence[sa.Row[int, str, int, int | None, date]]:
    """Return a booking's entries that are not reversed: number, role, cents, account, day."""
    reversing = entry.alias()
    c = booking_entry.c
    return connection.execute(
        sa.select(entry.c.number, c.role, entry.c.amount_cents, entry.c.account_id, entry.c.day_on)
        .join(entry, entry.c.number == c.entry_number)
        .where(c.booking_id == booking_id, ~sa.exists().where(reversing.c.reverses == entry.c.number))
        .order_by(entry.c.number)
    ).all()


def unsettled(connection: sa.Connection, before: datetime, limit: int = 500) -> list[Booking]:
    """Return bookings that are over and for which no entry is written yet, at most `limit`. Options are left out: their
    quote was not accepted. Cancelled and released bookings are there, since a fee may be due for them.
    """
    c = booking.c
    query = _BOOKINGS.where(c.settled_at.is_(None), c.ends_at <= before, c.state != OPTION).limit(limit)
    return [_booking(row) for row in connection.execute(query)]
