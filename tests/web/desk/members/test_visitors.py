"""The desk sees what people asked on the public's pages once it is proven, answers, and each right its own."""

import re

import pytest
from msgspec.structs import replace

from kiosk import keys
from kiosk.config import PagesConfig
from kiosk.domain.visitors.requests import Kind
from kiosk.visitors import asking
from kiosk.visitors.links import Links
from tests.conftest import Space
from tests.rooms.hall import SMALL, let, slot
from tests.visitors.hall import TODAY, TUESDAY, PublicHall, wish
from tests.web.desk.conftest import Officer

FR = {"Accept-Language": "fr"}
ADDRESS = "https://m.example.org"


@pytest.fixture
def space(space: Space) -> Space:
    """A space with pages, where a visit and a membership were asked for, and a room; each proven."""
    space.home = replace(space.home, config=replace(space.home.config, pages=PagesConfig(ADDRESS)))
    hall = PublicHall(space)
    let(space)
    hall.ask(wish(email="never@exemple.fr", name="Jamais Prouvé"))
    hall.proven()
    hall.proven(wish(kind=Kind.JOIN, day_on=TODAY, name="Lou Martin", email="lou@exemple.fr"))
    asked = slot("14:00", "16:00", TUESDAY)
    hall.proven(wish(kind=Kind.ROOM, room=SMALL, slot=asked, name="Sam Roux", email="sam@exemple.fr"))
    return space


def test_who_waits_is_on_today_and_on_the_lists_and_who_proved_nothing_is_not(space: Space, president: Officer) -> None:
    today = president.page("/", headers=FR)
    assert "2 demandes publiques attendent une réponse" in today
    assert "1 demande de salle attend un devis" in today
    page = president.page("/visitors", headers=FR)
    assert "Camille Durand" in page
    assert "Lou Martin" in page
    assert "Jamais Prouvé" not in page
    assert "Sam Roux" in president.page("/visitors/rooms", headers=FR)


def test_a_visitor_is_expected_a_person_enrolled_and_both_lists_are_empty(space: Space, secretary: Officer) -> None:
    assert secretary.post("/visitors/2/expect", form_on="/visitors").status_code == 303
    enrolled = secretary.post("/visitors/3/enrol", form_on="/visitors")
    assert enrolled.headers["Location"].endswith("/members/1")
    assert "Lou Martin" in secretary.page("/members/1", headers=FR)
    assert "apparaissent ici" in secretary.page("/visitors", headers=FR)
    acts = [act for (act,) in space.sql("SELECT act FROM desk_log WHERE act LIKE 'visitor%' ORDER BY id")]
    assert acts == ["visitor-expected", "visitor-enrolled"]


def test_a_room_is_quoted_and_the_mailed_link_accepts_it(space: Space, president: Officer) -> None:
    assert president.post("/visitors/rooms/4/quote", {"caution-4": "50"}, form_on="/visitors/rooms").status_code == 303
    assert "30,00" in president.page("/visitors/rooms", headers=FR)
    assert "attend un devis" not in president.page("/", headers=FR)
    ((body,),) = space.sql("SELECT body FROM outbox WHERE recipient = 'sam@exemple.fr' ORDER BY id DESC LIMIT 1")
    found = re.search(rf"{ADDRESS}/d/(\S+)", str(body))
    assert found is not None
    links = Links(keys.read_key(space.home.paths.desk_key), ADDRESS)
    hall = PublicHall(space)
    hall.taken(lambda reception: asking.accept(replace(reception, links=links), found[1]))
    assert space.sql("SELECT kind, amount_cents FROM entry WHERE kind <> 'notice' ORDER BY number") == [
        ("charge", 3000),
        ("deposit", 5000),
    ]


def test_a_quote_that_is_withdrawn_frees_the_room(space: Space, president: Officer) -> None:
    president.post("/visitors/rooms/4/quote", form_on="/visitors/rooms")
    assert president.post("/visitors/rooms/4/decline", form_on="/visitors/rooms").status_code == 303
    assert space.sql("SELECT state FROM booking") == [("cancelled",)]


def test_an_answer_that_comes_twice_is_told(space: Space, secretary: Officer) -> None:
    secretary.post("/visitors/2/decline", form_on="/visitors")
    secretary.post("/visitors/2/expect", form_on="/visitors")
    assert space.sql("SELECT state FROM public_request WHERE id = 2") == [("declined",)]


def test_a_host_answers_no_request(space: Space, host: Officer) -> None:
    assert host.get("/visitors").status_code == 403
    assert host.post("/visitors/2/expect", form_on="/").status_code == 403
