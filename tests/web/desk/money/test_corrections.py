"""Corrections at the desk: noted for somebody, decided in two clicks, taken back."""

import re

import pytest

from kiosk.domain.members.roles import Role
from tests.conftest import Space
from tests.web.desk.conftest import Desk, Officer, actor_of

INES = "04A2000000E511"
FR = {"Accept-Language": "fr"}


@pytest.fixture
def number(space: Space) -> int:
    """Inès joined a month ago."""
    space.clock.advance(days=-30)
    found = space.join("Inès Moreau", INES)
    space.clock.advance(days=30)
    return found


@pytest.fixture
def desk(number: int, desk: Desk) -> Desk:
    """The desk of a space that has a member."""
    return desk


def note(officer: Officer, number: int, day: str = "2026-11-23", **more: str) -> int:
    data = {"member": str(number), "kind": "forgotten", "day": day, "said": "j’étais là", **more}
    return officer.post("/corrections/new", data, form_on="/corrections/new").status_code


def test_a_host_notes_a_forgotten_day_and_the_treasurer_accepts_it_in_one_click(
    space: Space, number: int, host: Officer, treasurer: Officer
) -> None:
    assert note(host, number) == 303
    page = treasurer.page("/corrections", headers=FR)
    assert "Inès Moreau" in page
    assert "j’étais là" in page
    path = re.findall(r'action="(/corrections/\d+/accept)"', page)[0]
    assert treasurer.post(path).status_code == 303
    assert space.owes(number) == 1000
    assert treasurer.post(path).status_code == 303
    assert "déjà prise" in treasurer.page("/corrections", headers=FR)
    assert space.owes(number) == 1000
    assert space.sql("SELECT actor FROM entry WHERE visit_id IS NOT NULL") == [(actor_of(Role.TREASURER),)]
    assert space.sql("SELECT act FROM desk_log WHERE act LIKE 'correction%' ORDER BY id") == [
        ("correction-noted",),
        ("correction-accepted",),
    ]


def test_a_decision_is_taken_back_from_the_list_of_those_decided(space: Space, number: int, treasurer: Officer) -> None:
    note(treasurer, number)
    treasurer.post("/corrections/1/accept")
    page = treasurer.page("/corrections?state=decided", headers=FR)
    assert "acceptée" in page
    assert "/corrections/1/reopen" in page
    treasurer.post("/corrections/1/reopen")
    assert space.owes(number) == 500
    treasurer.post("/corrections/1/refuse")
    assert "refusée" in treasurer.page("/corrections?state=decided", headers=FR)


def test_a_wrong_line_is_taken_back(space: Space, number: int, treasurer: Officer) -> None:
    space.tap(INES)
    entry = str(space.sql("SELECT max(number) FROM entry")[0][0])
    assert note(treasurer, number, kind="error", entry=entry) == 303
    assert "5,00\u00a0€" in treasurer.page("/corrections", headers=FR)
    treasurer.post("/corrections/1/accept")
    assert space.owes(number) == 500
    assert "/corrections/1/reopen" not in treasurer.page("/corrections?state=decided")


def test_a_host_cannot_note_a_wrong_line(space: Space, number: int, host: Officer) -> None:
    assert note(host, number, kind="error", entry="1", day="") == 400
    assert "écriture" not in host.page("/corrections/new", headers=FR)
    assert space.sql("SELECT count(*) FROM correction") == [(0,)]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"member": "77"}, "member"),
        ({"member": "x"}, "member"),
        ({"day": "2026-11-01"}, "day"),
        ({"day": "tomorrow"}, "day"),
        ({"kind": "error", "entry": "99"}, "entry"),
        ({"kind": "error", "entry": ""}, "entry"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_with_what_was_typed(
    number: int, treasurer: Officer, fields: dict[str, str], field: str
) -> None:
    data = {"member": str(number), "kind": "forgotten", "day": "2026-11-23", "said": "c’est vrai", **fields}
    answer = treasurer.post("/corrections/new", data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert f'aria-describedby="{field}-error"' in page
    assert "c’est vrai" in page


def test_only_who_corrects_money_sees_and_decides(number: int, host: Officer, secretary: Officer) -> None:
    note(host, number)
    for officer in (host, secretary):
        assert officer.get("/corrections").status_code == 403
        assert officer.post("/corrections/1/accept").status_code == 403
        assert officer.post("/corrections/1/refuse").status_code == 403
        assert officer.post("/corrections/1/reopen").status_code == 403


def test_an_officer_does_not_take_back_a_line_of_their_own(space: Space, number: int, treasurer: Officer) -> None:
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE desk_user SET member_id = 1 WHERE email = 'treasurer@exemple.fr'")
    space.tap(INES)
    note(treasurer, number, kind="error", entry=str(space.sql("SELECT max(number) FROM entry")[0][0]))
    treasurer.post("/corrections/1/accept")
    assert space.owes(number) == 1000
    assert "propre compte" in treasurer.page("/corrections", headers=FR)


def test_an_empty_list_says_what_it_is_for(treasurer: Officer) -> None:
    assert "Ce que les membres signalent à l’écran" in treasurer.page("/corrections", headers=FR)


def test_what_does_not_exist_is_said(treasurer: Officer) -> None:
    assert treasurer.post("/corrections/9/accept").status_code == 400
