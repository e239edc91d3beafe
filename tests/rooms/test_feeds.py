"""Calendars go out and come in: read back by other libraries, through both changes of the clocks, within bounds.

`test_radicale` has a server read them.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import recurring_ical_events  # type: ignore[import-untyped]  # ships no types
import vobject  # type: ignore[import-untyped]  # the same
from icalendar import Calendar

from kiosk.domain.problems import Problem
from kiosk.errors import RequestError
from kiosk.rooms import feeds, ical_reading
from kiosk.rooms.bookings import BookingWish
from kiosk.rooms.editions import Imported
from kiosk.rooms.feeds import Feeds
from kiosk.store.rooms import feed_rows
from kiosk.store.space.policies import Rules
from tests import records
from tests.conftest import Space
from tests.rooms.feeding import calendars
from tests.rooms.hall import BIG, INES, PARIS, SMALL, TODAY, at, bookings, let, slot

FORWARD, BACK = date(2027, 3, 28), date(2027, 10, 31)


@pytest.fixture
def hall(space: Space) -> Space:
    let(space, room_ahead_days=400)
    space.join("Inès Moreau", INES)
    return space


def use(space: Space) -> Feeds:
    return Feeds(store=space.home.store, rules=Rules(PARIS), clock=space.clock, actor="cli")


def written(space: Space, secret: str) -> bytes:
    with space.home.store.reading() as connection:
        found = feed_rows.by_digest(connection, feeds.digest(secret))
        assert found is not None
        return feeds.written(connection, found, TODAY, Rules(PARIS), "fr")


def ics(*lines: str) -> bytes:
    event = "\r\n".join(("BEGIN:VEVENT", "UID:a", "SUMMARY:Yoga", *lines, "END:VEVENT"))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{event}\r\nEND:VCALENDAR\r\n".encode()


def test_what_goes_out_is_read_back_by_other_libraries_on_both_sides_of_both_changes(hall: Space) -> None:
    secret = use(hall).make("Agenda", SMALL, shows_titles=False)
    days = [day + timedelta(days=offset) for day in (FORWARD, BACK) for offset in (-1, 0, 1)]
    for day in days:
        bookings(hall).book(BookingWish(room=SMALL, slot=slot("14:00", "15:30", day), member=1, title="Secret"))
    content = written(hall, secret)
    read: Any = Calendar.from_ical(content)
    found = [(each["DTSTART"].dt, each["DTEND"].dt) for each in read.walk("VEVENT")]
    others = [(each.dtstart.value, each.dtend.value) for each in vobject.readOne(content.decode()).vevent_list]
    assert len(found) == 6
    assert found == others
    for day, (starts, ends) in zip(sorted(days), sorted(found), strict=True):
        local = starts.astimezone(PARIS)
        assert (local.date(), local.hour, ends - starts) == (day, 14, timedelta(minutes=90))
    expanded = recurring_ical_events.of(read).between(FORWARD, FORWARD + timedelta(days=1))
    assert len(expanded) == 1


def test_nobody_is_named_and_titles_go_out_only_where_the_link_says_so(hall: Space) -> None:
    bookings(hall).book(BookingWish(room=SMALL, slot=slot("14:00", "15:00"), member=1, title="Entretien"))
    bare, full = use(hall).make("Tous", None, shows_titles=False), use(hall).make("Bureau", None, shows_titles=True)
    assert b"Entretien" not in written(hall, bare)
    assert "Réservé".encode() in written(hall, bare)
    assert b"Entretien" in written(hall, full)
    assert "Inès".encode() not in written(hall, full) + written(hall, bare)
    assert b"LOCATION:Petite salle" in written(hall, bare)


def test_link_of_one_room_has_that_room_alone_and_what_is_cancelled_is_gone(hall: Space) -> None:
    made = bookings(hall).book(BookingWish(room=SMALL, slot=slot("14:00", "15:00"))).id
    bookings(hall).book(BookingWish(room=BIG, slot=slot("14:00", "15:00")))
    small, every = use(hall).make("Petite", SMALL, shows_titles=False), use(hall).make("Tout", None, shows_titles=False)
    assert (written(hall, small).count(b"BEGIN:VEVENT"), written(hall, every).count(b"BEGIN:VEVENT")) == (1, 2)
    bookings(hall).cancel(made)
    assert written(hall, small).count(b"BEGIN:VEVENT") == 0


def test_secret_is_not_in_the_database_and_a_revoked_one_opens_nothing(hall: Space) -> None:
    secret = use(hall).make("Agenda", None, shows_titles=False)
    assert len(secret) > 40
    assert not records.of(hall.home).hold(secret)
    with hall.home.store.reading() as connection:
        assert feed_rows.by_digest(connection, feeds.digest(secret + "x")) is None
        assert feed_rows.by_digest(connection, feeds.digest("")) is None
    use(hall).revoke(1)
    with hall.home.store.reading() as connection:
        assert feed_rows.by_digest(connection, feeds.digest(secret)) is None
    with pytest.raises(RequestError) as refused:
        use(hall).revoke(1)
    assert refused.value.code == "no-such-feed"


def test_weekly_hour_of_a_calendar_stays_on_the_wall_clock_through_both_changes(hall: Space) -> None:
    content = ics(
        "DTSTART;TZID=Europe/Paris:20261201T090000", "DTEND;TZID=Europe/Paris:20261201T100000", "RRULE:FREQ=WEEKLY"
    )
    since = datetime(2026, 12, 1, tzinfo=PARIS)
    read = ical_reading.happenings(content, since, since + timedelta(days=364), PARIS)
    found = [each.slot for each in read.occurrences if each.slot]
    assert len(found) == 52
    assert {each.starts_at.astimezone(PARIS).hour for each in found} == {9}
    assert {each.starts_at.astimezone(UTC).hour for each in found} == {7, 8}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "ical"),
        (b"\x00\xff garbage", "ical"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "ical"),
        (b"x" * (ical_reading.LARGEST + 1), "ical-large"),
        (ics("DTSTART:20261202T180000Z", "DTEND:20261202T190000Z", "RRULE:FREQ=SECONDLY"), "ical-endless"),
        (ics("DTSTART:20261202T180000Z", "DTEND:20261202T190000Z", "RRULE:FREQ=MINUTELY"), "ical-endless"),
        (ics("DTSTART:20261202T180000Z", "DTEND:20261202T190000Z", "RRULE:FREQ=DAILY;BYHOUR=1,2,3"), "ical-endless"),
        (ics("DTSTART:20261202T180000Z", "DTEND:20261202T190000Z", "RRULE:FREQ=NEVER"), "ical"),
    ],
)
def test_calendar_that_cannot_be_read_or_is_too_much_is_refused_and_nothing_is_held(
    hall: Space, content: bytes, code: str
) -> None:
    with pytest.raises(Problem) as refused:
        calendars(hall).read_in(BIG, "x", content)
    assert refused.value.code == code
    assert hall.sql("SELECT count(*) FROM booking") == [(0,)]


def test_rule_that_never_ends_is_read_for_a_year_and_no_more(hall: Space) -> None:
    content = ics("DTSTART:19900101T180000Z", "DTEND:19900101T190000Z", "RRULE:FREQ=DAILY")
    assert calendars(hall).read_in(BIG, "x", content).held in (365, 366)


def test_days_without_hours_and_hours_that_last_weeks_hold_no_room(hall: Space) -> None:
    for hours in (
        ("DTSTART;VALUE=DATE:20261202",),
        ("DTSTART:20261202T180000Z", "DTEND:20270402T180000Z"),
        ("DTSTART:20261202T180000Z", "DTEND:20271202T180000Z"),
        ("DTSTART:20261202T180000Z", "DTEND:20261202T180000Z"),
    ):
        assert calendars(hall).read_in(BIG, "x", ics(*hours)) == Imported(unfit=1), hours


def test_rule_that_is_not_read_to_its_end_is_ended() -> None:
    """No day is the thirtieth of February: it is looked for until the end of all years."""
    rule, since = "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", at("00:00")
    content = ics("DTSTART:00010101T180000Z", "DTEND:00010101T190000Z", rule)
    with pytest.raises(Problem) as refused:
        ical_reading.happenings(content, since, since + timedelta(days=365), PARIS, seconds=1)
    assert refused.value.code == "ical-endless"
