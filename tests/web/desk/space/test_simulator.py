"""What if? Typed, shown, kept, compared side by side and handed out; what cannot be is said beside its field."""

import csv
import io
import re
from typing import Any

from kiosk.domain.members.roles import Role
from tests.web.desk.conftest import Desk, Officer
from tests.web.desk.space.test_figures import lived

PAGE = "/figures/simulator/"


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def send(officer: Officer, **typed: Any) -> Any:
    page = officer.page(PAGE)
    key = re.search(r'name="key" value="([0-9a-f]{32})"', page)
    assert key is not None
    data = {"key": key[1], "from": "2026-11", "until": "2026-11", "act": "show", **typed}
    return officer.post(PAGE, data, form_on=PAGE)


def money(officer: Officer, query: str) -> dict[str, list[str]]:
    answer = officer.get(f"/figures/simulator/comparison.csv?{query}&from=2026-11&until=2026-11")
    assert answer.status_code == 200
    rows = csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")), delimiter=";")
    found: dict[str, list[str]] = {}
    for table, row, _, value in rows:
        found.setdefault(f"{table}/{row}", []).append(value)
    return found


def test_a_dearer_day_is_shown_beside_what_was_and_nothing_is_kept(desk: Desk) -> None:
    lived(desk)  # three days at 5 euros
    treasurer = desk.sign_in(Role.TREASURER)
    answer = send(treasurer, **{"price-day-full": "6"})
    said = plain(answer.get_data(as_text=True))
    assert answer.status_code == 200
    assert "15,00 €" in said
    assert "18,00 €" in said
    assert "Sur 1 mois, du 1er novembre 2026" in said
    assert "caché" in said  # two members: nobody is recognised
    assert desk.space.sql("SELECT count(*) FROM scenario") == [(0,)]


def test_a_last_month_to_come_is_this_month(desk: Desk) -> None:
    lived(desk)
    treasurer = desk.sign_in(Role.TREASURER)
    send(treasurer, **{"name": "À 6", "act": "save", "price-day-full": "6"})
    this = money(treasurer, "with=1")
    for month in ("2026-12", "9999-12"):
        assert money(treasurer, f"with=1&until={month}") == this


def test_all_that_may_be_decided_is_tried_together_and_kept_once(desk: Desk) -> None:
    desk.space.rule("rent_cents", "80000")
    lived(desk)
    treasurer = desk.sign_in(Role.TREASURER)
    typed = {
        "name": "Tout à la fois",
        "act": "save",
        "price-day-full": "6,50",
        "zone-comfort": "-",
        "month_cap_days": "10",
        "half_day_split_hour-none": "yes",
        "capacity_legal": "20",
        "hours-mon": "08:00-12:30, 13:30-19:00",
        "more-permanent": "2",
        "rent_cents": "900",
        "switches": "yes",
        "plan_name": "Mi-temps",
        "plan_cents": "60",
        "plan_days": "10",
        "plan_months": "yes",
        "key": "ab" * 16,
    }
    assert send(treasurer, **typed).status_code == 303
    assert send(treasurer, **typed).status_code == 303
    assert desk.space.sql("SELECT count(*) FROM scenario") == [(1,)]
    page = treasurer.page(f"{PAGE}?with=1&from=2026-11&until=2026-11")
    for name, value in (
        ("hours-mon", "08:00-12:30, 13:30-19:00"),
        ("price-day-full", "6,50"),
        ("more-permanent", "2"),
        ("plan_days", "10"),
    ):
        assert f'name="{name}" type="text" value="{value}"' in page  # a kept one is there to be changed again
    found = money(treasurer, "with=1")
    assert found["Par rapport au loyer/Loyer et charges"] == ["800,00", "900,00"]
    assert found["Compté, par produit/Mois de permanent"] == [
        "100,00",
        "200,00",
    ]  # the one there was takes the new plan
    assert found["Compté, par produit/Nouvelle formule\N{NO-BREAK SPACE}: Mi-temps"] == ["0,00", "60,00"]
    assert found["Compté, par produit/Journée"] == ["15,00", "0,00"]
    assert found["Personnes et places/Venues hors des heures d’ouverture"] == [
        "0",
        "3",
    ]  # permanents come in all the same


def test_scenarios_stand_side_by_side_three_at_the_most(desk: Desk) -> None:
    lived(desk)
    treasurer = desk.sign_in(Role.TREASURER)
    for euros in ("6", "7", "8", "9"):
        send(treasurer, **{"name": f"À {euros}", "act": "save", "price-day-full": euros})
    found = money(treasurer, "with=1&with=3&with=2&with=4")
    assert found["Compté, par produit/Journée"] == ["15,00", "18,00", "24,00", "21,00"]
    page = treasurer.page(f"{PAGE}?with=1&with=2&from=2026-11&until=2026-11")
    assert page.count('role="img"') == 2, "drawn for a telephone, too"
    assert "comparison.pdf" in page


def test_it_is_handed_out_for_the_assembly(desk: Desk) -> None:
    lived(desk)
    treasurer = desk.sign_in(Role.TREASURER)
    send(treasurer, **{"name": "À 6", "act": "save", "price-day-full": "6"})
    for form, begins in (("pdf", b"%PDF"), ("xlsx", b"PK")):
        answer = treasurer.get(f"/figures/simulator/comparison.{form}?with=1&from=2026-11&until=2026-11")
        assert answer.get_data().startswith(begins)
    assert treasurer.get("/figures/simulator/comparison.csv").status_code == 404
    assert treasurer.get("/figures/simulator/comparison.exe?with=1").status_code == 404


def test_what_cannot_be_is_said_and_nothing_is_kept(desk: Desk) -> None:
    lived(desk)
    treasurer = desk.sign_in(Role.TREASURER)
    for typed in (
        {"price-day-full": "beaucoup"},
        {"price-day-full": "99999999"},
        {"more-day": "-40"},
        {"more-day": "trois"},
        {"month_cap_days": "-3"},
        {"hours-mon": "19-8"},
        {"half_day_split_hour": "77"},
        {"act": "save", "name": "Rien"},
        {"act": "save", "price-day-full": "6", "name": " "},
        {"from": "2026-12"},
        {"from": "jadis", "price-day-full": "6"},
    ):
        answer = send(treasurer, **{"name": "X", **typed})
        assert answer.status_code == 400, typed
        assert 'class="message error"' in answer.get_data(as_text=True)
    assert desk.space.sql("SELECT count(*) FROM scenario") == [(0,)]


def test_a_scenario_is_forgotten_once(desk: Desk) -> None:
    treasurer = desk.sign_in(Role.TREASURER)
    send(treasurer, **{"name": "À 6", "act": "save", "price-day-full": "6"})
    assert treasurer.post(f"{PAGE}1/remove", form_on=PAGE).status_code == 303
    assert treasurer.post(f"{PAGE}1/remove", form_on=PAGE).status_code == 404


def test_who_sees_no_money_sees_no_scenario(desk: Desk) -> None:
    secretary = desk.sign_in(Role.SECRETARY)
    assert secretary.get(PAGE).status_code == 403
    assert secretary.get("/figures/simulator/comparison.csv?with=1").status_code == 403
