"""Shares what the pages about receipts need: their blueprint, the use-case, rights, words for documents."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, request

from kiosk.books.documents import Document
from kiosk.books.receipts import Receipts
from kiosk.domain.books.documents import Kind, reference
from kiosk.errors import RequestError
from kiosk.exports.books import let_words, receipt_words
from kiosk.store.money import tab_rows
from kiosk.web.desk.common.labels import methods
from kiosk.web.desk.common.office import Office, office
from kiosk.web.desk.common.paging import again, link
from kiosk.web.desk.common.permissions import May, may
from kiosk.web.desk.common.words import t

area = Blueprint("receipts", __name__)


@area.context_processor
def _here() -> dict[str, Any]:
    """Return the values that all templates of these pages use; `here` marks their area: the books, or else money."""
    return {
        "here": "books" if request.path.startswith("/books") else "money",
        "again": again,
        "link": link,
        "methods": methods(),
        "kinds": kinds(),
        "ways": ways(),
        "reference": reference,
        "words": receipt_words,
        "lets": let_words,
    }


def kinds() -> dict[str, str]:
    """Return the kinds of documents in the receipts' series, in words, by code."""
    return {
        Kind.RECEIPT.value: t("reçu", "receipt"),
        Kind.NOTE.value: t("note", "note"),
        Kind.STATEMENT.value: t("relevé", "statement"),
        Kind.TAX_RECEIPT.value: t("reçu fiscal", "tax receipt"),
    }


def ways() -> dict[str, str]:
    """Return the ways in which a document is handed out, in words, by code."""
    return {
        "print": t("imprimé", "printed"),
        "screen": t("montré à l’écran", "shown on the screen"),
        "mail": t("envoyé par e-mail", "sent by e-mail"),
    }


def issuing() -> Receipts:
    """Return the receipts' use-case, in the name of the signed-in officer."""
    desk = office()
    return Receipts.of(desk)


def check_act(connection: sa.Connection, desk: Office, entry: int | None) -> None:
    """Limit officers without the right to see accounts to their own acts. Answers 403 for an act with an entry of
    another author, or a document that is about no entry (None); 404 where there is no such entry.
    """
    if may(May.SEE_MONEY):
        return
    try:
        rows = [] if entry is None else tab_rows.act(connection, entry)
    except RequestError:
        abort(404)
    if not rows or any(row.actor != desk.actor for row in rows):
        abort(403)


def about(document: Document) -> int | None:
    """Return the number of the entry that a receipt or a note is about; None for a statement."""
    entry: int | None = document.content.get("entry")
    return entry
