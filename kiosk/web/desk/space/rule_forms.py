"""Shares what the pages about rules need: their blueprint, the use-case, and the reading of forms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import msgspec
from flask import Blueprint, render_template

from kiosk.domain import amounts, inputs, opening_hours
from kiosk.domain.money.tariffs import Price
from kiosk.domain.problems import Coded, Problem
from kiosk.errors import MachineError
from kiosk.language import codes, common
from kiosk.language.names import Names
from kiosk.messages.officers_notice import Watch
from kiosk.space.rules import Rulebook
from kiosk.web.desk.common import formats
from kiosk.web.desk.common.labels import Errors
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.words import house, language, name_languages, t, told

area = Blueprint("rules", __name__, url_prefix="/rules")


@area.context_processor
def _words() -> dict[str, object]:
    """Return what all templates of these pages use."""
    return {"say_price": say_price}


def level_name(level: str) -> str:
    """Return a tariff's level, in words."""
    return codes.say(codes.LEVELS, level, language())


def say_price(price: Price) -> str:
    """Return a price in words."""
    if price.floor_cents is None:
        return formats.euros(price.cents)
    return t(
        "prix libre, {cents} proposés, {floor} au moins",
        "pay what you want, {cents} suggested, {floor} minimum",
        cents=formats.euros(price.cents),
        floor=formats.euros(price.floor_cents),
    )


NAMES = "names"  # a field for each language; errors stand beside the house's
_PLACES = {"name": NAMES, "amount": "cents", "product": "day"}  # the forms' own names for an error's field


@dataclass(slots=True)
class Form:
    """What was typed, and the errors by field."""

    typed: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=Errors)

    def text(self, name: str) -> str:
        """Return a field without the white space around it."""
        return self.typed.get(name, "").strip()

    def day(self, name: str) -> date:
        """Return a day of the form. For a wrong one, adds an error and returns the earliest day there is, so that the
        other fields are read, too.
        """
        try:
            return inputs.the_day(self.text(name))
        except ValueError:
            self.errors[name] = t("Écrivez une date.", "Enter a date.")
            return inputs.FIRST

    def cents(self, name: str) -> int:
        """Return an amount of the form in cents. For a wrong one, adds an error and returns 0."""
        try:
            return amounts.parse(self.text(name))
        except Problem as problem:
            self.errors[name] = told(problem)
            return 0

    def number(self, name: str) -> int:
        """Return a whole number of the form, of six digits at most. For a wrong one, adds an error and returns 0."""
        text = self.text(name)
        if not (text.isascii() and text.isdigit() and len(text) < 7):
            self.errors[name] = t(common.WHOLE_NUMBER_EXPECTED)
            return 0
        return int(text)

    def hours(self, name: str) -> list[str]:
        """Return a day's hours of the form, as a rule stores them. For wrong ones, adds an error and returns an empty
        list.
        """
        try:
            return [str(hours) for hours in opening_hours.day(self.text(name).split(","))]
        except Problem as problem:
            self.errors[name] = told(problem)
            return []

    def refused(self, error: Coded) -> None:
        """Put a refusal beside its field: `value`, where it names none. Raises it again where that would be `value` and
        the form has no such field, or the machine failed.
        """
        field = _PLACES.get(error.field, error.field or "value")
        if isinstance(error, MachineError) or (field == "value" and "value" not in self.typed):
            raise error
        self.errors[house() if field == NAMES else field] = told(error)


def names_typed(form: Form) -> Names:
    """Return the names that were typed, by language, the house's first."""
    return Names({code: form.text(code) for code in name_languages()})


def rulebook(actor: str | None = None) -> Rulebook:
    """Return the use-case of rules in the name of the signed-in officer; for an act that is agreed to now, in the name
    of the officer that asked for it (`actor`).
    """
    from kiosk.web.desk.space import change_words  # which imports labels that import this module

    desk = office()
    # A `Watch` seals changes, and mails them to the other officers in the name of its actor.
    author, own_watch = actor or desk.actor, Watch.of(desk.home, desk.actor, change_words.of)
    return Rulebook(
        **msgspec.structs.replace(desk, actor=author).parts,
        watch=msgspec.structs.replace(own_watch, actor=author),
        second=msgspec.structs.replace(desk.acts_by_two, watch=own_watch),  # asking is the signed-in officer's own act
    )


def page(template: str, form: Form, **values: object) -> tuple[str, int]:
    """Return a page with a form, with status 400 where the form has errors."""
    return render_template(f"rules/{template}", form=form, **values), 400 if form.errors else 200
