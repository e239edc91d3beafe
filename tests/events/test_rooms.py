"""An event holds its room by a booking: nobody else has it then, it moves with the day, and is free without it."""

from datetime import timedelta

import pytest

from kiosk.domain.slots import Slot
from kiosk.errors import RequestError
from kiosk.events import rooms as event_rooms
from kiosk.rooms.bookings import BookingWish
from tests.conftest import Space
from tests.events.happenings import ENDS, STARTS, Happenings
from tests.rooms.hall import BIG, SMALL, bookings, let


@pytest.fixture
def place(space: Space) -> Happenings:
    """Rooms to let, events, and one with a day."""
    let(space)
    found = Happenings(space)
    found.open(found.propose())
    return found


def hours(place: Happenings) -> list[Slot]:
    """When the first event has its room."""
    with place.space.home.store.reading() as connection:
        return [each.slot for each in event_rooms.held(connection, 1)]


def states(space: Space) -> list[tuple[object, ...]]:
    return space.sql("SELECT room_id, kind, state FROM booking ORDER BY id")


def test_room_is_the_event_s_while_it_is_planned_and_free_when_it_is_not_held(place: Happenings) -> None:
    place.planning.hold_room(1, SMALL)
    place.planning.hold_room(1, BIG)
    assert states(place.space) == [(SMALL, "event", "cancelled"), (BIG, "event", "booked")]
    with pytest.raises(RequestError, match="taken"):
        bookings(place.space).book(BookingWish(room=BIG, slot=Slot(STARTS, ENDS), any_hour=True))
    place.pass_until(STARTS - timedelta(days=3))  # nobody signed up until the deadline
    assert states(place.space)[-1] == (BIG, "event", "cancelled")


def test_room_moves_with_the_day_or_the_day_stays(place: Happenings) -> None:
    place.planning.hold_room(1, SMALL)
    later = timedelta(days=1)
    bookings(place.space).book(BookingWish(room=SMALL, slot=Slot(STARTS + later, ENDS + later), any_hour=True))
    with pytest.raises(RequestError, match="taken"):
        place.open(1, starts_at=STARTS + later, ends_at=ENDS + later)
    found = place.event(1)
    assert found.terms is not None
    assert found.terms.starts_at == STARTS
    place.open(1, starts_at=STARTS + 2 * later, ends_at=ENDS + 2 * later)
    assert hours(place) == [Slot(STARTS + 2 * later, ENDS + 2 * later)]


def test_cancelled_event_gives_its_room_back_and_may_not_be_held_without_a_day(place: Happenings) -> None:
    place.planning.hold_room(1, SMALL)
    place.planning.cancel(1, "personne pour la tenir")
    assert states(place.space) == [(SMALL, "event", "cancelled")]
    second = place.propose(title="Atelier")
    with pytest.raises(RequestError) as refused:
        place.planning.hold_room(second, SMALL)
    assert refused.value.code == "event-moment"


def test_training_of_three_days_has_its_room_on_each_and_leaves_the_nights(place: Happenings) -> None:
    """From Thursday to Saturday, 18 h to 21 h: longer than anybody else may book."""
    day = timedelta(days=1)
    place.open(1, ends_at=ENDS + 2 * day)
    assert len(place.planning.hold_room(1, SMALL)) == 3
    assert hours(place) == [Slot(STARTS + count * day, ENDS + count * day) for count in range(3)]
    morning = Slot(STARTS + day - timedelta(hours=8), STARTS + day - timedelta(hours=6))
    bookings(place.space).book(BookingWish(room=SMALL, slot=morning, any_hour=True))
    with pytest.raises(RequestError, match="taken"):
        bookings(place.space).book(BookingWish(room=SMALL, slot=Slot(STARTS + day, ENDS + day), any_hour=True))
    place.open(1, starts_at=STARTS + day, ends_at=ENDS + 2 * day)
    assert hours(place) == [Slot(STARTS + count * day, ENDS + count * day) for count in (1, 2)]
    place.planning.free_room(1)
    assert hours(place) == []


def test_room_is_held_for_the_days_that_are_to_come_and_what_was_stays(place: Happenings) -> None:
    day = timedelta(days=1)
    place.open(1, threshold=None, deadline_at=None, ends_at=ENDS + 2 * day)
    place.planning.hold_room(1, SMALL)
    place.space.clock.set(ENDS + timedelta(hours=1))
    place.planning.hold_room(1, BIG)
    assert states(place.space) == [
        (SMALL, "event", "booked"),
        (SMALL, "event", "cancelled"),
        (SMALL, "event", "cancelled"),
        (BIG, "event", "booked"),
        (BIG, "event", "booked"),
    ]


def test_room_is_held_however_far_ahead_the_house_plans(place: Happenings) -> None:
    """Members may book three months ahead: that is their rule."""
    year = timedelta(days=365)
    place.open(1, starts_at=STARTS + year, ends_at=ENDS + year, deadline_at=STARTS)
    place.planning.hold_room(1, SMALL)
    assert hours(place) == [Slot(STARTS + year, ENDS + year)]


def test_threshold_above_what_the_room_holds_is_refused_and_nothing_is_half_done(place: Happenings) -> None:
    place.open(1, threshold=7)
    with pytest.raises(RequestError) as refused:
        place.planning.hold_room(1, SMALL)  # six places
    assert refused.value.code == "room-small"
    assert states(place.space) == []
    place.open(1, threshold=6)
    place.planning.hold_room(1, SMALL)
    with pytest.raises(RequestError) as refused:
        place.open(1, threshold=7)
    assert refused.value.code == "room-small"
    assert place.event(1).terms.threshold == 6  # type: ignore[union-attr]  # it has some
