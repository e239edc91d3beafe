"""A rule of the association: what kind of value it has, how that is typed, read and shown in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import format_date

from kiosk.domain import amounts
from kiosk.domain.opening_hours import DAYS
from kiosk.web.desk.common import formats
from kiosk.web.desk.common.words import t
from kiosk.web.desk.space.rule_forms import Form


class ValueKind(StrEnum):
    """How a rule's value is typed."""

    SUM = "sum"
    COUNT = "count"
    HOUR = "hour"
    FLAG = "flag"
    CHOICE = "choice"
    MONTH = "month"
    HOURS = "hours"  # a page of its own
    SHEET = "sheet"  # many fields, on a page of their own


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule in words; `none` says what an empty value means, where it may be empty; `choices` are a choice's."""

    name: str
    kind: ValueKind
    fr: str
    en: str
    hint_fr: str
    hint_en: str
    none_fr: str = ""
    none_en: str = ""
    choices: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """What it is called."""
        return t(self.fr, self.en)

    @property
    def hint(self) -> str:
        """What it does."""
        return t(self.hint_fr, self.hint_en)

    @property
    def none(self) -> str:
        """What an empty value means; nothing where it may not be empty."""
        return t(self.none_fr, self.none_en)

    @property
    def options(self) -> list[tuple[str, str]]:
        """What can be chosen, and its words."""
        if self.kind is ValueKind.MONTH:
            return [(str(month), month_name(month)) for month in range(1, 13)]
        choices = YES_NO if self.kind is ValueKind.FLAG else self.choices  # none for all other kinds
        return [(code, t(*words)) for code, words in choices.items()]

    def say(self, value: Any) -> str:
        """A value, given as JSON has it, in words."""
        if self.kind is ValueKind.HOURS:
            return say_week(value)
        if value is None:
            return self.none
        if self.kind is ValueKind.FLAG:
            return t("oui", "yes") if value else t("non", "no")
        if self.kind is ValueKind.SUM:
            return formats.euros(value)
        if self.kind is ValueKind.CHOICE:
            return t(*self.choices.get(value, (str(value), str(value))))
        if self.kind is ValueKind.MONTH:
            return month_name(value)
        return f"{value}\u00a0h" if self.kind is ValueKind.HOUR else formats.number(value)

    def typed(self, value: Any) -> str:
        """A value as its field holds it."""
        if value is None:
            return ""
        if self.kind is ValueKind.SUM:
            return amounts.plain(value, ",")
        if self.kind is ValueKind.FLAG:
            return "yes" if value else "no"
        return str(value)

    def read(self, form: Form) -> Any:
        """The value from the field `value`, as JSON has it; what is wrong goes into the form's errors."""
        text = form.text("value")
        if not text and self.none_fr:
            return None
        if self.kind is ValueKind.SUM:
            return form.cents("value")
        if self.kind is ValueKind.FLAG:
            return text == "yes"
        if self.kind is ValueKind.CHOICE:
            return text
        return form.number("value")


YES_NO = {"yes": ("oui", "yes"), "no": ("non", "no")}
WEEKDAYS = {
    "mon": ("lundi", "Monday"),
    "tue": ("mardi", "Tuesday"),
    "wed": ("mercredi", "Wednesday"),
    "thu": ("jeudi", "Thursday"),
    "fri": ("vendredi", "Friday"),
    "sat": ("samedi", "Saturday"),
    "sun": ("dimanche", "Sunday"),
}


def month_name(month: int) -> str:
    """`septembre`; a number that is none, as it was typed."""
    if not 1 <= month <= 12:
        return str(month)
    return str(format_date(date(2000, month, 1), "LLLL"))


def say_week(value: dict[str, list[str]] | None) -> str:
    """A week's opening hours, one day after the other."""
    if value is None:
        return t("toujours ouvert", "always open")
    shut = t("fermé", "closed")
    days = (f"{t(*WEEKDAYS[day])} {' '.join(value.get(day, [])).replace('-', '–') or shut}" for day in DAYS)
    return " · ".join(days)
