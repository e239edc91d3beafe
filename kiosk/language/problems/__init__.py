"""Puts every error code into words, once for the whole program: what is wrong, and what to do about it.

An error's own message is for the terminal and the log: one line of English with names and numbers. These are for
people, in each language, and hold wherever the code may come up. `docs/erreurs.md` has more to say of each.
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
VALUED: Final[Mapping[str, Text]] = {**money.VALUED, **rooms.VALUED}
"""Words of an error that came with its values."""


def told(code: str, language: Language, values: Mapping[str, object] = MappingProxyType({})) -> str:
    """What is wrong, and what to do; nothing for what is no code of ours."""
    text = PROBLEMS.get(code)
    return "" if text is None else text.to(language, **{**dict.fromkeys(places_of(text), "…"), **values})


def places_of(text: Text) -> set[str]:
    """The values that a text has a place for."""
    return {name for _, name, _, _ in Formatter().parse(text.fr) if name}
