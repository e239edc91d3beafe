"""Invoices at the desk: drafted, issued, found again, credited, sent, taken as files."""

import json
import re
from datetime import date

import pytest

from kiosk.domain.chain import Json
from kiosk.domain.members.roles import Role
from kiosk.members.payers import Payers
from kiosk.store import ledger
from kiosk.store.ledger import Draft
from kiosk.store.members import organisations
from kiosk.store.members.organisations import Facts
from kiosk.store.space.policies import Rules
from tests.books.test_invoicing import LA_COROUTINE, days, resonance_pays
from tests.conftest import Space
from tests.web.desk.books.test_month_path import with_mail
from tests.web.desk.conftest import Desk, Officer
from tests.web.desk.officers.test_two_officers import agree

PUBLIC = {
    "name": "Ville de Lille", "kind": "funder", "siren": "215903501", "siret": "21590350100017", "is_public": "1",
    "service_code": "CULTURE", "address": "Place Augustin-Laurent\n59000 Lille", "order_reference": "EJ-2026-4",
}  # fmt: skip


@pytest.fixture
def space(space: Space) -> Space:
    """Résonance pays the days of Inès (1) and Omar (2), who came on 25 and 26 November."""
    resonance_pays(space)
    days(space, 2)
    return space


def entries(page: str) -> list[str]:
    return re.findall(r'name="entry" value="(\d+)"', page)


def key(page: str) -> str:
    found = re.search(r'name="key" value="([0-9a-f]{32})"', page)
    assert found is not None
    return found[1]


def issue(officer: Officer, lines: list[str] | None = None, **more: object) -> tuple[int, str]:
    page = officer.page("/books/invoices/to/1")
    form = {"key": key(page), "entry": entries(page) if lines is None else lines, **more}
    answer = officer.post("/books/invoices/to/1", form, form_on="/books/invoices/to/1")
    return answer.status_code, answer.headers.get("Location", "") or answer.get_data(as_text=True)


def test_an_invoice_is_issued_from_ticked_lines_and_found_in_the_list(desk: Desk, treasurer: Officer) -> None:
    assert "apparaîtront ici" in treasurer.page("/books/invoices")
    draft = treasurer.page("/books/invoices/to/1")
    assert "Inès Moreau" in draft
    status, where = issue(treasurer, entries(draft)[:3], order_reference="BC-7")
    assert (status, where) == (303, "/books/invoices/1")
    shown = treasurer.page("/books/invoices/1")
    assert "F-000001" in shown
    assert "à payer" in shown
    assert "BC-7" in shown
    listed = treasurer.page("/books/invoices")
    assert "F-000001" in listed
    assert "Résonance" in listed
    assert len(entries(treasurer.page("/books/invoices/to/1"))) == 1


def test_a_form_sent_twice_is_one_invoice(desk: Desk, treasurer: Officer) -> None:
    page = treasurer.page("/books/invoices/to/1")
    form = {"key": key(page), "entry": entries(page)}
    for _ in range(2):
        answer = treasurer.post("/books/invoices/to/1", form, form_on="/books/invoices")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/books/invoices/1")
    assert "déjà été envoyé" in treasurer.page("/books/invoices/1")
    assert desk.space.sql("SELECT count(*) FROM document") == [(1,)]


def test_nothing_ticked_is_said_and_nothing_written(desk: Desk, treasurer: Officer) -> None:
    status, page = issue(treasurer, [])
    assert status == 400
    assert "Cochez au moins une ligne" in page
    assert desk.space.sql("SELECT count(*) FROM document") == [(0,)]


def test_a_line_that_was_taken_back_meanwhile_is_said(desk: Desk, treasurer: Officer) -> None:
    lines = entries(treasurer.page("/books/invoices/to/1"))
    desk.space.till.reverse(int(lines[0]), "compté deux fois")
    status, page = issue(treasurer, lines)
    assert status == 400
    assert "vient d’être corrigée" in page
    assert len(entries(page)) == 3


