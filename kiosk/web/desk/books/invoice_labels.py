"""Shares what the pages about invoices need: their blueprint, and names of states and documents."""

from typing import Any

from flask import Blueprint

from kiosk.domain.books import documents
from kiosk.domain.books.invoices import State
from kiosk.web.desk.common.paging import again, link
from kiosk.web.desk.common.words import t, told

area = Blueprint("invoices", __name__, url_prefix="/books/invoices")
TAGS = {State.PAID: "good", State.PARTLY: "warn", State.OVERDUE: "bad"}  # colours of states; others have none


@area.context_processor
def _here() -> dict[str, Any]:
    """Return what all templates of these pages use, and mark the pages as part of the books."""
    return {
        "here": "books",
        "again": again,
        "link": link,
        "reference": reference,
        "states": states(),
        "tags": TAGS,
        "told": told,
    }


def reference(series: str, number: int) -> str:
    """Return a document's reference, by its series and number."""
    return documents.reference(series, number)


def states() -> dict[State, str]:
    """Return the states of an invoice, in words."""
    return {
        State.OPEN: t("à payer", "to be paid"),
        State.PARTLY: t("payée en partie", "partly paid"),
        State.PAID: t("payée", "paid"),
        State.OVERDUE: t("en retard", "overdue"),
        State.CREDITED: t("annulée par un avoir", "cancelled by a credit note"),
    }
