"""What a person without a badge reads and asks on the public's pages: no cookie, no script, and nothing of members."""

import re

import pytest
from werkzeug.test import TestResponse

from kiosk import keys
from kiosk.rooms.bookings import BookingWish
from kiosk.store.space.policies import Rules
from kiosk.visitors.answering import Answering, Offer
from kiosk.visitors.links import Links
from kiosk.web.pages import public, speech
from kiosk.web.pages.speech import Refused, Sheet
from kiosk.web.public_pages import answering
from tests.rooms.hall import SMALL, bookings, slot
from tests.web.pages.conftest import ADDRESS, Browser, House

PATHS = tuple(public.PATHS.values())
TUESDAY = "2026-12-01"
VISIT = {"form": "visit", "day": TUESDAY, "name": "Camille Durand", "email": "camille@exemple.fr"}
ROOM = {
    "form": "room",
    "v": "1",
    "day": TUESDAY,
    "from": "14:00",
    "until": "16:00",
    "client": "association",
    "organisation": "Les Tisserands",
    "name": "Camille Durand",
    "email": "camille@exemple.fr",
}


def read(answer: TestResponse) -> str:
    return answer.get_data(as_text=True).replace("\u00a0", " ").replace("\u202f", " ")


def link(house: House) -> str:
    """The path of the newest link that was mailed."""
    ((body,),) = house.space.sql("SELECT body FROM outbox WHERE about LIKE 'public%' ORDER BY id DESC LIMIT 1")
    found = re.search(rf"{re.escape(ADDRESS)}(/d/\S+)", str(body))
    assert found is not None
    return found[1]


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_there_by_its_own_rule_alone(house: House, path: str) -> None:
    for rule in ("events", "rooms_on"):
        house.space.rule(rule, "true")
    browser = house.telephone()
    assert browser.get(path).status_code == 404
    name = next(each for each, of in public.PATHS.items() if of == path)
    house.space.rule(f"public_{name}", "true", "2020-01-02")
    assert [each for each in PATHS if browser.get(each).status_code == 200] == [path]
    assert path in read(browser.get("/"))


@pytest.mark.parametrize("path", [*PATHS, "/louer?v=1", "/agenda?v=1"])
@pytest.mark.parametrize("language", ["fr", "en", "nl"])
def test_a_page_sets_no_cookie_runs_no_script_and_weighs_little(visitor: Browser, path: str, language: str) -> None:
    answer = visitor.get(path, **{"Accept-Language": language})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    page = read(answer)
    assert f'<html lang="{language}">' in page
    assert "<script" not in page
    assert len(answer.data) < 100_000


def test_how_to_come_when_and_for_how_much_is_read_first(open_house: House, visitor: Browser) -> None:
    open_house.space.sql_write(
        "INSERT INTO wording (code, language, text, actor, made_at) VALUES"
        " ('public-bicycles', 'fr', 'Des arceaux dans la cour.', 'cli', '2026-11-01T08:00:00.000Z')"
    )
    page = read(visitor.get("/venir"))
    for words in ("16 rue du Fil", "03 20 00 00 00", "Des arceaux dans la cour.", "Premier jour : 5,00 €", "90 jours"):
        assert words in page, words
    assert "la ligne et l’arrêt" not in page, "no first words of ours"


def test_coming_to_work_is_priced_without_the_rooms_and_the_trainings(visitor: Browser) -> None:
    """What a room or a seat costs stands on the pages where they are asked for."""
    page = read(visitor.get("/venir"))
    for words in ("Journée", "Adhésion", "Carnet de 10 journées", "Semaine"):
        assert words in page, words
    for words in ("room-hour", "room-half", "room-day", "hors adhésion", "Formation"):
        assert words not in page, words


def test_how_full_it_is_is_told_without_a_number(open_house: House, visitor: Browser) -> None:
    assert "En ce moment" not in read(visitor.get("/venir"))
    open_house.space.rule("capacity_notice", "1")
    assert "il y a de la place" in read(visitor.get("/venir"))
    open_house.space.tap("04A2000000E511")
    assert "c’est complet" in read(visitor.get("/venir"))


