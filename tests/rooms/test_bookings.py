"""Rooms are booked, moved and cancelled: who was first has them, and what is wrong is said before anything is done."""

from datetime import date, timedelta

import pytest

from kiosk.domain.problems import Problem
from kiosk.domain.slots import Slot
from kiosk.errors import RequestError
from kiosk.rooms.bookings import Bookings, BookingWish
from kiosk.store import audit
from kiosk.store.rooms import booking_rows
from tests.conftest import Space
from tests.rooms.hall import BIG, INES, KARIM, SMALL, TODAY, bookings, let, slot

KEY = bytes(range(16))


@pytest.fixture
def desk(space: Space) -> Bookings:
    """Rooms to let, and Inès (1) and Karim (2)."""
    let(space)
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM)
    return bookings(space)


def refused(desk: Bookings, **wish: object) -> str:
    try:
        desk.book(BookingWish(**wish))  # type: ignore[arg-type]  # by its names
    except (RequestError, Problem) as found:
        return found.code
    return "booked"


def states(space: Space) -> list[str]:
    return [str(state) for (state,) in space.sql("SELECT state FROM booking ORDER BY id")]


def test_room_is_booked_for_a_member_and_nothing_is_charged_before_it_is_over(desk: Bookings, space: Space) -> None:
    owed = space.owes(1)
    done = desk.book(BookingWish(room=SMALL, slot=slot("14:00", "15:30"), member=1, title="  Entretien   annuel "))
    assert (done.cents, done.again) == (1500, False)
    with space.home.store.reading() as connection:
        found = booking_rows.by_id(connection, done.id)
    assert (found.title, found.member_number, found.state, found.kind) == ("Entretien annuel", 1, "booked", "booking")
    assert found.held.ends_at - found.slot.ends_at == timedelta(minutes=15)
    assert space.owes(1) == owed


def test_who_is_second_is_told_so_and_nothing_is_half_done(desk: Bookings, space: Space) -> None:
    desk.book(BookingWish(room=SMALL, slot=slot("14:00", "15:00"), member=1))
    before = space.sql("SELECT count(*) FROM booking")
    for since, until in (("14:30", "15:30"), ("13:00", "14:00"), ("15:00", "16:00"), ("13:00", "17:00")):
        assert refused(desk, room=SMALL, slot=slot(since, until), member=2) == "room-taken"
    assert space.sql("SELECT count(*) FROM booking") == before
    desk.book(BookingWish(room=SMALL, slot=slot("15:15", "16:00"), member=2))
    desk.book(BookingWish(room=BIG, slot=slot("14:30", "15:30"), member=2))


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"slot": slot("14:00", "15:00", TODAY - timedelta(days=1))}, "slot-past"),
        ({"slot": slot("14:00", "15:00", TODAY + timedelta(days=91))}, "slot-far"),
        ({"slot": slot("08:30", "21:00")}, "slot-long"),
        ({"room": 99}, "no-such-room"),
        ({"member": 99}, "no-such-member"),
        ({"member": None, "organisation": 99}, "no-such-organisation"),
        ({"title": "x" * 81}, "title"),
        ({"title": "a\x00b"}, "title"),
    ],
)
def test_what_cannot_be_booked_is_refused_in_words(
    desk: Bookings, space: Space, wish: dict[str, object], code: str
) -> None:
    assert refused(desk, **{"room": SMALL, "slot": slot("14:00", "15:00"), "member": 1, **wish}) == code
    assert states(space) == []


def test_nothing_is_booked_where_rooms_are_off(space: Space) -> None:
    let(space, rooms_on="false")
    assert refused(bookings(space), room=SMALL, slot=slot("14:00", "15:00")) == "rooms-off"


