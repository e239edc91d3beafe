"""Tables of what is held for a time: rooms, bookings and their entries, series, privatisations, quotes, calendars.

The same metadata as `kiosk.store.tables`; made by the migrations only. No tap reads these tables.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, TypedColumns

from kiosk.store.tables import UtcTime, table

HOLDING = "state IN ('option', 'booked', 'claimed')"  # the states in which the room is held


class RoomColumns(TypedColumns):
    """A room that one party holds at a time: a meeting room, or another thing to book, by `kind`.

    `place` and `equipment` are the association's words; `hours` is a week as JSON, None for the space's own hours;
    after each booking the room is not free for `setup_minutes`; without products it costs nothing.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    code: Column[str] = Column(String, nullable=False, unique=True)
    kind: Column[str] = Column(String, nullable=False, server_default="room")
    zone_id: Column[int | None] = Column(Integer, ForeignKey("zone.id"), nullable=True)
    capacity: Column[int | None] = Column(Integer, nullable=True)
    place: Column[str | None] = Column(String, nullable=True)
    equipment: Column[str | None] = Column(String, nullable=True)
    hours: Column[str | None] = Column(String, nullable=True)
    setup_minutes: Column[int] = Column(Integer, nullable=False, server_default="0")
    hour_product_id: Column[int | None] = Column(Integer, ForeignKey("product.id"), nullable=True)
    half_product_id: Column[int | None] = Column(Integer, ForeignKey("product.id"), nullable=True)
    day_product_id: Column[int | None] = Column(Integer, ForeignKey("product.id"), nullable=True)
    closed_on: Column[date | None] = Column(sa.Date, nullable=True)


room = table(
    "room",
    RoomColumns,
    sa.CheckConstraint("setup_minutes BETWEEN 0 AND 1440", name="setup_minutes"),
    sa.CheckConstraint("capacity > 0", name="capacity"),
)


class BookingSeriesColumns(TypedColumns):
    """A series: what the bookings made together by one rule of recurrence have in common.

    `rule` is a text of our own, such as `week until 2027-03-31 but 2026-12-24 2026-12-31`, written by `_rule` in
    `kiosk/rooms/series.py`: how often, the last day, the days left out. It is no RRULE of RFC 5545, though it tells
    what FREQ, INTERVAL, UNTIL and EXDATE would there; the weekday of a monthly series follows from its first booking.
    No program reads the text back: the bookings are the facts.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    rule: Column[str] = Column(String, nullable=False)
    made_at: Column[datetime] = Column(UtcTime, nullable=False)
    made_by: Column[str] = Column(String, nullable=False)
    key: Column[bytes | None] = Column(LargeBinary(16), nullable=True, unique=True)


booking_series = table("booking_series", BookingSeriesColumns)


class PrivatisationColumns(TypedColumns):
    """A let of a zone, or without `zone_id` of the whole place, for some hours. Its rooms are held by bookings.

    Members that usually take that zone are counted in `instead_zone_id` meanwhile. The let takes `places` off the
    capacity. Where `permanents` is `kept`, subscribers still come in; else they stay out and get something back: a
    banked day, or a credit. Members were told of the let at `told_at`, and those that stayed out got what the rules
    grant at `compensated_at`.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    zone_id: Column[int | None] = Column(Integer, ForeignKey("zone.id"), nullable=True)
    instead_zone_id: Column[int | None] = Column(Integer, ForeignKey("zone.id"), nullable=True)
    starts_at: Column[datetime] = Column(UtcTime, nullable=False)
    ends_at: Column[datetime] = Column(UtcTime, nullable=False)
    state: Column[str] = Column(String, nullable=False)
    title: Column[str | None] = Column(String, nullable=True)
    organisation_id: Column[int | None] = Column(Integer, ForeignKey("organisation.id"), nullable=True)
    places: Column[int] = Column(Integer, nullable=False, server_default="0")
    permanents: Column[str] = Column(String, nullable=False, server_default="kept")
    insured_until: Column[date | None] = Column(sa.Date, nullable=True)
    told_at: Column[datetime | None] = Column(UtcTime, nullable=True)
    compensated_at: Column[datetime | None] = Column(UtcTime, nullable=True)
    made_at: Column[datetime] = Column(UtcTime, nullable=False)
    made_by: Column[str] = Column(String, nullable=False)
    key: Column[bytes | None] = Column(LargeBinary(16), nullable=True, unique=True)


