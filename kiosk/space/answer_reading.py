"""Reads what was typed as the answer to each of the eight first questions. Mistakes are returned as a code by field.

The file of a profile (`kiosk/data/coroutine_2011.toml`) has the same fields. A *profile* is the answers of one space,
as an example; the *corner* is a part of the space where working costs nothing.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from kiosk.domain import amounts, opening_hours
from kiosk.domain.money.vat import VatStatus
from kiosk.domain.opening_hours import DAYS
from kiosk.domain.periods import Year
from kiosk.domain.problems import Problem
from kiosk.domain.rooms.rules import LONGEST_NAME
from kiosk.domain.space.answers import (
    WAYS,
    Answers,
    Fee,
    More,
    Opening,
    OpenWhen,
    PaidWhen,
    Paying,
    Places,
    Prices,
    Question,
    Reduced,
    Rent,
    Who,
)
from kiosk.space import association

Typed = Mapping[str, str]  # a form as it was sent: text by field; a ticked box is "yes"
# The answers of La Coroutine in 2011, as an example.
COROUTINE = Path(__file__).parents[1] / "data" / "coroutine_2011.toml"
LONGEST = 300  # characters of a typed field
_MOST = 9999  # the largest number of days or people


@dataclass(slots=True)
class Reading:
    """The fields of one form, and a code for each mistake met while reading them."""

    typed: Typed
    wrong: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a field's text without spaces around it, cut after 300 characters."""
        return self.typed.get(name, "").strip()[:LONGEST]

    def has(self, name: str) -> bool:
        """Return whether a box is ticked."""
        return self.text(name) == "yes"

    def cents(self, name: str) -> int | None:
        """Return an amount in cents; None for an empty field, or for a mistake, which is noted."""
        try:
            return amounts.parse(self.text(name)) if self.text(name) else None
        except Problem:
            self.wrong[name] = "amount"
            return None

    def sum(self, name: str) -> int:
        """Return an amount in cents that may not be missing; 0 for a mistake, which is noted."""
        cents = self.cents(name)
        if cents is None and name not in self.wrong:
            self.wrong[name] = "amount"
        return cents or 0

    def count(self, name: str, *, is_optional: bool = False) -> int | None:
        """Return a whole number up to 9999; None for an optional empty field, or for a mistake, which is noted."""
        text = self.text(name)
        if not text and is_optional:
            return None
        if not (text.isascii() and text.isdigit() and int(text[:6]) <= _MOST and len(text) < 6):
            self.wrong[name] = "number"
            return None
        return int(text)

    def people(self, name: str) -> int | None:
        """Return a number of people, 1 or more; None for an empty field. A mistake is noted."""
        count = self.count(name, is_optional=True)
        if count == 0:
            self.wrong[name] = "number"
        return count

    def choice(self, name: str, known: Any) -> Any:
        """Return the member of an enumeration that was chosen; where none was, note the mistake and return the
        first.
        """
        chosen = next((each for each in known if each.value == self.text(name)), None)
        if chosen is None:
            self.wrong[name] = "choice"
        return chosen or next(iter(known))


def read(typed: Mapping[str, Typed | None]) -> Answers:
    """Return the answers in saved forms, by question. A form that is None ("not known yet") or has a mistake counts as
    no answer.
    """
    answers: dict[str, Any] = {}
    for question in Question:
        kept = typed.get(question.value)
        if kept is not None:
            answer, wrong = read_one(question, kept)
            answers |= {} if wrong else {question.value: answer}
    return Answers(**answers)


def read_one(question: Question, typed: Typed) -> tuple[Any, dict[str, str]]:
    """Return the answer to one question as its form was typed, and the code of each mistake by field."""
    reading = Reading(typed)
    return _READERS[question](reading), reading.wrong


def profile(path: Path = COROUTINE) -> dict[str, Typed | None]:
    """Return the fields of a profile's file by question; None for a question that the file leaves out."""
    table = tomllib.loads(path.read_text("utf-8"))
    return {question.value: table.get(question.value) for question in Question}


