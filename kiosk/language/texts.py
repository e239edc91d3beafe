"""Carries one sentence in every language: French and English are in the code, any other is looked up by the French.

French is the original, and gets the spaces that its typography wants, on a page and on paper alike.
"""

import re
from dataclasses import dataclass
from typing import Any, Final, Protocol, overload

from kiosk.language import catalogues
from kiosk.language.catalogues import Language
from kiosk.language.names import Names

# The narrow one that print prefers before "?" is hardly seen from 1.5 m.
NO_BREAK: Final = "\u00a0"
_BEFORE_MARKS: Final = re.compile(r"(?<=«) | (?=[:;?!»€%])")


class Said(Protocol):
    """Whatever can be said in a language: a text, an amount, a name that the association gave."""

    def to(self, language: Language, /) -> str:
        """What it is in a language."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages that stand in the code."""

    fr: str
    en: str

    def to(self, language: Language, /, **values: object) -> str:
        """The text in a language, its values filled in."""
        words = own.get(self) if own else None
        said = self.words(language) if words is None else _in_own_words(words, language)
        return said.format(**values)

    def lawful(self, language: Language, /, **values: object) -> str:
        """A mention that French law wants in French: there, and what it means in the language beside it."""
        said, wanted = self.to(language, **values), french(self.fr).format(**values)
        return wanted if said == wanted else f"{wanted} / {said}"

    def of(self, **values: Said | str | int) -> "Filled":
        """The text with its values, to be said later in whatever language; each value is said in it too."""
        return Filled(self, tuple(values.items()))

    def words(self, language: Language) -> str:
        """The text in a language, with its values still in braces."""
        if language == "fr":
            return french(self.fr)
        if language == "en":
            return self.en
        file = catalogues.of(language)
        found = file.said(self.fr, self.en)
        return self.words(file.stand_in(self.fr, self.en)) if found is None else found


@dataclass(frozen=True, slots=True)
class Filled:
    """A text whose values are known before its language is."""

    text: Text
    values: tuple[tuple[str, Said | str | int], ...]

    def to(self, language: Language, /) -> str:
        """The text in a language, with its values as they are said there."""
        return self.text.to(language, **_said(self.values, language))


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

    def of(self, count: int, **values: Said | str | int) -> "Counted":
        """The text for this number, to be said later in whatever language."""
        return Counted(self, count, tuple(values.items()))

    def _in(self, language: Language, count: int) -> str:
        if language == "fr":
            return french((self.one if abs(count) < 2 else self.many).fr)
        if language == "en":
            return (self.one if count == 1 else self.many).en
        file = catalogues.of(language)
        found = file.counted(self.one.fr, self.one.en, count)
        return self._in(file.stand_in(self.one.fr, self.one.en), count) if found is None else found


@dataclass(frozen=True, slots=True)
class Counted:
    """The same of a number: it is known before the language is."""

    plural: Plural
    count: int
    values: tuple[tuple[str, Said | str | int], ...] = ()

    def to(self, language: Language, /) -> str:
        """The text in a language, as it counts."""
        return self.plural.to(language, self.count, **_said(self.values, language))


def spoken(said: Said | str, language: Language) -> str:
    """Something in a language; what is no word, a name or a key, is the same in each."""
    return said if isinstance(said, str) else said.to(language)


def _said(values: tuple[tuple[str, Said | str | int], ...], language: Language) -> dict[str, object]:
    return {name: each if isinstance(each, str | int) else each.to(language) for name, each in values}


@dataclass(frozen=True, slots=True)
class Voice:
    """Speaks one language, so that words may stand where they are said: `t("Membres", "Members")`."""

    language: Language

    @overload
    def __call__(self, fr: str, en: str, /, **values: Any) -> str: ...
    @overload
    def __call__(self, fr: Text, /, **values: Any) -> str: ...
    @overload
    def __call__(self, fr: Said, /) -> str: ...
    def __call__(self, fr: str | Said, en: str = "", /, **values: Any) -> str:
        """One text in this language, its values filled in."""
        text = Text(fr, en) if isinstance(fr, str) else fr
        return text.to(self.language, **values)

    def counted(self, count: int, one: tuple[str, str], many: tuple[str, str], /, **values: Any) -> str:
        """What is said of one or of another number, each in French and English."""
        return Plural(Text(*one), Text(*many)).to(self.language, count, **values)


def french(text: str) -> str:
    """French words with the spaces before marks that must not break."""
    return _BEFORE_MARKS.sub(NO_BREAK, text)
