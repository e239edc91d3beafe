"""Makes the canonical text of receipts, invoices and credit notes, with its digest, and names documents."""

import hashlib
import json
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from kiosk.domain.chain import Json

FORM = 1  # version of the content's form; a document keeps the one it was issued in
HEAD_DIGITS = 8  # of the chain's head, printed on each document
NOTE_FROM_CENTS = 2500  # a note is compulsory from this amount on, VAT included (arrêté n° 83-50/A)


class Series(StrEnum):
    """Documents that are numbered together, without gaps."""

    RECEIPT = "receipt"
    INVOICE = "invoice"
    CREDIT_NOTE = "credit-note"


class Kind(StrEnum):
    """The kind of a document. Receipts, notes, statements and tax receipts share the receipts' numbers."""

    RECEIPT = "receipt"  # of a payment
    NOTE = "note"  # of a charge, on request
    STATEMENT = "statement"  # of a month
    TAX_RECEIPT = "tax-receipt"  # of a gift
    INVOICE = "invoice"
    CREDIT_NOTE = "credit-note"


# A letter and six digits, or the word "facture" and any number, as people copy it from paper.
_INVOICE = re.compile(r"\bF[ -]?(\d{6})\b|\bfactures?\W{0,3}(?:n\W{0,3})?(?:F[ -]?)?0*(\d{1,6})\b", re.IGNORECASE)
_LETTERS = {Series.RECEIPT: "R", Series.INVOICE: "F", Series.CREDIT_NOTE: "A"}  # in documents' names


def reference(series: str, number: int) -> str:
    """Return a document's name: `R-000012`."""
    return f"{_LETTERS[Series(series)]}-{number:06d}"


def invoices_named(*texts: str | None) -> frozenset[int]:
    """Return the numbers of invoices that a bank line's texts name for certain: `F-000012`, `F000012`,
    `facture n° 12`. A bare number names none; None and "" are passed over.
    """
    return frozenset(
        int(whole or short) for text in texts if text for whole, short in _INVOICE.findall(text) if whole or short
    )


def canonical(content: Json) -> str:
    """Return a content as it is stored: JSON with sorted keys, without spaces."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(text: str) -> str:
    """Return what the chain holds of a document: the SHA-256 of its canonical content, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def head_digits(mac: bytes) -> str:
    """Return the first hexadecimal digits of the chain's head, as printed on a document."""
    return mac.hex()[:HEAD_DIGITS]


class DocumentView(Struct, frozen=True):
    """A document as a reader sees it.

    `payer` and `names` are the present names of people whom the content names by number; `duplicate`: it was handed out
    before; `void` is the entry that reversed its subject, `gone` the entries of its lines that were reversed since;
    `donor` is the giver, on a tax receipt.
    """

    content: Mapping[str, Any]
    payer: str | None = None
    names: Mapping[int, str] = field(default_factory=dict)
    duplicate: bool = False
    void: int | None = None
    gone: frozenset[int] = frozenset()
    donor: str | None = None

    @property
    def reference(self) -> str:
        """Return the document's name."""
        return reference(self.content["series"], self.content["number"])

    @property
    def language(self) -> str:
        """Return the recipient's language."""
        return str(self.content["language"])
