"""Calendars that are read in are followed: what they move and call off is carried over, what was changed here is asked.

What cannot be carried over is on the list with both versions, and a decision ends it.
"""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from kiosk.domain.rooms.following import Why
from kiosk.domain.slots import Slot
from kiosk.errors import RequestError
from kiosk.rooms import following, ical_reading
from kiosk.rooms.bookings import BookingWish
from kiosk.rooms.editions import Imported
from kiosk.rooms.following import Difference
from kiosk.store.rooms import booking_rows
from kiosk.store.rooms.booking_rows import Booking
from tests.conftest import Space
from tests.rooms.feeding import Event, calendars, file
from tests.rooms.hall import BIG, INES, PARIS, SMALL, TODAY, bookings, let, slot

SOON = TODAY + timedelta(days=7)
WEEK = timedelta(days=7)
YOGA = Event(uid="yoga", slot=slot("18:00", "19:30", SOON))
CHOIR = Event(uid="choir", slot=slot("20:00", "21:00", SOON), title="Chorale")
CHESS = Event(uid="chess", slot=slot("10:00", "11:00", SOON), title="Échecs")


@pytest.fixture
def hall(space: Space) -> Space:
    let(space, room_ahead_days=400)
    space.join("Inès Moreau", INES)
    return space


def read(space: Space, *events: Event, method: str = "", room: int = BIG, name: str = "cours") -> Imported:
    return calendars(space).read_in(room, name, file(*events, method=method))


def held(space: Space) -> list[tuple[str, str, int]]:
    """What rooms are held for by calendars: day and hours, title, room."""
    with space.home.store.reading() as connection:
        numbers = [int(str(number)) for (number,) in space.sql("SELECT id FROM booking WHERE kind = 'imported'")]
        found = [each for each in booking_rows.by_ids(connection, numbers).values() if each.holds]
    return [(_said(each.slot), each.title or "", each.room) for each in sorted(found, key=lambda each: each.slot)]


def _said(of: Slot) -> str:
    first, last = of.starts_at.astimezone(PARIS), of.ends_at.astimezone(PARIS)
    return f"{first:%d/%m %H:%M}-{last:%H:%M}"


def asked(space: Space) -> list[Difference]:
    today = space.clock.now().astimezone(PARIS).date()
    with space.home.store.reading() as connection:
        return following.differences(connection, today)


def reasons(space: Space) -> list[Why]:
    return [each.why for each in asked(space)]


def decide(space: Space, *, take: bool) -> following.Decided:
    return calendars(space).decide([each.occurrence.id or 0 for each in asked(space)], take=take)


def booked(space: Space, number: int) -> Booking:
    with space.home.store.reading() as connection:
        return booking_rows.by_id(connection, number)


def write(space: Space, statement: str) -> None:
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(statement)


def moved(event: Event, since: str, until: str, day: date = SOON, title: str | None = None) -> Event:
    return replace(event, slot=slot(since, until, day), sequence=event.sequence + 1, title=title or event.title)


def test_what_the_calendar_moves_renames_and_calls_off_is_carried_over(hall: Space) -> None:
    assert read(hall, YOGA, CHOIR, CHESS) == Imported(held=3)
    assert read(hall, YOGA, CHOIR, CHESS) == Imported(known=3)
    later, off = moved(YOGA, "18:30", "20:00", title="Yoga doux"), replace(CHOIR, more=("STATUS:CANCELLED",))
    assert read(hall, later, off, CHESS) == Imported(moved=1, cancelled=1, known=1)
    assert held(hall) == [("02/12 10:00-11:00", "Échecs", BIG), ("02/12 18:30-20:00", "Yoga doux", BIG)]
    assert booked(hall, 1).id == 1, "the same booking, for calendars that follow ours"
    assert read(hall, later, off, CHESS) == Imported(known=2)
    assert read(hall, later, CHOIR, CHESS) == Imported(held=1, known=2), "it takes place after all"
    assert asked(hall) == []


