"""An event at the desk: made, opened, signed up for, decided, held, who was there, its papers."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from kiosk.domain.members.roles import Role
from kiosk.store.members import organisations
from kiosk.store.members.organisations import Facts
from tests.conftest import Space
from tests.events.happenings import DEADLINE, STARTS, Happenings, uid
from tests.web.desk.conftest import Desk, Officer

TERMS = {
    "starts": "2026-12-10T18:00",
    "ends": "2026-12-10T21:00",
    "places": "8",
    "threshold": "2",
    "deadline": "2026-12-06T23:00",
    "product": "training",
    "rent": "20",
}
EVENT = "/events/1"


@pytest.fixture
def told(space: Space) -> Happenings:
    return Happenings(space)


def make(secretary: Officer, **other: str) -> None:
    key = re.search(r'name="key" value="(\w+)"', secretary.page("/events/new"))
    assert key is not None
    form = {"kind": "training", "title": "La compta", "about": "Le bilan.", "listed": "yes", "key": key[1], **other}
    for _ in range(2):  # sent twice, it is one
        answer = secretary.post("/events/new", form, form_on="/events/new")
        assert answer.status_code == 303, answer.get_data(as_text=True)


def test_the_whole_way_of_a_training(desk: Desk, told: Happenings, secretary: Officer) -> None:
    people = told.people(2)
    make(secretary)
    assert desk.space.sql("SELECT count(*) FROM event") == [(1,)]
    answer = secretary.post(f"{EVENT}/open", TERMS, form_on=f"{EVENT}/open")
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert told.event(1).terms is not None
    assert told.event(1).terms.starts_at == STARTS  # type: ignore[union-attr]  # asked the line before
    for number in people:
        assert secretary.post(f"{EVENT}/join", {"member": str(number)}, form_on=EVENT).status_code == 303
    page = secretary.page(EVENT)
    assert "2 inscriptions sur 2" in page
    assert "Compté" not in page  # whoever sees no money sees none here
    told.pass_until(DEADLINE)
    treasurer = desk.sign_in(Role.TREASURER)
    page = treasurer.page(EVENT)
    assert re.search(r"Compté</dt><dd>60,00", page)
    assert re.search(r"Part du loyer</dt><dd>12,00", page)
    assert "2 / 2" in treasurer.page("/events")
    told.space.clock.advance(seconds=(STARTS - told.space.clock.now()) / timedelta(seconds=1) + 60)
    told.space.tap(uid(0))
    late = desk.sign_in(Role.SECRETARY)  # the session of before is over
    page = late.page(EVENT)
    assert "présence d’après le badge" in page
    assert "présence non notée" in page
    absent = {"day": "2026-12-10", "present": "yes"}
    assert late.post(f"{EVENT}/present/2", absent, form_on=EVENT).status_code == 303
    assert "présence d’après la liste" in late.page(EVENT)
    assert "Karim Diallo" in late.page(f"{EVENT}/list")
    told.space.clock.advance(hours=4)
    late = desk.sign_in(Role.SECRETARY)
    paper = late.get(f"{EVENT}/certificate/1")
    assert paper.mimetype == "application/pdf"
    text = " ".join(PdfReader(BytesIO(paper.data)).pages[0].extract_text().split())
    assert "Attestation de présence" in text
    assert "Inès Moreau" in text
    assert "La compta" in text
    assert re.search(r"de 18.h.00 à 21.h.00", text)
    assert "3 h 00" in text
    make(late)
    assert late.get("/events/2/certificate/1").headers["Location"] == "/events/2", "it is another event's sign-up"
    assert "Cette inscription n’existe pas" in late.page("/events/2")


@pytest.mark.parametrize(
    ("typed", "field", "says"),
    [
        ({"starts": ""}, "starts", "Écrivez un jour et une heure."),
        ({"starts": "hier"}, "starts", "Écrivez un jour et une heure."),
        ({"starts": "2026-11-24T18:00"}, "starts", "Choisissez un jour et une heure de début à venir."),
        ({"ends": "2026-12-10T18:00"}, "ends", "La fin doit venir après le début"),
        ({"ends": "2027-12-10T18:00"}, "ends", "14 jours plus tard au plus"),
        ({"threshold": "9"}, "threshold", "Le seuil doit être compris entre 1 et le nombre de places."),
        ({"threshold": "0"}, "threshold", "Le seuil doit être compris entre 1 et le nombre de places."),
        ({"deadline": ""}, "deadline", "Un seuil exige une date limite"),
        ({"deadline": "2026-12-11T00:00"}, "deadline", "au plus tard au début"),
        ({"places": "beaucoup"}, "places", "Entrez un nombre entier."),
        ({"places": "1001"}, "places", "de 1 à 1\u202f000 places"),
        ({"rent": "101"}, "rent", "entre 0 et 100"),
        ({"product": "day"}, "product", "Aucun produit de la liste"),
        ({"product": "nothing"}, "product", "Aucun produit de la liste"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_is_done(
    desk: Desk, told: Happenings, secretary: Officer, typed: dict[str, str], field: str, says: str
) -> None:
    make(secretary)
    answer = secretary.post(f"{EVENT}/open", {**TERMS, **typed}, form_on=f"{EVENT}/open")
    assert answer.status_code == 400
    assert re.search(rf'id="{field}-error"[^>]*>[^<]*{says}', answer.get_data(as_text=True))
    assert desk.space.sql("SELECT state, terms FROM event") == [("proposed", 0)]


def test_a_title_that_is_none_is_refused(desk: Desk, told: Happenings, secretary: Officer) -> None:
    key = "0" * 32
    for title in ("", "ab", "x" * 101, "La\x00compta"):
        form = {"kind": "training", "title": title, "key": key}
        answer = secretary.post("/events/new", form, form_on="/events/new")
        assert (answer.status_code, 'id="title-error"' in answer.get_data(as_text=True)) == (400, True)
    assert secretary.post("/events/new", {"kind": "x", "title": "La compta", "key": key}).status_code == 400
    assert desk.space.sql("SELECT count(*) FROM event") == [(0,)]


def test_who_has_no_file_is_paid_for_by_an_organisation(desk: Desk, told: Happenings, secretary: Officer) -> None:
    with desk.space.home.store.writing() as connection:
        organisations.add(connection, Facts(name="Coopérative Tilleul", kind="cooperative"))
    make(secretary)
    secretary.post(f"{EVENT}/open", {**TERMS, "threshold": "1"}, form_on=f"{EVENT}/open")
    answer = secretary.post(f"{EVENT}/join", {"name": "Camille Durand"}, form_on=EVENT)
    assert (answer.status_code, 'id="organisation-error"' in answer.get_data(as_text=True)) == (400, True)
    for _ in range(2):
        answer = secretary.post(f"{EVENT}/join", {"name": "Camille Durand", "organisation": "1"}, form_on=EVENT)
        assert answer.status_code == 303
    assert "Camille Durand" in secretary.page(EVENT)
    told.pass_until(DEADLINE)
    assert desk.space.sql("SELECT balance_cents FROM account WHERE organisation_id = 1") == [(3000,)]


def test_an_officer_does_not_forgive_themselves_a_seat(desk: Desk, told: Happenings, secretary: Officer) -> None:
    number, *_ = told.people(1)
    with desk.space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE desk_user SET member_id = 1 WHERE email = 'secretary@exemple.fr'")
    make(secretary)
    secretary.post(f"{EVENT}/open", {**TERMS, "threshold": "", "deadline": ""}, form_on=f"{EVENT}/open")
    secretary.post(f"{EVENT}/join", {"member": str(number)}, form_on=EVENT)
    answer = secretary.post(f"{EVENT}/leave/1", {}, form_on=EVENT)
    assert answer.status_code == 400
    assert desk.space.sql("SELECT left_at FROM signup") == [(None,)]


def test_hosts_see_and_note_presence_and_plan_nothing(desk: Desk, told: Happenings, host: Officer) -> None:
    event = told.propose()
    told.open(event, threshold=None, deadline_at=None, product=None)
    number, *_ = told.people(1)
    told.planning.join(event, number)
    assert "La compta" in host.page("/events")
    assert host.get("/events/new").status_code == 403
    assert host.post(f"{EVENT}/cancel", {"reason": "non"}).status_code == 403


def test_off_the_page_says_how_to_turn_it_on(desk: Desk, secretary: Officer) -> None:
    assert "Pour commencer" in secretary.page("/events")
    key = "0" * 32
    answer = secretary.post("/events/new", {"kind": "training", "title": "La compta", "key": key})
    assert answer.status_code == 400
    assert "ne sont pas activés" in answer.get_data(as_text=True)


def test_an_event_that_is_not_there_is_not_found(told: Happenings, secretary: Officer) -> None:
    for path in ("/events/99", "/events/99/edit", "/events/99/list", "/events/99/certificate/1"):
        assert secretary.get(path).status_code == 404


def test_an_unconference_has_topics(desk: Desk, told: Happenings, secretary: Officer) -> None:
    make(secretary, kind="unconference")
    assert secretary.post(f"{EVENT}/topics", {"topic": "Le bruit"}, form_on=EVENT).status_code == 303
    assert "Le bruit" in secretary.page(EVENT)
    answer = secretary.post(f"{EVENT}/topics", {"topic": "x"}, form_on=EVENT)
    assert (answer.status_code, 'id="topic-error"' in answer.get_data(as_text=True)) == (400, True)
    assert secretary.post(f"{EVENT}/topics/1/hide", {}, form_on=EVENT).status_code == 303
    assert "Le bruit" not in secretary.page(EVENT)


def test_a_proposal_is_declined_and_a_held_one_cancelled_with_a_reason(
    desk: Desk, told: Happenings, secretary: Officer
) -> None:
    make(secretary)
    assert secretary.post(f"{EVENT}/decline", {"reason": ""}, form_on=EVENT).status_code == 303
    assert told.event(1).state.value == "proposed"
    secretary.post(f"{EVENT}/decline", {"reason": "déjà prévu"}, form_on=EVENT)
    assert told.event(1).state.value == "declined"
    event = told.propose()
    told.open(event)
    secretary.post(f"/events/{event}/hold", {}, form_on=EVENT)
    assert told.event(event).state.value == "held"
    secretary.post(f"/events/{event}/cancel", {"reason": "grève"}, form_on=EVENT)
    assert told.event(event).state.value == "cancelled"
