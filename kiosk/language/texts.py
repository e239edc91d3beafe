"""Holds a sentence in every language: French and English are in the code, other languages are looked up by the French.

French is the original, and gets the non-breaking spaces of its typography, on pages and on paper alike.
"""

import re
from dataclasses import dataclass
from typing import Any, Final, Protocol, overload

from kiosk.language import catalogues
from kiosk.language.catalogues import Language
from kiosk.language.names import Names

# The narrow space that print prefers before "?" is hardly visible from 1.5 m.
NO_BREAK: Final = "\u00a0"
_BEFORE_MARKS: Final = re.compile(r"(?<=«) | (?=[:;?!»€%])")
# "de {name}" and "que {name}" lose their e before a vowel: "d’Inès". Before an h it stays: "de Hugo" is right, too.
_ELIDED: Final = re.compile(r"\b([Dd]|[Qq]u)e (?=\{(\w+)\})")
_VOWELS: Final = "aàâäeéèêëiîïoôöœuùûü"


class Said(Protocol):
    """Anything that has words in each language: a text, an amount, a name that the association gave."""

    def to(self, language: Language, /) -> str:
        """Return the words in a language."""


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in the two languages of the code."""

    fr: str
    en: str

    def to(self, language: Language, /, **values: object) -> str:
        """Return the sentence in a language, with its values filled in; in the association's own words if it has
        some.
        """
        words = own.get(self) if own else None
        template = self.words(language) if words is None else _in_own_words(words, language)
        return _filled(template, language, values)

    def lawful(self, language: Language, /, **values: object) -> str:
        """Return a mention that French law requires in French, followed by its translation in any other language. The
        French is always the code's own sentence, even where the association has put its words in place of it.
        """
        translated, original = self.to(language, **values), _filled(french(self.fr), "fr", values)
        return original if translated == original else f"{original} / {translated}"

    def of(self, **values: Said | str | int) -> "Filled":
        """Return the sentence with its values, for a language that is known later; the values are translated too."""
        return Filled(self, tuple(values.items()))

    def words(self, language: Language) -> str:
        """Return the sentence in a language, with its values still in braces; where the language's file has no
        translation, in the language that stands in for it.
        """
        if language == "fr":
            return french(self.fr)
        if language == "en":
            return self.en
        file = catalogues.of(language)
        translation = file.translation(self.fr, self.en)
        return self.words(file.stand_in(self.fr, self.en)) if translation is None else translation


@dataclass(frozen=True, slots=True)
class Filled:
    """A sentence with its values, whose language is known later."""

    text: Text
    values: tuple[tuple[str, Said | str | int], ...]

    def to(self, language: Language, /) -> str:
        """Return the sentence in a language, with its values in that language."""
        return self.text.to(language, **_in_language(self.values, language))


# The association's own words for our sentences, checked before they are put in; filled by the door's screen.
own: dict[Text, Names] = {}


def _in_own_words(words: Names, language: Language) -> str:
    """Return the association's own words in a language, with French spacing where they are its French ones."""
    own_words = words.to(language)
    return french(own_words) if own_words == words.by_language.get("fr") else own_words


@dataclass(frozen=True, slots=True)
class Plural:
    """A sentence for one and a sentence for other numbers; the number is filled in as `{count}`."""

    one: Text
    many: Text

    def to(self, language: Language, count: int, /, **values: object) -> str:
        """Return the sentence for a number by the rules of a language: 0 takes the singular in French, the plural in
        English.
        """
        return _filled(self._in(language, count), language, {"count": count, **values})

    def of(self, count: int, **values: Said | str | int) -> "Counted":
        """Return the sentence for this number, for a language that is known later."""
        return Counted(self, count, tuple(values.items()))

    def _in(self, language: Language, count: int) -> str:
        """Return the form for a count: French says "one" below 2, English at 1, and other languages as their file says;
        where that has no translation, its stand-in language does.
        """
        if language == "fr":
            return french((self.one if abs(count) < 2 else self.many).fr)
        if language == "en":
            return (self.one if count == 1 else self.many).en
        file = catalogues.of(language)
        translation = file.counted(self.one.fr, self.one.en, count)
        return self._in(file.stand_in(self.one.fr, self.one.en), count) if translation is None else translation


@dataclass(frozen=True, slots=True)
class Counted:
    """A sentence for a number, whose language is known later."""

    plural: Plural
    count: int
    values: tuple[tuple[str, Said | str | int], ...] = ()

    def to(self, language: Language, /) -> str:
        """Return the sentence in a language, by that language's rules for numbers."""
        return self.plural.to(language, self.count, **_in_language(self.values, language))


def spoken(text: Said | str, language: Language) -> str:
    """Return a text in a language; a plain string, such as a name or a key, is the same in every language."""
    return text if isinstance(text, str) else text.to(language)


def _in_language(values: tuple[tuple[str, Said | str | int], ...], language: Language) -> dict[str, object]:
    """Return values by name: texts and numbers as they are, anything else in that language."""
    return {name: each if isinstance(each, str | int) else each.to(language) for name, each in values}


@dataclass(frozen=True, slots=True)
class Voice:
    """Speaks one language, so that sentences may stand where they are used: `t("Membres", "Members")`."""

    language: Language

    @overload
    def __call__(self, fr: str, en: str, /, **values: Any) -> str: ...
    @overload
    def __call__(self, fr: Text, /, **values: Any) -> str: ...
    @overload
    def __call__(self, fr: Said, /) -> str: ...
    def __call__(self, fr: str | Said, en: str = "", /, **values: Any) -> str:
        """Return a sentence in this language, with its values filled in."""
        text = Text(fr, en) if isinstance(fr, str) else fr
        return text.to(self.language, **values)

    def counted(self, count: int, singular: tuple[str, str], many: tuple[str, str], /, **values: Any) -> str:
        """Return the sentence for one or for another number, each given as French and English."""
        return Plural(Text(*singular), Text(*many)).to(self.language, count, **values)


def _filled(template: str, language: Language, values: dict[str, object]) -> str:
    """Return a sentence with its values; French "de" and "que" are elided before a value that begins with a vowel."""
    if language == "fr" and "e {" in template:
        template = _ELIDED.sub(lambda article: _elided(article, values), template)
    return template.format(**values)


def _elided(article: re.Match[str], values: dict[str, object]) -> str:
    """Return "de " or "que " as it stands before its value: "d’" or "qu’" before a vowel."""
    begins_with = str(values.get(article[2], ""))[:1].lower()
    return f"{article[1]}’" if begins_with and begins_with in _VOWELS else article[0]


def french(text: str) -> str:
    """Return a French text with non-breaking spaces before its marks."""
    return _BEFORE_MARKS.sub(NO_BREAK, text)
