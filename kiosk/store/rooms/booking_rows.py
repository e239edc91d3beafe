"""Reads and writes what rooms are held for. The database itself keeps two bookings apart: its guards refuse an overlap.

A caller need not ask beforehand: a write raises `room-taken` where another booking was first.
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
HELD = (OPTION, BOOKED, CLAIMED)
_TAKEN = "the room is taken"
_AT_ONCE = 500  # ids in one query


class NewBooking(Struct, frozen=True, kw_only=True):
    """A booking as it is written at first. Without member and organisation it is free of charge."""

    room: int
    slot: Slot
    setup_minutes: int
    day_on: date
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
    uid: str | None = None
    key: bytes | None = None


class Booking(Struct, frozen=True):
    """A booking as it stands."""

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
        """Tell whether the room is held for this booking alone."""
        return self.state in HELD

    @property
    def payer(self) -> str | None:
        """Return the name of the person or organisation that the booking is for."""
        return self.member_name or self.organisation_name


@contextmanager
def _alone(connection: sa.Connection) -> Iterator[None]:
    """Turns what the database refuses into words. Nothing of it is left, and the transaction may go on: a server would
    hear no more of one in which something was refused. Raises RequestError `room-taken`.
    """
    try:
        with connection.begin_nested():
            yield
    except sa.exc.IntegrityError as refused:
        if _TAKEN not in str(refused.orig):
            raise
        raise RequestError("room-taken", "the room is taken at that time, or is being set up", field="from") from None


def add(connection: sa.Connection, new: NewBooking) -> int:
    """Hold a room. Returns the booking. Raises RequestError `room-taken`."""
    values = {
        "room_id": new.room,
        "starts_at": new.slot.starts_at,
        "ends_at": new.slot.ends_at,
        "free_at": new.slot.ends_at + timedelta(minutes=new.setup_minutes),
        "lines": json.dumps(pricing.plain(new.price.lines)),
        "included_minutes": new.price.included_minutes,
        **{name: getattr(new, name) for name in _AS_THEY_ARE},
    }
    with _alone(connection):
        return int(connection.execute(booking.insert(), values).lastrowid)


_AS_THEY_ARE = (
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
    connection: sa.Connection, found: Booking, room_id: int, slot: Slot, setup_minutes: int, day_on: date, price: Price
) -> None:
    """Move a booking to another room or time. Raises RequestError `room-taken`, or `booking-changed` where another
    officer changed it meanwhile.
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
    change(connection, found, **values)


def change(connection: sa.Connection, found: Booking, **values: object) -> None:
    """Write something else of a booking that is as it was read. Raises RequestError `booking-changed`, `room-taken`."""
    same = (booking.c.id == found.id, booking.c.version == found.version)
    with _alone(connection):
        done = connection.execute(booking.update().where(*same).values(version=found.version + 1, **values))
    if done.rowcount == 0:
        raise RequestError("booking-changed", number=found.id)


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


def _booking(row: sa.Row[Any]) -> Booking:
    price = Price(pricing.lines(json.loads(row.lines)), row.included_minutes)
    return Booking(
        row.id,
        row.room_id,
        Slot(row.starts_at, row.ends_at),
        Slot(row.starts_at, row.free_at),
        row.day_on,
        row.state,
        row.kind,
        row.title,
        row.member_id,
        row.member_number,
        row.member_name,
        row.organisation_id,
        row.organisation_name,
        price,
        row.claimed_at,
        row.settled_at,
        row.series_id,
        row.privatisation_id,
        row.quote_id,
        row.version,
        row.made_at,
        row.made_by,
    )


def by_id(connection: sa.Connection, booking_id: int) -> Booking:
    """One booking. Raises RequestError `no-such-booking`."""
    row = connection.execute(_BOOKINGS.where(booking.c.id == booking_id)).first()
    if row is None:
        raise RequestError("no-such-booking", number=booking_id)
    return _booking(row)


def by_key(connection: sa.Connection, key: bytes) -> Booking | None:
    """The booking that a form made, by which it is recognised when it is sent again."""
    row = connection.execute(_BOOKINGS.where(booking.c.key == key)).first()
    return None if row is None else _booking(row)


