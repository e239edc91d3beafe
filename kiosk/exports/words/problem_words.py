"""Puts an error into words with what it knows: its sentence, its values written as the language writes them."""

from datetime import date, datetime

from kiosk.domain.problems import Coded, Value
from kiosk.exports import formats
from kiosk.language.catalogues import Language
from kiosk.language.problems import PROBLEMS, VALUED, places_of
from kiosk.language.problems.values import FIELD_NAMES, VALUES
from kiosk.language.texts import Text

_LONGEST = 80  # characters of what was typed that are said again
_NOTHING = frozenset(("", "0"))  # what a form makes of what is no number
_COUNTS = frozenset(("count", "kilobytes", "least", "longest", "most"))


def told(error: Coded, language: Language) -> str:
    """What is wrong, what to do, and what is known of it; nothing for what is no code of ours."""
    sentence = _sentence(error)
    if sentence is None:
        return ""
    said = {name: written(name, each, language) for name, each in error.values.items()}
    places = places_of(sentence)
    rest = [name for name in said if name in VALUES and name not in places and said[name] not in _NOTHING]
    return " ".join([sentence.to(language, **said), *(VALUES[name].to(language, **said) for name in rest)])


def _sentence(error: Coded) -> Text | None:
    """The one whose places the error's values fill."""
    valued = VALUED.get(error.code)
    return valued if valued is not None and places_of(valued) <= error.values.keys() else PROBLEMS.get(error.code)


def written(name: str, value: Value, language: Language) -> str:
    """A value as a language writes it; nothing for a moment of the machine's, which is for the log."""
    if isinstance(value, int):
        if name.endswith("_cents"):
            return formats.euros(value, language)
        return formats.number(value, language) if name in _COUNTS else str(value)
    if isinstance(value, datetime):
        return ""
    if isinstance(value, date):
        return formats.day(value, language)
    text = _fields(str(value), language) if name == "fields" else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _fields(codes: str, language: Language) -> str:
    named = (FIELD_NAMES[code].to(language) if code in FIELD_NAMES else code for code in codes.split(", "))
    return ", ".join(named)
