"""Charts: their numbers, their pictures, their files."""

import csv
import html
import io
import re

from kiosk.domain.members.roles import Role
from kiosk.space.figures import Code
from tests.web.desk.conftest import Desk, Officer

INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"


def lived(desk: Desk) -> None:
    """Two members, three days."""
    desk.space.join("Inès Moreau", INES)
    desk.space.join("Karim Benali", KARIM, "permanent")
    for _ in range(3):
        desk.space.tap(INES)
        desk.space.tap(KARIM)
        desk.space.clock.advance(days=1)


def rows(officer: Officer, code: str) -> list[list[str]]:
    answer = officer.get(f"/figures/{code}.csv?period=month")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")), delimiter=";"))


def test_the_numbers_are_those_of_the_books(desk: Desk) -> None:
    lived(desk)
    treasurer = desk.sign_in(Role.TREASURER)
    visits = {row[0]: row[1:] for row in rows(treasurer, "visits")}
    assert visits["2026-11-25"] == ["1", "1"]
    assert next(iter(visits.items())) == ("", ["Formule au mois", "À la journée"])
    assert min(day for day in visits if day) == "2026-11-25"  # from where there is something
    money = rows(treasurer, "money")
    assert dict(zip(money[0][1:], money[1][1:], strict=True)) == {
        "Mois de permanent": "100,00",
        "Journée": "15,00",
        "Adhésion": "10,00",
    }
    assert rows(treasurer, "comers")[1] == ["2026-11", "2", "0"]
    hours = rows(treasurer, "hours")
    assert ["8", "0", "0", "2", "2", "2", "0", "0"] in hours


def test_every_chart_is_a_picture_with_a_table_beside_it(desk: Desk) -> None:
    lived(desk)
    page = desk.sign_in(Role.TREASURER).page("/figures/?period=month")
    assert page.count('role="img"') == 2 * page.count("<details>") == 2 * len(Code)  # for a page, for a telephone
    assert not re.search(r'style="|<script(?! src)', page)
    assert "25 nov. · À la journée\u00a0: 1" in page or "25 nov. · À la journée : 1" in page


def test_a_picture_is_handed_out_as_pixels(desk: Desk) -> None:
    lived(desk)
    answer = desk.sign_in(Role.SECRETARY).get("/figures/visits.png")
    assert answer.status_code == 200
    assert answer.get_data().startswith(b"\x89PNG\r\n")
    assert len(answer.get_data()) > 4000


def test_money_is_not_drawn_for_who_may_not_see_it(desk: Desk) -> None:
    secretary = desk.sign_in(Role.SECRETARY)
    assert "loyer" not in secretary.page("/figures/")
    assert secretary.get("/figures/money.csv").status_code == 404
    assert secretary.get("/figures/nothing.png").status_code == 404


def test_an_empty_space_says_what_will_be_there_and_draws_no_chart_of_nothing(desk: Desk) -> None:
    treasurer = desk.sign_in(Role.TREASURER)
    for period in ("month", "last-year", "school-year", "nonsense"):
        page = treasurer.page(f"/figures/?period={period}", headers={"Accept-Language": "fr"})
        assert 'role="img"' not in page
        assert page.count("s’affiche") == page.count('<p class="empty">') == len(Code)
        assert "CSV" not in page


def test_this_year_is_beside_last_day_by_the_same_day_of_the_week_and_month_by_month(desk: Desk) -> None:
    lived(desk)
    desk.space.clock.advance(days=361)  # the same Wednesday, a year after the first
    for _ in range(2):
        desk.space.tap(INES)
        desk.space.clock.advance(days=1)
    treasurer = desk.sign_in(Role.TREASURER)
    visits = {row[0]: row[1:] for row in rows(treasurer, "visits")}
    assert visits[""] == ["Formule au mois", "À la journée", "un an plus tôt"]
    assert [visits[day] for day in ("2027-11-24", "2027-11-25", "2027-11-26")] == [
        ["0", "1", "2"],
        ["0", "1", "2"],
        ["0", "0", "2"],
    ]
    money = rows(treasurer, "money")
    assert (money[0][-1], money[1][-1]) == ("un an plus tôt", "125,00")
    assert rows(treasurer, "comers")[1] == ["2027-11", "0", "1", "2"]
    page = treasurer.page("/figures/?period=year", headers={"Accept-Language": "fr"})
    assert "nov. · un an plus tôt\u00a0: 6" in html.unescape(page)
    assert page.count('<th scope="col" class="number">un an plus tôt</th>') == 3
    assert treasurer.get("/figures/visits.png?period=year").status_code == 200
