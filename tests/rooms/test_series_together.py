"""A booking of a series is moved and cancelled with those after it: all in one transaction, on the wall clock."""

from datetime import date, timedelta

import pytest

from kiosk.errors import RequestError
from kiosk.rooms.bookings import BookingWish
from kiosk.rooms.series import Recurrence, SeriesDesk
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.rooms.hall import BIG, INES, KARIM, SMALL, TODAY, bookings, let, slot

WEEKS = [TODAY + timedelta(weeks=week) for week in range(4)]


class Together:
    """Inès has the small room four weeks on, from 14 to 15 h; Karim comes too."""

    def __init__(self, space: Space) -> None:
        self.space = space
        let(space)
        space.join("Inès Moreau", INES)
        space.join("Karim Benali", KARIM)
        home = space.home
        rules = Rules(home.config.zone)
        self.series = SeriesDesk(store=home.store, rules=rules, seal=home.seal, clock=space.clock, actor="officer:1")
        wish = BookingWish(room=SMALL, slot=slot("14:00", "15:00"), member=1)
        made = self.series.book(wish, Recurrence("week", WEEKS[-1]), key=bytes(16))
        self.ids = [each.booking or 0 for each in made]

    def held(self) -> list[tuple[object, ...]]:
        return self.space.sql(
            "SELECT room_id, day_on, starts_at FROM booking WHERE series_id = 1 AND state = 'booked' ORDER BY starts_at"
        )

    def hours(self) -> list[tuple[str, str]]:
        return [(str(day), str(at)[11:16]) for _, day, at in self.held()]


@pytest.fixture
def together(space: Space) -> Together:
    return Together(space)


def _move(together: Together, booking: int, first: str, until: str, day: date, room: int = SMALL) -> list[str]:
    done = together.series.move(together.ids[booking], BookingWish(room=room, slot=slot(first, until, day)))
    return ["" if each.why is None else each.why.code for each in done]


def test_a_booking_is_cancelled_with_those_after_it_and_not_before(together: Together) -> None:
    assert together.series.cancel(together.ids[1]) == (3, 0)
    assert [day for day, _ in together.hours()] == [WEEKS[0].isoformat()]
    with pytest.raises(RequestError, match="booking-over"):
        together.series.cancel(together.ids[1])


def test_a_booking_of_no_series_is_cancelled_alone(together: Together) -> None:
    alone = bookings(together.space).book(BookingWish(room=BIG, slot=slot("09:00", "10:00", WEEKS[1]), member=2))
    assert together.series.cancel(alone.id)[0] == 1
    assert len(together.held()) == 4


def test_those_after_it_move_by_as_much(together: Together) -> None:
    friday = WEEKS[1] + timedelta(days=2)
    assert _move(together, 1, "09:00", "11:00", friday, BIG) == ["", "", ""]
    assert [(room, day) for room, day, _ in together.held()] == [
        (SMALL, WEEKS[0].isoformat()),
        *((BIG, (day + timedelta(days=2)).isoformat()) for day in WEEKS[1:]),
    ]
    assert {at for _, at in together.hours()[1:]} == {"08:00"}  # of UTC


@pytest.mark.parametrize("weeks", [1, -1])
def test_a_series_moves_onto_its_own_days(together: Together, weeks: int) -> None:
    first = 0 if weeks > 0 else 1
    if weeks < 0:
        bookings(together.space).cancel(together.ids[0])
    assert set(_move(together, first, "14:00", "15:00", WEEKS[first] + timedelta(weeks=weeks))) == {""}
    moved = [day + timedelta(weeks=weeks) for day in WEEKS[first:]]
    assert [day for day, _ in together.hours()] == [day.isoformat() for day in moved]


def test_what_another_has_stays_and_is_told_and_the_others_move(together: Together) -> None:
    bookings(together.space).book(BookingWish(room=SMALL, slot=slot("16:00", "17:00", WEEKS[2]), member=2))
    assert _move(together, 0, "16:00", "17:00", WEEKS[0]) == ["", "", "room-taken", ""]
    assert [at for _, at in together.hours()] == ["15:00", "15:00", "13:00", "15:00"]


def test_where_the_first_cannot_move_none_does(together: Together) -> None:
    bookings(together.space).book(BookingWish(room=SMALL, slot=slot("16:00", "17:00", WEEKS[0]), member=2))
    before = together.held()
    with pytest.raises(RequestError, match="taken"):
        _move(together, 0, "16:00", "17:00", WEEKS[0])
    assert together.held() == before


def test_a_series_keeps_its_hour_on_the_wall_through_a_change_of_the_clocks(together: Together) -> None:
    together.space.rule("room_ahead_days", "200")
    march = date(2027, 3, 24)  # Wednesday; the clocks are put forward on the 28th
    wish = BookingWish(room=BIG, slot=slot("14:00", "15:00", march), member=1)
    made = together.series.book(wish, Recurrence("week", march + timedelta(weeks=1)), key=b"\1" * 16)
    later = BookingWish(room=BIG, slot=slot("16:30", "17:30", march))
    assert [each.why for each in together.series.move(made[0].booking or 0, later)] == [None, None]
    starts = together.space.sql("SELECT starts_at FROM booking WHERE series_id = 2 ORDER BY starts_at")
    assert [str(at)[11:16] for (at,) in starts] == ["15:30", "14:30"]