def test_a_visit_is_announced_proven_by_the_button_and_taken_back(open_house: House, visitor: Browser) -> None:
    sent = visitor.post("/venir", VISIT)
    assert sent.status_code == 200
    assert "Regardez vos e-mails" in read(sent)
    path = link(open_house)
    assert "Confirmer ma demande" in read(visitor.get(path))
    assert open_house.space.sql("SELECT state FROM public_request") == [("unproven",)], "to look proves nothing"
    proven = visitor.post(path, {"act": "prove"})
    assert (proven.status_code, proven.headers["Location"]) == (303, path)
    assert "Demande reçue" in read(visitor.get(path))
    visitor.post(path, {"act": "cancel"})
    assert "Votre demande est annulée" in read(visitor.get(path))
    assert open_house.space.sql("SELECT state FROM public_request") == [("cancelled",)]


def test_a_form_of_another_site_asks_nothing(open_house: House, visitor: Browser) -> None:
    assert visitor.post("/venir", VISIT, site="cross-site").status_code == 403
    assert open_house.space.sql("SELECT * FROM public_request") == []


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("email", "nowhere", "e-mail"),
        ("name", "?", "Écrivez votre nom"),
        ("day", "2020-01-01", "Choisissez un jour"),
        ("day", "soon", "Choisissez un jour"),
        ("said", "x" * 501, "500 caractères"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    open_house: House, visitor: Browser, field: str, typed: str, words: str
) -> None:
    answer = visitor.post("/venir", {**VISIT, field: typed})
    page = read(answer)
    assert answer.status_code == 400
    assert words in page
    assert 'aria-invalid="true"' in page
    assert typed in page
    assert "Camille" in page or field == "name"
    assert open_house.space.sql("SELECT * FROM public_request") == []


def test_a_member_and_a_stranger_read_the_same_page(open_house: House, visitor: Browser) -> None:
    theirs, other = (visitor.post("/venir", {**VISIT, "email": each}) for each in ("ines@example.org", "x@exemple.fr"))
    assert read(theirs) == read(other)


def test_an_address_that_sends_many_forms_is_slowed_down(visitor: Browser) -> None:
    seen = {visitor.post("/venir", {**VISIT, "email": "nowhere"}).status_code for _ in range(public.SENT)}
    assert seen == {400}
    assert visitor.post("/venir", VISIT).status_code == 429
    assert visitor.get("/venir").status_code == 200


def test_rooms_have_their_prices_by_kind_of_client_and_their_free_hours(visitor: Browser) -> None:
    assert "Petite salle" in read(visitor.get("/louer"))
    page = read(visitor.get("/louer?v=1"))
    assert "20,00 € l’heure · 30,00 € la demi-journée · 50,00 € la journée" in page
    assert "Heures libres" in page


def test_of_today_only_the_hours_that_are_left_are_free(open_house: House, visitor: Browser) -> None:
    """It is 8 h 52."""
    assert "mercredi 25 novembre</dt><dd>le reste de la journée" in read(visitor.get("/louer?v=1"))
    booked = BookingWish(room=SMALL, slot=slot("14:00", "15:30"), member=open_house.ines)
    bookings(open_house.space).book(booked)
    page = read(visitor.get("/louer?v=1"))
    assert "mercredi 25 novembre</dt><dd>jusqu’à 13 h 45, 15 h 45 – 24 h 00" in page
    assert "jeudi 26 novembre</dt><dd>toute la journée" in page


def test_a_room_that_was_asked_for_is_quoted_and_accepted_on_the_page_of_its_link(
    open_house: House, visitor: Browser
) -> None:
    assert visitor.post("/louer", ROOM).status_code == 200
    path = link(open_house)
    visitor.post(path, {"act": "prove"})
    assert open_house.space.sql("SELECT state, organisation FROM public_request") == [("waiting", "Les Tisserands")]
    assert open_house.space.sql("SELECT * FROM booking") == []
    home = open_house.answers._office.home
    links = Links(keys.read_key(home.paths.desk_key), ADDRESS)
    parts = {"store": home.store, "rules": Rules(home.config.zone), "seal": home.seal, "links": links}
    Answering(**parts, clock=open_house.space.clock, actor="cli").quote(1, Offer())  # type: ignore[arg-type]
    page = read(visitor.get(path))
    for words in ("Votre devis attend votre réponse", "30,00 €", "Accepter le devis", "Refuser le devis"):
        assert words in page
    visitor.post(path, {"act": "accept"})
    assert "Votre réservation est confirmée" in read(visitor.get(path))
    assert open_house.space.sql("SELECT state FROM booking") == [("booked",)]


