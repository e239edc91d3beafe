"""Books a room again and again: the occurrences of a rule, but for some days; what is taken is left out and said.

Which days a rule means is worked out by python-dateutil, on the wall clock: 14 h stays 14 h through both changes.
"""

from collections.abc import Iterator
from datetime import date, datetime, time

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from kiosk.acting import SealingUseCase
from kiosk.domain.problems import Mistake, Problem
from kiosk.domain.slots import Slot, at_wall
from kiosk.errors import RequestError
from kiosk.rooms.bookings import BookingWish, Terms, book, cancel, check, move, standing, terms_at, who_has
from kiosk.store.rooms import booking_rows, room_rows, series_rows
from kiosk.store.rooms.booking_rows import Booking

MOST = 104  # twice a week for a year
EVERY = ("day", "weekday", "week", "two-weeks", "month")


class Recurrence(Struct, frozen=True):
    """Every day, working day, week, two weeks or month (the same weekday of it), until a day, but for some."""

    every: str
    until: date | None
    but: frozenset[date] = frozenset()


class Repeated(Struct, frozen=True):
    """One occurrence: its time, the booking that was made, or why there is none, as one booking is refused."""

    slot: Slot
    booking: int | None = None
    why: Mistake | None = None


class SeriesDesk(SealingUseCase):
    """The desk's acts on series. `actor` is written as each booking's author."""

    def look(self, wish: BookingWish, recurrence: Recurrence) -> list[Repeated]:
        """The occurrences, and which of them cannot be; writes nothing. Raises RequestError `series`, Problem."""
        with self._store.reading() as connection:
            terms = terms_at(connection, self._rules, self._clock.now())
            room = room_rows.by_id(connection, wish.room)
            found = []
            for slot in self._slots(wish, recurrence):
                try:
                    check(connection, self._rules, terms, room, replace(wish, slot=slot))
                except RequestError as told:
                    found.append(Repeated(slot, why=told))
                else:
                    found.append(Repeated(slot, why=who_has(connection, self._rules, room, slot)))
            return found

    def book(self, wish: BookingWish, recurrence: Recurrence, *, key: bytes) -> list[Repeated]:
        """Book all that can be had, in one transaction. A form that is sent twice books once.

        Raises RequestError `series` where there is no occurrence or too many, and what the first of `book` raises
        that is not about its hour.
        """
        now = self._clock.now()
        with self._store.writing() as connection:
            before = series_rows.by_key(connection, key)
            if before is not None:
                return [Repeated(each.slot, each.id) for each in booking_rows.of(connection, series_id=before)]
            slots = list(self._slots(wish, recurrence))
            series = series_rows.add(connection, _rule(recurrence), now, self._actor, key)
            return [self._one(connection, replace(wish, slot=slot), now, series) for slot in slots]

    def cancel(self, booking_id: int) -> tuple[int, int]:
        """Cancel a booking and those of its series after it, in one transaction. Returns how many, and their fees.

        Raises RequestError `no-such-booking`, `booking-over` or `booking-changed`.
        """
        with self._store.writing() as connection:
            terms = terms_at(connection, self._rules, self._clock.now())
            held = of_same_series(connection, standing(connection, booking_id))
            return len(held), sum(cancel(connection, self._seal, terms, each, self._actor) for each in held)

    def move(self, booking_id: int, wish: BookingWish) -> list[Repeated]:
        """Move a booking to the room and time of a wish, and those of its series after it by as much on the wall clock.

        All is one transaction. What another has stays where it is and is told, but for the first. Raises as
        `Bookings.move` does.
        """
        with self._store.writing() as connection:
            terms = terms_at(connection, self._rules, self._clock.now())
            first = standing(connection, booking_id)
            held = of_same_series(connection, first)
            later = wish.slot.starts_at > first.slot.starts_at  # then the last makes room for the one before it
            moved = [self._moved(connection, terms, first, each, wish) for each in (reversed(held) if later else held)]
            return sorted(moved, key=lambda each: each.slot.starts_at)

    def _moved(
        self, connection: sa.Connection, terms: Terms, first: Booking, booking: Booking, wish: BookingWish
    ) -> Repeated:
        slot = booking.slot
        try:
            slot = wish.slot if booking.id == first.id else self._shifted(slot, first.slot, wish.slot)
            planned = wish.is_planned or booking.id != first.id  # only the first is held to how far ahead one may book
            move(connection, self._rules, terms, booking, replace(wish, slot=slot, is_planned=planned))
        except Mistake as told:
            if booking.id == first.id or told.code not in (*_OF_ITS_HOUR, "slot-skipped", "booking-charged"):
                raise
            return Repeated(slot, booking.id, told)
        return Repeated(slot, booking.id)

    def _shifted(self, slot: Slot, before: Slot, after: Slot) -> Slot:
        """Return a time moved by as much on the wall clock as another was. Raises Problem `slot-skipped`."""

        def shifted(at: datetime, since: datetime, to: datetime) -> datetime:
            wall, was, will_be = (each.astimezone(self._rules.zone).replace(tzinfo=None) for each in (at, since, to))
            moved = wall + (will_be - was)
            return at_wall(moved.date(), moved.hour * 60 + moved.minute, self._rules.zone)

        starts = shifted(slot.starts_at, before.starts_at, after.starts_at)
        return Slot(starts, shifted(slot.ends_at, before.ends_at, after.ends_at))

    def _one(self, connection: sa.Connection, wish: BookingWish, at: datetime, series: int) -> Repeated:
        try:
            made = book(connection, self._rules, self._seal, wish, at, self._actor, series_id=series)
        except Mistake as told:
            if told.code not in _OF_ITS_HOUR:
                raise
            return Repeated(wish.slot, why=told)
        return Repeated(wish.slot, made.id)

    def _slots(self, wish: BookingWish, recurrence: Recurrence) -> Iterator[Slot]:
        zone = self._rules.zone
        first, last = wish.slot.starts_at.astimezone(zone), wish.slot.ends_at.astimezone(zone)
        begins, lasts = first.hour * 60 + first.minute, last.replace(tzinfo=None) - first.replace(tzinfo=None)
        for day in days(recurrence, first.date()):
            try:
                starts = at_wall(day, begins, zone)
                yield Slot(starts, at_wall(day, begins + int(lasts.total_seconds()) // 60, zone))
            except Problem:  # the night skips that hour: this once there is none
                continue


_OF_ITS_HOUR = ("room-taken", "room-closed", "room-quota", "slot-far", "slot-past")


def days(recurrence: Recurrence, first: date) -> list[date]:
    """The days of a series. Raises RequestError `series` where it is none, never ends, or has too many."""
    from dateutil import rrule  # type: ignore[import-untyped]  # ships no types; off the way of who books once

    if recurrence.every not in EVERY or recurrence.until is None or recurrence.until < first:
        raise RequestError(
            "series",
            "a series is daily, weekly or monthly, and has a last day after its first",
            field="series",
            most=MOST,
        )
    rule = {
        "day": {"freq": rrule.DAILY},
        "weekday": {"freq": rrule.DAILY, "byweekday": (rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR)},
        "week": {"freq": rrule.WEEKLY},
        "two-weeks": {"freq": rrule.WEEKLY, "interval": 2},
        "month": {"freq": rrule.MONTHLY, "byweekday": rrule.weekday(first.weekday(), (first.day - 1) // 7 + 1)},
    }[recurrence.every]
    start = datetime.combine(first, time(0))
    ends = datetime.combine(recurrence.until, time(0))
    found = rrule.rrule(dtstart=start, until=ends, count=None, **rule)
    listed = []
    for each in found:
        if each.date() not in recurrence.but:
            listed.append(each.date())
        if len(listed) > MOST:
            raise RequestError("series", "a series has at most {most} bookings", field="series", most=MOST)
    if not listed:
        raise RequestError("series", "no day is left of this series", field="series", most=MOST)
    return listed


def _rule(recurrence: Recurrence) -> str:
    """Write a rule as its row keeps it: how often, until which day, but for which days."""
    until = "" if recurrence.until is None else recurrence.until.isoformat()
    but = " but " + " ".join(sorted(day.isoformat() for day in recurrence.but)) if recurrence.but else ""
    return f"{recurrence.every} until {until}{but}"


def of_same_series(connection: sa.Connection, booking: Booking) -> list[Booking]:
    """Return a booking and those of its series that are still held after it, in their order; itself without one."""
    if booking.series_id is None:
        return [booking]
    held = [each for each in booking_rows.of(connection, series_id=booking.series_id) if each.holds]
    return sorted((each for each in held if each.slot.starts_at >= booking.slot.starts_at), key=_start)


def _start(booking: Booking) -> datetime:
    return booking.slot.starts_at
