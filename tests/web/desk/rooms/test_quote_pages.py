"""Quotes at the desk: made, printed, accepted, refused, cancelled; the deposit given back, the insurance seen."""

import re
from datetime import timedelta

import pytest

from kiosk.domain.checkin.verdicts import Denied
from tests.rooms.hall import INES, SMALL, TODAY, let
from tests.web.desk.conftest import Desk, Officer
from tests.web.desk.test_finder import ask

DAY = TODAY.isoformat()
NEW = "/rooms/quotes/new"


@pytest.fixture
def rooms(desk: Desk) -> Desk:
    """Rooms to let, and Inès (1)."""
    let(desk.space)
    desk.space.join("Inès Moreau", INES)
    return desk


def form(**more: object) -> dict[str, object]:
    """The whole place this evening, with an advance and a deposit."""
    wish = {"key": "1" * 32, "what": "part", "organisation": 1, "product": "room-hour", "day": DAY, "from": "18:00"}
    asked = {"until": "22:00", "valid_until": DAY, "advance": "20", "caution": "300", "title": "Soirée", "places": ""}
    return {**wish, **asked, **more}


def test_part_of_the_place_from_quote_to_invoice_to_the_deposit_given_back(rooms: Desk, president: Officer) -> None:
    assert "tout le lieu" in president.page(f"{NEW}?what=part")
    made = president.post(NEW, form(), form_on=NEW)
    assert (made.status_code, made.headers["Location"]) == (303, "/rooms/quotes/1")
    assert president.post(NEW, form(), form_on=NEW).headers["Location"] == "/rooms/quotes/1"
    page = president.page("/rooms/quotes/1")
    for said in ("Coopérative Tilleul", "80,00", "20,00", "60,00", "300,00", "pas encore vue"):
        assert said in page, said
    assert "Devis 1" in president.page("/rooms/quotes")
    calendar = president.page(f"/calendar?day={DAY}")
    assert "option (devis)" in calendar
    president.post("/rooms/quotes/1/insured", {"insured_until": "2027-08-31"}, form_on="/rooms/quotes/1")
    assert president.post("/rooms/quotes/1/accept", {}, form_on="/rooms/quotes/1").status_code == 303
    assert "380,00" in president.page("/rooms/quotes/1")  # on the organisation's account
    assert president.post("/rooms/quotes/1/caution", {}, form_on="/rooms/quotes/1").status_code == 303
    page = president.page("/rooms/quotes/1")
    assert "rendue" in page and "Rendre la caution" not in page
    rooms.space.clock.advance(hours=9, minutes=30)
    assert isinstance(rooms.space.tap(INES), Denied)


def test_room_is_quoted_refused_and_free_again(rooms: Desk, host: Officer) -> None:
    wish = form(what="room", room=SMALL, caution="")
    wish["from"], wish["until"] = "14:00", "16:00"
    assert host.post(NEW, wish, form_on=NEW).status_code == 303
    again = host.post(NEW, {**wish, "key": "2" * 32}, form_on=NEW)
    assert again.status_code == 400
    assert "La salle est prise" in again.get_data(as_text=True)
    assert host.post("/rooms/quotes/1/refuse", {}, form_on="/rooms/quotes/1").status_code == 303
    assert host.post(NEW, {**wish, "key": "3" * 32}, form_on=NEW).status_code == 303
    late = host.post("/rooms/quotes/1/accept", {}, form_on="/rooms/quotes/2")
    assert (late.status_code, "refusé ou périmé" in late.get_data(as_text=True)) == (400, True)


def test_late_cancelling_is_the_treasurer_s_and_says_what_it_did(
    rooms: Desk, host: Officer, treasurer: Officer
) -> None:
    treasurer.post(NEW, form(), form_on=NEW)
    treasurer.post("/rooms/quotes/1/accept", {}, form_on="/rooms/quotes/1")
    assert host.post("/rooms/quotes/1/cancel", {}, form_on="/rooms/quotes/1").status_code == 403
    assert treasurer.post("/rooms/quotes/1/cancel", {}, form_on="/rooms/quotes/1").status_code == 303
    assert rooms.space.sql("SELECT balance_cents FROM account WHERE organisation_id = 1") == [(0,)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"from": "25:00"}, "une heure comme 14:30"),
        ({"until": "18:00"}, "fin doit venir"),
        ({"zone": "comfort"}, "choisissez une autre zone pour ses membres"),
        ({"product": ""}, "produit"),
        ({"organisation": ""}, "structure"),
        ({"advance": "900"}, "Au plus 80,00\xa0€"),
        ({"caution": "beaucoup"}, "somme"),
        ({"valid_until": "demain"}, "jour"),
        ({"valid_until": (TODAY - timedelta(days=1)).isoformat()}, "une date de fin du devis"),
        ({"day": (TODAY - timedelta(days=1)).isoformat()}, "passé"),
        ({"title": "x" * 81}, "80 caractères"),
        ({"day": "9999-12-31"}, "jour"),
        ({"day": "0001-01-01", "what": "room", "room": 1}, "jour"),
    ],
)
def test_what_is_wrong_with_a_quote_stands_beside_its_field(
    rooms: Desk, secretary: Officer, wrong: dict[str, object], said: str
) -> None:
    answer = secretary.post(NEW, form(**wrong), form_on=NEW)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert any(said in error for error in re.findall(r'class="error"[^>]*>([^<]*)', page)), re.findall(
        r'class="error"[^>]*>([^<]*)', page
    )
    assert rooms.space.sql("SELECT count(*) FROM quote") == [(0,)]


def test_no_such_quote_is_no_page(rooms: Desk, secretary: Officer) -> None:
    assert secretary.client.get("/rooms/quotes/7").status_code == 404


def test_quotes_and_bookings_are_found_in_the_box_by_their_number(rooms: Desk, host: Officer) -> None:
    wish = form(what="room", room=SMALL, caution="")
    wish["from"], wish["until"] = "14:00", "16:00"
    assert host.post(NEW, wish, form_on=NEW).status_code == 303
    for typed in ("devis 1", "quote 1", "Offerte n° 1"):
        assert ask(host, typed)[0][1] == "/rooms/quotes/1", typed
    for typed in ("réservation 1", "booking 1", "reservering 1"):
        assert ask(host, typed)[0][1] == "/rooms/bookings/1", typed
    numbered = re.compile(r"/rooms/(quotes|bookings)/\d")
    assert not [address for _, address in ask(host, "devis 99") if numbered.match(address)]
