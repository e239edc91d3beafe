"""Invoices as values: their sums, what is left of them, how they stand."""

from datetime import date, timedelta

import pytest

from kiosk.domain.books import invoices
from kiosk.domain.books.invoices import Corrected, Invoice, InvoiceBalance, Line, Note, Party, State
from kiosk.domain.problems import Problem

DAY = date(2026, 11, 25)


def line(cents: int, rate: int | None = None, status: str = "exempt") -> Line:
    return Line(entry=1, day_on=DAY, label="Journée", cents=cents, rate=rate, status=status)


def invoice(*lines: Line) -> Invoice:
    party = Party(name="La Coroutine")
    return Invoice(kind="invoice", number=1, issued_on=DAY, language="fr", seller=party, buyer=party, lines=lines)


def test_sums_by_rate_add_up_to_the_whole() -> None:
    found = invoice(line(500, 2000), line(1055, 550), line(500, 2000), line(300), line(200, None, "franchise"))
    assert [(tax.rate, tax.net_cents, tax.tax_cents) for tax in found.taxes] == [
        (2000, 834, 166), (550, 1000, 55), (None, 300, 0), (None, 200, 0),
    ]  # fmt: skip
    assert found.net_cents + found.tax_cents == found.cents == sum(each.cents for each in found.lines)
    assert sum(tax.net_cents for tax in found.taxes) == found.net_cents


def test_an_invoice_has_lines() -> None:
    with pytest.raises(Problem, match="one line"):
        invoice().check()


@pytest.mark.parametrize(
    ("counts", "paid", "days", "state"),
    [
        (1000, 0, 0, State.OPEN),
        (1000, 300, 0, State.PARTLY),
        (1000, 1000, 9, State.PAID),
        (1000, 300, 1, State.OVERDUE),
        (1000, 0, 1, State.OVERDUE),
        (0, 0, 9, State.CREDITED),
    ],
)
def test_an_invoice_stands_as_what_counts_is_paid(counts: int, paid: int, days: int, state: State) -> None:
    assert InvoiceBalance(counts, paid, DAY).state(DAY + timedelta(days=days)) is state
    assert InvoiceBalance(counts, paid, DAY).left_cents == counts - paid


def test_what_is_kept_is_read_back() -> None:
    lines = [Line(entry=7, day_on=DAY, label="Mois", cents=10000, member=3, from_on=DAY, until_on=date(2026, 12, 24))]
    own = invoices.content(lines, [Note("PMD", "tard")], paid_cents=5, order_reference="BC", corrects=Corrected(2, DAY))
    kept = {
        **own,
        "series": "credit-note",
        "number": 4,
        "issued_on": "2026-11-26",
        "due_on": None,
        "language": "en",
        "training": True,
        "association": {"name": "La Coroutine", "address": "12 rue\n59000 Lille", "siren": "732829320"},
        "organisation": {"id": 1, "name": "Ville", "address": None, "service_code": "SC", "is_public": True},
        "head": {"entry": 12, "mac": "0a1b2c3d"},
    }
    found = invoices.read(kept)
    assert (found.reference, found.corrected) == ("ECOLE-A-000004", "ECOLE-F-000002")
    assert found.lines == tuple(lines)
    assert found.seller.address == ("12 rue", "59000 Lille")
    assert (found.buyer.address, found.buyer.is_public, found.service_code) == ((), True, "SC")
    assert (found.paid_cents, found.due_cents, found.order_reference) == (5, 9995, "BC")


def test_public_bodies_pay_late_by_another_law_and_everybody_forty_euros() -> None:
    for language in ("fr", "en"):
        for is_public in (False, True):
            notes = invoices.mentions(language, is_public=is_public)
            assert [note.code for note in notes] == ["PMD", "PMT", "AAB"]
            assert "40" in notes[1].text
            assert ("R2192-31" in notes[0].text) is is_public
    discounts = [invoices.mentions(language, is_public=False)[2].text for language in ("fr", "en", "nl")]
    first = "Pas d’escompte pour paiement anticipé."
    assert discounts == [
        first,
        f"{first} / No discount for early payment.",
        f"{first} / Geen korting bij vervroegde betaling.",
    ]
    assert invoices.mentions("fr", is_public=False, penalties="Cinq fois.")[0].text == "Cinq fois."