privatisation = table(
    "privatisation",
    PrivatisationColumns,
    sa.CheckConstraint("state IN ('option', 'booked', 'cancelled')", name="state"),
    sa.CheckConstraint("ends_at > starts_at", name="period"),
    sa.CheckConstraint("permanents IN ('kept', 'banked', 'credited')", name="permanents"),
    sa.CheckConstraint("places >= 0", name="places"),
    sa.Index("ix_privatisation_held", "ends_at", sqlite_where=sa.text("state IN ('option', 'booked')")),
)


class QuoteColumns(TypedColumns):
    """A quote: the price of a time for an organisation, valid until a day. Once accepted, it becomes bookings and
    charges.

    `lines` is JSON of the prices on the day it was made. `advance_cents` is to be paid before the let; `caution_cents`
    is the security deposit, given back after it.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    organisation_id: Column[int] = Column(Integer, ForeignKey("organisation.id"), nullable=False, index=True)
    state: Column[str] = Column(String, nullable=False, server_default="open")
    valid_until: Column[date] = Column(sa.Date, nullable=False)
    lines: Column[str] = Column(String, nullable=False)
    advance_cents: Column[int] = Column(Integer, nullable=False, server_default="0")
    caution_cents: Column[int] = Column(Integer, nullable=False, server_default="0")
    privatisation_id: Column[int | None] = Column(Integer, ForeignKey("privatisation.id"), nullable=True)
    caution_entry: Column[int | None] = Column(Integer, ForeignKey("entry.number"), nullable=True, unique=True)
    made_at: Column[datetime] = Column(UtcTime, nullable=False)
    made_by: Column[str] = Column(String, nullable=False)
    key: Column[bytes | None] = Column(LargeBinary(16), nullable=True, unique=True)


quote = table(
    "quote",
    QuoteColumns,
    sa.CheckConstraint("state IN ('open', 'accepted', 'refused', 'expired')", name="state"),
    sa.CheckConstraint("advance_cents >= 0 AND caution_cents >= 0", name="sums"),
)


class BookingColumns(TypedColumns):
    """A booking: a room held from one moment to another; `free_at` is when it is set up again for the next one.

    `kind` is what it is for (`booking`, `event`, `private`, `imported`, `house`); a member, an organisation or no one
    pays. `lines` is JSON of the price on the day it was made; `included_minutes` of the time are paid by the member's
    plan. `over_at` is when it was cancelled or released, `settled_at` when its entries were written. `uid` is the
    event's own id in the calendar `feed` that it is imported from; a booking for an event of the house has `event` as
    its feed, and a `uid` that begins with the event's id.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    room_id: Column[int] = Column(Integer, ForeignKey("room.id"), nullable=False)
    starts_at: Column[datetime] = Column(UtcTime, nullable=False)
    ends_at: Column[datetime] = Column(UtcTime, nullable=False)
    free_at: Column[datetime] = Column(UtcTime, nullable=False)
    day_on: Column[date] = Column(sa.Date, nullable=False)
    state: Column[str] = Column(String, nullable=False)
    kind: Column[str] = Column(String, nullable=False, server_default="booking")
    title: Column[str | None] = Column(String, nullable=True)
    member_id: Column[int | None] = Column(Integer, ForeignKey("member.id"), nullable=True)
    organisation_id: Column[int | None] = Column(Integer, ForeignKey("organisation.id"), nullable=True)
    lines: Column[str] = Column(String, nullable=False, server_default="[]")
    included_minutes: Column[int] = Column(Integer, nullable=False, server_default="0")
    claimed_at: Column[datetime | None] = Column(UtcTime, nullable=True)
    over_at: Column[datetime | None] = Column(UtcTime, nullable=True)
    settled_at: Column[datetime | None] = Column(UtcTime, nullable=True)
    series_id: Column[int | None] = Column(Integer, ForeignKey("booking_series.id"), nullable=True)
    privatisation_id: Column[int | None] = Column(Integer, ForeignKey("privatisation.id"), nullable=True)
    quote_id: Column[int | None] = Column(Integer, ForeignKey("quote.id"), nullable=True)
    feed: Column[str | None] = Column(String, nullable=True)
    uid: Column[str | None] = Column(String, nullable=True)
    version: Column[int] = Column(Integer, nullable=False, server_default="1")
    made_at: Column[datetime] = Column(UtcTime, nullable=False)
    made_by: Column[str] = Column(String, nullable=False)
    key: Column[bytes | None] = Column(LargeBinary(16), nullable=True, unique=True)


