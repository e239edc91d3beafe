"""Defines what a check finds: a stable code, how bad it is, what it says and what to do, in every language.

One code always is as bad, and always says the same but for its values. Which codes there are is a table elsewhere.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum

from msgspec import Struct, field

from kiosk.language.catalogues import Language
from kiosk.language.texts import NO_BREAK, Plural, Text

Value = str | int | float | timedelta
_SIZES = ((86400, Text("{n} j", "{n} d")), (3600, Text("{n} h", "{n} h")), (60, Text("{n} min", "{n} min")))


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"  # to be seen to soon; the kiosk serves
    BAD = "bad"  # something does not work, or is about to be lost


Row = tuple[str, Level, Text | Plural] | tuple[str, Level, Text | Plural, Text]  # a code, what it says, what to do


class Topic(Struct, frozen=True):
    """What is looked at, by its stable name."""

    id: str
    name: Text


class Kind(Struct, frozen=True):
    """One thing that can be found of a topic."""

    code: str
    level: Level
    topic: Topic
    says: Text | Plural  # a plural is of the one whole number among the values
    remedy: Text | None = None


class Finding(Struct, frozen=True):
    """Something that was found, with values. Nothing personal is in them."""

    kind: Kind
    values: Mapping[str, Value] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        """How bad it is."""
        return self.kind.level

    def name(self, language: Language) -> str:
        """What was looked at."""
        return self.kind.topic.name.to(language)

    def says(self, language: Language) -> str:
        """What was found."""
        return _filled(self.kind.says, language, self.values)

    def remedy(self, language: Language) -> str:
        """What to do; empty where nothing is to be done."""
        return "" if self.kind.remedy is None else _filled(self.kind.remedy, language, self.values)


def worst(findings: Iterable[Finding]) -> Level:
    """The worst level among them."""
    levels = {finding.level for finding in findings}
    return Level.BAD if Level.BAD in levels else Level.WARN if Level.WARN in levels else Level.OK


def lasting(seconds: float, language: Language) -> str:
    """A duration in the unit that people would use."""
    seconds = max(seconds, 0.0)  # a clock that was set back
    for size, said in _SIZES:
        if seconds >= 2 * size:
            return said.to(language, n=int(seconds // size))
    return f"{int(seconds)} s"


def _filled(text: Text | Plural, language: Language, values: Mapping[str, Value]) -> str:
    filled = {name: _said(value, language) for name, value in values.items()}
    if "fault" in filled:
        from kiosk.domain.devices import locks  # of a home that does not open, a lock that does not answer
        from kiosk.language import settings_faults

        filled["fault"] = settings_faults.told(filled["fault"], language, locks.FAULTS)
    if isinstance(text, Plural):
        count = next(value for value in values.values() if isinstance(value, int))
        said = text.to(language, count, **filled)
    else:
        said = text.to(language, **filled)
    return said.replace(f"{NO_BREAK};", " ;")  # commands are copied from here into a shell, which takes no such space


def _said(value: Value, language: Language) -> str:
    if isinstance(value, timedelta):
        return lasting(value.total_seconds(), language)
    if isinstance(value, float):
        return f"{value:.1f}".replace(".", "." if language == "en" else ",")
    return str(value)