def test_what_is_missing_is_said_before_anything_is_issued(desk: Desk, treasurer: Officer) -> None:
    with desk.space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE organisation SET address = NULL")
    page = treasurer.page("/books/invoices/to/1")
    assert "L’adresse de la structure manque" in page
    assert "/organisations/1/edit" in page
    status, page = issue(treasurer)
    assert status == 400
    assert "L’adresse de la structure manque" in page


def test_a_month_of_all_is_shown_then_issued(desk: Desk) -> None:
    desk.space.clock.advance(hours=24 * 8)
    treasurer = desk.sign_in(Role.TREASURER)
    page = treasurer.page("/books/invoices/month")
    assert "du 1er\u00a0nov.\u00a02026 au 30\u00a0nov.\u00a02026" in page
    assert "20,00" in page
    form = {"key": key(page), "organisation": ["1"]}
    answer = treasurer.post("/books/invoices/month", form, form_on="/books/invoices/month")
    assert answer.status_code == 200
    assert "Factures émises : 1 ; non émises : 0" in answer.get_data(as_text=True)
    assert "Rien à facturer" in treasurer.page("/books/invoices/month?month=2026-11")


def test_the_list_is_filtered_by_state_organisation_and_period(desk: Desk, treasurer: Officer) -> None:
    issue(treasurer)
    assert "F-000001" in treasurer.page("/books/invoices?state=open")
    assert "F-000001" not in treasurer.page("/books/invoices?state=overdue")
    desk.space.clock.advance(hours=24 * 40)
    treasurer = desk.sign_in(Role.TREASURER)
    assert "F-000001" in treasurer.page("/books/invoices?state=overdue")
    assert "en retard" in treasurer.page("/books/invoices/1")
    assert "F-000001" in treasurer.page("/books/invoices?organisation=1&from=2026-11-01&to=2026-11-30&sort=due")
    assert "F-000001" not in treasurer.page("/books/invoices?from=2026-12-01")
    assert treasurer.get("/books/invoices?sort=x&from=demain&organisation=y&page=9").status_code == 200


def test_a_charge_taken_back_is_listed_until_its_credit_note(desk: Desk, treasurer: Officer) -> None:
    issue(treasurer)
    first = int(str(desk.space.sql("SELECT min(entry_number) FROM document_line")[0][0]))
    desk.space.till.reverse(first, "compté deux fois")
    assert "Avoirs à faire" in treasurer.page("/books/invoices")
    page = treasurer.page("/books/invoices/1/credit")
    assert "déjà corrigée" in page
    form = {"key": key(page), "entry": [str(first)], "reason": ""}
    assert treasurer.post("/books/invoices/1/credit", form, form_on="/books/invoices/1/credit").status_code == 400
    form["reason"] = "compté deux fois"
    answer = treasurer.post("/books/invoices/1/credit", form, form_on="/books/invoices/1/credit")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/books/invoices/2")
    assert "A-000001" in treasurer.page("/books/invoices/2")
    assert "compté deux fois" in treasurer.page("/books/invoices/2")
    assert "Avoirs à faire" not in treasurer.page("/books/invoices")
    assert treasurer.get("/books/invoices/2/credit").status_code == 404


def test_above_the_sum_of_the_rule_a_credit_note_waits_for_another_officer(
    desk: Desk, treasurer: Officer, president: Officer
) -> None:
    desk.space.rule("second_officer_cents", "300")
    issue(treasurer)
    first = int(str(desk.space.sql("SELECT min(entry_number) FROM document_line")[0][0]))
    path = "/books/invoices/1/credit"

    def credited() -> str:
        form = {"key": key(treasurer.page(path)), "entry": [str(first)], "reason": "jamais venu"}
        return str(treasurer.post(path, form, form_on=path).headers["Location"])

    assert (credited(), credited()) == ("/two", "/two")
    assert desk.space.sql("SELECT count(*) FROM document") == [(1,)]
    assert desk.space.sql("SELECT count(*) FROM second_look") == [(1,)]
    agree(desk, president, 1)
    assert credited() == "/books/invoices/2"
    assert desk.space.sql("SELECT count(*) FROM entry WHERE kind = 'reversal'") == [(1,)]