def _who(form: Reading) -> Who:
    """Read the association's facts; what is wrong is noted in the form."""
    known, wrong = association.checked({name: form.text(name) for name in ("name", "address", "siren", "rna")})
    form.wrong |= dict.fromkeys(wrong, "association")
    if not known.get("name") and "name" not in form.wrong:
        form.wrong["name"] = "empty"
    return Who(
        name=known.get("name", ""),
        address=known.get("address", ""),
        siren=known.get("siren", ""),
        rna=known.get("rna", ""),
        vat=form.choice("vat", VatStatus),
    )


def _fee(form: Reading) -> Fee:
    """Read the membership fee; none where members do not join for one."""
    if form.text("joins") == "no":
        return Fee(cents=0)
    if form.text("joins") != "yes":
        form.wrong["joins"] = "choice"
    return Fee(cents=form.sum("fee"), year=form.choice("year", Year), grace_days=form.count("grace") or 0)


def _prices(form: Reading) -> Prices:
    """Read the prices; a day's price is needed unless all is free."""
    prices = Prices(
        day=form.cents("day"),
        half=form.cents("half"),
        week=form.cents("week"),
        month=form.cents("month"),
        carnet=form.cents("carnet"),
        reduced=form.choice("reduced", Reduced),
        corner=form.has("corner"),
    )
    if prices.reduced is Reduced.OTHER:
        prices = replace(prices, reduced_day=form.sum("reduced_day"))
    if prices.day is None and "day" not in form.wrong and not prices.is_free:
        form.wrong["day"] = "day-needed"
    return prices


def _paying(form: Reading) -> Paying:
    """Read how and when people pay; a limit and a delay only with a tab."""
    when = form.choice("when", PaidWhen)
    on_tab = when is PaidWhen.TAB
    known, wrong = association.checked({"iban": form.text("iban")})
    form.wrong |= dict.fromkeys(wrong, "association")
    return Paying(
        when=when,
        limit_cents=form.sum("limit") if on_tab else 0,
        due_days=(form.count("due") or 0) if on_tab else 0,
        ways=tuple(way for way in WAYS if form.has(f"way-{way}")),
        iban=known.get("iban", ""),
    )


def _opening(form: Reading) -> Opening:
    """Read the opening hours; they need hours and one day at least."""
    when = form.choice("when", OpenWhen)
    hours: dict[str, list[str]] | None = None
    if when is OpenWhen.HOURS:
        days = [day for day in DAYS if form.has(f"on-{day}")]
        try:
            text = str(opening_hours.hours(f"{form.text('since')}-{form.text('until')}"))
        except Problem:
            form.wrong["since"] = "hours"
        else:
            hours = {day: [text] for day in days}
        if not days:
            form.wrong["on"] = "no-day"
    return Opening(
        when=when,
        hours=hours,
        shut_on_holidays=form.has("holidays"),
        admits_permanents=form.has("permanents"),
    )


def _places(form: Reading) -> Places:
    """Read how many people may be inside before a notice, and by law."""
    return Places(notice=form.people("notice"), legal=form.people("legal"))


def _rent(form: Reading) -> Rent:
    """Read the monthly rent and charges, and whether members see them."""
    return Rent(rent_cents=form.sum("rent"), charges_cents=form.cents("charges") or 0, is_shown=form.has("shown"))


def _more(form: Reading) -> More:
    """Read the further answers: a first room with its prices, and which parts are used."""
    name = " ".join(form.text("room").split())
    if len(name) > LONGEST_NAME or not (name.isprintable() or not name):
        form.wrong["room"] = "name"
    return More(
        room=name,
        room_hour=form.cents("room_hour") if name else None,
        room_hour_external=form.cents("room_hour_external") if name else None,
        events=form.has("events"),
        hosting=form.has("hosting"),
        things=form.has("things"),
    )


_READERS: Mapping[Question, Callable[[Reading], Any]] = {
    Question.WHO: _who,
    Question.FEE: _fee,
    Question.PRICES: _prices,
    Question.PAYING: _paying,
    Question.OPENING: _opening,
    Question.PLACES: _places,
    Question.RENT: _rent,
    Question.MORE: _more,
}
