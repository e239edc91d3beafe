"""Reads gettext's `.po` files, with the standard library alone: what people translate in is what the program reads."""

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
"""Values that never hold a sum. Any other value might: a new name is on the safe side until it is listed here."""
_SUM: Final = re.compile(r"€|\bEUR\b|\beuro|\bcentime|\d[.,]\d\d\b", re.IGNORECASE)
_YES: Final = re.compile(r"\b(?:oui|non|d’accord|accept|accord|agré|autoris|confirm|consen|engag|sign)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Message:
    """One entry: a sentence, its plural if it has one, and what is said for it, a form for each number."""

    context: str
    fr: str
    said: tuple[str, ...]
    is_fuzzy: bool = False
    plural: str = ""

    @property
    def is_said(self) -> bool:
        """Whether it is translated and confirmed, or a guess that does no harm while it waits to be confirmed."""
        return bool(self.fr) and all(self.said) and (not self.is_fuzzy or self._is_harmless)

    @property
    def is_doubted(self) -> bool:
        """Whether it is a guess that may not be shown: it names a sum or a yes, or its values are not the French's."""
        return self.is_fuzzy and not self._is_harmless

    @property
    def _is_harmless(self) -> bool:
        french = [text for text in (self.fr, self.plural) if text]
        allowed = [values(text) for text in french]
        fits = all(values(text) in allowed or values(text) | {"count"} in allowed for text in self.said)
        return fits and not any(is_binding(text) for text in french)


def values(text: str) -> frozenset[str]:
    """The values in a sentence, by their names; what is no format has one that no sentence has."""
    try:
        return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)
    except ValueError:
        return frozenset({"{"})


def is_binding(fr: str) -> bool:
    """Whether a sentence names a sum or a yes, so that only words that were confirmed may stand for it."""
    return bool(values(fr) - _NO_SUM or _SUM.search(fr) or _YES.search(fr))


def messages(text: str) -> Iterator[Message]:
    """The entries of a file, its head left out; obsolete ones are comments and no entries."""
    for block in text.replace("\r\n", "\n").split("\n\n"):
        fields, is_fuzzy = _fields(block)
        if fields.get("msgid"):
            said = tuple(value for name, value in fields.items() if name.startswith("msgstr"))
            plural = fields.get("msgid_plural", "")
            yield Message(fields.get("msgctxt", ""), fields["msgid"], said, is_fuzzy, plural)


def head(text: str) -> dict[str, str]:
    """What the file says of itself: its first entry, whose sentence is empty."""
    fields, _ = _fields(text.replace("\r\n", "\n").partition("\n\n")[0])
    if fields.get("msgid") != "":
        return {}
    lines = (line.partition(":") for line in fields.get("msgstr", "").splitlines())
    return {name.strip(): value.strip() for name, _, value in lines}


def _fields(block: str) -> tuple[dict[str, str], bool]:
    """The strings of one entry by their keywords, in order; and whether it is marked as a guess."""
    fields: dict[str, str] = {}
    name, is_fuzzy = "", False
    for line in block.split("\n"):
        if line.startswith("#"):
            is_fuzzy |= line.startswith("#,") and "fuzzy" in line
            continue
        keyword, _, rest = line.partition(" ")
        if line.startswith('"'):
            fields[name] += ast.literal_eval(line)
        elif keyword.startswith("msg"):
            name = keyword
            fields[name] = ast.literal_eval(rest)
    return fields, is_fuzzy
