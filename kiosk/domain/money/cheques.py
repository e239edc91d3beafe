"""Writes and reads a cheque in a payment's free text: its bank, number and drawer, any of which may be missing."""

from dataclasses import dataclass

_NAMES = {"bank": "banque", "number": "n°", "drawer": "au nom de"}


@dataclass(frozen=True, slots=True)
class Cheque:
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
