"""The table of requests that people send from the public pages.

The same metadata as `kiosk.store.tables`; made by the migrations only. No tap reads this table.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, TypedColumns

from kiosk.store.tables import UtcTime, table
from kiosk.store.tables.desk import joining


class PublicRequestColumns(TypedColumns):
    """A request of a person without a badge. `mark` is the number that the request's signed link carries; `day_on` is
    the day that it is about, `client` the kind of client for a room, `said` the sender's own words. Its outcome: a seat
    (`signup_id`), or a quote with the client that it was made for.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    mark: Column[bytes] = Column(LargeBinary(16), nullable=False, unique=True)
    kind: Column[str] = Column(String, nullable=False)
    state: Column[str] = Column(String, nullable=False, server_default="unproven")
    name: Column[str | None] = Column(String, nullable=True)
    email: Column[str | None] = Column(String, nullable=True)
    language: Column[str] = Column(String, nullable=False)
    client: Column[str] = Column(String, nullable=False)
    organisation: Column[str | None] = Column(String, nullable=True)
    said: Column[str | None] = Column(String, nullable=True)
    day_on: Column[date] = Column(sa.Date, nullable=False, index=True)
    starts_at: Column[datetime | None] = Column(UtcTime, nullable=True)
    ends_at: Column[datetime | None] = Column(UtcTime, nullable=True)
    room_id: Column[int | None] = Column(Integer, ForeignKey("room.id"), nullable=True)
    event_id: Column[int | None] = Column(Integer, ForeignKey("event.id"), nullable=True)
    signup_id: Column[int | None] = Column(Integer, ForeignKey("signup.id"), nullable=True, unique=True)
    organisation_id: Column[int | None] = Column(Integer, ForeignKey("organisation.id"), nullable=True)
    quote_id: Column[int | None] = Column(Integer, ForeignKey("quote.id"), nullable=True, unique=True)
    made_at: Column[datetime] = Column(UtcTime, nullable=False, index=True)
    proven_at: Column[datetime | None] = Column(UtcTime, nullable=True)
    settled_at: Column[datetime | None] = Column(UtcTime, nullable=True)
    settled_by: Column[str | None] = Column(String, nullable=True)


public_request = table(
    "public_request",
    PublicRequestColumns,
    sa.CheckConstraint("kind IN ('visit', 'join', 'room', 'event')", name="kind"),
    sa.CheckConstraint("state IN ('unproven', 'waiting', 'done', 'declined', 'cancelled')", name="state"),
    sa.CheckConstraint("(state = 'unproven') = (proven_at IS NULL)", name="proven"),
    sa.CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled"),
    sa.CheckConstraint("kind <> 'room' OR (room_id IS NOT NULL AND ends_at > starts_at)", name="room"),
    sa.CheckConstraint("kind <> 'event' OR event_id IS NOT NULL", name="event"),
)

TAKEN = sa.exists().where(
    joining.c.request_id == public_request.c.id,
    sa.or_(joining.c.settled_at.is_(None), joining.c.member_id.is_not(None)),
)
"""The condition that a request is continued at the screen: the holder of a new badge took it over in a request to join,
which is still open or made a member.
"""