def test_weekly_occurrence_that_is_moved_or_left_out_is_its_own(hall: Space) -> None:
    rule = replace(YOGA, more=("RRULE:FREQ=WEEKLY;COUNT=4",))
    assert read(hall, rule).held == 4
    second = YOGA.slot.starts_at + WEEK
    own = Event(
        uid="yoga",
        slot=slot("19:00", "20:30", SOON + WEEK),
        title="Yoga",
        more=(f"RECURRENCE-ID:{second:%Y%m%dT%H%M%S}Z",),
    )
    third = f"EXDATE:{YOGA.slot.starts_at + 2 * WEEK:%Y%m%dT%H%M%S}Z"
    with_own = replace(rule, more=(*rule.more, third))
    assert read(hall, with_own, own) == Imported(moved=1, cancelled=1, known=2)
    assert [each for each, *_ in held(hall)] == ["02/12 18:00-19:30", "09/12 19:00-20:30", "23/12 18:00-19:30"]
    whole = replace(rule, slot=slot("17:00", "18:00", SOON + timedelta(days=1)), sequence=1)
    assert read(hall, whole) == Imported(held=1, moved=3)
    assert [each for each, *_ in held(hall)] == [
        "03/12 17:00-18:00",
        "10/12 17:00-18:00",
        "17/12 17:00-18:00",
        "24/12 17:00-18:00",
    ]
    assert hall.sql("SELECT count(*) FROM booking WHERE state <> 'cancelled'") == [(4,)]


@pytest.mark.parametrize("take", [True, False])
def test_what_was_changed_here_is_asked_with_both_versions_and_decided_once(hall: Space, take: bool) -> None:
    read(hall, YOGA, CHOIR)
    bookings(hall).move(1, SMALL, slot("12:00", "13:00", SOON))
    bookings(hall).cancel(2)
    later, other = moved(YOGA, "18:30", "20:00"), moved(CHOIR, "20:30", "21:30")
    assert read(hall, later, other) == Imported(asked=2)
    assert held(hall) == [("02/12 12:00-13:00", "Yoga", SMALL)]
    first, second = asked(hall)
    assert (first.why, first.occurrence.told.slot, first.booking and first.booking.room) == (
        Why.CHANGED,
        later.slot,
        SMALL,
    )
    assert (second.why, second.booking and second.booking.state) == (Why.CHANGED, "cancelled")
    assert decide(hall, take=take) == following.Decided(2, {})
    assert asked(hall) == []
    here = [("02/12 12:00-13:00", "Yoga", SMALL)]
    told = [("02/12 18:30-20:00", "Yoga", BIG), ("02/12 20:30-21:30", "Chorale", BIG)]
    assert held(hall) == (told if take else here)
    assert read(hall, later, other) == Imported(known=2), "decided once"
    assert read(hall, moved(later, "07:00", "08:00"), other).asked == (0 if take else 1)


def test_what_both_sides_changed_alike_is_agreed_on_and_what_the_calendar_left_alone_stays(hall: Space) -> None:
    read(hall, YOGA, CHOIR)
    bookings(hall).move(1, BIG, slot("12:00", "13:00", SOON))
    bookings(hall).move(2, BIG, slot("14:00", "15:00", SOON))
    assert read(hall, moved(YOGA, "12:00", "13:00"), CHOIR) == Imported(known=2)
    assert [each for each, *_ in held(hall)] == ["02/12 12:00-13:00", "02/12 14:00-15:00"]
    assert asked(hall) == []
    assert read(hall, moved(moved(YOGA, "12:00", "13:00"), "16:00", "17:00"), CHOIR).moved == 1, "followed again"


def test_room_that_is_taken_is_asked_and_held_once_it_is_free(hall: Space) -> None:
    read(hall, YOGA)
    made = bookings(hall).book(BookingWish(room=BIG, slot=slot("20:00", "21:00", SOON), member=1)).id
    later = moved(YOGA, "19:30", "20:30")
    assert read(hall, later, CHOIR) == Imported(asked=2)
    assert reasons(hall) == [Why.TAKEN, Why.TAKEN]
    assert [each for each, *_ in held(hall)] == ["02/12 18:00-19:30"]
    refused = decide(hall, take=True).refused
    assert {each.code for each in refused.values()} == {"room-taken"}
    assert [each.values["who"] for each in refused.values()] == ["Inès Moreau", "Inès Moreau"]
    assert reasons(hall) == [Why.TAKEN, Why.TAKEN], "what is refused stays on the list"
    bookings(hall).cancel(made)
    assert read(hall, later) == Imported(moved=1), "the choir is in no calendar any more"
    assert asked(hall) == []


