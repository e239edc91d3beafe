"""Envelopes, vouchers and banked days at the desk."""

import re

import pytest

from kiosk.store.members import organisations
from kiosk.store.members.organisations import Facts
from tests.conftest import Space
from tests.money.test_vouchers import envelopes_for_sale
from tests.web.desk.conftest import Desk, Officer

PAGE = "/organisations/1/vouchers"


@pytest.fixture
def space(space: Space) -> Space:
    """An organisation, an envelope to sell it, and Inès."""
    envelopes_for_sale(space.home.store)
    with space.home.store.writing() as connection:
        organisations.add(connection, Facts(name="Coopérative Tilleul", kind="cooperative"))
    space.join("Inès Moreau", "04A2000000E511")
    return space


def key_on(officer: Officer, path: str) -> str:
    found = re.search(r'name="key" value="(\w+)"', officer.page(path))
    assert found is not None
    return found[1]


def test_an_envelope_is_sold_once_and_given_to_somebody(desk: Desk, treasurer: Officer) -> None:
    assert "apparaîtront ici" in treasurer.page(PAGE)
    form = {"product": "bons-10", "key": key_on(treasurer, PAGE)}
    for _ in range(2):
        assert treasurer.post(f"{PAGE}/sell", form, form_on=PAGE).status_code == 303
    assert desk.space.sql("SELECT balance_cents FROM account WHERE organisation_id = 1") == [(4500,)]
    named = {"envelope": "1", "member": "1", "days": "3", "until": ""}
    assert treasurer.post(f"{PAGE}/name", named, form_on=PAGE).status_code == 303
    page = treasurer.page(PAGE)
    assert "reste 10 journées sur 10" in page
    assert "Inès Moreau" in page
    assert "utilisées : 0 sur 3" in page
    assert treasurer.post(f"{PAGE}/1/end", {}, form_on=PAGE).status_code == 303
    assert "Arrêter" not in treasurer.page(PAGE)
    assert "Bons entreprise" in treasurer.page("/organisations/1")


@pytest.mark.parametrize(
    ("named", "field"),
    [({"member": "99"}, "member"), ({"member": "1", "days": "11"}, "days"), ({"member": "x"}, "member")],
)
def test_what_is_wrong_is_said_beside_it(desk: Desk, treasurer: Officer, named: dict[str, str], field: str) -> None:
    treasurer.post(f"{PAGE}/sell", {"product": "bons-10", "key": key_on(treasurer, PAGE)}, form_on=PAGE)
    answer = treasurer.post(f"{PAGE}/name", {"envelope": "1", **named}, form_on=PAGE)
    assert answer.status_code == 400
    assert f'id="{field}-error"' in answer.get_data(as_text=True)
    assert desk.space.sql("SELECT count(*) FROM voucher") == [(0,)]


def test_a_voucher_of_another_organisation_is_none_of_this_one_s(desk: Desk, treasurer: Officer) -> None:
    treasurer.post(f"{PAGE}/sell", {"product": "bons-10", "key": key_on(treasurer, PAGE)}, form_on=PAGE)
    treasurer.post(f"{PAGE}/name", {"envelope": "1", "member": "1"}, form_on=PAGE)
    with desk.space.home.store.writing() as connection:
        organisations.add(connection, Facts(name="Autre", kind="company"))
    other = "/organisations/2/vouchers"
    assert treasurer.post(f"{other}/1/end", {}, form_on=other).status_code == 404
    assert treasurer.post(f"{other}/name", {"envelope": "1", "member": "1"}, form_on=other).status_code == 400


def test_days_are_banked_with_a_reason_and_taken_back(desk: Desk, secretary: Officer) -> None:
    page = "/members/1/banked"
    answer = secretary.post(page, {"days": "2", "reason": ""}, form_on=page)
    assert answer.status_code == 400
    assert 'id="reason-error"' in answer.get_data(as_text=True)
    assert secretary.post(page, {"days": "2", "reason": "accueil du 12"}, form_on=page).status_code == 303
    shown = secretary.page(page)
    assert "accueil du 12" in shown
    assert "2 sur 2" in shown
    assert secretary.post(f"{page}/1/end", {}, form_on=page).status_code == 303
    assert "Retirer les journées restantes" not in secretary.page(page)


