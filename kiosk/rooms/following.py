"""Reads in the calendars of others and follows them: what they moved or called off is carried over, or asked.

Nothing that was changed here is overwritten, nothing that a calendar says is dropped: what cannot be carried over waits
on a list with both versions, until it is decided or both sides agree. What is over stays as it was.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from kiosk.acting import UseCase
from kiosk.domain.rooms.following import Why
from kiosk.domain.slots import Slot
from kiosk.errors import RequestError
from kiosk.rooms import bookings
from kiosk.rooms.bookings import terms_at
from kiosk.rooms.editions import BEHIND, Imported, Reading, is_costly, settled
from kiosk.rooms.ical_reading import happenings
from kiosk.store.rooms import booking_rows, followed_rows, room_rows
from kiosk.store.rooms.booking_rows import Booking
from kiosk.store.rooms.followed_rows import Followed

AHEAD = timedelta(days=365)  # of a calendar that is read in
LONGEST_NAME = 40


class Difference(Struct, frozen=True):
    """What waits for a decision: the calendar's version, and what is booked here, where anything is."""

    occurrence: Followed
    booking: Booking | None

    @property
    def why(self) -> Why:
        """The reason for which it is asked."""
        return self.occurrence.why or Why.CHANGED


class Decided(Struct, frozen=True):
    """How many differences were decided, and which were refused and why, by their numbers."""

    done: int
    refused: Mapping[int, RequestError]


class Calendars(UseCase):
    """The desk's acts on calendars of others. `actor` is written as each booking's author."""

    def read_in(self, room_id: int, name: str, content: bytes) -> Imported:
        """Follow what a file of iCalendar says of a room for the coming year; the same file again changes nothing.

        Raises RequestError `no-such-room`, `rooms-off` or `name`, Problem `ical`, `ical-large` or
        `ical-endless`.
        """
        feed, at = calendar_name(name), self._clock.now()
        with self._store.reading() as connection:
            self._reading(connection, room_id, feed, at)
        edition = happenings(content, at - BEHIND, at + AHEAD, self._rules.zone)  # nobody waits for the database yet
        with self._store.reading() as connection:
            reading = self._reading(connection, room_id, feed, at)
            wanted = [plan for plan in reading.plans(edition) if plan.is_under_way]
            closed = frozenset(plan.row.told.slot for plan in wanted if reading.is_closed(plan))
        with self._store.writing() as connection:
            return self._reading(connection, room_id, feed, at, closed).carry_out(edition)

    def decide(self, numbers: Iterable[int], *, take: bool) -> Decided:
        """Settle differences: `take` what the calendar says, or keep what is here. What is refused stays on the list.

        Raises RequestError `rooms-off`.
        """
        at, done, refused = self._clock.now(), 0, dict[int, RequestError]()
        with self._store.writing() as connection:
            terms_at(connection, self._rules, at)
            for number in numbers:
                try:
                    done += self._decide(connection, number, at, take=take)
                except RequestError as reason:
                    refused[number] = reason
        return Decided(done, refused)

    def _decide(self, connection: sa.Connection, number: int, at: datetime, *, take: bool) -> int:
        row = followed_rows.by_id(connection, number)
        if row.why is None:
            return 0  # the form was sent twice, or the calendar read in again meanwhile
        reading, booking_id = self._reading(connection, row.room, row.feed, at), row.booking_id
        if take:
            booking = None if booking_id is None else booking_rows.by_id(connection, booking_id)
            if booking is not None and is_costly(booking):
                raise RequestError("booking-charged", number=booking.id)
            with bookings.saying_who(connection, self._rules, reading.room, row.told.slot, booking_id):
                booking_id = reading.carry(row, booking)
        reading.write(settled(replace(row, booking_id=booking_id)))
        return 1

    def _reading(
        self, connection: sa.Connection, room_id: int, feed: str, at: datetime, closed: frozenset[Slot] = frozenset()
    ) -> Reading:
        terms_at(connection, self._rules, at)
        return Reading(
            connection=connection,
            rules=self._rules,
            room=room_rows.by_id(connection, room_id),
            feed=feed,
            at=at,
            actor=self._actor,
            closed=closed,
        )


def calendar_name(name: str) -> str:
    """Return a calendar's name, by which it is known when it is read in again. Raises RequestError `name`."""
    feed = " ".join(name.split())
    if not feed or len(feed) > LONGEST_NAME or not feed.isprintable():
        raise RequestError("name", field="source", longest=LONGEST_NAME)
    return feed


def differences(connection: sa.Connection, today: date) -> list[Difference]:
    """Return what waits for a decision and is not over, in the order of time."""
    rows = followed_rows.asked(connection, today)
    booked = booking_rows.by_ids(connection, [row.booking_id for row in rows if row.booking_id])
    return [Difference(row, booked[row.booking_id] if row.booking_id else None) for row in rows]
