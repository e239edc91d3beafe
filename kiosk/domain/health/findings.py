"""Defines what a check finds: a stable code, how bad it is, what it says and what to do, in both languages.

One code always is as bad, and always says the same but for its values. Which codes there are is a table elsewhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Literal

Language = Literal["fr", "en"]
Value = str | int | float | timedelta
Texts = tuple[str, str]  # French, English
_SIZES = ((86400, "{} j", "{} d"), (3600, "{} h", "{} h"), (60, "{} min", "{} min"))


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"  # to be seen to soon; the kiosk serves
    BAD = "bad"  # something does not work, or is about to be lost


Row = tuple[str, Level, Texts] | tuple[str, Level, Texts, Texts]  # a code, what it says, what to do


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages, with places for values."""

    fr: str
    en: str

    def to(self, language: Language, values: Mapping[str, Value]) -> str:
        """In one of them, filled in."""
        text = self.fr if language == "fr" else self.en
        return text.format(**{name: _said(value, language) for name, value in values.items()})


@dataclass(frozen=True, slots=True)
class Topic:
    """What is looked at, by its stable name."""

    id: str
    name: Words


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that can be found of a topic."""

    code: str
    level: Level
    topic: Topic
    says: Words
    remedy: Words | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was found, with values. Nothing personal is in them."""

    kind: Kind
    values: Mapping[str, Value] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        """How bad it is."""
        return self.kind.level

    def name(self, language: Language) -> str:
        """What was looked at."""
        return self.kind.topic.name.to(language, {})

    def says(self, language: Language) -> str:
        """What was found."""
        return self.kind.says.to(language, self.values)

    def remedy(self, language: Language) -> str:
        """What to do; empty where nothing is to be done."""
        return "" if self.kind.remedy is None else self.kind.remedy.to(language, self.values)


def worst(findings: Iterable[Finding]) -> Level:
    """The worst level among them."""
    levels = {finding.level for finding in findings}
    return Level.BAD if Level.BAD in levels else Level.WARN if Level.WARN in levels else Level.OK


def lasting(seconds: float, language: Language) -> str:
    """A duration in the unit that people would use."""
    seconds = max(seconds, 0.0)  # a clock that was set back
    for size, fr, en in _SIZES:
        if seconds >= 2 * size:
            return (fr if language == "fr" else en).format(int(seconds // size))
    return f"{int(seconds)} s"


def _said(value: Value, language: Language) -> str:
    if isinstance(value, timedelta):
        return lasting(value.total_seconds(), language)
    if isinstance(value, float):
        return f"{value:.1f}".replace(".", "," if language == "fr" else ".")
    return str(value)
