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
    with place.space.home.store.reading() as connection:
        mine = event_rooms.held(connection, 1)
    assert mine is not None
    assert mine.slot == Slot(STARTS + 2 * later, ENDS + 2 * later)


def test_cancelled_event_gives_its_room_back_and_may_not_be_held_without_a_day(place: Happenings) -> None:
    place.planning.hold_room(1, SMALL)
    place.planning.cancel(1, "personne pour la tenir")
    assert states(place.space) == [(SMALL, "event", "cancelled")]
    second = place.propose(title="Atelier")
    with pytest.raises(RequestError) as refused:
        place.planning.hold_room(second, SMALL)
    assert refused.value.code == "event-moment"
