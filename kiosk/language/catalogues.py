"""Finds the languages other than French and English: a gettext file each in the folder locale, keyed by the French
sentence.

A file is read when its language is first used; of the others only the header is read, to know whether it is complete.
The *house's* language is the one that the home is set to.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from gettext import c2py
from pathlib import Path
from typing import Final

from kiosk.language.po_files import head, messages

Language = str  # a code, such as "fr"
OURS: Final[Mapping[Language, str]] = {"fr": "français", "en": "English"}
"""The languages that are in the code, with their own names."""

COMPLETE: Final = "X-Complete"  # "yes" in the header of a file that lacks nothing
NAME: Final = "X-Name"  # the language's own name
_PLURAL: Final = "nplurals=2; plural=(n != 1);"  # for a file whose header has no rule


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The translations of one language's file."""

    texts: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)  # by context and French
    plural: Callable[[int], int] = int  # from a count to the place of its form in a sentence's translations
    doubted: frozenset[tuple[str, str]] = frozenset()  # unconfirmed ones that name an amount or a consent

    def translation(self, fr: str, en: str) -> str | None:
        """Return the translation of a sentence; None where the file has none. The English decides where one French
        sentence has two meanings.
        """
        forms = self.texts.get((en, fr)) or self.texts.get(("", fr))
        return forms[0] if forms else None

    def counted(self, fr: str, en: str, count: int) -> str | None:
        """Return the translation of a sentence for a number, looked up by its singular; None where the file has
        none.
        """
        forms = self.texts.get((en, fr)) or self.texts.get(("", fr))
        return forms[min(self.plural(abs(count)), len(forms) - 1)] if forms else None

    def stand_in(self, fr: str, en: str) -> Language:
        """Return the language used in place of a missing translation: English for an unconfirmed one that names an
        amount or a consent, else the house's.
        """
        return "en" if (en, fr) in self.doubted or ("", fr) in self.doubted else house()


class _Places:
    """The folder of the files, and the house's language, which each program sets at its start. Tests set both."""

    folder = Path(__file__).parent.parent / "locale"
    house: Language = "fr"


def house() -> Language:
    """Return the house's language if it is French or English, else French: it replaces missing translations."""
    return _Places.house if _Places.house in OURS else "fr"


def settled() -> Language:
    """Return the house's language, which may be any: the one that the association writes in first."""
    return _Places.house


def settle(language: Language) -> None:
    """Set the house's language."""
    _Places.house = language


def look_in(folder: Path) -> Path:
    """Read the files from another folder from now on, and return the former one."""
    before, _Places.folder = _Places.folder, folder
    of.cache_clear()
    _heads.cache_clear()
    return before


def offered() -> tuple[Language, ...]:
    """Return the languages that can be chosen: French, English, and each with a complete file."""
    return (*OURS, *_heads())


def known() -> tuple[Language, ...]:
    """Return the languages that a home may be set to: those offered, and those whose file lacks something since an
    update.
    """
    return (*OURS, *sorted(path.stem for path in _Places.folder.glob("*.po")))


def after(code: Language) -> Language:
    """Return the language after this one among those offered, for a button that goes through all of them."""
    languages = offered()
    return languages[(languages.index(code) + 1) % len(languages)] if code in languages else languages[0]


def names() -> list[tuple[Language, str]]:
    """Return the languages that can be chosen, each with its own name."""
    return [(code, name_of(code)) for code in offered()]


def name_of(code: Language) -> str:
    """Return a language's own name; its code where the name is unknown."""
    return OURS.get(code) or _heads().get(code, code)


def language_of(code: str | None, otherwise: Language) -> Language:
    """Return the language of a code if it is offered, else `otherwise`."""
    return code if code is not None and code in offered() else otherwise


@cache
def of(language: Language) -> Catalogue:
    """Return the translations of a language, read once; empty where there is no file."""
    path = _Places.folder / f"{language}.po"
    if not language.isalnum() or not path.is_file():
        return Catalogue()
    text = path.read_text("utf-8")
    rule = head(text).get("Plural-Forms", _PLURAL).partition("plural=")[2].rstrip(" ;\n")
    texts, doubted = dict[tuple[str, str], tuple[str, ...]](), set[tuple[str, str]]()
    for each in messages(text):  # one at a time, which keeps memory compact
        if each.may_be_shown:
            texts[each.context, each.fr] = each.forms
        if each.is_doubted:
            doubted.add((each.context, each.fr))
    return Catalogue(texts, c2py(rule), frozenset(doubted))  # `c2py` makes a function of gettext's plural rule


@cache
def _heads() -> dict[Language, str]:
    """Return the names of the languages whose files are complete, by code."""
    own_names = {}
    for path in sorted(_Places.folder.glob("*.po")):
        with path.open(encoding="utf-8") as file:
            header = head(file.read(4096))
        if header.get(COMPLETE) == "yes":
            own_names[path.stem] = header.get(NAME, path.stem)
    return own_names
