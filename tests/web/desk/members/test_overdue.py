"""Files that would be erased, were their accounts settled: listed, with what settles them beside."""

import pytest

from kiosk.domain import keeping
from kiosk.domain.members.roles import Role
from tests.conftest import Space
from tests.web.desk.conftest import Desk

INES, KARIM, ELOISE = "04A1B2C3D4E501", "04A1B2C3D4E502", "04A1B2C3D4EF2A"


@pytest.fixture
def gone(desk: Desk) -> Space:
    """Three who left: Inès owes, Karim has paid too much, Éloïse is settled."""
    space = desk.space
    for name, uid, paid in (("Inès Moreau", INES, 200), ("Karim Benali", KARIM, 700), ("Éloïse Gîté", ELOISE, 500)):
        number = space.join(name, uid)
        space.till.pay(number, paid, "cash")
        space.enrolment.leave(number)
    return space


def test_files_come_once_their_time_is_over_with_what_settles_them(desk: Desk, gone: Space) -> None:
    assert "Aucune pour l’instant" in desk.sign_in(Role.TREASURER).page("/members/overdue")
    gone.clock.advance(days=keeping.FILE_DAYS + 1)
    page = desk.sign_in(Role.TREASURER).page("/members/overdue")
    assert "Inès Moreau" in page
    assert "Karim Benali" in page
    assert "Éloïse" not in page
    assert "/write-off" in page
    assert "/refund" in page
    assert "3,00" in page


def test_without_the_right_to_money_names_are_listed_and_no_sum(desk: Desk, gone: Space) -> None:
    gone.clock.advance(days=keeping.FILE_DAYS + 1)
    secretary = desk.sign_in(Role.SECRETARY)
    page = secretary.page("/members/overdue")
    assert "Inès Moreau" in page
    assert "3,00" not in page
    assert "/write-off" not in page
    assert "/members/overdue" in secretary.page("/members?who=left")


def test_settled_they_are_on_the_list_no_more(desk: Desk, gone: Space) -> None:
    gone.clock.advance(days=keeping.FILE_DAYS + 1)
    gone.till.write_off(1, 300, "partie depuis trois ans")
    gone.till.refund(2, 200, "transfer", "avance rendue")
    assert "Aucune pour l’instant" in desk.sign_in(Role.TREASURER).page("/members/overdue")
