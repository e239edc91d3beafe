"""Keeps, for each event of a followed calendar, what the calendar says now and what was last agreed.

Agreed is the version on which the calendar and the booking made from it last said the same.
"""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.rooms.following import Name, Version, Why
from kiosk.domain.slots import Slot
from kiosk.errors import RequestError
from kiosk.store.tables.rooms import calendar_occurrence

_C = calendar_occurrence.c


class Followed(Struct, frozen=True, kw_only=True):
    """An occurrence of an event in a followed calendar: `told` is what the calendar says now, `agreed` what was last
    agreed.

    `feed` is the calendar's name, `name` the occurrence's within it (UID and RECURRENCE-ID), `sequence` the calendar's
    number of the event's version. A version that does not `stand` says that the event does not take place. `agreed` is
    None for an event that was never held here. `why` is the difference that awaits a decision since `asked_on`. Without
    an `id` the occurrence is not written yet.
    """

    feed: str
    name: Name
    told: Version
    sequence: int = 0
    agreed: Version | None = None
    agreed_sequence: int = 0
    booking_id: int | None = None
    why: Why | None = None
    asked_on: date | None = None
    id: int | None = None

    @property
    def room(self) -> int:
        """Return the room for which the calendar is followed."""
        return self.told.room


def of_calendar(connection: sa.Connection, feed: str, room_id: int) -> list[Followed]:
    """Return all occurrences of a calendar for a room, by time."""
    return _read(connection, _C.feed == feed, _C.room_id == room_id)


def asked(connection: sa.Connection, today: date) -> list[Followed]:
    """Return the occurrences that await a decision and are not over, by time."""
    return _read(connection, _C.why.is_not(None), _C.day_on >= today)


def by_id(connection: sa.Connection, occurrence_id: int) -> Followed:
    """Return an occurrence. Raises RequestError `no-such-occurrence`."""
    rows = _read(connection, _C.id == occurrence_id)
    if not rows:
        raise RequestError("no-such-occurrence", number=occurrence_id)
    return rows[0]


def names(connection: sa.Connection) -> Sequence[str]:
    """Return the names of the followed calendars."""
    return connection.execute(sa.select(_C.feed).distinct().order_by(_C.feed)).scalars().all()


def _read(connection: sa.Connection, *which: sa.ColumnElement[bool]) -> list[Followed]:
    """Return the occurrences that meet conditions, by time."""
    query = sa.select(calendar_occurrence).where(*which).order_by(_C.starts_at, _C.id)
    return [
        Followed(
            id=row.id,
            feed=row.feed,
            name=Name(row.uid, row.recurrence),
            told=Version(
                slot=Slot(row.starts_at, row.ends_at), title=row.title, room=row.room_id, stands=bool(row.stands)
            ),
            sequence=row.sequence,
            agreed=_agreed(row),
            agreed_sequence=row.agreed_sequence,
            booking_id=row.booking_id,
            why=None if row.why is None else Why(row.why),
            asked_on=row.asked_on,
        )
        for row in connection.execute(query)
    ]


def _agreed(stored: sa.Row[*tuple[object, ...]]) -> Version | None:
    """Return the version of an occurrence that its calendar and the desk last agreed on; None if it never had a
    booking here.
    """
    starts, ends = stored.agreed_starts_at, stored.agreed_ends_at
    if starts is None or ends is None:
        return None
    slot, stands = Slot(starts, ends), bool(stored.agreed_stands)
    return Version(slot=slot, title=stored.agreed_title, room=stored.room_id, stands=stands)


def write(connection: sa.Connection, occurrence: Followed, day_on: date) -> None:
    """Write an occurrence: a new row, or in place of its row."""
    agreed = occurrence.agreed
    values = {
        "feed": occurrence.feed,
        "room_id": occurrence.room,
        "uid": occurrence.name.uid,
        "recurrence": occurrence.name.recurrence,
        "booking_id": occurrence.booking_id,
        "agreed_sequence": occurrence.agreed_sequence,
        "agreed_starts_at": None if agreed is None else agreed.slot.starts_at,
        "agreed_ends_at": None if agreed is None else agreed.slot.ends_at,
        "agreed_title": None if agreed is None else agreed.title,
        "agreed_stands": None if agreed is None else agreed.stands,
        "sequence": occurrence.sequence,
        "starts_at": occurrence.told.slot.starts_at,
        "ends_at": occurrence.told.slot.ends_at,
        "title": occurrence.told.title,
        "stands": occurrence.told.stands,
        "why": None if occurrence.why is None else occurrence.why.value,
        "asked_on": occurrence.asked_on,
        "day_on": day_on,
    }
    if occurrence.id is None:
        connection.execute(calendar_occurrence.insert(), values)
    else:
        connection.execute(calendar_occurrence.update().where(_C.id == occurrence.id).values(values))
