"""Writes and reads the details of a cheque or a transfer in a payment's free text; any of them may be missing.

The free text stands beside the payment's entry, so that it can be erased. It is stored in French, like the whole
ledger; `exports/payment_words` translates it.
"""

import re
from datetime import date, datetime

from msgspec import Struct

_ON, _REFERENCE = re.compile(r"reçu le (\d{2}/\d{2}/\d{4})"), "réf. "
_NAMES = {"bank": "banque", "number": "n°", "drawer": "au nom de"}


class Cheque(Struct, frozen=True):
    """The details of a cheque that a deposit slip needs."""

    bank: str = ""
    number: str = ""
    drawer: str = ""

    @property
    def text(self) -> str | None:
        """Return the cheque as the ledger's free text; None where nothing is known."""
        parts = ((name, getattr(self, field).replace(";", ",")) for field, name in _NAMES.items())
        return " ; ".join(f"{name} {value}" for name, value in parts if value) or None


def read(text: str | None) -> Cheque:
    """Return the cheque in a free text; details written otherwise, or erased, are empty."""
    details: dict[str, str] = {}
    for part in (text or "").split(";"):
        for field, name in _NAMES.items():
            if part.strip().startswith(f"{name} "):
                details.setdefault(field, part.strip().removeprefix(f"{name} ").strip())
    return Cheque(**details)


class Transfer(Struct, frozen=True):
    """The details of a transfer from the bank's statement."""

    on: date | None = None
    reference: str = ""

    @property
    def text(self) -> str | None:
        """Return the transfer as the ledger's free text; None where nothing is known."""
        reference = self.reference.replace(";", ",")
        parts = (f"reçu le {self.on:%d/%m/%Y}" if self.on else "", f"{_REFERENCE}{reference}" if reference else "")
        return " ; ".join(part for part in parts if part) or None


def read_transfer(text: str | None) -> Transfer:
    """Return the transfer in a free text; details written otherwise are empty."""
    on, reference = None, ""
    for part in (text or "").split(" ; "):
        match = _ON.fullmatch(part)
        if match is not None:
            on = datetime.strptime(match[1], "%d/%m/%Y").date()  # noqa: DTZ007  # a day, of no place
        elif part.startswith(_REFERENCE):
            reference = part.removeprefix(_REFERENCE)
    return Transfer(on, reference)
