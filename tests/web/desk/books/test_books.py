"""The books at the desk: one page that leads to all, closings to read, to write and to print."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.books.closing import Closings
from kiosk.domain.books.closings import Period
from kiosk.exports import pdf
from kiosk.health import status_file
from kiosk.store.space.policies import Rules
from kiosk.web.desk.common.permissions import Role
from tests.conftest import Space
from tests.web.desk.conftest import HTTPS, Desk, Officer, actor_of

INES = "04A2000000E511"
FRENCH = {"Accept-Language": "fr"}
MONTH, YEAR = "/books/closings/month", "/books/closings/year"


def closings(space: Space) -> Closings:
    home = space.home
    return Closings(store=home.store, rules=Rules(home.config.zone), seal=home.seal, clock=space.clock, actor="cli")


@pytest.fixture
def lived(desk: Desk) -> Desk:
    """A day of November and one of December, all closed but their months; it is 3 January."""
    space = desk.space
    number = space.join("Inès Moreau", INES)
    space.tap(INES)
    space.clock.advance(days=6)
    space.tap(INES)
    space.till.pay(number, 1500, "cash")
    space.clock.advance(days=33)
    closings(space).close_days()
    return desk


@pytest.fixture
def money(lived: Desk) -> Officer:
    """The treasurer, on that day."""
    return lived.sign_in(Role.TREASURER)


def closed(space: Space, kind: str) -> list[tuple[Any, ...]]:
    return space.sql(f"SELECT entry_number, until_on FROM closing WHERE kind = '{kind}' ORDER BY until_on")


@pytest.mark.parametrize("path", ["/books", "/books/closings", "/books/closings?kind=month", MONTH, YEAR])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_is_there_for_an_empty_space_too(treasurer: Officer, path: str, language: str) -> None:
    page = treasurer.page(path, headers={"Accept-Language": language})
    assert page.count("<h1>") == 1
    assert "style=" not in page
    current = page.partition('<li class="current">')[2]
    assert current.startswith('<a href="/money"')
    assert 'aria-current="page"' in current


def test_the_overview_says_what_is_to_be_done_and_leads_only_where_something_is(money: Officer, lived: Desk) -> None:
    page = money.page("/books", headers=FRENCH)
    assert "2 mois finis ne sont pas encore clos\u00a0: de novembre 2026 à décembre 2026" in page
    assert "2\u00a0janv.\u00a02027" in page
    paths = {rule.rule for rule in lived.app.url_map.iter_rules()}
    for path in ("cash", "cheques", "payouts", "bank", "invoices", "receipts", "fec", "archive", "report"):
        assert (f'href="/books/{path}"' in page) == (f"/books/{path}" in paths), path


def test_hosts_and_the_secretary_see_no_books(secretary: Officer, host: Officer) -> None:
    for officer in (secretary, host):
        assert 'href="/books"' not in officer.page("/")
        for path in ("/books", "/books/closings", "/books/closings/1", "/books/closings/1.pdf", MONTH, YEAR):
            assert officer.get(path).status_code == 403


def test_closings_are_listed_by_kind_with_pages_and_sorted_from_the_url(money: Officer) -> None:
    page = money.page("/books/closings", headers=FRENCH)
    assert "39 lignes" in page
    assert page.index("2\u00a0janv.\u00a02027") < page.index("25\u00a0nov.\u00a02026")
    assert 'aria-sort="descending"' in page
    turned = money.page("/books/closings?sort=day", headers=FRENCH)
    assert turned.index("25\u00a0nov.\u00a02026") < turned.index("2\u00a0janv.\u00a02027")
    some = money.page("/books/closings?from=2026-11-25&to=2026-11-26", headers=FRENCH)
    assert "2 lignes" in some
    assert "retirer ce filtre" in some
    assert "Rien de clos encore" in money.page("/books/closings?kind=year", headers=FRENCH)
    assert money.get("/books/closings?kind=week&from=x&page=-3").status_code == 200


def test_a_closing_says_its_totals_and_its_seal(money: Officer, lived: Desk) -> None:
    number = closed(lived.space, "day")[6][0]  # 1 December
    page = money.page(f"/books/closings/{number}", headers=FRENCH)
    head, mac = lived.space.sql(
        "SELECT (SELECT lower(hex(mac)) FROM entry AS b WHERE b.number = e.number - 1), lower(hex(mac)) FROM entry AS e"
        f" WHERE number = {number}"
    )[0]
    assert f"<code>{str(head)[:8]}</code>" in page
    assert f"<code>{str(mac)[:8]}</code>" in page
    assert str(head)[8:] in page
    for said in ("5,00\u00a0€", "15,00\u00a0€", "Journée", "espèces", "sans TVA", "Grand total perpétuel"):
        assert said in page
    assert money.get("/books/closings/1").status_code == 404  # an entry, and no closing
    assert money.get("/books/closings/1.pdf").status_code == 404


def test_a_month_closes_after_a_look_and_its_total_typed_again(money: Officer, lived: Desk) -> None:
    page = money.page(MONTH, headers=FRENCH)
    assert "Clore novembre 2026" in page
    assert "10,00\u00a0€" in page
    assert 'name="until" value="2026-11-30"' in page
    answer = money.post(MONTH, {"until": "2026-11-30", "total": "10,00"}, form_on=MONTH)
    assert answer.status_code == 303
    (number, until_on) = closed(lived.space, "month")[0]
    assert until_on == "2026-11-30"
    assert answer.headers["Location"] == f"/books/closings/{number}"
    assert ("month-closed",) in lived.space.sql("SELECT act FROM desk_log")
    assert lived.space.sql(f"SELECT actor FROM entry WHERE number = {number}") == [(actor_of(Role.TREASURER),)]
    assert "kind=day&amp;from=2026-11-01&amp;to=2026-11-30" in money.page(f"/books/closings/{number}")
    assert "Clore décembre 2026" in money.page(MONTH, headers=FRENCH)


@pytest.mark.parametrize("total", ["9,99", "", "dix", "-10", "10,000"])
def test_a_wrong_total_is_said_beside_the_field_and_nothing_is_closed(money: Officer, lived: Desk, total: str) -> None:
    answer = money.post(MONTH, {"until": "2026-11-30", "total": total}, form_on=MONTH)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert 'id="total-error"' in page
    assert 'aria-describedby="total-hint total-error"' in page
    assert f'value="{total}"' in page
    assert closed(lived.space, "month") == []


def test_a_form_sent_twice_closes_one_month(money: Officer, lived: Desk) -> None:
    data = {"until": "2026-11-30", "total": "10"}
    first, again = (money.post(MONTH, data, form_on=MONTH) for _ in range(2))
    assert first.headers["Location"] == again.headers["Location"]
    assert len(closed(lived.space, "month")) == 1


def test_a_form_without_its_period_or_out_of_order_closes_nothing(money: Officer, lived: Desk) -> None:
    for until in ("", "x", "2026-12-31", "2027-01-31", "2020-01-31"):
        answer = money.post(MONTH, {"until": until, "total": "5"}, form_on=MONTH)
        assert answer.status_code == 400, until
    assert closed(lived.space, "month") == []


def test_a_year_wants_its_months_first_and_a_fresh_sign_in(money: Officer, lived: Desk) -> None:
    assert "Commencez par les mois" in money.page(YEAR, headers=FRENCH)
    for until, total in (("2026-11-30", "10"), ("2026-12-31", "5")):
        money.post(MONTH, {"until": until, "total": total}, form_on=MONTH)
    assert "Clore exercice 2026" in money.page(YEAR, headers=FRENCH)
    token = money.token_for(YEAR)
    with money.client.session_transaction(base_url=HTTPS) as session:
        session["fs_paa"] -= 3600
        session.pop("fs_gexp", None)
    data = {"until": "2026-12-31", "total": "15", "csrf_token": token}
    assert money.client.post(YEAR, base_url=HTTPS, data=data).status_code in (302, 401)
    assert money.get(YEAR).status_code in (302, 401)  # to sign in again
    assert closed(lived.space, "year") == []
    fresh = lived.sign_in(Role.TREASURER)
    assert fresh.post(YEAR, {"until": "2026-12-31", "total": "15"}, form_on=YEAR).status_code == 303
    assert closed(lived.space, "year")[0][1] == "2026-12-31"


def test_what_is_open_is_shown_first(desk: Desk, money: Officer) -> None:
    space = desk.space
    facts = {"spooled": 3, "set_aside": 0}
    status_file.save(space.home.paths.runtime / status_file.NAME, facts, space.clock)
    money.post(MONTH, {"until": "2026-11-30", "total": "10"}, form_on=MONTH)
    page = money.page(MONTH, headers=FRENCH)
    assert "3 passages attendent" in page
    assert "La caisse n’a jamais été comptée\u00a0;" in page
    assert page.index("encore ouvert") < page.index("Les totaux") < page.index('name="total"')
    assert "3 passages attendent" in money.page("/books", headers=FRENCH)


def test_days_that_wait_are_closed_by_hand(desk: Desk) -> None:
    desk.space.join("Inès Moreau", INES)
    desk.space.clock.advance(days=2)
    treasurer = desk.sign_in(Role.TREASURER)
    assert "2 journées passées" in treasurer.page("/books/closings", headers=FRENCH)
    for _ in range(2):
        assert treasurer.post("/books/closings/days", form_on="/books/closings").status_code == 303
    assert len(closed(desk.space, "day")) == 2
    assert "passées" not in treasurer.page("/books/closings", headers=FRENCH)


def test_nothing_closes_while_the_clock_is_not_sure_not_even_by_a_day_that_is_said(lived: Desk) -> None:
    space = lived.space
    space.till.pay(1, 100, "cash")
    space.clock.set(space.clock.now() - timedelta(days=1))
    treasurer = lived.sign_in(Role.TREASURER)
    treasurer.post("/clock/day", {"day": "lundi 4 janvier 2027"})
    for path, data in ((MONTH, {"until": "2026-11-30", "total": "10"}), ("/books/closings/days", {})):
        answer = treasurer.post(path, data, form_on=MONTH)
        assert answer.status_code == 400
        assert "clock-not-trusted" in answer.get_data(as_text=True)
    assert closed(space, "month") == []


def test_a_closing_is_printed_in_french_with_its_seal_and_room_to_sign(
    money: Officer, lived: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def make(html: str, css: str, **more: object) -> bytes:
        made.append(html)
        return b"%PDF-1.7 test"

    monkeypatch.setattr(pdf, "make", make)
    number = closed(lived.space, "day")[0][0]
    answer = money.get(f"/books/closings/{number}.pdf", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert "cloture-2026-11-25.pdf" in answer.headers["Content-Disposition"]
    mac = str(lived.space.sql(f"SELECT lower(hex(mac)) FROM entry WHERE number = {number}")[0][0])
    for said in ("Clôture de la journée", "25 novembre 2026", mac, "Exonération de TVA", "signature", "Adhésion"):
        assert said in made[0], said
    assert "MODE ÉCOLE" not in made[0]
    assert ("closing-printed",) in lived.space.sql("SELECT act FROM desk_log")


def test_the_sheet_is_a_real_pdf(money: Officer, lived: Desk, tmp_path: Path) -> None:
    closings(lived.space).close(Period.MONTH, date(2026, 11, 1))
    number = closed(lived.space, "month")[0][0]
    answer = money.get(f"/books/closings/{number}.pdf")
    assert answer.data.startswith(b"%PDF-1.7")
    assert "cloture-2026-11.pdf" in answer.headers["Content-Disposition"]
