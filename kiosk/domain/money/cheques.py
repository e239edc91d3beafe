"""Writes and reads in a payment's free text what a cheque or a transfer says; any part of it may be missing."""

from datetime import date

from msgspec import Struct

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
        parts = (f"reçu le {self.on:%d/%m/%Y}" if self.on else "", f"réf. {reference}" if reference else "")
        return " ; ".join(part for part in parts if part) or None
