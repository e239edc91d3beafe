"""What is to be done at the desk: seven lines, put off by name, said alike by each page; and days that are over."""

import re
from collections.abc import Iterable

import pytest

from kiosk.domain.duties import Area, counts_by_area
from kiosk.domain.members.roles import Role
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import may
from kiosk.web.desk.duties import area_counts, todo
from tests.conftest import Space
from tests.web import statements
from tests.web.desk.conftest import HTTPS, Desk, Officer, actor_of

INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"
FRENCH = {"Accept-Language": "fr"}


def lines(page: str) -> list[str]:
    """The kinds that the first page shows, in their order."""
    return re.findall(r'<a class="button[^"]*" id="todo-([a-z-]+)"', page)


@pytest.fixture
def neglected(desk: Desk, space: Space) -> Desk:
    """A space that nobody has looked after for two months."""
    space.join("Inès Moreau", INES)
    space.till.pay(1, 100, "cheque")
    space.till.pay(1, 200, "card")
    space.till.pay(1, 150, "cash")
    space.join("Karim Benali", KARIM)
    space.clock.advance(days=60)
    return desk


def test_each_officer_sees_what_is_theirs_and_a_host_no_sums(neglected: Desk) -> None:
    money = {"tabs", "cheques", "payouts", "box", "months"}
    assert money <= set(lines(neglected.sign_in(Role.TREASURER).page("/")))
    for role in (Role.SECRETARY, Role.HOST):
        page = neglected.sign_in(role).page("/", headers=FRENCH)
        assert not money & set(lines(page))
        assert "€" not in page


def test_put_off_by_name_for_some_days_in_the_log_and_taken_up_again(neglected: Desk) -> None:
    space, treasurer = neglected.space, neglected.sign_in(Role.TREASURER)
    assert treasurer.post("/todo/cheques/later", {"days": "30"}).status_code == 303
    assert "cheques" not in lines(treasurer.page("/"))
    page = treasurer.page("/todo", headers=FRENCH)
    assert "reporté par Treasurer au 23\u00a0février" in page
    closing = treasurer.page("/books/month", headers=FRENCH)
    assert "1 chèque à remettre\u00a0: 1,00\u00a0€" in closing, "asleep, it is told all the same"
    treasurer.post("/todo/cheques/wake")
    assert "cheques" in lines(treasurer.page("/"))
    assert space.sql("SELECT actor, act, what FROM desk_log WHERE act LIKE 'duty-%' ORDER BY id") == [
        (actor_of(Role.TREASURER), "duty-put-off", "cheques until 2027-02-23"),
        (actor_of(Role.TREASURER), "duty-woken", "cheques"),
    ]


@pytest.mark.parametrize(("kind", "days"), [("joinings", "7"), ("cheques", "61"), ("cheques", "x"), ("what", "7")])
def test_people_who_wait_and_more_than_sixty_days_are_refused(neglected: Desk, kind: str, days: str) -> None:
    treasurer = neglected.sign_in(Role.TREASURER)
    treasurer.post(f"/todo/{kind}/later", {"days": days})
    assert 'class="message error"' in treasurer.page("/todo")
    assert neglected.space.sql("SELECT count(*) FROM due_act WHERE kind LIKE 'later %'") == [(0,)]


def test_nobody_puts_off_what_is_another_s(neglected: Desk) -> None:
    secretary = neglected.sign_in(Role.SECRETARY)
    secretary.post("/todo/cheques/later", {"days": "7"})
    secretary.post("/todo/cheques/wake")
    assert "cheques" in lines(neglected.sign_in(Role.TREASURER).page("/"))


def test_today_and_the_month_say_the_same_sums(neglected: Desk) -> None:
    treasurer = neglected.sign_in(Role.TREASURER)
    pages = [treasurer.page(path, headers=FRENCH) for path in ("/", "/todo", "/books/month", "/books")]
    for said in ("1 chèque à remettre\u00a0: 1,00\u00a0€", "1,50\u00a0€ d’après les écritures"):
        assert all(said in page for page in pages), said


