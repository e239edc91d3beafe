"""Makes a transfer as a QR code that banks' applications read (EPC069-12, version 2).

Only what every bank accepts: ASCII letters, an amount of whole cents, an IBAN with valid check digits. None of it is
secret; after scanning it, the payer still decides in their own bank's application.
"""

import unicodedata

from msgspec import Struct

from kiosk.errors import RequestError
from kiosk.exports import qr

LEAST_CENTS, MOST_CENTS = 1, 99_999_999_999  # that a transfer may be of
LONGEST_NAME, LONGEST_TEXT = 70, 140  # characters
_OTHERS = frozenset("/-?:().,'+ ")  # the other characters that SEPA allows


class Transfer(Struct, frozen=True):
    """A transfer: its payee, account, amount and words. Made by `transfer`, which checks it."""

    name: str
    iban: str
    bic: str
    cents: int
    text: str

    @property
    def spaced_iban(self) -> str:
        """Return the IBAN in groups of four, as people type it."""
        return " ".join(self.iban[begin : begin + 4] for begin in range(0, len(self.iban), 4))

    @property
    def content(self) -> str:
        """Return the text of the QR code."""
        euros = f"EUR{self.cents // 100}.{self.cents % 100:02}"
        # The standard's lines in their order: the empty ones are the purpose, and a reference in a form of its own.
        return "\n".join(["BCD", "002", "1", "SCT", self.bic, self.name, self.iban, euros, "", "", self.text])


def transfer(name: str, iban: str, cents: int, text: str, bic: str = "") -> Transfer:
    """Check and return a transfer. Raises RequestError `payee`, `iban`, `bic` or `amount`."""
    from stdnum import bic as bics
    from stdnum import iban as ibans

    plain = ascii_of(name)[:LONGEST_NAME].strip()
    if not plain:
        raise RequestError("payee", "a transfer needs the association's name: enter it in the rules")
    if not ibans.is_valid(iban):
        raise RequestError("iban", "a transfer needs the association's IBAN: enter it in the rules")
    if bic and not bics.is_valid(bic):
        raise RequestError("bic", "a BIC has 8 or 11 letters and digits")
    if not LEAST_CENTS <= cents <= MOST_CENTS:
        raise RequestError("amount", "a transfer is of 0.01 to 999999999.99 euros", field="amount")
    return Transfer(
        plain,
        ibans.compact(iban),
        bics.compact(bic) if bic else "",
        cents,
        ascii_of(text)[:LONGEST_TEXT].strip(),
    )


def ascii_of(text: str) -> str:
    """Return a text in the letters that every bank accepts: `Élan & Cie` becomes `Elan Cie`."""
    letters = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE").replace("’", "'"))
    plain_letters = (
        letter if letter.isascii() and (letter.isalnum() or letter in _OTHERS) else " "
        for letter in letters
        if not unicodedata.combining(letter)
    )
    return " ".join("".join(plain_letters).split())


def svg(transfer: Transfer, title: str) -> str:
    """Return the QR code as an SVG to stand in a page; `title` describes it to screen readers."""
    return qr.svg(transfer.content, title=title)
