"""Those who joined at the screen, at the desk: confirmed, declined, once."""

import pytest

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.verdicts import Denial
from tests.conftest import Space
from tests.selfservice.self_service import says_yes
from tests.selfservice.test_joining import INES, NEW, OTHER, present, touch
from tests.web.desk.conftest import Desk, Officer

FR = {"Accept-Language": "fr"}


@pytest.fixture
def desk(space: Space, desk: Desk) -> Desk:
    """The desk, the day after Zoé was welcomed and Léo found nobody."""
    space.rule("joins_a_day", "5")
    space.join("Inès Moreau", INES)
    present(space, NEW, "zoe petit")
    space.tap(INES)
    says_yes(space, Act.WELCOME)
    space.clock.advance(minutes=5)
    present(space, OTHER, "leo grand")
    touch(space, Act.JOIN_ALONE)
    space.clock.advance(days=1)
    return desk


def test_the_secretary_finds_whom_to_complete_and_confirms(space: Space, secretary: Officer) -> None:
    assert "fiches à compléter" in secretary.page("/", headers=FR)
    page = secretary.page("/members/joining", headers=FR)
    assert "Zoe Petit" in page
    assert "à compléter" in page
    assert "Inès Moreau" in page
    assert "Leo Grand" in page
    assert "jusqu’au 25\u00a0nov.\u00a02026, à confirmer" in secretary.page("/members/2", headers=FR)
    space.tap(NEW)
    assert space.card.denial is Denial.BADGE_UNCONFIRMED
    answer = secretary.post("/members/joining/1/confirm", form_on="/members/joining")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/members/2")
    space.clock.advance(minutes=5)
    space.tap(NEW)
    assert space.shows(CardKind.GRANTED_DAY)
    assert secretary.post("/members/joining/1/confirm", form_on="/members/joining").status_code == 303
    assert "déjà reçu une réponse" in secretary.page("/members/joining", headers=FR)
    assert space.owes(2) == 500 + 500 + 500


def test_the_list_says_whose_certificate_of_insurance_is_to_be_seen(space: Space, secretary: Officer) -> None:
    missing = "attestation d’assurance à vérifier"
    assert missing not in secretary.page("/members/joining", headers=FR)
    space.rule("insurance_asked", "true")
    assert secretary.page("/members/joining", headers=FR).count(missing) == 2
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET insured_until = '2027-01-31' WHERE number = 2")
    assert secretary.page("/members/joining", headers=FR).count(missing) == 1


def test_a_request_that_is_approved_makes_a_member(space: Space, secretary: Officer) -> None:
    assert secretary.post("/members/joining/2/confirm", form_on="/members/joining").status_code == 303
    assert space.sql("SELECT name FROM member WHERE number = 3") == [("Leo Grand",)]
    assert space.sql("SELECT name, member_id FROM joining WHERE id = 2") == [(None, 3)]
    space.tap(OTHER)
    assert space.shows(CardKind.GRANTED_DAY)
    assert space.owes(3) == 1000


def test_a_badge_that_was_given_meanwhile_stays_whose_it_is(space: Space, secretary: Officer) -> None:
    space.enrolment.give_badge(1, space.read(OTHER))
    secretary.post("/members/joining/2/confirm", form_on="/members/joining")
    assert "à quelqu’un" in secretary.page("/members/joining", headers=FR)
    assert space.sql("SELECT count(*) FROM member") == [(2,)]


def test_who_is_declined_stays_outside(space: Space, secretary: Officer) -> None:
    for number in (1, 2):
        assert secretary.post(f"/members/joining/{number}/decline", form_on="/members/joining").status_code == 303
    space.tap(NEW)
    assert space.card.denial is Denial.BADGE_UNCONFIRMED
    assert space.sql("SELECT count(*) FROM joining WHERE settled_at IS NULL OR name IS NOT NULL") == [(0,)]
    assert "fiches à compléter" not in secretary.page("/", headers=FR)


def test_hosts_and_treasurers_do_not_confirm(host: Officer, treasurer: Officer) -> None:
    assert host.get("/members/joining").status_code == 403
    assert treasurer.post("/members/joining/1/confirm").status_code == 403
