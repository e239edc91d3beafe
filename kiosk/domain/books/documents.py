"""Puts what receipts, invoices and credit notes say into one canonical text with a digest, and names them."""

import hashlib
import json
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from kiosk.domain.chain import Json

FORM = 1  # version of the content; a document keeps the form it was issued in
HEAD_DIGITS = 8  # of the chain's head, on each document
NOTE_FROM_CENTS = 2500  # a note is compulsory from here on, VAT included (arrêté n° 83-50/A)


class Series(StrEnum):
    """What is numbered together, without gaps."""

    RECEIPT = "receipt"
    INVOICE = "invoice"
    CREDIT_NOTE = "credit-note"


class Kind(StrEnum):
    """What a document is. Receipts, notes, statements and tax receipts share the receipts' numbers."""

    RECEIPT = "receipt"  # of a payment
    NOTE = "note"  # of a charge, for who asks
    STATEMENT = "statement"  # of a month
    TAX_RECEIPT = "tax-receipt"  # of a gift
    INVOICE = "invoice"
    CREDIT_NOTE = "credit-note"


# A letter and six digits, or the word and any number: what a person types from the paper.
_INVOICE = re.compile(r"\bF[ -]?(\d{6})\b|\bfactures?\W{0,3}(?:n\W{0,3})?(?:F[ -]?)?0*(\d{1,6})\b", re.IGNORECASE)
_LETTERS = {Series.RECEIPT: "R", Series.INVOICE: "F", Series.CREDIT_NOTE: "A"}


def reference(series: str, number: int) -> str:
    """How a document is called: `R-000012`."""
    return f"{_LETTERS[Series(series)]}-{number:06d}"


def invoices_named(*texts: str | None) -> frozenset[int]:
    """The numbers of invoices that a bank's words name without a doubt: `F-000012`, `F000012`, `facture n° 12`."""
    return frozenset(
        int(whole or short) for text in texts if text for whole, short in _INVOICE.findall(text) if whole or short
    )


def canonical(content: Json) -> str:
    """A content as it is stored: JSON with sorted keys, without spaces."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(text: str) -> str:
    """What the chain holds of a document: SHA-256 of its canonical content, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def head_digits(mac: bytes) -> str:
    """A head in short, as it stands on a document."""
    return mac.hex()[:HEAD_DIGITS]


class DocumentView(Struct, frozen=True):
    """A document as a reader sees it.

    `payer` and `names` are today's names of the people whom the content names by number; `duplicate` says that it was
    handed out before, `void` which entry reversed its subject, `gone` which of the entries in its lines were reversed
    since; `donor` the giver, on a tax receipt.
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
        """How it is called."""
        return reference(self.content["series"], self.content["number"])

    @property
    def language(self) -> str:
        """The recipient's."""
        return str(self.content["language"])