def test_events_that_change_places_one_after_the_other_find_room(hall: Space) -> None:
    hours = [slot(f"{hour}:00", f"{hour + 1}:00", SOON) for hour in range(9, 14)]
    read(hall, *(Event(uid=f"e{at}", slot=hours[at]) for at in range(4)))
    shifted = [Event(uid=f"e{at}", slot=hours[at + 1], sequence=1) for at in range(4)]
    assert read(hall, *shifted) == Imported(moved=4)
    assert [each for each, *_ in held(hall)] == [
        "02/12 10:00-11:00",
        "02/12 11:00-12:00",
        "02/12 12:00-13:00",
        "02/12 13:00-14:00",
    ]


def test_closed_day_and_hours_at_which_the_room_is_shut_are_asked_and_held_if_one_says_so(hall: Space) -> None:
    week = ", ".join(f'"{day}": ["08:00-20:00"]' for day in ("mon", "tue", "wed", "thu", "fri"))
    hall.rule("opening_hours", f"{{{week}}}")
    saturday = SOON + timedelta(days=3)
    shut = Event(uid="open-day", slot=slot("10:00", "12:00", saturday))
    assert read(hall, YOGA, CHOIR, shut) == Imported(held=1, asked=2)
    assert reasons(hall) == [Why.CLOSED, Why.CLOSED]
    assert read(hall, YOGA, CHOIR, shut) == Imported(known=1, asked=2)
    assert decide(hall, take=True).done == 2
    assert len(held(hall)) == 3
    assert read(hall, YOGA, CHOIR, shut) == Imported(known=3)


def test_half_an_answer_frees_no_room_and_the_whole_one_ends_the_question(hall: Space) -> None:
    read(hall, YOGA, CHOIR, CHESS)
    bookings(hall).cancel(2)
    for content in (file(), file(YOGA, method="REQUEST")):
        calendars(hall).read_in(BIG, "cours", content)
        assert len(held(hall)) == 2
    assert reasons(hall) == [Why.ABSENT], "a message about one event says nothing of the others"
    assert read(hall, YOGA, CHOIR, CHESS) == Imported(known=3)
    assert asked(hall) == []
    assert len(held(hall)) == 2, "what was cancelled here stays cancelled"
    assert read(hall, CHESS) == Imported(known=1, cancelled=1), "one of two is no cut"
    assert read(hall) == Imported(asked=1)
    assert decide(hall, take=True).done == 1
    assert held(hall) == []


def test_message_of_cancelling_frees_what_it_names_and_nothing_else(hall: Space) -> None:
    read(hall, YOGA, CHOIR, CHESS)
    assert read(hall, replace(CHOIR, sequence=1), method="CANCEL") == Imported(cancelled=1)
    assert [title for _, title, _ in held(hall)] == ["Échecs", "Yoga"]


def test_earlier_edition_changes_nothing_by_itself(hall: Space) -> None:
    second = moved(YOGA, "18:30", "20:00")
    read(hall, second, CHOIR, CHESS)
    assert read(hall, YOGA, CHOIR) == Imported(known=1, asked=2)
    assert reasons(hall) == [Why.ABSENT, Why.OLDER]
    assert len(held(hall)) == 3
    assert read(hall, second, CHOIR, CHESS) == Imported(known=3)
    assert asked(hall) == []


