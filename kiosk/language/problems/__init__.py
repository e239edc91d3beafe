"""Sentences for every error code, once for the whole program: what is wrong, and what to do about it.

An error's own message is one line of English for the terminal and the log. The sentences here are for people, in each
language, and hold wherever the code may come up. `docs/erreurs.md` explains each code.
"""

from collections.abc import Mapping
from string import Formatter
from types import MappingProxyType
from typing import Final

from kiosk.language.catalogues import Language
from kiosk.language.problems import (
    books,
    copies,
    door,
    events,
    files,
    house,
    machine,
    members,
    money,
    premises,
    rooms,
    rules,
    visitors,
)
from kiosk.language.texts import Text

PARTS: Final = (members, money, rules, books, events, files, door, copies, machine, house, rooms, premises, visitors)
PROBLEMS: Final[Mapping[str, Text]] = {code: text for part in PARTS for code, text in part.PROBLEMS.items()}
VALUED: Final[Mapping[str, Text]] = {**money.VALUED, **rooms.VALUED, **rules.VALUED}
"""Sentences with places for an error's values, in place of those of PROBLEMS where the error has all of them."""


def told(code: str, language: Language, values: Mapping[str, object] = MappingProxyType({})) -> str:
    """Return what is wrong and what to do; an empty text for an unknown code. A missing value is written "…"."""
    text = PROBLEMS.get(code)
    return "" if text is None else text.to(language, **{**dict.fromkeys(places_of(text), "…"), **values})


def places_of(text: Text) -> set[str]:
    """Return the names of the values that a text has places for."""
    return {name for _, name, _, _ in Formatter().parse(text.fr) if name}
