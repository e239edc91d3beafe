"""The search box leads to pages by their name, and only to those that an officer may see."""

import re

from kiosk.domain.members.roles import Role
from kiosk.web.desk import ways
from tests.web.desk.conftest import Desk, Officer


def offered(officer: Officer, text: str) -> list[str]:
    page = officer.page(f"/members/search?q={text}", headers={"Accept-Language": "fr"})
    return re.findall(r'<li><a href="([^"]+)"', page)


def test_every_way_leads_to_a_page_that_asks_for_the_same_right(desk: Desk) -> None:
    for entry in ways.WAYS:
        assert getattr(desk.app.view_functions[entry.endpoint], "needs", None) is entry.permission, entry.endpoint


def test_pages_are_found_by_the_beginning_of_their_words_without_accents(desk: Desk) -> None:
    treasurer = desk.sign_in(Role.TREASURER)
    assert offered(treasurer, "cais") == ["/books/cash/count", "/books/cash"]
    assert offered(treasurer, "clore") == ["/books/closings/month"]
    assert offered(treasurer, "recus") == ["/books/receipts"]
    assert offered(treasurer, "LE MOI") == ["/books/closings/month"]
    assert offered(treasurer, "é") == []  # one letter begins too many
    assert offered(treasurer, "aisse") == []


def test_members_come_first_and_each_page_once(desk: Desk) -> None:
    desk.space.join("Argentine Petit", "04A2000000E511")
    treasurer = desk.sign_in(Role.TREASURER)
    assert offered(treasurer, "argent") == ["/members/1", "/money"]


def test_what_an_officer_may_not_see_is_not_offered(desk: Desk) -> None:
    host, secretary = desk.sign_in(Role.HOST), desk.sign_in(Role.SECRETARY)
    assert offered(host, "cais") == []
    assert offered(host, "insc") == []
    assert offered(secretary, "insc") == ["/members/new"]
    assert "Personne ne correspond" in host.page("/members/search?q=cais", headers={"Accept-Language": "fr"})
    assert "Calendrier" not in host.page("/members/search?q=calen", headers={"Accept-Language": "fr"})  # rooms are off


def test_no_more_pages_than_fit_below_the_box(desk: Desk) -> None:
    treasurer = desk.sign_in(Role.TREASURER)
    assert max(len(offered(treasurer, text)) for text in ("co", "ca", "re", "le", "de", "la")) <= ways.MOST