def test_a_room_is_booked_while_it_is_open_and_the_desk_may_say_otherwise(desk: Bookings, space: Space) -> None:
    space.rule("opening_hours", '{"wed": ["08:00-12:00", "13:00-19:00"]}', "2026-11-01")
    for since, until in (("07:00", "09:00"), ("11:00", "14:00"), ("18:00", "20:00")):
        assert refused(desk, room=BIG, slot=slot(since, until, TODAY + timedelta(days=7))) == "room-closed"
    assert refused(desk, room=BIG, slot=slot("14:00", "15:00", TODAY + timedelta(days=1))) == "room-closed"
    desk.book(BookingWish(room=BIG, slot=slot("13:00", "19:00")))
    desk.book(BookingWish(room=BIG, slot=slot("19:00", "22:00"), any_hour=True))


def test_a_form_that_is_sent_twice_books_once(desk: Bookings, space: Space) -> None:
    wish = BookingWish(room=SMALL, slot=slot("14:00", "15:00"), member=1)
    first = desk.book(wish, key=KEY)
    assert desk.book(wish, key=KEY).id == first.id
    assert desk.book(wish, key=KEY).again
    assert states(space) == ["booked"]


def test_booking_is_moved_to_another_time_or_room_and_not_onto_another(desk: Bookings, space: Space) -> None:
    mine = desk.book(BookingWish(room=SMALL, slot=slot("14:00", "15:00"), member=1)).id
    desk.book(BookingWish(room=SMALL, slot=slot("16:00", "17:00"), member=2))
    with pytest.raises(RequestError) as found:
        desk.move(mine, SMALL, slot("15:00", "16:00"))  # no time to set up
    assert found.value.code == "room-taken"
    assert desk.move(mine, SMALL, slot("14:30", "15:45")).cents == 1250  # over its own old time
    assert desk.move(mine, BIG, slot("16:00", "17:00")).cents == 0
    desk.book(BookingWish(room=SMALL, slot=slot("14:00", "15:00"), member=2))
    assert states(space) == ["booked"] * 3


def test_cancelled_room_is_free_and_costs_its_fee_when_it_is_late(desk: Bookings, space: Space) -> None:
    space.rule("room_cancel_percent", "50")
    early = desk.book(BookingWish(room=SMALL, slot=slot("14:00", "16:00", TODAY + timedelta(days=3)), member=1)).id
    late = desk.book(BookingWish(room=SMALL, slot=slot("14:00", "16:00"), member=1)).id
    owed = space.owes(1)
    assert desk.cancel(early) == 0
    assert space.owes(1) == owed
    assert desk.cancel(late) == 1000
    assert space.owes(1) == owed + 1000
    with pytest.raises(RequestError) as found:
        desk.cancel(late)
    assert found.value.code == "booking-over"
    assert space.owes(1) == owed + 1000
    desk.book(BookingWish(room=SMALL, slot=slot("14:00", "16:00"), member=2))
    with space.home.store.reading() as connection:
        audit.check_sums(connection)
        audit.check_chain(connection, space.home.seal)


def test_an_organisation_is_charged_at_once_and_given_back_what_it_cancels_in_time(
    desk: Bookings, space: Space
) -> None:
    def owes() -> object:
        return space.sql("SELECT balance_cents FROM account WHERE organisation_id = 1")[0][0]

    wish = BookingWish(room=SMALL, slot=slot("14:00", "16:00", TODAY + timedelta(days=3)), organisation=1)
    made = desk.book(wish)
    assert (made.cents, owes()) == (3000, 3000)  # half a day for two hours at 20 euros: the half day is cheaper
    with pytest.raises(RequestError) as found:
        desk.move(made.id, BIG, wish.slot)
    assert found.value.code == "booking-charged"
    assert desk.cancel(made.id) == 0
    assert owes() == 0


def test_quota_counts_what_is_moved_once(desk: Bookings, space: Space) -> None:
    space.rule("room_quota_day_minutes", "120")
    mine = desk.book(BookingWish(room=SMALL, slot=slot("10:00", "12:00"), member=1)).id
    assert refused(desk, room=BIG, slot=slot("14:00", "14:30"), member=1) == "room-quota"
    desk.move(mine, SMALL, slot("14:00", "16:00"))
    desk.cancel(mine)
    desk.book(BookingWish(room=BIG, slot=slot("14:00", "15:00"), member=1))
    desk.book(BookingWish(room=BIG, slot=slot("16:00", "19:00")))  # the house has no quota


