"""Prints invoices and credit notes as PDF/A-3, with their data inside where platforms can read them."""

from typing import Any

from kiosk.domain.books.invoices import Invoice
from kiosk.exports import pages
from kiosk.exports.books import facturx, invoice_words, receipt_words
from kiosk.exports.pdf import Variant


def pdf(invoice: Invoice, reason: str | None = None) -> bytes:
    """Return the document as a PDF, with Factur-X inside where the seller has a SIREN, which the format requires.
    Raises MachineError `pdf`.
    """
    inside = (facturx.attached(invoice),) if invoice.seller.siren else ()
    values = page_values(invoice, reason)
    return pages.printed("invoice.html", invoice.language, variant=Variant.ARCHIVE, attachments=inside, **values)


def page_values(invoice: Invoice, reason: str | None) -> dict[str, Any]:
    """Return the values that the template needs, in the document's language."""
    from stdnum import iban

    language = invoice.language
    t = receipt_words.speaks(language)
    return {
        "invoice": invoice,
        "reason": reason,
        "training": invoice.training,
        "title": invoice_words.title(invoice),
        "seller": invoice_words.party(invoice.seller, t),
        "buyer": invoice_words.party(invoice.buyer, t),
        "whose": lambda line: invoice_words.for_whom(line, language),
        "period": lambda line: invoice_words.period(line, language),
        "rate": lambda hundredths: receipt_words.rate(hundredths, language),
        "exempt": lambda status: receipt_words.exempt(status, language),
        "short_day": lambda on: receipt_words.short_day(on.isoformat()),
        "iban": iban.format(invoice.iban) if invoice.iban else None,
    }
