"""The kiosk's state at the desk: what the entrance says, what looks after it, what the last check found besides."""

from datetime import timedelta

import pytest

from kiosk.checkin.desk_requests import CHECK, OPENED
from kiosk.domain.health.upkeep import Care
from kiosk.domain.members.roles import Role
from kiosk.health import doctor
from kiosk.health.finding_codes import make_finding
from kiosk.store.checkin import request_rows
from kiosk.store.checkin.door_events import DoorEvent
from kiosk.store.health import finding_rows, upkeep_rows
from kiosk.store.space.door_rows import NewDoor, Word
from tests.conftest import Space
from tests.space.test_doors import doors
from tests.web.desk.checkin.test_today import say
from tests.web.desk.conftest import Desk, Officer

FRENCH = {"Accept-Language": "fr"}


def check(space: Space) -> None:
    """The night's check finds what the desk may not look at, and an entrance that was down then."""
    seen = [
        make_finding("temperature-high", degrees=77.0),
        make_finding("gpio", chips="gpiochip0"),
        make_finding("entrance-down"),
    ]
    seen += [make_finding("reader"), make_finding("reader-stolen", modules="pn533 nfc")]
    doctor.note(space.home.paths.root, seen, space.clock.now(), whole=False)


@pytest.mark.parametrize("role", Role)
def test_every_officer_sees_every_line_with_its_remedy(desk: Desk, space: Space, role: Role) -> None:
    say(space, reader="offline")
    check(space)
    page = desk.sign_in(role).page("/state", headers=FRENCH)
    for words in (
        "Lecteur",
        "en panne",
        "Débranchez le lecteur",
        "Température",
        "77,0\u00a0°C",
        "gpiochip0",
        "le 25\u00a0nov.\u00a02026",
    ):
        assert words in page, words
    keeps = role is Role.PRESIDENT  # commands of the machine are for whoever keeps it
    assert ("modprobe -r pn533 nfc" in page) is keeps
    assert ("Prévenez la personne qui tient la machine" in page) is not keeps
    assert ("sudo" in page) is keeps
    assert "systemctl restart kiosk-entrance" not in page  # it answers now: what the check found of it is over


def test_before_any_check_the_page_says_how_to_make_one(treasurer: Officer) -> None:
    assert "Aucun contrôle n’est encore enregistré" in treasurer.page("/state", headers=FRENCH)
    assert "No check recorded yet" in treasurer.page("/state", headers={"Accept-Language": "en"})


def test_today_shows_what_is_not_well_of_the_check_too_and_leads_to_the_rest(space: Space, treasurer: Officer) -> None:
    say(space)
    check(space)
    page = treasurer.page("/", headers=FRENCH)
    assert "Refroidissez la machine" in treasurer.page("/state", headers=FRENCH)
    exceptions = page.partition('class="exceptions"')[2].partition("</ul>")[0]
    assert "°C" in exceptions
    assert "gpiochip0" not in exceptions
    assert 'href="/state"' in page


def test_a_check_that_is_days_old_is_a_line_itself(space: Space, desk: Desk) -> None:
    check(space)
    assert "kiosk-check.timer" not in desk.sign_in(Role.PRESIDENT).page("/state", headers=FRENCH)
    space.clock.advance(days=3, seconds=1)
    assert "kiosk-check.timer" in desk.sign_in(Role.PRESIDENT).page("/state", headers=FRENCH)
    assert "dernier contrôle complet" in desk.sign_in(Role.PRESIDENT).page("/", headers=FRENCH)


def test_what_another_release_noted_is_left_out(space: Space, treasurer: Officer) -> None:
    with space.by_owner(), space.home.store.writing() as connection:  # root's check
        finding_rows.note(connection, space.clock.now(), [("of-tomorrow", {}), ("gpio", {"chips": "gpiochip4"})])
    assert "gpiochip4" in treasurer.page("/state", headers=FRENCH)


def test_what_looks_after_the_kiosk_has_its_age(space: Space, treasurer: Officer) -> None:
    with space.home.store.writing() as connection:
        upkeep_rows.note(connection, Care.BACKUP, space.clock.now() - timedelta(hours=5), ok=True, says="")
        upkeep_rows.note(connection, Care.DRILL, space.clock.now() - timedelta(days=41), ok=True, says="")
    page = treasurer.page("/state", headers=FRENCH)
    assert "il y a 5 h" in page
    assert "pas refaite depuis 41 j" in page


def test_a_test_of_the_relay_is_told_as_one_and_as_nobody_s_opening(space: Space, treasurer: Officer) -> None:
    at = space.clock.now()
    with space.home.store.writing() as connection:
        asked = request_rows.add(connection, request_rows.OPEN, CHECK, at, at + timedelta(seconds=10), None)
        request_rows.finish(connection, asked, at, OPENED)
    space.note_at_the_door(DoorEvent(at, "opened", "test"))
    page = treasurer.page("/", headers=FRENCH)
    assert "Porte ouverte pour un essai du relais" in page
    assert "Porte ouverte depuis le bureau" not in page


def test_every_other_door_has_its_line(space: Space, treasurer: Officer) -> None:
    say(space)
    assert "Autre porte" not in treasurer.page("/state", headers=FRENCH)
    doors(space).add_here(NewDoor("Portail"))
    assert "2. Portail\u00a0: n’a encore rien signalé" in treasurer.page("/", headers=FRENCH)
    facts = {"reader": "online", "database": "fault", "spooled": 4}
    space.say_at_the_door(2, Word(space.clock.now(), 0, facts))
    assert "2. Portail\u00a0: laisse entrer, mais n’enregistre rien" in treasurer.page("/state", headers=FRENCH)
    assert "4 passages" in treasurer.page("/books", headers=FRENCH)
