"""Writes and reads in a payment's free text what a cheque or a transfer says; any part of it may be missing.

The text is kept as it was written, in French, as all of the ledger; `exports/payment_words` says the same elsewhere.
"""

import re
from datetime import date, datetime

from msgspec import Struct

_ON, _REFERENCE = re.compile(r"reçu le (\d{2}/\d{2}/\d{4})"), "réf. "
_NAMES = {"bank": "banque", "number": "n°", "drawer": "au nom de"}


class Cheque(Struct, frozen=True):
    """What a deposit slip wants to know of it."""

    bank: str = ""
    number: str = ""
    drawer: str = ""

    @property
    def text(self) -> str | None:
        """The cheque as the ledger's free text; None where nothing is known."""
        parts = ((name, getattr(self, field).replace(";", ",")) for field, name in _NAMES.items())
        return " ; ".join(f"{name} {value}" for name, value in parts if value) or None


def read(text: str | None) -> Cheque:
    """The cheque of a free text; what is written otherwise, or was erased, is not known."""
    found: dict[str, str] = {}
    for part in (text or "").split(";"):
        for field, name in _NAMES.items():
            if part.strip().startswith(f"{name} "):
                found.setdefault(field, part.strip().removeprefix(f"{name} ").strip())
    return Cheque(**found)


class Transfer(Struct, frozen=True):
    """A transfer as the bank's statement tells of it."""

    on: date | None = None
    reference: str = ""

    @property
    def text(self) -> str | None:
        """The transfer as the ledger's free text; None where nothing is known."""
        reference = self.reference.replace(";", ",")
        parts = (f"reçu le {self.on:%d/%m/%Y}" if self.on else "", f"{_REFERENCE}{reference}" if reference else "")
        return " ; ".join(part for part in parts if part) or None


def read_transfer(text: str | None) -> Transfer:
    """The transfer of a free text; what is written otherwise is not known."""
    on, reference = None, ""
    for part in (text or "").split(" ; "):
        found = _ON.fullmatch(part)
        if found is not None:
            on = datetime.strptime(found[1], "%d/%m/%Y").date()  # noqa: DTZ007  # a day, of no place
        elif part.startswith(_REFERENCE):
            reference = part.removeprefix(_REFERENCE)
    return Transfer(on, reference)
