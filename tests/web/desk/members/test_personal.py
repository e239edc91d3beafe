"""At the desk: all that is known of somebody, to read and to hand over; and erasing it."""

import json

import pytest

from kiosk.domain.members.roles import Role
from tests.conftest import Space
from tests.web.desk.conftest import Desk, Officer, actor_of

NAME, UID = "Zébulon Quatremère", "04B1C2D3E4F501"


@pytest.fixture
def known(space: Space) -> Space:
    """A space with one member, who has a day and has paid."""
    space.join(NAME, UID)
    space.tap(UID)
    return space


@pytest.mark.promise(6)
def test_the_president_hands_somebody_their_data(desk: Desk, known: Space, president: Officer) -> None:
    assert "/members/1/data" in president.page("/members/1")
    page = president.page("/members/1/data")
    assert NAME in page
    assert "3 ans après le départ" in page
    assert "Effacer définitivement" not in page, "a member still"
    answer = president.get("/members/1/data.json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="20261125-0001.json"'
    assert json.loads(answer.get_data(as_text=True))["sections"]["file"][0]["name"] == NAME
    assert NAME in president.get("/members/1/data.html").get_data(as_text=True)
    lines = known.sql("SELECT actor FROM desk_log WHERE act = 'export-file' AND member_number = 1")
    assert lines == [(actor_of(Role.PRESIDENT),)] * 3


@pytest.mark.promise(6)
def test_a_file_is_erased_once_somebody_left_and_is_settled(desk: Desk, known: Space, president: Officer) -> None:
    assert president.post("/members/1/erase").status_code == 400
    known.enrolment.leave(1)
    assert "Ramenez d’abord le compte à zéro" in president.page("/members/1/data")
    known.till.pay(1, known.owes(1), "cash")
    assert "Effacer définitivement" in president.page("/members/1/data")
    assert president.post("/members/1/erase").status_code == 303
    page = president.page("/members/1")
    assert "Quatremère" not in page
    assert "n° 1" in page
    assert "Effacer définitivement" not in president.page("/members/1/data")
    assert known.sql("SELECT actor, member_number FROM desk_log WHERE act = 'erase-file'") == [
        (actor_of(Role.PRESIDENT), 1)
    ]


def test_nobody_else_may(desk: Desk, known: Space, secretary: Officer, treasurer: Officer, host: Officer) -> None:
    for officer in (secretary, treasurer, host):
        assert officer.get("/members/1/data").status_code == 403
        assert officer.get("/members/1/data.json").status_code == 403
        assert officer.post("/members/1/erase").status_code == 403


def test_an_officer_does_not_erase_their_own_file(desk: Desk, known: Space, president: Officer) -> None:
    with known.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE desk_user SET member_id = 1 WHERE email = 'president@exemple.fr'")
    assert president.post("/members/1/erase").status_code == 400
    assert known.sql("SELECT erased_on FROM member") == [(None,)]