def test_an_invoice_is_a_file_with_its_data_inside(desk: Desk, treasurer: Officer) -> None:
    issue(treasurer)
    pdf = treasurer.get("/books/invoices/1.pdf")
    assert pdf.content_type == "application/pdf"
    assert 'filename="F-000001.pdf"' in pdf.headers["Content-Disposition"]
    data = treasurer.get("/books/invoices/1.xml").get_data(as_text=True)
    assert "<ram:ID>F-000001</ram:ID>" in data
    assert "Moreau" not in data
    assert ("print-invoice", "document 1") in desk.space.sql("SELECT act, what FROM desk_log")


def test_an_association_without_a_siren_has_invoices_without_data(desk: Desk, treasurer: Officer) -> None:
    known = {name: text for name, text in json.loads(LA_COROUTINE).items() if name != "siren"}
    desk.space.rule("association", json.dumps(known), "2026-11-20")
    issue(treasurer)
    assert treasurer.get("/books/invoices/1.xml").status_code == 404
    assert treasurer.get("/books/invoices/1.pdf").status_code == 200


def test_a_public_body_s_page_says_how_to_deposit(desk: Desk, treasurer: Officer) -> None:
    wrong = treasurer.post("/organisations/new", {**PUBLIC, "siret": ""}, form_on="/organisations/new")
    assert wrong.status_code == 400
    assert "par son SIRET" in wrong.get_data(as_text=True)
    assert treasurer.post("/organisations/new", PUBLIC, form_on="/organisations/new").status_code == 303
    payers = Payers(store=desk.space.home.store, rules=Rules(desk.space.home.config.zone), clock=desk.space.clock)
    payers.appoint(1, ["day"], 2, date(2026, 11, 27))
    days(desk.space)
    treasurer = desk.sign_in(Role.TREASURER)
    page = treasurer.page("/books/invoices/to/2")
    assert "numéro d’engagement" in page
    form = {"key": key(page), "entry": entries(page), "order_reference": "EJ-2026-4"}
    assert treasurer.post("/books/invoices/to/2", form, form_on="/books/invoices/to/2").status_code == 303
    page = treasurer.page("/books/invoices/1")
    assert "chorus-pro.gouv.fr" in page
    assert "CULTURE" in page
    assert "21590350100017" in page
    data = treasurer.get("/books/invoices/1.xml").get_data(as_text=True)
    assert '<ram:GlobalID schemeID="0009">21590350100017</ram:GlobalID>' in data
    assert "<ram:BuyerReference>CULTURE</ram:BuyerReference>" in data
    assert "<ram:IssuerAssignedID>EJ-2026-4</ram:IssuerAssignedID>" in data
    assert "R2192-31" in data


@pytest.mark.parametrize(
    ("field", "typed"),
    [("siret", "123"), ("siret", "35600000000048"), ("vat_number", "FR00"), ("vat_number", "FR44732829321"),
     ("email", "compta"), ("service_code", "x" * 61), ("language", "de")],
)  # fmt: skip
def test_what_invoices_want_of_an_organisation_is_checked(
    desk: Desk, treasurer: Officer, field: str, typed: str
) -> None:
    answer = treasurer.post(
        "/organisations/new",
        {"name": "Autre", "kind": "company", "siren": "732829320", field: typed},
        form_on="/organisations/new",
    )
    assert answer.status_code == 400
    assert f'id="{field}-error"' in answer.get_data(as_text=True)


def test_a_siret_tells_the_siren_and_services_of_one_body_are_several(desk: Desk, treasurer: Officer) -> None:
    for service, status in (("CULTURE", 303), ("SPORT", 303), ("SPORT", 400)):
        form = {**PUBLIC, "siren": "", "service_code": service}
        assert treasurer.post("/organisations/new", form, form_on="/organisations/new").status_code == status
    assert desk.space.sql("SELECT DISTINCT siren FROM organisation WHERE is_public = 1") == [("215903501",)]


