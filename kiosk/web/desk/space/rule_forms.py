"""Shared by the pages about rules: their area, the use-case behind it, and what all forms have in common."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from flask import Blueprint, render_template

from kiosk.domain import amounts
from kiosk.domain.money.tariffs import Price
from kiosk.domain.problems import Problem
from kiosk.errors import KioskError, MachineError
from kiosk.language.names import Names
from kiosk.space.rules import Rulebook
from kiosk.web.desk.common import formats
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.words import house, name_languages, t

area = Blueprint("rules", __name__, url_prefix="/rules")


@area.context_processor
def _words() -> dict[str, object]:
    return {"say_price": say_price}


def say_price(price: Price) -> str:
    """A price in words."""
    if price.floor_cents is None:
        return formats.euros(price.cents)
    said = t("libre, {cents} proposés, {floor} au moins", "free, {cents} suggested, {floor} at the least")
    return said.format(cents=formats.euros(price.cents), floor=formats.euros(price.floor_cents))


NAMES = "names"  # a field for each language: what is wrong is said beside the house's
# What is said beside the field: the field's name, and the words of each refusal.
_REFUSALS: dict[str, tuple[str, str, str]] = {
    "past-change": ("valid_from", "Ce jour est passé : le passé ne change pas.", "That day is past: the past stays."),
    "counted-today": (
        "valid_from",
        "Des journées sont déjà comptées aujourd’hui : choisissez demain ou plus tard.",
        "Days are counted today already: choose tomorrow or later.",
    ),
    "change-exists": (
        "valid_from",
        "Il y a déjà un changement ce jour-là, peut-être annulé : choisissez un autre jour.",
        "There is a change on that day already, perhaps called off: choose another day.",
    ),
    "code": (
        "code",
        "Un code a 1 à 30 petites lettres, chiffres ou tirets, et commence par une lettre.",
        "A code has 1 to 30 small letters, digits or hyphens, and begins with a letter.",
    ),
    "code-taken": ("code", "Ce code est déjà pris.", "This code is taken."),
    "period": (
        "until",
        "Le dernier jour vient après le premier, de trois mois au plus.",
        "The last day is after the first, by three months at the most.",
    ),
    "name": (NAMES, "Un texte de quelques mots est attendu.", "A few words are expected."),
    "product": ("days", "Un carnet a au moins une journée.", "A carnet has one day or more."),
    "unit": ("unit", "Ce produit ne se vend pas ainsi.", "This product is not sold by this."),
    "price": (
        "floor",
        "Le minimum va de 0 au montant proposé.",
        "The floor is between 0 and the amount that is suggested.",
    ),
    "amount": ("cents", "Un montant comme 5 ou 5,00.", "An amount like 5 or 5.00."),
    "policy": ("value", "Cette valeur n’est pas possible.", "This value cannot be."),
    "identity": ("value", "Un de ces champs n’est pas possible.", "One of these fields cannot be."),
    "accounts": ("value", "Un de ces numéros n’est pas possible.", "One of these numbers cannot be."),
    "opening": (
        "value",
        "Des heures comme 08:00 et 19:00, sans se chevaucher ; une journée au moins est ouverte.",
        "Hours like 08:00 and 19:00 that do not meet; one day at least is open.",
    ),
    "no-such-product": ("day", "Ce produit n’est pas une journée.", "This product is no day."),
}


@dataclass(slots=True)
class Form:
    """What was typed, and what is wrong with it, by field."""

    typed: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """What was typed, without the spaces around it."""
        return self.typed.get(name, "").strip()

    def day(self, name: str) -> date:
        """A day of the form. A wrong one is noted as an error and gives some day, so that the form goes on."""
        try:
            return date.fromisoformat(self.text(name))
        except ValueError:
            self.errors[name] = t("Un jour est attendu.", "A day is expected.")
            return date.min

    def cents(self, name: str) -> int:
        """An amount of the form. A wrong one is noted as an error and gives 0."""
        try:
            return amounts.parse(self.text(name))
        except Problem:
            self.errors[name] = t("Un montant comme 5 ou 5,00.", "An amount like 5 or 5.00.")
            return 0

    def number(self, name: str) -> int:
        """A whole number of the form. A wrong one is noted as an error and gives 0."""
        text = self.text(name)
        if not (text.isascii() and text.isdigit() and len(text) < 7):
            self.errors[name] = t("Un nombre entier est attendu.", "A whole number is expected.")
            return 0
        return int(text)

    def refused(self, error: KioskError | Problem) -> None:
        """Put a refusal beside its field; raise it again where no field has it."""
        if isinstance(error, MachineError) or error.code not in _REFUSALS:
            raise error
        name, fr, en = _REFUSALS[error.code]
        self.errors[house() if name == NAMES else name] = t(fr, en)


def names_typed(form: Form) -> Names:
    """What was typed as names, by language, the house's first."""
    return Names({code: form.text(code) for code in name_languages()})


def rulebook() -> Rulebook:
    """Changes of rules, in the name of whoever is signed in."""
    of = office()
    return Rulebook(store=of.store, rules=of.rules, clock=of.clock, actor=of.actor)


def page(template: str, form: Form, **values: object) -> tuple[str, int]:
    """A page with a form: as it is first shown, or with what is wrong in it (status 400)."""
    return render_template(f"rules/{template}", form=form, **values), 400 if form.errors else 200
