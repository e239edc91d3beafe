"""Prints receipts, notes and statements as PDF, or shows them as a page. Their words are in `receipt_words`."""

from typing import Any

from kiosk.domain.books.documents import DocumentView, Kind
from kiosk.exports import pages
from kiosk.exports.books import let_words, receipt_words


def pdf(shown: DocumentView) -> bytes:
    """Return the document as a PDF. Raises MachineError `pdf`."""
    return pages.printed(_template(shown), shown.language, **page_values(shown))


def html(shown: DocumentView) -> str:
    """Return the document as an HTML page."""
    return pages.html(_template(shown), shown.language, **page_values(shown))


def _template(shown: DocumentView) -> str:
    """Return the name of the template for a document's kind."""
    template_by_kind = {Kind.STATEMENT: "statement.html", Kind.TAX_RECEIPT: "gift_receipt.html"}
    return template_by_kind.get(shown.content["kind"], "receipt.html")


def page_values(shown: DocumentView) -> dict[str, Any]:
    """Return the values that the templates need, in the document's language."""
    language = shown.language
    return {
        "shown": shown,
        "content": shown.content,
        "training": shown.content["training"],
        "title": receipt_words.title(shown),
        "label": lambda line: receipt_words.label(line, language),
        "method": lambda code: receipt_words.method(code, language),
        "quantity": lambda line: let_words.quantity(line, language),
        "unit_cents": let_words.unit_cents,
        "rate": lambda hundredths: receipt_words.rate(hundredths, language),
        "exemptions": receipt_words.exemptions(shown.content),
        "issuer": receipt_words.issuer(shown.content, language),
        "marks": receipt_words.marks(shown),
        "head": receipt_words.head(shown.content, receipt_words.speaks(language)),
        "balance": lambda cents: receipt_words.balance(cents, language),
        "short_day": receipt_words.short_day,
        "whose": lambda line: receipt_words.for_whom(shown, line),
        "part": lambda line: receipt_words.part(line, language),
        "gone": lambda line: receipt_words.gone(shown, line),
    }