def between(
    connection: sa.Connection, within: Slot, room_id: int | None = None, *, held: bool = True, kind: str | None = "room"
) -> list[Booking]:
    """What meets a time, setting up included, in one room or in all of a kind; `held` leaves out what is over."""
    c = booking.c
    query = _BOOKINGS.where(
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
    """What a member holds that ends after a moment, the next first."""
    c = booking.c
    query = _BOOKINGS.where(c.member_id == member_id, c.ends_at > since).where(sa.text(f"booking.{HOLDING}"))
    return [_booking(row) for row in connection.execute(query.limit(limit))]


def uncharged(connection: sa.Connection, member_id: int) -> list[Booking]:
    """What a member holds on their own account for which nothing is entered yet, the next first."""
    c = booking.c
    own = (c.member_id == member_id, c.organisation_id.is_(None), c.settled_at.is_(None))
    return [_booking(row) for row in connection.execute(_BOOKINGS.where(*own, sa.text(f"booking.{HOLDING}")))]


def of(connection: sa.Connection, **which: int) -> list[Booking]:
    """All bookings of a series, a quote or a privatisation, by its column."""
    return [_booking(row) for row in connection.execute(_BOOKINGS.filter_by(**which))]


def of_quotes(connection: sa.Connection) -> dict[int, Booking]:
    """Return the first booking that each quote of a room holds, by the quote."""
    found = (_booking(row) for row in connection.execute(_BOOKINGS.where(booking.c.quote_id.is_not(None))))
    first: dict[int, Booking] = {}
    for each in found:
        if each.quote_id is not None:
            first.setdefault(each.quote_id, each)
    return first


def of_feed(connection: sa.Connection, feed: str, uid: str) -> list[Booking]:
    """What is held for what another subject, or a calendar, calls by a name that begins so."""
    query = _BOOKINGS.where(booking.c.feed == feed, booking.c.uid.startswith(uid, autoescape=True))
    return [_booking(row) for row in connection.execute(query)]


def held_by(
    connection: sa.Connection, member_id: int, first: date, last: date, but: int | None = None
) -> tuple[list[Held], list[Held]]:
    """How long a member has rooms from a day to another: all of it, and what of it their plan pays."""
    c = booking.c
    rows = connection.execute(
        sa.select(c.day_on, c.starts_at, c.ends_at, c.included_minutes)
        .where(c.member_id == member_id, c.day_on.between(first, last), c.state != CANCELLED)
        .where(c.id.is_not(but))
    ).all()
    all_of_it = [Held(day, Slot(starts, ends).minutes) for day, starts, ends, _ in rows]
    return all_of_it, [Held(day, included) for day, _, _, included in rows if included]


def by_ids(connection: sa.Connection, ids: Sequence[int]) -> dict[int, Booking]:
    """Return bookings by their ids."""
    found: dict[int, Booking] = {}
    for first in range(0, len(ids), _AT_ONCE):
        query = _BOOKINGS.where(booking.c.id.in_(ids[first : first + _AT_ONCE]))
        found |= {row.id: _booking(row) for row in connection.execute(query)}
    return found


def unfollowed(connection: sa.Connection, feed: str, at: datetime) -> list[tuple[Booking, str]]:
    """Return what a calendar brought before its events were followed, and is not over, each with its UID."""
    c = booking.c
    followed = sa.select(calendar_occurrence.c.booking_id).where(calendar_occurrence.c.booking_id.is_not(None))
    query = _BOOKINGS.where(c.feed == feed, c.kind == "imported", c.uid.is_not(None), c.ends_at > at)
    return [(_booking(row), str(row.uid)) for row in connection.execute(query.where(c.id.not_in(followed)))]


def note_entry(connection: sa.Connection, booking_id: int, entry_number: int, role: str) -> None:
    """Note that an entry was written for a booking."""
    row = {"entry_number": entry_number, "booking_id": booking_id, "role": role}
    connection.execute(booking_entry.insert(), row)


def entries_of(connection: sa.Connection, booking_id: int) -> Sequence[sa.Row[int, str, int, int | None, date]]:
    """What was entered for a booking and stands: number, role, sum, account, day."""
    by = entry.alias()
    c = booking_entry.c
    return connection.execute(
        sa.select(entry.c.number, c.role, entry.c.amount_cents, entry.c.account_id, entry.c.day_on)
        .join(entry, entry.c.number == c.entry_number)
        .where(c.booking_id == booking_id, ~sa.exists().where(by.c.reverses == entry.c.number))
        .order_by(entry.c.number)
    ).all()


def unsettled(connection: sa.Connection, before: datetime, limit: int = 500) -> list[Booking]:
    """What is over, and for which nothing is entered yet."""
    c = booking.c
    query = _BOOKINGS.where(c.settled_at.is_(None), c.ends_at <= before, c.state != OPTION).limit(limit)
    return [_booking(row) for row in connection.execute(query)]