def test_nobody_gives_themselves_days(desk: Desk, secretary: Officer) -> None:
    with desk.space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE desk_user SET member_id = 1")
    page = "/members/1/banked"
    answer = secretary.post(page, {"days": "2", "reason": "accueil"}, form_on=page)
    assert answer.status_code == 400
    assert desk.space.sql("SELECT count(*) FROM banked_day") == [(0,)]


def test_a_code_is_made_for_who_comes_first_and_given_to_whoever_brings_it(
    desk: Desk, treasurer: Officer, host: Officer
) -> None:
    treasurer.post(f"{PAGE}/sell", {"product": "bons-10", "key": key_on(treasurer, PAGE)}, form_on=PAGE)
    made = treasurer.post(f"{PAGE}/code", {"envelope": "1", "days": "2", "until": ""}, form_on=PAGE)
    assert made.status_code == 303
    page = treasurer.page(PAGE)
    ((code,),) = desk.space.sql("SELECT code FROM voucher_code")
    assert f"<code>{str(code)[:4]}-{str(code)[4:]}</code>" in page
    claim = "/members/1/voucher-code"
    assert host.post(claim, {"code": "ABCD-EFGH"}, form_on=claim).status_code == 400
    assert host.post(claim, {"code": str(code).lower()}, form_on=claim).status_code == 303
    assert host.post(claim, {"code": str(code)}, form_on=claim).status_code == 400
    assert desk.space.sql("SELECT member_id, days FROM voucher") == [(1, 2)]
    assert "<code>" not in treasurer.page(PAGE)


def test_a_code_that_nobody_brought_is_taken_back_once(desk: Desk, treasurer: Officer) -> None:
    treasurer.post(f"{PAGE}/sell", {"product": "bons-10", "key": key_on(treasurer, PAGE)}, form_on=PAGE)
    assert treasurer.post(f"{PAGE}/code", {"envelope": "1", "days": "99"}, form_on=PAGE).status_code == 400
    assert treasurer.post(f"{PAGE}/code", {"envelope": "7"}, form_on=PAGE).status_code == 400
    treasurer.post(f"{PAGE}/code", {"envelope": "1"}, form_on=PAGE)
    assert treasurer.post(f"{PAGE}/1/codes/1/end", {}, form_on=PAGE).status_code == 303
    assert treasurer.post(f"{PAGE}/1/codes/1/end", {}, form_on=PAGE).status_code == 404


def test_the_company_gets_a_statement_by_person_or_as_a_sum(desk: Desk, treasurer: Officer, secretary: Officer) -> None:
    treasurer.post(f"{PAGE}/sell", {"product": "bons-10", "key": key_on(treasurer, PAGE)}, form_on=PAGE)
    treasurer.post(f"{PAGE}/name", {"envelope": "1", "member": "1", "days": "", "until": ""}, form_on=PAGE)
    desk.space.tap("04A2000000E511")
    told = treasurer.get(f"{PAGE}/statement.csv?month=2026-11").get_data(as_text=True)
    assert "Inès Moreau;Journées;1" in told
    assert "2026-11-25" not in told
    summed = treasurer.get(f"{PAGE}/statement.csv?month=2026-11&by=sum").get_data(as_text=True)
    assert "Inès" not in summed
    assert "Toutes les personnes;Journées;1" in summed
    assert treasurer.get(f"{PAGE}/statement.pdf?month=jadis").get_data().startswith(b"%PDF")
    assert treasurer.get("/organisations/9/vouchers/statement.csv").status_code == 404
    assert treasurer.get(f"{PAGE}/statement.doc").status_code == 404
    assert secretary.get(f"{PAGE}/statement.csv").status_code == 403