def test_the_numbers_beside_the_areas_are_those_of_the_lines(neglected: Desk) -> None:
    treasurer = neglected.sign_in(Role.TREASURER)
    with treasurer.client:
        page = treasurer.page("/todo")
        with office().reading() as connection:
            shown = todo.read(connection).shown(may)
        counts = todo.by_area()
    assert counts == {area.value: count for area, count in counts_by_area(shown).items()}
    now = page.partition('aria-labelledby="asleep"')[0].partition('aria-labelledby="later"')[0]
    assert len(re.findall(r'<li id="', now)) == counts[Area.TODAY.value] > 5


def test_the_numbers_beside_the_areas_are_read_once_and_cost_no_page_after_it_anything(neglected: Desk) -> None:
    treasurer = neglected.sign_in(Role.TREASURER)
    treasurer.page("/rules/wording")
    took = []
    for forgets in (False, True, False):
        if forgets:
            neglected.app.extensions.pop(area_counts.EXTENSION)
        with statements.heard() as sent:
            treasurer.page("/rules/wording")
        took.append(len(sent))
    warm, cold, again = took
    assert warm == again
    assert 0 < cold - warm <= 20


def test_what_was_refused_lets_no_numbers_be_read_anew_and_what_was_done_does(neglected: Desk) -> None:
    treasurer = neglected.sign_in(Role.TREASURER)
    treasurer.page("/rules/wording")
    assert treasurer.client.post("/todo/cheques/later", base_url=HTTPS, data={"days": "7"}).status_code == 400
    assert area_counts.EXTENSION in neglected.app.extensions
    assert treasurer.post("/todo/cheques/later", {"days": "7"}).status_code == 303
    assert area_counts.EXTENSION not in neglected.app.extensions


def test_what_failed_after_it_was_done_lets_the_numbers_be_read_anew(
    neglected: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_arguments: object) -> str:
        raise OSError("after the commit")

    treasurer = neglected.sign_in(Role.TREASURER)
    treasurer.page("/rules/wording")
    monkeypatch.setattr("kiosk.web.desk.duties.todo_pages.day_text", fails)
    assert treasurer.post("/todo/cheques/later", {"days": "7"}).status_code == 500
    assert area_counts.EXTENSION not in neglected.app.extensions


def test_a_day_that_is_over_shows_everybody_who_came_and_is_in_the_log(desk: Desk, space: Space) -> None:
    for name, uid in (("Inès Moreau", INES), ("Karim Benali", KARIM)):
        space.join(name, uid)
        space.tap(uid)
    space.clock.advance(days=1)
    treasurer = desk.sign_in(Role.TREASURER)
    page = treasurer.page("/?day=2026-11-25", headers=FRENCH)
    assert "mercredi 25 novembre 2026" in page
    assert "2 personnes sont venues" in page
    for said in ("Inès Moreau", "Karim Benali", "8\u00a0h\u00a052", "5,00\u00a0€"):
        assert said in page
    assert space.sql("SELECT act, what FROM desk_log WHERE act = 'day-read'") == [("day-read", "2026-11-25")]
    host = desk.sign_in(Role.HOST).page("/?day=2026-11-25", headers=FRENCH)
    assert "Présent·e" in host
    assert "€" not in host
    assert "Inès Moreau" in host


def _seen(officer: Officer, paths: Iterable[str]) -> list[int]:
    return [officer.get(path).status_code for path in paths]


def test_hours_end_after_ninety_days_and_names_after_three_years(desk: Desk, space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.tap(INES)
    space.clock.advance(days=91)
    page = desk.sign_in(Role.TREASURER).page("/?day=2026-11-25", headers=FRENCH)
    assert "Inès Moreau" in page
    assert "8\u00a0h\u00a052" not in page
    space.clock.advance(days=3 * 366)
    page = desk.sign_in(Role.TREASURER).page("/?day=2026-11-25", headers=FRENCH)
    assert "Inès Moreau" not in page
    assert "nom effacé" in page


def test_today_to_come_and_no_day_at_all_are_today(treasurer: Officer) -> None:
    assert _seen(treasurer, ("/?day=2026-11-25", "/?day=2027-01-01", "/?day=x")) == [302, 302, 302]
