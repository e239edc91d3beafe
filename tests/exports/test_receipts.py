"""Receipts and statements on paper, and as a QR: what stands on them, in whose language, with which marks."""

from io import BytesIO
from typing import Any

import pypdf
import pytest

from kiosk.domain.books.documents import DocumentView
from kiosk.exports.books import receipt_pdf, receipt_texts, receipt_words

ASSOCIATION = {"name": "La Coroutine", "address": "1 rue de la Paix\n59000 Lille", "siren": "732829320"}


def line(fr: str, en: str, cents: int, **more: Any) -> dict[str, Any]:
    """A charge of one, on the 25th."""
    return {
        "entry": 3,
        "kind": "charge",
        "of": None,
        "day": "2026-11-25",
        "member": 12,
        "product": "day",
        "label": {"fr": fr, "en": en},
        "from": None,
        "until": None,
        "days": None,
        "of_days": None,
        "quantity": 1,
        "unit_cents": cents,
        "cents": cents,
        "vat": None,
        "status": "exempt",
        "net_cents": cents,
        "tax_cents": 0,
        "method": None,
        "reverses": None,
        **more,
    }


def content(**more: Any) -> dict[str, Any]:
    """A receipt of 10 EUR by cheque."""
    return {
        "series": "receipt",
        "kind": "receipt",
        "number": 12,
        "issued_on": "2026-11-25",
        "language": "fr",
        "head": {"entry": 41, "mac": "a1b2c3d4"},
        "association": ASSOCIATION,
        "vat_status": "exempt",
        "training": False,
        "member": 12,
        "organisation": None,
        "entry": 42,
        "day": "2026-11-25",
        "method": "cheque",
        "advance_cents": 500,
        "shared": False,
        "vat": [],
        "total_cents": 1000,
        "lines": [line("Journée", "Day pass", 500)],
        **more,
    }


def statement(**more: Any) -> dict[str, Any]:
    month = {"from": "2026-11-01", "until": "2026-11-30", "opening_cents": -500, "closing_cents": 0, "total_cents": 0}
    lines = [line("Journée", "Day pass", 500, balance_cents=0)]
    return {**content(kind="statement", lines=lines), **month, **more}


def pages_of(shown: DocumentView) -> list[str]:
    reader = pypdf.PdfReader(BytesIO(receipt_pdf.pdf(shown)))
    return [page.extract_text().replace("\xa0", " ").replace("\u202f", " ") for page in reader.pages]


def test_a_receipt_on_paper_says_what_the_law_asks_for() -> None:
    [text] = pages_of(DocumentView(content(), "Inès Moreau"))
    for said in (
        "La Coroutine",
        "1 rue de la Paix",
        "SIREN 732829320",
        "Reçu R-000012",
        "25 novembre 2026",
        "Inès Moreau",
        "membre n° 0012",
        "Journée",
        "Prix unitaire",
        "Avance sur le compte",
        "Payé, chèque",
        "10,00 €",
        "Exonération de TVA, article 261-7-1° du CGI",
        "a1b2c3d4 (écriture 41)",
    ):
        assert said in text
    for mark in ("DUPLICATA", "ÉCOLE", "Annulé"):
        assert mark not in text


def test_a_receipt_is_in_its_reader_s_language() -> None:
    [text] = pages_of(DocumentView(content(language="en"), "Emily Carter"))
    assert "Receipt R-000012" in text and "Day pass" in text and "Paid, cheque" in text and "€10.00" in text
    for french in ("Reçu", "Journée", "Payé", "membre", "écriture"):
        assert french not in text


def test_every_mark_stands_on_the_paper_and_in_the_qr() -> None:
    shown = DocumentView(content(training=True), "Inès Moreau", duplicate=True, void=77)
    [text] = pages_of(shown)
    for found in (text, receipt_texts.as_text(shown), receipt_texts.as_qr_text(shown)):
        assert "MODE ÉCOLE" in found and "DUPLICATA" in found and "Annulé par l’écriture 77" in found


def test_training_stands_on_every_page() -> None:
    lines = [line("Journée", "Day pass", 500, balance_cents=500 * n) for n in range(80)]
    pages = pages_of(DocumentView(statement(training=True, lines=lines), "Inès Moreau"))
    assert len(pages) > 1
    assert all("MODE ÉCOLE" in page for page in pages)
    assert [("Rien à payer" in page) for page in pages] == [False] * (len(pages) - 1) + [True]


def test_who_has_no_name_any_more_is_a_number() -> None:
    [text] = pages_of(DocumentView(content()))
    assert "membre n° 0012" in text and "None" not in text


@pytest.mark.parametrize(
    ("status", "said"),
    [("exempt", "article 261-7-1° du CGI"), ("franchise", "article 293 B du CGI"), ("liable", "Lignes sans taux")],
)
def test_without_vat_a_receipt_says_why(status: str, said: str) -> None:
    shown = DocumentView(content(vat_status=status, lines=[line("Journée", "Day pass", 500, status=status)]))
    assert said in pages_of(shown)[0]


def test_vat_stands_with_its_rate_and_amount() -> None:
    taxed = line("Journée", "Day pass", 500, vat=2000, status="liable", net_cents=417, tax_cents=83)
    vat = [{"rate": 2000, "net_cents": 417, "tax_cents": 83}]
    shown = DocumentView(content(vat_status="liable", lines=[taxed], vat=vat))
    [text] = pages_of(shown)
    assert "20 %" in text and "4,17 €" in text and "0,83 €" in text
    assert receipt_words.exemptions(shown.content) == []


def test_an_advance_alone_says_the_association_s_status() -> None:
    assert "article 261-7-1°" in pages_of(DocumentView(content(lines=[], advance_cents=1000)))[0]


@pytest.mark.parametrize(
    ("closing", "said"), [(0, "Rien à payer"), (900, "Reste à régler"), (-900, "Avance sur le compte")]
)
def test_a_statement_ends_with_what_is_left(closing: int, said: str) -> None:
    [text] = pages_of(DocumentView(statement(closing_cents=closing), "Inès Moreau"))
    assert said in text and "avance 5,00 €" in text and "Relevé R-000012" in text


def test_a_qr_counts_what_is_alike() -> None:
    days = [line("Journée", "Day pass", 500) for _ in range(12)]
    text = receipt_texts.as_qr_text(DocumentView(content(lines=days, total_cents=6000, advance_cents=0), "Inès Moreau"))
    assert "12 x Journée 60,00" in text and "Payé 60,00 EUR chèque" in text
    assert "Inès" not in text


def test_what_a_name_holds_is_text_on_paper() -> None:
    [text] = pages_of(DocumentView(content(), "<b>Inès</b> & fils"))
    assert "<b>Inès</b> & fils" in text
