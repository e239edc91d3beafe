"""Rooms, events and shifts on a telephone: seen, booked, given back; by the very use-cases of the screen."""

import pytest

from kiosk.domain.events.terms import EventKind
from kiosk.events.planning import Description
from kiosk.web.pages import speech
from kiosk.web.pages.speech import Choice, Refused, View
from tests.events.happenings import Happenings
from tests.rooms.hall import let
from tests.selfservice.self_service import is_well

from .conftest import House


def pick(house: House, bearer: str, view: View, words: str) -> View:
    """Choose what says so: a page is looked at, a button is pressed."""
    (choice,) = [each for each in view.choices if each.label.replace("\u00a0", " ") == words]
    found = house.ask(_question(bearer, view, choice))
    assert isinstance(found, View), found
    return found


def _question(bearer: str, view: View, choice: Choice) -> speech.Question:
    kind = speech.Do if choice.does else speech.Look
    return kind(bearer=bearer, act=choice.act, value=choice.value, flow=view.flow)


@pytest.fixture
def rooms(house: House) -> House:
    let(house.space, rooms_at_screen="true", room_claim_minutes="15", room_cancel_hours="24", room_cancel_percent="50")
    return house


def test_a_room_is_booked_once_and_cancelled(rooms: House) -> None:
    bearer = rooms.bearer(rooms.ines)
    view = rooms.look(bearer, "house")
    for words in ("Salles", "Petite salle", "Maintenant"):
        view = pick(rooms, bearer, view, words)
    offered = view
    done = pick(rooms, bearer, offered, "1 h")
    assert any("Petite salle" in row[0] for block in done.blocks for row in block.rows)
    pick(rooms, bearer, offered, "1 h")  # the form once more: the same booking
    told = rooms.space.sql("SELECT state, member_id, claimed_at IS NULL, made_by FROM booking")
    assert told == [("booked", 1, 1, "telephone")], "a telephone is in no room: the badge claims it"
    view = pick(rooms, bearer, rooms.look(bearer, "room"), "Mes réservations")
    view = pick(
        rooms,
        bearer,
        pick(rooms, bearer, view, view.choices[0].label.replace("\u00a0", " ")),
        "Annuler cette réservation",
    )
    assert rooms.space.sql("SELECT state FROM booking") == [("cancelled",)]
    is_well(rooms.space)


def test_what_another_booked_is_no_choice_of_mine(rooms: House) -> None:
    mine, theirs = rooms.bearer(rooms.ines), rooms.bearer(rooms.karim)
    view = rooms.look(theirs, "room")
    for words in ("Petite salle", "Maintenant", "1 h"):
        view = pick(rooms, theirs, view, words)
    flow = rooms.look(mine, "room").flow
    for act in ("room-one", "room-cancel"):
        kind = speech.Do if act == "room-cancel" else speech.Look
        found = rooms.ask(kind(bearer=mine, act=act, value="1", flow=flow))
        assert isinstance(found, Refused) or (isinstance(found, View) and found.lead == "Rien n’a changé.")
        assert "Karim" not in repr(found)
    assert rooms.space.sql("SELECT state, member_id FROM booking") == [("booked", 2)]


def test_a_training_that_seeks_people_stands_first_and_is_joined_and_left(house: House) -> None:
    told = Happenings(house.space)
    number, *_ = told.people(1)
    event = told.planning.propose(Description(kind=EventKind.TRAINING, title="La compta", is_listed=True))
    told.open(event, threshold=2)
    bearer = house.bearer(number)
    view = house.look(bearer, "house")
    assert [each.act for each in view.choices] == ["event", "events"], view
    view = pick(house, bearer, view, view.choices[0].label.replace("\u00a0", " "))
    (join,) = [each for each in view.choices if each.act == "event-join"]
    joined = house.ask(_question(bearer, view, join))
    assert isinstance(joined, View)
    assert isinstance(house.ask(_question(bearer, view, join)), View)  # the form once more
    assert house.space.sql("SELECT count(*) FROM signup WHERE left_at IS NULL") == [(1,)]
    assert any(each.act == "event-leave" for each in joined.choices)
    left = next(each for each in joined.choices if each.act == "event-leave")
    assert isinstance(house.ask(_question(bearer, joined, left)), View)
    assert house.space.sql("SELECT count(*) FROM signup WHERE left_at IS NULL") == [(0,)]
    is_well(house.space)


@pytest.mark.parametrize(("places", "words"), [(1, "0 inscription pour 1 place"), (2, "0 inscription pour 2 places")])
def test_how_many_come_is_said_in_good_french(house: House, places: int, words: str) -> None:
    told = Happenings(house.space)
    event = told.planning.propose(Description(kind=EventKind.TRAINING, title="La compta", is_listed=True))
    told.open(event, places=places, threshold=None, deadline_at=None)
    view = house.look(house.bearer(house.ines), "event", str(event))
    assert words in [row[0].replace("\u00a0", " ") for block in view.blocks for row in block.rows]
