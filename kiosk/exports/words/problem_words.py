"""Words an error for people: the sentence of its code, with its values written as the language writes them."""

from datetime import date, datetime

from kiosk.domain.problems import Coded, Value
from kiosk.exports import formats
from kiosk.language.catalogues import Language
from kiosk.language.problems import PROBLEMS, VALUED, places_of
from kiosk.language.problems.values import FIELD_NAMES, VALUES
from kiosk.language.texts import Text

_LONGEST = 80  # characters of typed text that are repeated
_NOTHING = frozenset(("", "0"))  # written values that tell a reader nothing: what was typed was empty or no number
_COUNTS = frozenset(("count", "kilobytes", "least", "longest", "most"))


def told(error: Coded, language: Language) -> str:
    """Return what is wrong and what to do, with the error's values; "" for a code that is not ours. A value for which
    the sentence has no place follows it in a sentence of its own, from `VALUES`.
    """
    sentence = _sentence(error)
    if sentence is None:
        return ""
    written_values = {name: written(name, value, language) for name, value in error.values.items()}
    places = places_of(sentence)
    unplaced = [
        name
        for name in written_values
        if name in VALUES and name not in places and written_values[name] not in _NOTHING
    ]
    return " ".join(
        [sentence.to(language, **written_values), *(VALUES[name].to(language, **written_values) for name in unplaced)]
    )


def _sentence(error: Coded) -> Text | None:
    """Return the sentence whose places the error's values fill; else the code's plain one, if any."""
    valued = VALUED.get(error.code)
    return valued if valued is not None and places_of(valued) <= error.values.keys() else PROBLEMS.get(error.code)


def written(name: str, value: Value, language: Language) -> str:
    """Return a value as a language writes it; "" for a moment of the machine, which is for the log."""
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
    """Return field codes, joined by commas, as the fields' names."""
    names = (FIELD_NAMES[code].to(language) if code in FIELD_NAMES else code for code in codes.split(", "))
    return ", ".join(names)
