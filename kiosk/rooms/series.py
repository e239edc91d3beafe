"""Books a room repeatedly by a rule of recurrence, leaving out some days; occurrences that cannot be booked are
reported.

python-dateutil works out the days. Times keep to the wall clock: 14:00 stays 14:00 when summer time begins or ends. The
rule is stored as plain text such as `week until 2026-12-31`, not in the form of RFC 5545.
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

MOST = 104  # bookings: twice a week for a year
EVERY = ("day", "weekday", "week", "two-weeks", "month")


class Recurrence(Struct, frozen=True):
    """A rule of recurrence: every day, working day, week, two weeks or month (on the same weekday of the month: the
    second Tuesday), until a day, without the days in `but`. `until` None, no last day, is refused.
    """

    every: str
    until: date | None
    but: frozenset[date] = frozenset()


class Repeated(Struct, frozen=True):
    """One occurrence of a series: its slot, and the id of its booking or the refusal for which it has none or was not
    moved.
    """

    slot: Slot
    booking: int | None = None
    why: Mistake | None = None


class SeriesDesk(SealingUseCase):
    """Books, moves and cancels series of bookings for the desk. `actor` is written as each booking's author."""

    def look(self, wish: BookingWish, recurrence: Recurrence) -> list[Repeated]:
        """Return the occurrences of a series, each with the refusal that its booking would meet; writes nothing. A
        quota is not looked at: `book` finds it. Raises RequestError `series`, `rooms-off` or `no-such-room`, Problem
        `slot-long`.

        In a `BookingWish` the slot is the first occurrence's; `is_planned` lifts the rules on length and days ahead.
        """
        with self._store.reading() as connection:
            terms = terms_at(connection, self._rules, self._clock.now())
            room = room_rows.by_id(connection, wish.room)
            occurrences = []
            for slot in self._slots(wish, recurrence):
                try:
                    check(connection, self._rules, terms, room, replace(wish, slot=slot))
                except RequestError as refused:
                    occurrences.append(Repeated(slot, why=refused))
                else:
                    # `check` does not look at other bookings: `who_has` returns the refusal for a taken slot, or None.
                    occurrences.append(Repeated(slot, why=who_has(connection, self._rules, room, slot)))
            return occurrences

    def book(self, wish: BookingWish, recurrence: Recurrence, *, key: bytes) -> list[Repeated]:
        """Book every occurrence that can be booked, in one transaction, and return all occurrences; the others carry
        their refusal. The same key (of the form that is sent) books once and returns the first bookings, without
        refusals.

        Raises RequestError `series` where there is no occurrence or too many, and the first refusal of `book` that is
        not about an occurrence's own time.
        """
        now = self._clock.now()
        with self._store.writing() as connection:
            before = series_rows.by_key(connection, key)
            if before is not None:
                return [Repeated(each.slot, each.id) for each in booking_rows.of(connection, series_id=before)]
            slots = list(self._slots(wish, recurrence))
            series = series_rows.add(connection, _rule(recurrence), now, self._actor, key)
            booked = [self._book_one(connection, replace(wish, slot=slot), now, series) for slot in slots]
            count = sum(each.booking is not None for each in booked)
            self._log(connection, now, "room-series", wish.member, f"{count} bookings")
            return booked

    def cancel(self, booking_id: int) -> tuple[int, int]:
        """Cancel a booking and the later ones of its series, in one transaction. Return how many were cancelled and
        their fees together, in cents.

        Raises RequestError `no-such-booking`, `booking-over` or `booking-changed`.
        """
        with self._store.writing() as connection:
            terms = terms_at(connection, self._rules, self._clock.now())
            first = standing(connection, booking_id)
            held = of_same_series(connection, first)
            what = f"booking {booking_id}{_of_series(len(held))}"
            self._log(connection, terms.moment.at, "room-cancelled", first.member_number, what)
            return len(held), sum(cancel(connection, self._seal, terms, each, self._actor) for each in held)

    def move(self, booking_id: int, wish: BookingWish) -> list[Repeated]:
        """Move a booking to the room and time of a wish, and the later ones of its series by as much on the wall clock,
        in one transaction.

        Return the occurrences in the order of time. A later one that cannot move stays where it is and carries its
        refusal; for the first one, raises as `Bookings.move`.
        """
        with self._store.writing() as connection:
            terms = terms_at(connection, self._rules, self._clock.now())
            first = standing(connection, booking_id)
            held = of_same_series(connection, first)
            later = wish.slot.starts_at > first.slot.starts_at  # then the last one moves first, out of the others' way
            moved = [self._moved(connection, terms, first, each, wish) for each in (reversed(held) if later else held)]
            what = f"booking {booking_id}{_of_series(sum(each.why is None for each in moved))}"
            self._log(connection, terms.moment.at, "room-moved", first.member_number, what)
            return sorted(moved, key=lambda each: each.slot.starts_at)

    def _moved(
        self, connection: sa.Connection, terms: Terms, first: Booking, booking: Booking, wish: BookingWish
    ) -> Repeated:
        """Move one booking of a series as the first was moved; one that cannot move stays, with the reason. The first
        must move: its refusal is raised, and so is one of another kind than those of a single occurrence.
        """
        slot = booking.slot
        try:
            slot = wish.slot if booking.id == first.id else self._shifted(slot, first.slot, wish.slot)
            planned = wish.is_planned or booking.id != first.id  # only the first is held to how far ahead one may book
            move(connection, self._rules, terms, booking, replace(wish, slot=slot, is_planned=planned))
        except Mistake as refused:
            if booking.id == first.id or refused.code not in (*_OF_ITS_HOUR, "slot-skipped", "booking-charged"):
                raise
            return Repeated(slot, booking.id, refused)
        return Repeated(slot, booking.id)

    def _shifted(self, slot: Slot, before: Slot, after: Slot) -> Slot:
        """Return a slot moved by as much on the wall clock as `before` was to become `after`. Raises Problem
        `slot-skipped`.
        """

        def shifted(at: datetime, since: datetime, to: datetime) -> datetime:
            """Return a moment moved by as much as the wall clock moves from `since` to `to`."""
            wall, was, will_be = (each.astimezone(self._rules.zone).replace(tzinfo=None) for each in (at, since, to))
            moved = wall + (will_be - was)
            return at_wall(moved.date(), moved.hour * 60 + moved.minute, self._rules.zone)

        starts = shifted(slot.starts_at, before.starts_at, after.starts_at)
        return Slot(starts, shifted(slot.ends_at, before.ends_at, after.ends_at))

    def _book_one(self, connection: sa.Connection, wish: BookingWish, at: datetime, series: int) -> Repeated:
        """Book one day of a series; one that is taken or shut is left out, with the reason."""
        try:
            booking = book(connection, self._rules, self._seal, wish, at, self._actor, series_id=series)
        except Mistake as refused:
            if refused.code not in _OF_ITS_HOUR:
                raise
            return Repeated(wish.slot, why=refused)
        return Repeated(wish.slot, booking.id)

    def _slots(self, wish: BookingWish, recurrence: Recurrence) -> Iterator[Slot]:
        """Yield the times of a series, each at the wish's hour and length on the wall clock; skip a time that the
        change to summer time leaves out.
        """
        zone = self._rules.zone
        first, last = wish.slot.starts_at.astimezone(zone), wish.slot.ends_at.astimezone(zone)
        begins, lasts = first.hour * 60 + first.minute, last.replace(tzinfo=None) - first.replace(tzinfo=None)
        for day in days(recurrence, first.date()):
            try:
                starts = at_wall(day, begins, zone)
                yield Slot(starts, at_wall(day, begins + int(lasts.total_seconds()) // 60, zone))
            except Problem:  # summer time skips this hour: no occurrence
                continue


# Refusals of one occurrence alone: the others of the series are booked.
_OF_ITS_HOUR = ("room-taken", "room-closed", "room-quota", "slot-far", "slot-past")


def days(recurrence: Recurrence, first: date) -> list[date]:
    """Return the days of a series from a first day on. Raises RequestError `series` where the rule is unknown, has no
    end, has no day left or more than 104. A month's series keeps the weekday and its place in the month (the second
    Tuesday); a month without a fifth one is skipped.
    """
    from dateutil import rrule  # type: ignore[import-untyped]  # ships no types; a single booking does without

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
    repeated = rrule.rrule(dtstart=start, until=ends, count=None, **rule)
    listed = []
    for start_of_day in repeated:
        if start_of_day.date() not in recurrence.but:
            listed.append(start_of_day.date())
        if len(listed) > MOST:
            raise RequestError("series", "a series has at most {most} bookings", field="series", most=MOST)
    if not listed:
        raise RequestError("series", "no day is left of this series", field="series", most=MOST)
    return listed


def _rule(recurrence: Recurrence) -> str:
    """Return a rule as the series' row stores it: `week until 2026-12-31 but 2026-07-14 2026-08-15`, the last part only
    where days are left out.
    """
    until = "" if recurrence.until is None else recurrence.until.isoformat()
    but = " but " + " ".join(sorted(day.isoformat() for day in recurrence.but)) if recurrence.but else ""
    return f"{recurrence.every} until {until}{but}"


def _of_series(count: int) -> str:
    """Return how many bookings of a series changed, for the desk's log; empty for one."""
    return f", {count} of its series" if count > 1 else ""


def of_same_series(connection: sa.Connection, booking: Booking) -> list[Booking]:
    """Return a booking and the later ones of its series that still hold their room, earliest first; the booking alone
    where it belongs to no series.
    """
    if booking.series_id is None:
        return [booking]
    held = [each for each in booking_rows.of(connection, series_id=booking.series_id) if each.holds]
    return sorted((each for each in held if each.slot.starts_at >= booking.slot.starts_at), key=_start)


def _start(booking: Booking) -> datetime:
    """Return when a booking begins."""
    return booking.slot.starts_at
