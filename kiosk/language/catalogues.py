"""Finds the languages beside French and English: a gettext file each in the folder locale, keyed by the French.

A file is read when its language is first spoken; of the others only the head is, to know whether it is complete.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from gettext import c2py
from pathlib import Path
from typing import Final

from kiosk.language.po_files import head, messages

Language = str  # a code such as "fr", "en", "nl"
OURS: Final[Mapping[Language, str]] = {"fr": "français", "en": "English"}
"""The languages that stand in the code, by their own names."""

COMPLETE: Final = "X-Complete"  # "yes" in the head of a file in which nothing is missing
NAME: Final = "X-Name"  # what its speakers call the language
_PLURAL: Final = "nplurals=2; plural=(n != 1);"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What one file says."""

    texts: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)  # by context and French
    plural: Callable[[int], int] = int
    doubted: frozenset[tuple[str, str]] = frozenset()  # guesses of what names a sum or a yes

    def said(self, fr: str, en: str) -> str | None:
        """A sentence, or None where the file has none. Its English chooses where one French says two things."""
        found = self.texts.get((en, fr)) or self.texts.get(("", fr))
        return found[0] if found else None

    def counted(self, fr: str, en: str, count: int) -> str | None:
        """The sentence for a number, by that of one; or None where the file has none."""
        found = self.texts.get((en, fr)) or self.texts.get(("", fr))
        return found[min(self.plural(abs(count)), len(found) - 1)] if found else None

    def stand_in(self, fr: str, en: str) -> Language:
        """The language of what this file lacks: English where it has a guess at a sum or a yes, else the house's."""
        return "en" if (en, fr) in self.doubted or ("", fr) in self.doubted else house()


class _Places:
    """Where the files lie, and which of our two languages stands in for what they lack. Tests set both."""

    folder = Path(__file__).parent.parent / "locale"
    house: Language = "fr"


def house() -> Language:
    """The house's language if it is one of ours, else French: what is said where a file says nothing."""
    return _Places.house if _Places.house in OURS else "fr"


def settled() -> Language:
    """The house's language, whichever it is: what the association writes is there in this one, if in any."""
    return _Places.house


def settle(language: Language) -> None:
    """Let the house speak this language."""
    _Places.house = language


def look_in(folder: Path) -> Path:
    """Take the files from another folder from now on; returns the one before."""
    before, _Places.folder = _Places.folder, folder
    of.cache_clear()
    _heads.cache_clear()
    return before


def offered() -> tuple[Language, ...]:
    """The languages that may be chosen: French, English, and each whose file is complete."""
    return (*OURS, *_heads())


def known() -> tuple[Language, ...]:
    """The languages that a home may be in: those offered, and those whose file lacks something since an update."""
    return (*OURS, *sorted(path.stem for path in _Places.folder.glob("*.po")))


def after(code: Language) -> Language:
    """The language that a button which goes through them all offers beside this one."""
    found = offered()
    return found[(found.index(code) + 1) % len(found)] if code in found else found[0]


def names() -> list[tuple[Language, str]]:
    """The languages that may be chosen, each by what its speakers call it."""
    return [(code, name_of(code)) for code in offered()]


def name_of(code: Language) -> str:
    """Return a language's own name for itself; its code where that is unknown."""
    return OURS.get(code) or _heads().get(code, code)


def language_of(code: str | None, otherwise: Language) -> Language:
    """The language of a code if it is offered, else the other one given."""
    return code if code is not None and code in offered() else otherwise


@cache
def of(language: Language) -> Catalogue:
    """The file of a language, read once; an empty one where there is none."""
    path = _Places.folder / f"{language}.po"
    if not language.isalnum() or not path.is_file():
        return Catalogue()
    text = path.read_text("utf-8")
    rule = head(text).get("Plural-Forms", _PLURAL).partition("plural=")[2].rstrip(" ;\n")
    texts, doubted = dict[tuple[str, str], tuple[str, ...]](), set[tuple[str, str]]()
    for each in messages(text):  # one at a time: what is read of thousands would lie between what is kept
        if each.is_said:
            texts[each.context, each.fr] = each.said
        if each.is_doubted:
            doubted.add((each.context, each.fr))
    return Catalogue(texts, c2py(rule), frozenset(doubted))


@cache
def _heads() -> dict[Language, str]:
    """The names of the languages whose files are complete, by code."""
    found = {}
    for path in sorted(_Places.folder.glob("*.po")):
        with path.open(encoding="utf-8") as file:
            said = head(file.read(4096))
        if said.get(COMPLETE) == "yes":
            found[path.stem] = said.get(NAME, path.stem)
    return found
