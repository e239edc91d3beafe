"""Follows calendars of others: reads them in and carries over to our bookings what they moved or cancelled.

Changes made here are never overwritten and calendar events never dropped: what cannot be carried over waits on a list
with both versions, until the desk decides or both sides agree. Past bookings stay as they were.
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

AHEAD = timedelta(days=365)  # how far ahead a calendar is read
LONGEST_NAME = 40


class Difference(Struct, frozen=True):
    """One event time of a followed calendar (`Followed`: what the calendar says now, and what was agreed) that waits
    for a decision, with the booking made here for it; None where there is none.
    """

    occurrence: Followed
    booking: Booking | None

    @property
    def why(self) -> Why:
        """Return the reason for which a decision is needed."""
        return self.occurrence.why or Why.CHANGED


class Decided(Struct, frozen=True):
    """How many differences were decided, and the refusals of the others by the number of their difference (its row's
    id).
    """

    done: int
    refused: Mapping[int, RequestError]


class Calendars(UseCase):
    """Reads calendars of others in and settles differences, for the desk. `actor` is written as each booking's
    author.
    """

    def read_in(self, room_id: int, name: str, content: bytes) -> Imported:
        """Read an iCalendar file in for a room, from 31 days back to a year ahead, and return the counts. The same file
        again changes nothing.

        The file is parsed between transactions, so that nothing waits for a slow one, and closed hours are looked up
        before the writing one. `name` identifies the calendar: the same name again is its next edition. Raises
        RequestError `no-such-room`, `rooms-off` or `name`, Problem `ical`, `ical-large` or `ical-endless`.
        """
        feed, at = calendar_name(name), self._clock.now()
        with self._store.reading() as connection:
            self._reading(connection, room_id, feed, at)  # refuses an unknown room before the file is parsed
        edition = happenings(content, at - BEHIND, at + AHEAD, self._rules.zone)  # no transaction waits for it
        with self._store.reading() as connection:
            reading = self._reading(connection, room_id, feed, at)
            to_carry = [plan for plan in reading.plans(edition) if plan.is_under_way]
            closed = frozenset(plan.row.told.slot for plan in to_carry if reading.is_closed(plan))
        with self._store.writing() as connection:
            done = self._reading(connection, room_id, feed, at, closed).carry_out(edition)
            counts = f"{done.held} held, {done.moved} moved, {done.cancelled} cancelled, {done.asked} asked"
            self._log(connection, at, "calendar-imported", what=counts)
            return done

    def decide(self, numbers: Iterable[int], *, take: bool) -> Decided:
        """Settle differences by their numbers: with `take` as the calendar says, else as it is booked here. Those that
        cannot be settled stay on the list, and are returned with their refusals.

        Raises RequestError `rooms-off`.
        """
        at, done, refused = self._clock.now(), 0, dict[int, RequestError]()
        with self._store.writing() as connection:
            terms_at(connection, self._rules, at)  # refuses where rooms are off
            for number in numbers:
                try:
                    done += self._decide(connection, number, at, take=take)
                except RequestError as reason:
                    refused[number] = reason
            if done:
                self._log(connection, at, "calendar-decided", what=f"{'take' if take else 'keep'} {done}")
        return Decided(done, refused)

    def _decide(self, connection: sa.Connection, number: int, at: datetime, *, take: bool) -> int:
        """Settle a difference with a followed calendar: take its version where `take`, keep ours otherwise. Return 1,
        or 0 where it was settled already. Raises RequestError `booking-charged`, since a calendar must not change a
        booking that is paid or charged.
        """
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
        """Return what is needed to carry out changes of a followed calendar in a room. `closed` are slots of its
        occurrences at which the room is shut: they are asked about instead of held.
        """
        terms_at(connection, self._rules, at)  # refuses where rooms are off
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
    """Return a calendar's name with its spaces tidied, printable and of 1 to 40 characters; the name identifies the
    calendar when it is read in again. Raises RequestError `name`.
    """
    feed = " ".join(name.split())
    if not feed or len(feed) > LONGEST_NAME or not feed.isprintable():
        raise RequestError("name", field="source", longest=LONGEST_NAME)
    return feed


def differences(connection: sa.Connection, today: date) -> list[Difference]:
    """Return the differences that wait for a decision and whose last day is today or later, earliest first."""
    rows = followed_rows.asked(connection, today)
    booked = booking_rows.by_ids(connection, [row.booking_id for row in rows if row.booking_id])
    return [Difference(row, booked[row.booking_id] if row.booking_id else None) for row in rows]
