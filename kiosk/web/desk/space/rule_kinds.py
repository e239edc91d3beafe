"""Describes a rule of the association: what kind of value it has, and how that is typed, read and shown in words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import groupby
from typing import Any

from msgspec import Struct, field

from kiosk.domain import amounts, opening_hours
from kiosk.domain.opening_hours import DAYS
from kiosk.exports.formats import month as written_month
from kiosk.exports.formats import opening
from kiosk.language.texts import Text
from kiosk.web.desk.common import formats
from kiosk.web.desk.common.words import language, t
from kiosk.web.desk.space.rule_forms import Form


class ValueKind(StrEnum):
    """The kinds of a rule's value, by how it is typed."""

    SUM = "sum"  # an amount in euros
    COUNT = "count"  # a whole number
    HOUR = "hour"  # a whole hour of the day
    FLAG = "flag"  # yes or no
    CHOICE = "choice"  # one of `Rule.choices`
    MONTH = "month"  # of the year, by its number
    HOURS = "hours"  # a week's opening hours, on a page of their own
    SHEET = "sheet"  # many fields, on a page of their own
    ZONES = "zones"  # zone by zone, from the table of the zones


class Rule(Struct, frozen=True):
    """One rule of the association in words. `empty` says what an empty value means, where it may be empty; `choices`
    are the values of a choice.
    """

    name: str
    kind: ValueKind
    called: Text  # its name on the page
    does: Text  # its explanation
    empty: Text | None = None
    choices: Mapping[str, Text] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Return the rule's name in the page's language."""
        return t(self.called)

    @property
    def hint(self) -> str:
        """Return what the rule does."""
        return t(self.does)

    @property
    def none(self) -> str:
        """Return what an empty value means; an empty text where the value may not be empty."""
        return "" if self.empty is None else t(self.empty)

    @property
    def options(self) -> list[tuple[str, str]]:
        """Return what can be chosen, as codes with their words; an empty list for values that are typed."""
        if self.kind is ValueKind.MONTH:
            return [(str(month), month_name(month)) for month in range(1, 13)]
        choices = YES_NO if self.kind is ValueKind.FLAG else self.choices  # none for all other kinds
        return [(code, t(words)) for code, words in choices.items()]

    def say(self, value: Any) -> str:
        """Return a value in words, given in its JSON form."""
        if self.kind is ValueKind.HOURS:
            return say_week(value)
        if value is None:
            return self.none
        if self.kind is ValueKind.FLAG:
            return t("oui", "yes") if value else t("non", "no")
        if self.kind is ValueKind.SUM:
            return formats.euros(value)
        if self.kind is ValueKind.CHOICE:
            return t(self.choices[value]) if value in self.choices else str(value)
        if self.kind is ValueKind.MONTH:
            return month_name(value)
        return f"{value}\u00a0h" if self.kind is ValueKind.HOUR else formats.number(value)

    def typed(self, value: Any) -> str:
        """Return a value as the form's field holds it."""
        if value is None:
            return ""
        if self.kind is ValueKind.SUM:
            return amounts.plain(value, ",")
        if self.kind is ValueKind.FLAG:
            return "yes" if value else "no"
        return str(value)

    def read(self, form: Form) -> Any:
        """Return the value of the form's field `value` in its JSON form; None for an empty field, if it may be empty.
        Errors go into the form. Hours, sheets and zones have pages of their own, which read them.
        """
        text = form.text("value")
        if not text and self.empty is not None:
            return None
        if self.kind is ValueKind.SUM:
            return form.cents("value")
        if self.kind is ValueKind.FLAG:
            return text == "yes"
        if self.kind is ValueKind.CHOICE:
            return text
        return form.number("value")


YES_NO = {"yes": Text("oui", "yes"), "no": Text("non", "no")}
WEEKDAYS = {
    "mon": Text("lundi", "Monday"),
    "tue": Text("mardi", "Tuesday"),
    "wed": Text("mercredi", "Wednesday"),
    "thu": Text("jeudi", "Thursday"),
    "fri": Text("vendredi", "Friday"),
    "sat": Text("samedi", "Saturday"),
    "sun": Text("dimanche", "Sunday"),
}


def month_name(month: int) -> str:
    """Return a month's name, like `septembre`; a number that is not a month is returned as text."""
    if not 1 <= month <= 12:
        return str(month)
    return written_month(month, language())


def say_week(week: dict[str, list[str]] | None) -> str:
    """Return a week's opening hours in words, with days of the same hours together."""
    if week is None:
        return t("toujours ouvert", "always open")
    parts = []
    for first, last, texts in runs(week):
        weekdays = t(WEEKDAYS[first])
        if last != first:
            weekdays = t("{first} à {last}", "{first} to {last}", first=weekdays, last=t(WEEKDAYS[last]))
        parts.append(t("{name} : {why}", "{name}: {why}", name=weekdays, why=say_day(texts) or t("fermé", "closed")))
    return " · ".join(parts)


def runs(week: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield runs of weekdays with the same hours: the first day, the last, and the hours."""
    for texts, alike in groupby(DAYS, key=lambda day: tuple(week.get(day, ()))):
        days = list(alike)
        yield days[0], days[-1], texts


def say_day(texts: Iterable[str]) -> str:
    """Return a day's opening hours in words, given as a rule stores them."""
    return ", ".join(opening(opening_hours.hours(text), language()) for text in texts)