@pytest.mark.parametrize(
    "values", [{"v": "99"}, {"v": "x"}, {"from": "25:00"}, {"until": "14:00"}, {"organisation": ""}, {"client": "king"}]
)
def test_a_room_that_cannot_be_asked_for_is_told(open_house: House, visitor: Browser, values: dict[str, str]) -> None:
    assert visitor.post("/louer", {**ROOM, **values}).status_code == 400
    assert open_house.space.sql("SELECT * FROM public_request") == []


def test_a_stranger_signs_up_from_the_agenda_and_gives_the_seat_back(open_house: House, visitor: Browser) -> None:
    assert "La compta" in read(visitor.get("/agenda"))
    event = {"form": "event", "v": "2", "name": "Camille Durand", "email": "camille@exemple.fr"}
    visitor.post("/agenda", event)
    path = link(open_house)
    visitor.post(path, {"act": "prove"})
    assert "Votre place est réservée" in read(visitor.get(path))
    assert "complet, liste d’attente" in read(visitor.get("/agenda?v=2"))
    visitor.post(path, {"act": "cancel"})
    assert "places libres : 1" in read(visitor.get("/agenda?v=2"))


def test_without_a_mail_server_a_page_has_no_form(open_house: House, visitor: Browser) -> None:
    from msgspec.structs import replace

    office = open_house.answers._office
    home = office.home
    office.home = replace(home, config=replace(home.config, mail=replace(home.config.mail, server=None)))
    page = read(visitor.get("/venir"))
    assert "<form" not in page
    assert "écrivez-nous ou appelez" in page
    assert visitor.post("/venir", VISIT).status_code == 404


@pytest.mark.parametrize("path", ["/d/x", "/d/..", "/d/" + "x" * 290, "/d/%00"])
def test_a_link_of_another_hand_is_told_over(visitor: Browser, path: str) -> None:
    assert visitor.get(path).status_code in (404, 409)
    assert visitor.post(path, {"act": "prove"}).status_code in (404, 409)


def test_a_refused_link_leads_on_to_what_can_be_asked_for(open_house: House, visitor: Browser) -> None:
    answer = visitor.get("/d/x")
    assert answer.status_code == 409
    for path in PATHS:
        assert f'href="{path}"' in read(answer), path
    open_house.space.rule("public_let", "false", "2026-11-25")
    page = read(visitor.get("/d/x"))
    assert 'href="/louer"' not in page, "a page that is off is no way on"
    assert 'href="/agenda"' in page


def test_an_act_that_is_refused_leads_back_to_its_request(open_house: House, visitor: Browser) -> None:
    visitor.post("/venir", VISIT)
    path = link(open_house)
    open_house.space.rule("public_work", "false", "2026-11-25")
    answer = visitor.post(path, {"act": "prove"})
    assert answer.status_code == 409
    assert f'href="{path}"' in read(answer)
    assert "Confirmer ma demande" in read(visitor.get(path))


def test_an_address_that_is_none_leads_to_the_first_page(visitor: Browser) -> None:
    answer = visitor.get("/nirgends")
    assert answer.status_code == 404
    assert 'href="/"' in read(answer)


# --- the program that draws them, taken over


def test_the_socket_does_for_the_public_what_the_tables_allow_and_nothing_else(open_house: House) -> None:
    """Every page, form and act that is none is refused; and no answer to any of them has a member's name."""
    known = {(name, form) for name, page in answering.PAGES.items() for form in page.forms}
    words = sorted({"", "members", "account", *answering.PAGES, *(form for _, form in known), "prove", "cancel"})
    for page in words:
        shown = open_house.ask(speech.See(page=page))
        assert isinstance(shown, Sheet) == (page in answering.PAGES or page == ""), page
        assert "Inès" not in repr(shown)
        for form in words:
            sent = open_house.ask(speech.Send(page=page, form=form, fields={"name": "x"}))
            assert isinstance(sent, Sheet) == ((page, form) in known), (page, form)
            if isinstance(sent, Sheet):
                assert sent.is_wrong
    for act in ("", "delete", "accept", "prove", "cancel"):
        assert isinstance(open_house.ask(speech.Follow(link="forged", act=act)), Refused)
    assert open_house.space.sql("SELECT * FROM public_request") == []
    assert open_house.space.sql("SELECT * FROM outbox WHERE about LIKE 'public%'") == []