def test_an_invoice_and_a_reminder_leave_by_mail(desk: Desk, treasurer: Officer) -> None:
    issue(treasurer)
    path = "/books/invoices/1"
    assert treasurer.post(f"{path}/send", {}, form_on=path).status_code == 303
    assert "pas d’adresse" in treasurer.page(path)
    with desk.space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE organisation SET email = 'compta@resonance.example'")
    assert treasurer.post(f"{path}/send", {}, form_on=path).status_code == 303
    assert desk.space.sql("SELECT count(*) FROM outbox") == [(0,)]  # without a server, nothing is said to have left
    with_mail(desk)
    treasurer = desk.sign_in(Role.TREASURER)
    assert treasurer.post(f"{path}/send", {}, form_on=path).status_code == 303
    assert treasurer.post(f"{path}/send", {"remind": "1"}, form_on=path).status_code == 303
    rows = desk.space.sql("SELECT recipient, subject FROM outbox WHERE recipient LIKE 'compta%' ORDER BY id")
    assert [to for to, _ in rows] == ["compta@resonance.example"] * 2
    assert "Rappel" in str(rows[1][1])


def test_hosts_and_the_secretary_see_no_invoice(
    desk: Desk, treasurer: Officer, secretary: Officer, host: Officer
) -> None:
    issue(treasurer)
    for officer in (secretary, host):
        for path in ("", "/1", "/1.pdf", "/1.xml", "/to/1", "/month", "/1/credit"):
            assert officer.get(f"/books/invoices{path}").status_code == 403


def test_unknown_ones_are_not_there(desk: Desk, treasurer: Officer) -> None:
    for path in ("/9", "/9.pdf", "/9.xml", "/to/9", "/9/credit"):
        assert treasurer.get(f"/books/invoices{path}").status_code == 404


def test_everything_is_in_english_too(desk: Desk, treasurer: Officer) -> None:
    issue(treasurer)
    treasurer.client.set_cookie("language", "en", domain="localhost")
    for path in ("", "/1", "/to/1", "/month", "/1/credit"):
        assert '<html lang="en">' in treasurer.page(f"/books/invoices{path}")


def test_the_words_for_penalties_are_the_association_s_to_change(desk: Desk, treasurer: Officer) -> None:
    assert "trois fois le taux" in treasurer.page("/rules/wording")
    path = "/rules/wording/invoice-penalties"
    form = {"fr": "Cinq fois le taux légal.", "en": "Five times the legal rate.", "act": "keep"}
    assert treasurer.post(path, form, form_on=path).status_code == 303
    issue(treasurer)
    assert "Cinq fois le taux légal." in treasurer.get("/books/invoices/1.xml").get_data(as_text=True)


def test_a_long_month_is_sorted_with_its_ticks_and_says_what_all_of_it_makes(desk: Desk) -> None:
    space = desk.space
    with space.home.store.writing() as connection:
        for place in range(60):
            facts = Facts(name=f"Atelier {place:02}", kind="company", address="1 rue Neuve\n59000 Lille")
            account = organisations.add(connection, facts).account
            detail: dict[str, Json] = {
                "product": "day",
                "quantity": 1,
                "tariff": "full",
                "unit_cents": 100 + place,
                "vat": None,
            }
            draft = Draft(
                kind="charge", day_on=date(2026, 11, 25), group=bytes([place]) * 16, actor="cli", account=account,
                amount_cents=100 + place, detail=detail,
            )  # fmt: skip
            ledger.append(connection, space.home.seal, draft, space.clock.now())
    treasurer = desk.sign_in(Role.TREASURER)
    where = "/books/invoices/month?month=2026-11"
    page = treasurer.page(where)
    ticked = re.findall(r'name="organisation" value="(\d+)"[^>]* checked', page)
    assert len(ticked) == 50
    assert "Les 61 lignes ensemble" in page
    form = {"key": key(page), "organisation": ticked[:3], "by": "-sum", "page": "1"}
    turned = treasurer.post(where, form, form_on=where).get_data(as_text=True)
    names = re.findall(r">(Atelier \d\d|Résonance)</a>", turned)
    assert names[:4] == ["Résonance", "Atelier 59", "Atelier 58", "Atelier 57"]
    kept = re.findall(r'type="hidden" name="organisation" value="(\d+)"', turned)
    kept += re.findall(r'name="organisation" value="(\d+)"[^>]* checked', turned)
    assert sorted(kept) == sorted(ticked[:3])
    assert space.sql("SELECT count(*) FROM document WHERE kind = 'invoice'") == [(0,)]
