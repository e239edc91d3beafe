"""Shared by the pages about invoices: their area, and names of states, places of errors."""

from typing import Any

from flask import Blueprint

from kiosk.domain.books import documents
from kiosk.domain.books.invoices import State
from kiosk.web.desk.common.paging import again, link
from kiosk.web.desk.common.words import t, told

area = Blueprint("invoices", __name__, url_prefix="/books/invoices")
TAGS = {State.PAID: "good", State.PARTLY: "warn", State.OVERDUE: "bad"}


@area.context_processor
def _here() -> dict[str, Any]:
    """These pages belong to the books' line of the navigation."""
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
    """How a document is called."""
    return documents.reference(series, number)


def states() -> dict[State, str]:
    """How an invoice stands, in words."""
    return {
        State.OPEN: t("à payer", "to be paid"),
        State.PARTLY: t("payée en partie", "partly paid"),
        State.PAID: t("payée", "paid"),
        State.OVERDUE: t("en retard", "overdue"),
        State.CREDITED: t("annulée par avoir", "credited"),
    }
