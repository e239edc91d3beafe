"""The room of an event at the desk: who has each then is said first; taken, refused, given back; not there when off."""

import re

import pytest

from kiosk.domain.slots import Slot
from kiosk.rooms.bookings import BookingWish
from tests.events.happenings import ENDS, STARTS, Happenings
from tests.rooms.hall import BIG, SMALL, bookings, let
from tests.web.desk.conftest import Desk, Officer

EVENT = "/events/1"


@pytest.fixture
def told(desk: Desk) -> Happenings:
    """Rooms to let, and an event that is held from six people on."""
    let(desk.space)
    found = Happenings(desk.space)
    found.open(found.propose())
    return found


def plain(page: str) -> str:
    return page.replace("\u202f", " ").replace("\xa0", " ")


def take(officer: Officer, room: int | str) -> str:
    """Ask for a room, and what the page says then."""
    answer = officer.post(f"{EVENT}/room", {"room": str(room)}, form_on=EVENT)
    assert answer.status_code == 303
    return plain(officer.page(EVENT))


def offered(page: str) -> list[str]:
    """The rooms as they are offered."""
    form = re.search(r'<select id="room".*?</select>', page, re.DOTALL)
    assert form is not None
    return [plain(each) for each in re.findall(r"<option[^>]*>([^<]*)</option>", form[0])]


def held(desk: Desk) -> list[tuple[object, ...]]:
    return desk.space.sql("SELECT room_id FROM booking WHERE feed = 'event' AND state = 'booked'")


def test_each_room_says_its_places_and_who_has_it_then_before_anybody_is_refused(
    desk: Desk, told: Happenings, secretary: Officer
) -> None:
    bookings(desk.space).book(BookingWish(room=SMALL, slot=Slot(STARTS, ENDS), title="Conseil", any_hour=True))
    page = secretary.page(EVENT)
    assert offered(page) == ["aucune", "Petite salle · 6 places · salle prise par Conseil", "Grande salle · 20 places"]
    assert "La salle est prise à cette heure" in take(secretary, SMALL)
    assert held(desk) == []
    assert "Salle enregistrée." in take(secretary, BIG)
    assert held(desk) == [(BIG,)]
    assert f'<option value="{BIG}" selected>' in secretary.page(EVENT)


def test_room_is_changed_and_given_back_by_the_same_form(desk: Desk, told: Happenings, secretary: Officer) -> None:
    take(secretary, SMALL)
    assert offered(secretary.page(EVENT)) == [
        "aucune",
        "Petite salle · 6 places",
        "Grande salle · 20 places",
    ]  # its own
    take(secretary, BIG)
    assert held(desk) == [(BIG,)]
    take(secretary, "")
    assert held(desk) == []
    assert desk.space.sql("SELECT count(*) FROM desk_log WHERE act = 'event-room'") == [(3,)]


@pytest.mark.parametrize(
    ("room", "says"), [(99, "Cette salle n’existe pas."), (SMALL, "Cette salle a moins de places que le seuil")]
)
def test_what_is_wrong_is_said_and_nothing_is_held(
    desk: Desk, told: Happenings, secretary: Officer, room: int, says: str
) -> None:
    told.open(1, threshold=7)
    assert says in take(secretary, room)
    assert held(desk) == []


def test_a_day_on_which_its_room_is_taken_is_refused_beside_the_day(
    desk: Desk, told: Happenings, secretary: Officer
) -> None:
    take(secretary, SMALL)
    bookings(desk.space).book(BookingWish(room=SMALL, slot=_friday(), any_hour=True))
    terms = {
        "starts": "2026-12-11T18:00",
        "ends": "2026-12-11T21:00",
        "places": "8",
        "threshold": "6",
        "deadline": "2026-12-06T23:00",
        "product": "training",
        "rent": "20",
    }
    answer = secretary.post(f"{EVENT}/open", terms, form_on=f"{EVENT}/open")
    assert answer.status_code == 400
    assert re.search(r'id="starts-error"[^>]*>[^<]*La salle est prise', answer.get_data(as_text=True))
    found = told.event(1).terms
    assert found is not None
    assert found.starts_at == STARTS


def _friday() -> Slot:
    day = ENDS - STARTS
    return Slot(STARTS.replace(day=11), STARTS.replace(day=11) + day)


def test_where_rooms_are_off_or_nothing_is_dated_no_room_is_asked_for(
    desk: Desk, told: Happenings, secretary: Officer
) -> None:
    told.propose(title="Atelier")
    assert 'id="room"' not in secretary.page("/events/2")
    assert 'id="room"' in secretary.page(EVENT)
    desk.space.rule("rooms_on", "false", "2026-11-25")
    assert 'id="room"' not in secretary.page(EVENT)
    assert secretary.get("/events/99/room").status_code in (404, 405)
