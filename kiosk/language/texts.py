"""Carries one sentence in every language: French and English are in the code, any other is looked up by the French.

French is the original, and gets the spaces that its typography wants, on a page and on paper alike.
"""

import re
from dataclasses import dataclass
from typing import Final

from kiosk.language import catalogues
from kiosk.language.catalogues import Language
from kiosk.language.names import Names

# The narrow one that print prefers before "?" is hardly seen from 1.5 m.
NO_BREAK: Final = "\u00a0"
_BEFORE_MARKS: Final = re.compile(r"(?<=«) | (?=[:;?!»€%])")


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages that stand in the code."""

    fr: str
    en: str

    def to(self, language: Language, /, **values: object) -> str:
        """The text in a language, its values filled in."""
        words = own.get(self) if own else None
        said = self._in(language) if words is None else _in_own_words(words, language)
        return said.format(**values)

    def _in(self, language: Language) -> str:
        if language == "fr":
            return french(self.fr)
        if language == "en":
            return self.en
        found = catalogues.of(language).said(self.fr, self.en)
        return self._in(catalogues.house()) if found is None else found


# The association's own words in the place of ours: put in by who checked them.
own: dict[Text, Names] = {}


def _in_own_words(words: Names, language: Language) -> str:
    said = words.to(language)
    return french(said) if said == words.by_language.get("fr") else said


@dataclass(frozen=True, slots=True)
class Plural:
    """What is said of one, and what of another number, which is filled in as `{count}`."""

    one: Text
    many: Text

    def to(self, language: Language, count: int, /, **values: object) -> str:
        """The text for a number, as the language counts: in French nothing is one, in English it is many."""
        return self._in(language, count).format(**{"count": count, **values})

    def _in(self, language: Language, count: int) -> str:
        if language == "fr":
            return french((self.one if abs(count) < 2 else self.many).fr)
        if language == "en":
            return (self.one if count == 1 else self.many).en
        found = catalogues.of(language).counted(self.one.fr, self.one.en, count)
        return self._in(catalogues.house(), count) if found is None else found


def french(text: str) -> str:
    """French words with the spaces before marks that must not break."""
    return _BEFORE_MARKS.sub(NO_BREAK, text)