def test_what_is_over_or_has_begun_stays_and_what_moves_into_the_past_is_asked(hall: Space) -> None:
    over, now = slot("07:00", "08:30", TODAY), slot("08:30", "09:30", TODAY)
    read(hall, Event(uid="now", slot=now), YOGA)
    assert read(hall, Event(uid="over", slot=over), Event(uid="now", slot=now), YOGA) == Imported(known=2)
    back = replace(YOGA, slot=over, sequence=1)
    assert read(hall, back, Event(uid="now", slot=slot("09:30", "10:30"), sequence=1)) == Imported(asked=2)
    assert reasons(hall) == [Why.PAST, Why.PAST]
    assert [each for each, *_ in held(hall)] == ["25/11 08:30-09:30", "02/12 18:00-19:30"]
    hall.clock.advance(hours=2)
    assert read(hall, Event(uid="now", slot=slot("17:00", "18:00", SOON), sequence=2), YOGA).held == 1
    assert held(hall)[0][0] == "25/11 08:30-09:30", "it took place"


def test_event_that_loses_its_hours_is_asked(hall: Space) -> None:
    read(hall, YOGA, CHOIR)
    days = b"BEGIN:VEVENT\r\nUID:yoga\r\nSEQUENCE:1\r\nSUMMARY:Yoga\r\nDTSTART;VALUE=DATE:20261202\r\nEND:VEVENT\r\n"
    content = file(CHOIR).replace(b"END:VCALENDAR", days + b"END:VCALENDAR")
    assert calendars(hall).read_in(BIG, "cours", content) == Imported(known=1, asked=1, unfit=1)
    assert reasons(hall) == [Why.UNFIT]
    assert len(held(hall)) == 2


def test_booking_that_costs_or_is_entered_is_never_moved_by_a_calendar(hall: Space) -> None:
    read(hall, YOGA, CHOIR)
    write(hall, "UPDATE booking SET organisation_id = 1 WHERE id = 1")
    assert read(hall, moved(YOGA, "19:00", "20:00"), CHOIR) == Imported(known=1, asked=1)
    assert reasons(hall) == [Why.CHARGED]
    refused = decide(hall, take=True)
    assert [each.code for each in refused.refused.values()] == ["booking-charged"]
    assert [each for each, *_ in held(hall)] == ["02/12 18:00-19:30", "02/12 20:00-21:00"]
    assert decide(hall, take=False).done == 1


def test_calendar_is_one_by_its_name_and_its_room(hall: Space) -> None:
    read(hall, YOGA, CHOIR)
    assert read(hall, YOGA, room=SMALL) == Imported(held=1)
    assert read(hall, CHESS, name="autre") == Imported(held=1)
    assert len(held(hall)) == 4
    for name in ("", "x" * 41, "a\x00b"):
        with pytest.raises(RequestError) as refused:
            read(hall, YOGA, name=name)
        assert (refused.value.code, refused.value.field) == ("name", "source")


def test_what_was_brought_before_calendars_were_followed_is_followed_from_now(hall: Space) -> None:
    read(hall, YOGA, CHOIR, CHESS)
    for number, uid in enumerate(("yoga", "choir", "chess"), start=1):
        write(hall, f"UPDATE booking SET uid = '{uid}' WHERE id = {number}")
    write(hall, "DELETE FROM calendar_occurrence")
    bookings(hall).move(3, SMALL, CHESS.slot)
    assert read(hall, moved(YOGA, "18:30", "20:00"), CHOIR, CHESS) == Imported(moved=1, known=1, asked=1)
    assert len(held(hall)) == 3
    assert [(each.why, each.booking and each.booking.room) for each in asked(hall)] == [(Why.CHANGED, SMALL)]
    assert read(hall, moved(moved(YOGA, "18:30", "20:00"), "17:00", "18:00"), CHOIR, CHESS).moved == 1


def test_calendar_is_read_while_the_door_writes(hall: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long it takes to read: whoever taps meanwhile is written."""
    real = ical_reading.happenings

    def meanwhile(*arguments: object) -> object:
        hall.tap(INES)
        return real(*arguments)  # type: ignore[arg-type]  # what it was called with

    monkeypatch.setattr("kiosk.rooms.following.happenings", meanwhile)
    assert read(hall, YOGA).held == 1
    assert hall.sql("SELECT count(*) FROM visit") == [(1,)]
