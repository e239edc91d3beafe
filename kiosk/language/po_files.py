"""Reads gettext's `.po` files, with the standard library alone: what people translate in is what the program reads."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """One entry: a sentence, its plural if it has one, and what is said for it, a form for each number."""

    context: str
    fr: str
    said: tuple[str, ...]
    is_fuzzy: bool = False

    @property
    def is_said(self) -> bool:
        """Whether it is translated, and somebody stands by it."""
        return bool(self.fr) and not self.is_fuzzy and all(self.said)


def messages(text: str) -> Iterator[Message]:
    """The entries of a file, its head left out; obsolete ones are comments and no entries."""
    for block in text.replace("\r\n", "\n").split("\n\n"):
        fields, is_fuzzy = _fields(block)
        if fields.get("msgid"):
            said = tuple(value for name, value in fields.items() if name.startswith("msgstr"))
            yield Message(fields.get("msgctxt", ""), fields["msgid"], said, is_fuzzy)


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