def test_plan_pays_for_the_hours_that_it_includes(desk: Bookings, space: Space) -> None:
    space.rule("room_plan_minutes", '{"itinerant": 90}')
    assert desk.book(BookingWish(room=SMALL, slot=slot("10:00", "11:00"), member=1)).cents == 0
    assert desk.book(BookingWish(room=SMALL, slot=slot("14:00", "15:00"), member=1)).cents == 500
    assert desk.book(BookingWish(room=SMALL, slot=slot("16:00", "17:00"), member=1)).cents == 1000
    next_month = slot("10:00", "11:00", date(2026, 12, 1))
    assert desk.book(BookingWish(room=SMALL, slot=next_month, member=1)).cents == 0


def test_what_somebody_else_changed_meanwhile_is_not_changed_blindly(desk: Bookings, space: Space) -> None:
    mine = desk.book(BookingWish(room=SMALL, slot=slot("14:00", "15:00"), member=1)).id
    with space.home.store.reading() as connection:
        read = booking_rows.by_id(connection, mine)
    desk.move(mine, SMALL, slot("15:00", "16:00"))
    with pytest.raises(RequestError) as found, space.home.store.writing() as connection:
        booking_rows.change(connection, read, state="cancelled")
    assert found.value.code == "booking-changed"


def test_a_booking_over_the_night_of_the_clocks_costs_the_hours_that_pass(desk: Bookings, space: Space) -> None:
    space.rule("room_ahead_days", "400")
    space.rule("room_longest_minutes", "1440")
    night = slot("22:00", "04:00", date(2027, 3, 27))
    assert night.minutes == 300
    assert desk.book(BookingWish(room=SMALL, slot=night, member=1)).cents == 2000 + 3000
    assert isinstance(night, Slot)


def test_a_room_that_is_paid_ahead_says_its_days_so_that_its_income_is_of_their_year(
    desk: Bookings, space: Space
) -> None:
    space.rule("room_longest_minutes", "1440")
    night = slot("22:00", "04:00", date(2026, 12, 31))  # two hours of six are this year's
    to_midnight = slot("18:00", "24:00", date(2026, 12, 30))
    for each in (night, to_midnight):
        desk.book(BookingWish(room=SMALL, slot=each, organisation=1, any_hour=True))
    days = space.sql(
        "SELECT json_extract(detail, '$.from'), json_extract(detail, '$.until') FROM entry"
        " WHERE json_extract(detail, '$.booking') IS NOT NULL GROUP BY 1, 2 ORDER BY min(number)"
    )
    assert days == [("2026-12-31", "2027-01-01"), ("2026-12-30", "2026-12-30")]


def test_room_that_is_taken_is_refused_with_who_has_it_and_no_name_in_the_message(desk: Bookings) -> None:
    made = desk.book(BookingWish(room=SMALL, slot=slot("10:00", "11:00"), member=2))
    with pytest.raises(RequestError, match=f"10:00 to 11:15, by booking {made.id}") as refusal:
        desk.book(BookingWish(room=SMALL, slot=slot("10:30", "12:00"), member=1))
    assert refusal.value.values == {"since": "10:00", "until": "11:15", "who": "Karim Benali"}
    assert "Karim" not in str(refusal.value)
    other = desk.book(BookingWish(room=SMALL, slot=slot("13:00", "14:00"), organisation=1))
    with pytest.raises(RequestError) as refusal:
        desk.move(made.id, SMALL, slot("13:30", "14:00"))
    assert refusal.value.values["who"] == "Coopérative Tilleul"
    assert other.id != made.id


def test_member_or_organisation_books_and_never_both(desk: Bookings) -> None:
    with pytest.raises(RequestError) as refusal:
        desk.book(BookingWish(room=SMALL, slot=slot("10:00", "11:00"), member=1, organisation=1))
    assert refusal.value.code == "room-payer"
