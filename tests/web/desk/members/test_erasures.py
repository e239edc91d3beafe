"""A request to be erased, from « Aujourd’hui » to its end: left, settled, erased, told; or declined with a reason."""

import pytest
from msgspec.structs import replace

from kiosk.config import MailConfig
from kiosk.members import erasure_requests
from kiosk.members.member_files import Files
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.premises.keeping import acting
from tests.web.desk.conftest import Officer

FR = {"Accept-Language": "fr"}
LIST = "/members/erasures"


@pytest.fixture
def space(space: Space) -> Space:
    """A space with a mail server, where two members with a fee to pay asked to be erased."""
    space.home = replace(space.home, config=replace(space.home.config, mail=MailConfig("smtp.example.org", "b@e.fr")))
    for number, name in enumerate(("Inès Moreau", "Karim Haddad"), 1):
        assert space.join(name, f"04A2000000E51{number}") == number
    space.sql_write("UPDATE member SET email = 'm' || number || '@exemple.fr'")
    rules = Rules(space.home.config.zone)
    with space.home.store.writing() as connection:
        _, moment = rules.at(connection, space.clock.now())
        for number in (1, 2):
            erasure_requests.ask(connection, number, moment, "telephone", by_mail=False)
    return space


def mails(space: Space) -> list[tuple[object, ...]]:
    return space.sql("SELECT recipient, subject FROM outbox WHERE about LIKE 'erasure%' ORDER BY id")


def test_a_request_is_a_line_of_today_and_its_page_leads_through_each_step_to_the_erased_file(
    space: Space, president: Officer
) -> None:
    today = president.page("/", headers=FR)
    assert "2 personnes demandent l’effacement de leurs données" in today
    assert "première réponse à donner le 24" in today
    assert f'href="{LIST}"' in today
    page = president.page(LIST, headers=FR)
    assert "/members/1/leave" in page, "first the departure"
    space.enrolment.leave(1)
    assert "write-off" in president.page(LIST, headers=FR), "then the account"
    space.till.write_off(1, space.owes(1), "partie")
    assert "/members/1/data" in president.page(LIST, headers=FR), "then the file"
    president.post("/members/1/erase", form_on="/members/1/data")
    page = president.page(LIST, headers=FR)
    assert "Inès" not in page
    assert "Karim" in page
    assert "1 personne demande l’effacement de ses données" in president.page("/", headers=FR)
    assert mails(space) == [("m1@exemple.fr", "Votre fiche est effacée")]
    assert "Inès" not in str(space.sql("SELECT * FROM outbox"))
    assert space.sql("SELECT name, email, erasure_asked_on FROM member WHERE number = 1") == [("n° 1", None, None)]


def test_a_request_is_declined_with_a_reason_that_the_member_reads(space: Space, secretary: Officer) -> None:
    form = "/members/2/erasure/decline"
    assert secretary.post(form, {"reason": "  "}, form_on=form).status_code == 400
    assert "Donnez la raison" in secretary.post(form, {"reason": ""}, form_on=form, headers=FR).text
    assert secretary.post(form, {"reason": "x" * 501}, form_on=form).status_code == 400
    assert mails(space) == []
    answered = secretary.post(form, {"reason": "Le compte n’est pas soldé."}, form_on=form)
    assert answered.status_code == 303
    ((to, body),) = space.sql("SELECT recipient, body FROM outbox WHERE about = 'erasure of member 2'")
    assert to == "m2@exemple.fr"
    assert "Le compte n’est pas soldé." in str(body)
    assert space.sql("SELECT act, member_number FROM desk_log WHERE act = 'erasure-declined'") == [
        ("erasure-declined", 2)
    ]
    assert "Karim" not in secretary.page(LIST, headers=FR)
    assert "ne demande plus" in secretary.post(form, {"reason": "encore"}, form_on=form, headers=FR).text


def test_without_an_address_the_officer_is_told_to_say_it(space: Space, secretary: Officer) -> None:
    space.sql_write("UPDATE member SET email = NULL")
    form = "/members/2/erasure/decline"
    asked = secretary.page(form, headers=FR)
    assert "dites-lui vous-même la raison" in asked
    assert "par e-mail" not in asked
    secretary.post(form, {"reason": "Le compte n’est pas soldé."}, form_on=form)
    assert "prévenez-la vous-même" in secretary.page("/members/2", headers=FR)
    assert mails(space) == []


def test_who_erases_is_the_president_and_each_officer_sees_their_own_next_step(
    space: Space, secretary: Officer, host: Officer
) -> None:
    space.enrolment.leave(1)
    assert "La Trésorerie solde" in secretary.page(LIST, headers=FR)
    space.till.write_off(1, space.owes(1), "partie")
    assert "La présidence efface" in secretary.page(LIST, headers=FR)
    assert secretary.post("/members/1/erase", form_on="/").status_code == 403
    assert host.get(LIST).status_code == 403
    assert host.post("/members/2/erasure/decline", {"reason": "non"}, form_on="/").status_code == 403


def test_a_merged_file_brings_its_request_along(space: Space) -> None:
    space.sql_write("UPDATE member SET erasure_asked_on = NULL WHERE number = 1")
    space.sql_write("UPDATE member SET erasure_asked_on = '2026-11-20' WHERE number = 2")
    Files.of(acting(space.home, space.clock)).merge(1, 2)
    asked = "SELECT number, erasure_asked_on FROM member WHERE erasure_asked_on IS NOT NULL"
    assert space.sql(asked) == [(1, "2026-11-20")]
    Files.of(acting(space.home, space.clock)).split(1)
    assert space.sql(asked) == [(2, "2026-11-20")], "the request goes back to the file it was made for"