booking = table(
    "booking",
    BookingColumns,
    sa.UniqueConstraint("feed", "uid", "starts_at"),
    sa.CheckConstraint("ends_at > starts_at AND free_at >= ends_at", name="period"),
    sa.CheckConstraint("state IN ('option', 'booked', 'claimed', 'released', 'cancelled')", name="state"),
    sa.CheckConstraint("member_id IS NULL OR organisation_id IS NULL", name="one_payer"),
    sa.CheckConstraint("included_minutes >= 0", name="included"),
    sa.Index("ix_booking_held", "room_id", "free_at", sqlite_where=sa.text(HOLDING)),
    sa.Index("ix_booking_starts_at", "starts_at"),
    sa.Index("ix_booking_member_id_day_on", "member_id", "day_on"),
    sa.Index("ix_booking_unsettled", "ends_at", sqlite_where=sa.text("settled_at IS NULL")),
)


class BookingEntryColumns(TypedColumns):
    """An entry that was written for a booking: its price, or the fee for a late cancellation or a no-show."""

    entry_number: Column[int] = Column(Integer, ForeignKey("entry.number"), primary_key=True, autoincrement=False)
    booking_id: Column[int] = Column(Integer, ForeignKey("booking.id"), nullable=False, index=True)
    role: Column[str] = Column(String, nullable=False)


booking_entry = table(
    "booking_entry",
    BookingEntryColumns,
    sa.CheckConstraint("role IN ('charge', 'fee')", name="role"),
)


class CalendarFeedColumns(TypedColumns):
    """A secret link to a calendar, of one room or of all. Only the secret's digest is stored; a revoked link no longer
    works.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    label: Column[str] = Column(String, nullable=False)
    digest: Column[bytes] = Column(LargeBinary(32), nullable=False, unique=True)
    room_id: Column[int | None] = Column(Integer, ForeignKey("room.id"), nullable=True)
    shows_titles: Column[bool] = Column(sa.Boolean, nullable=False, server_default=sa.false())
    made_at: Column[datetime] = Column(UtcTime, nullable=False)
    made_by: Column[str] = Column(String, nullable=False)
    revoked_at: Column[datetime | None] = Column(UtcTime, nullable=True)


calendar_feed = table("calendar_feed", CalendarFeedColumns)


class CalendarOccurrenceColumns(TypedColumns):
    """An event of a followed calendar, for a room: its state when house and calendar last agreed (`agreed_...`), its
    state now, and the booking made from it.

    `feed` is the calendar's name, `recurrence` the RECURRENCE-ID of an event that recurs, `sequence` the calendar's
    number of the event's version; with `stands` the calendar did not cancel it. `why` is the difference that an officer
    has to decide. The `agreed_...` columns are None for an event that was never held here. `day_on` is the
    last day of the event, by which the row is deleted in time.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    feed: Column[str] = Column(String, nullable=False)
    room_id: Column[int] = Column(Integer, ForeignKey("room.id"), nullable=False)
    uid: Column[str] = Column(String, nullable=False)
    recurrence: Column[str] = Column(String, nullable=False)
    booking_id: Column[int | None] = Column(Integer, ForeignKey("booking.id"), nullable=True, index=True)
    agreed_sequence: Column[int] = Column(Integer, nullable=False, server_default="0")
    agreed_starts_at: Column[datetime | None] = Column(UtcTime, nullable=True)
    agreed_ends_at: Column[datetime | None] = Column(UtcTime, nullable=True)
    agreed_title: Column[str | None] = Column(String, nullable=True)
    agreed_stands: Column[bool | None] = Column(sa.Boolean, nullable=True)
    sequence: Column[int] = Column(Integer, nullable=False, server_default="0")
    starts_at: Column[datetime] = Column(UtcTime, nullable=False)
    ends_at: Column[datetime] = Column(UtcTime, nullable=False)
    title: Column[str | None] = Column(String, nullable=True)
    stands: Column[bool] = Column(sa.Boolean, nullable=False)
    why: Column[str | None] = Column(String, nullable=True)
    asked_on: Column[date | None] = Column(sa.Date, nullable=True)
    day_on: Column[date] = Column(sa.Date, nullable=False)


calendar_occurrence = table(
    "calendar_occurrence",
    CalendarOccurrenceColumns,
    sa.UniqueConstraint("feed", "room_id", "uid", "recurrence"),
    sa.CheckConstraint("ends_at > starts_at", name="period"),
    sa.CheckConstraint("(why IS NULL) = (asked_on IS NULL)", name="asked"),
    sa.CheckConstraint(
        "(agreed_starts_at IS NULL) = (agreed_ends_at IS NULL)"
        " AND (agreed_starts_at IS NULL) = (agreed_stands IS NULL)",
        name="agreed",
    ),
    sa.Index("ix_calendar_occurrence_asked", "asked_on", sqlite_where=sa.text("why IS NOT NULL")),
)
