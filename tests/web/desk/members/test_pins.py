"""Codes for a forgotten badge, at the desk: wrong ones are seen, one that waits is unlocked, none is ever shown."""

import pytest

from kiosk.checkin.cards import CardKind
from tests.conftest import Space
from tests.selfservice.test_pin import INES, allow, sign_in
from tests.web.desk.conftest import Desk, Officer

FR = {"Accept-Language": "fr"}


@pytest.fixture
def desk(space: Space, desk: Desk) -> Desk:
    """The desk, once somebody has guessed three times."""
    space.join("Inès Moreau", INES)
    allow(space, INES)
    space.clock.advance(minutes=5)
    for _ in range(3):
        sign_in(space, "9999")
    return desk


def test_wrong_codes_are_seen_today_on_the_file_and_unlocked_there(space: Space, secretary: Officer) -> None:
    today = secretary.page("/", headers=FR)
    assert "3 codes faux tapés à l’écran aujourd’hui" in today.replace("\u00a0", " ")
    assert 'href="/members/1"' in today
    page = secretary.page("/members/1", headers=FR)
    assert "codes faux d’affilée : 3" in page.replace("\u00a0", " ")
    assert "bloqué jusqu’à" in page
    assert "argon2" not in page
    answer = secretary.post("/members/1/pin/unlock", form_on="/members/1")
    assert answer.status_code == 303
    assert "code attend" not in secretary.page("/", headers=FR)
    sign_in(space)
    assert space.shows(CardKind.CAME_BY_PIN)
    del space.events[:-1]
    space.note_at_the_door()
    assert "par nom et code : Inès" in secretary.page("/", headers=FR).replace("\u00a0", " ")
    answer = secretary.post("/members/1/pin/remove", form_on="/members/1")
    assert answer.status_code == 303
    assert "Un code pour badge oublié" not in secretary.page("/members/1", headers=FR)
    assert space.sql("SELECT pin, pin_tries FROM member") == [(None, 0)]


def test_a_code_that_waited_is_no_line_of_today_any_more(space: Space, secretary: Officer) -> None:
    assert "1 code pour badge oublié est bloqué un moment, après plusieurs erreurs" in secretary.page(
        "/", headers=FR
    ).replace("\u00a0", " ")
    space.clock.advance(minutes=6)
    assert "code attend" not in secretary.page("/", headers=FR)
    assert "Débloquer" not in secretary.page("/members/1", headers=FR)


def test_a_host_sees_that_a_code_waits_and_leaves_it_so(space: Space, host: Officer) -> None:
    assert "bloqué jusqu’à" in host.page("/members/1", headers=FR)
    assert host.post("/members/1/pin/unlock", form_on="/").status_code == 403
    assert space.sql("SELECT pin_tries FROM member") == [(3,)]
