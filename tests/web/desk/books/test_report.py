"""The annual report at the desk: on screen, to print, for a spreadsheet; who sees it; and the attestation."""

import io
import json
import zipfile

import pytest
from pypdf import PdfReader

from kiosk.domain.members.roles import Role
from kiosk.web.desk.common.permissions import MAY, May
from tests.web.desk.conftest import Desk, Officer

INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"


@pytest.fixture
def lived(desk: Desk) -> Desk:
    desk.space.join("Inès Moreau", INES)
    desk.space.join("Karim Benali", KARIM, "permanent")
    for _ in range(3):
        desk.space.tap(INES)
        desk.space.tap(KARIM)
        desk.space.clock.advance(days=1)
    desk.space.till.pay(1, 1000, "cash")
    return desk


def test_the_books_lead_to_the_report_and_an_empty_one_says_what_it_is_for(treasurer: Officer) -> None:
    assert "/books/report" in treasurer.page("/books")
    assert "Il se remplit dès la première écriture" in treasurer.page("/books/report")
    assert treasurer.get("/books/report.pdf").status_code == 404


def test_a_year_is_shown_with_its_state_its_charts_and_a_table_beside_each(lived: Desk) -> None:
    page = lived.sign_in(Role.TREASURER).page("/books/report?year=2026")
    assert "Rapport annuel 2026" in page
    assert "Provisoire" in page
    assert page.count('role="img"') == 2 * 3, "each drawn for a telephone, too"
    assert "125,00\u00a0€" in page
    assert "Inès" not in page
    assert lived.sign_in(Role.PRESIDENT).page("/books/report?year=1999").count("Rapport annuel 2026")


def test_a_report_shows_what_was_written_since(lived: Desk) -> None:
    treasurer = lived.sign_in(Role.TREASURER)
    treasurer.page("/books/report")
    lived.space.enrolment.leave(1)
    assert json.loads(treasurer.get("/books/report.json").get_data())["members"]["left"] == {"year": 1}
    lived.space.till.pay(2, 4200, "card")
    assert json.loads(treasurer.get("/books/report.json").get_data())["summary"]["received"] == {"year": 5200}


def test_the_report_is_handed_out_in_four_forms_and_that_is_remembered(lived: Desk) -> None:
    treasurer = lived.sign_in(Role.TREASURER)
    pdf = treasurer.get("/books/report.pdf?year=2026")
    assert "rapport-2026.pdf" in pdf.headers["Content-Disposition"]
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.get_data())).pages)
    assert "Rapport annuel 2026" in text
    csv = treasurer.get("/books/report.csv?year=2026").get_data(as_text=True)
    assert csv.startswith("\ufeffTableau;Ligne;Colonne;Valeur\r\n")
    assert "En un coup d’œil;Recettes, hors TVA;2026;125,00\r\n" in csv
    book = zipfile.ZipFile(io.BytesIO(treasurer.get("/books/report.xlsx?year=2026").get_data()))
    assert "Recettes par produit" in book.read("xl/workbook.xml").decode()
    assert treasurer.get("/books/report.txt").status_code == 404
    acts = [row[0] for row in lived.space.sql("SELECT what FROM desk_log WHERE act = 'report'")]
    assert acts == ["2026 pdf", "2026 csv", "2026 xlsx"]


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.HOST])
def test_money_is_told_to_those_only_who_may_see_it(lived: Desk, role: Role) -> None:
    officer = lived.sign_in(role)
    for path in ("/books/report", "/books/report.pdf", "/books/attestation.pdf"):
        assert officer.get(path).status_code == 403
    assert MAY[May.SEE_MONEY] <= MAY[May.SEE_FIGURES]


def test_who_collects_no_vat_gets_no_attestation_and_who_does_finds_it(lived: Desk) -> None:
    treasurer = lived.sign_in(Role.TREASURER)
    assert treasurer.get("/books/attestation.pdf").status_code == 404
    assert "attestation.pdf" not in treasurer.page("/books/report")
    lived.space.rule("vat_status", '"liable"')
    assert "attestation.pdf" in treasurer.page("/books/report")
    answer = treasurer.get("/books/attestation.pdf")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.get_data())).pages)
    assert "Volet 1" in text
    assert "Volet 2" in text
