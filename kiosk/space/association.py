"""Checks the association's identity, as its documents print it: each number by its own rule, before it is stored."""

import re
from collections.abc import Callable, Mapping

from kiosk.domain.members import contacts
from kiosk.domain.problems import Problem
from kiosk.errors import RequestError
from kiosk.store.space.book_rules import IDENTITY, LONGEST

_RNA = re.compile(r"W[0-9][0-9A-Z][0-9]{7}")  # the third character is a letter in Corsica and overseas
_COLOUR = re.compile(r"#[0-9a-f]{6}")
MOST_LINES = 6  # of an address


def checked(typed: Mapping[str, str]) -> tuple[dict[str, str], set[str]]:
    """Clean the typed fields of an identity. Return those that are not empty, and the names of those that are wrong.

    A French VAT number has to end with the SIREN.
    """
    correct: dict[str, str] = {}
    wrong: set[str] = set()
    for name in IDENTITY:
        try:
            text = clean(name, typed.get(name, ""))
        except Problem:
            wrong.add(name)
        else:
            correct |= {name: text} if text else {}
    siren = correct.get("siren")
    if siren is not None and not correct.get("vat_number", siren).endswith(siren):
        wrong.add("vat_number")
    return correct, wrong


def cleaned(typed: Mapping[str, str]) -> dict[str, str]:
    """Return the typed fields of an identity, cleaned. Raises RequestError `association`, naming the wrong fields."""
    correct, wrong = checked(typed)
    wrong |= typed.keys() - set(IDENTITY)
    if wrong:
        message = "the association's identity is wrong in: {fields}"
        raise RequestError("association", message, fields=", ".join(sorted(wrong)))
    return correct


def check(identity: Mapping[str, str]) -> None:
    """Refuse an identity that is not exactly as `cleaned` returns it. Raises RequestError `association`."""
    if cleaned(identity) != identity:
        raise RequestError("association", "the association's identity is not in the form in which it is kept")


def clean(name: str, text: str) -> str:
    """Return one field of an identity, cleaned; an empty one stays empty. Raises Problem `association`, or the Problem
    of a contact.
    """
    lines = [" ".join(line.split()) for line in text.splitlines()]
    kept = "\n".join(line for line in lines if line)
    if not kept:
        return ""
    count = MOST_LINES if name == "address" else 1
    if len(kept) > LONGEST or kept.count("\n") >= count or not kept.replace("\n", "").isprintable():
        raise Problem(
            "association",
            "{rule} has {longest} characters at the most, on {count} lines",
            rule=name,
            longest=LONGEST,
            count=count,
        )
    return _RULES.get(name, str)(kept)


def _by_library(module: str) -> Callable[[str], str]:
    """Return a rule that checks a number with a module of python-stdnum and returns its compact form."""

    def rule(text: str) -> str:
        """Return a number in its compact form. Raises Problem `association` where its check digits are wrong."""
        from importlib import import_module

        from stdnum.exceptions import ValidationError

        try:
            return str(import_module(f"stdnum.{module}").validate(text))
        except ValidationError:
            raise Problem(
                "association", "this is no {kind}: {given!r}", kind=module.rpartition(".")[2].upper(), given=text
            ) from None

    return rule


def _vat_number(text: str) -> str:
    """Return a French VAT number with its FR. Raises Problem `association`."""
    compact = _by_library("fr.tva")(text)
    return compact if compact.startswith("FR") else f"FR{compact}"


def _rna(text: str) -> str:
    """Return the number in the national register of associations. Raises Problem `association`."""
    compact = "".join(text.split()).upper()
    if _RNA.fullmatch(compact) is None:
        raise Problem("association", "an RNA number is W and nine signs, not {given!r}", given=text)
    return compact


def _colour(text: str) -> str:
    """Return a colour such as #1a2b3c. Raises Problem `association`."""
    if _COLOUR.fullmatch(text.lower()) is None:
        raise Problem("association", "a colour is # and six signs from 0 to f, not {given!r}", given=text)
    return text.lower()


# How each field is checked and written; the others are only cleaned.
_RULES: Mapping[str, Callable[[str], str]] = {
    "siren": _by_library("fr.siren"),
    "rna": _rna,
    "vat_number": _vat_number,
    "iban": _by_library("iban"),
    "bic": _by_library("bic"),
    "email": lambda text: contacts.email(text) or "",
    "phone": lambda text: contacts.phone(text) or "",
    "colour": _colour,
}
