"""Reads gettext's `.po` files with only the standard library: the program reads the files that people translate in."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from string import Formatter
from typing import Final

_NO_SUM: Final = frozenset(
    {"age", "count", "days", "door", "entry", "file", "first", "folder", "host", "hour", "hours", "key", "kind", "last"}
    | {"minutes", "month", "n", "name", "names", "number", "path", "room", "server", "since", "time", "title", "until"}
    | {"user", "version", "when", "year"}
)
"""Values that never hold an amount. Any other value might: a new name counts as one until it is listed here."""
# French words and signs of an amount, and of a consent.
_SUM: Final = re.compile(r"€|\bEUR\b|\beuro|\bcentime|\d[.,]\d\d\b", re.IGNORECASE)
_YES: Final = re.compile(r"\b(?:oui|non|d’accord|accept|accord|agré|autoris|confirm|consen|engag|sign)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of a file: a sentence, its plural if it has one, and its translation."""

    context: str  # the English, where one French sentence has two
    fr: str
    forms: tuple[str, ...]  # the translation, a form for each number
    is_fuzzy: bool = False  # a guess, to be confirmed
    plural: str = ""  # the French for several; "" for a sentence without a number

    @property
    def may_be_shown(self) -> bool:
        """Return whether the translation may be shown: it is complete, and either confirmed or harmless if wrong."""
        return bool(self.fr) and all(self.forms) and (not self.is_fuzzy or self._is_harmless)

    @property
    def is_doubted(self) -> bool:
        """Return whether the translation is unconfirmed and must not be shown: it names an amount or a consent, or its
        values differ from the French.
        """
        return self.is_fuzzy and not self._is_harmless

    @property
    def _is_harmless(self) -> bool:
        """Return whether the sentence names neither an amount nor a consent, and each form has the French values."""
        french = [text for text in (self.fr, self.plural) if text]
        allowed = [values(text) for text in french]
        # A form for one number may leave out the number itself.
        fits = all(values(text) in allowed or values(text) | {"count"} in allowed for text in self.forms)
        return fits and not any(is_binding(text) for text in french)


def values(text: str) -> frozenset[str]:
    """Return the names of the values in a sentence; for a text that is no valid format a name that no sentence has, so
    that it fits no other.
    """
    try:
        return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)
    except ValueError:
        return frozenset({"{"})


def is_binding(fr: str) -> bool:
    """Return whether a sentence names an amount or a consent, so that only a confirmed translation may replace it."""
    return bool(values(fr) - _NO_SUM or _SUM.search(fr) or _YES.search(fr))


def messages(text: str) -> Iterator[Message]:
    """Yield the entries of a file without its header; obsolete ones are comments."""
    for block in text.replace("\r\n", "\n").split("\n\n"):
        fields, is_fuzzy = _fields(block)
        if fields.get("msgid"):
            translations = tuple(value for name, value in fields.items() if name.startswith("msgstr"))
            plural = fields.get("msgid_plural", "")
            yield Message(fields.get("msgctxt", ""), fields["msgid"], translations, is_fuzzy, plural)


def head(text: str) -> dict[str, str]:
    """Return the header of a file by field: its first entry, whose sentence is empty."""
    fields, _ = _fields(text.replace("\r\n", "\n").partition("\n\n")[0])
    if fields.get("msgid") != "":
        return {}
    lines = (line.partition(":") for line in fields.get("msgstr", "").splitlines())
    return {name.strip(): value.strip() for name, _, value in lines}


def _fields(block: str) -> tuple[dict[str, str], bool]:
    """Return the strings of one entry by their keywords, in order, and whether it is marked as unconfirmed (fuzzy)."""
    fields: dict[str, str] = {}
    name, is_fuzzy = "", False
    for line in block.split("\n"):
        if line.startswith("#"):
            is_fuzzy |= line.startswith("#,") and "fuzzy" in line
            continue
        keyword, _, quoted = line.partition(" ")
        if line.startswith('"'):
            fields[name] += ast.literal_eval(line)
        elif keyword.startswith("msg"):
            name = keyword
            fields[name] = ast.literal_eval(quoted)
    return fields, is_fuzzy
