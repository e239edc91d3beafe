"""Defines findings of the health check: a stable code, a level, what it says and what to do, in every language.

A code always has the same level and the same words but for its values. The table of codes is elsewhere.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum

from msgspec import Struct, field

from kiosk.language.catalogues import Language
from kiosk.language.texts import NO_BREAK, Plural, Text

Value = str | int | float | timedelta
# units of a duration, in seconds
_SIZES = ((86400, Text("{n} j", "{n} d")), (3600, Text("{n} h", "{n} h")), (60, Text("{n} min", "{n} min")))


class Level(StrEnum):
    """How serious a finding is."""

    OK = "ok"
    WARN = "warn"  # to be dealt with soon; the kiosk works
    BAD = "bad"  # something does not work, or is about to be lost


Row = tuple[str, Level, Text | Plural] | tuple[str, Level, Text | Plural, Text]  # code, level, sentence, remedy


class Topic(Struct, frozen=True):
    """A subject of the check, by its stable name."""

    id: str
    name: Text


class Kind(Struct, frozen=True):
    """One thing that the check can find on a topic."""

    code: str
    level: Level
    topic: Topic
    says: Text | Plural  # a plural counts the only whole number among the values
    remedy: Text | None = None


class Finding(Struct, frozen=True):
    """Something that the check found, with its values, none of which is personal."""

    kind: Kind
    values: Mapping[str, Value] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        """Return how serious it is."""
        return self.kind.level

    def name(self, language: Language) -> str:
        """Return the name of its topic."""
        return self.kind.topic.name.to(language)

    def says(self, language: Language) -> str:
        """Return what was found, in words."""
        return _filled(self.kind.says, language, self.values)

    def remedy(self, language: Language) -> str:
        """Return what to do, in words; empty where nothing is to be done."""
        return "" if self.kind.remedy is None else _filled(self.kind.remedy, language, self.values)


def worst(findings: Iterable[Finding]) -> Level:
    """Return the worst level of some findings; OK without any."""
    levels = {finding.level for finding in findings}
    return Level.BAD if Level.BAD in levels else Level.WARN if Level.WARN in levels else Level.OK


def lasting(seconds: float, language: Language) -> str:
    """Return a duration in the unit that people would use."""
    seconds = max(seconds, 0.0)  # the clock may have been set back
    for size, words in _SIZES:
        if seconds >= 2 * size:
            return words.to(language, n=int(seconds // size))
    return f"{int(seconds)} s"


def _filled(text: Text | Plural, language: Language, values: Mapping[str, Value]) -> str:
    """Return a finding's text with its values in words; a Plural is chosen by its first whole number."""
    filled = {name: _as_text(value, language) for name, value in values.items()}
    if "fault" in filled:
        # Only needed for a fault: a home that does not open, a lock that does not answer.
        from kiosk.domain.devices import locks
        from kiosk.language import settings_faults

        filled["fault"] = settings_faults.told(filled["fault"], language, locks.FAULTS)
    if isinstance(text, Plural):
        count = next(value for value in values.values() if isinstance(value, int))
        sentence = text.to(language, count, **filled)
    else:
        sentence = text.to(language, **filled)
    return sentence.replace(f"{NO_BREAK};", " ;")  # people copy commands from here into a shell


def _as_text(value: Value, language: Language) -> str:
    """Return a value of a finding as text, in the language's manner."""
    if isinstance(value, timedelta):
        return lasting(value.total_seconds(), language)
    if isinstance(value, float):
        return f"{value:.1f}".replace(".", "." if language == "en" else ",")
    return str(value)
