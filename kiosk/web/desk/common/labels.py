"""Words entries, reasons and badges on members' pages, and collects a form's errors by the field they stand beside."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeVar

from kiosk.domain.badges import products
from kiosk.domain.members.reduced import Reason
from kiosk.domain.problems import Mistake
from kiosk.errors import Busy
from kiosk.language import badge_words, codes
from kiosk.language.texts import Text
from kiosk.store.money.statements import Line
from kiosk.web.desk.common.words import language, t, told

R = TypeVar("R")


def methods() -> dict[str, str]:
    """Return the means of payment, in words, by code."""
    return {code: t(words) for code, words in codes.METHODS.items()}


def line(entry: Line, products: Mapping[str, str]) -> str:
    """Return what an entry was in a few words, such as the product that was charged or how it was paid; any other kind
    by its name. `products` are names by code; an unknown code stands for itself.
    """
    kinds = {code: t(words) for code, words in codes.ENTRY_KINDS.items()}
    product = products.get(entry.product or "", entry.product or kinds["charge"])
    method = methods().get(entry.method or "", entry.method or "")
    words = {
        "charge": product,
        "use": t("{product}, payée d’avance", "{product}, prepaid", product=product),
        "payment": t("Payé, {method}", "Paid, {method}", method=method),
        "refund": t("Remboursé, {method}", "Refunded, {method}", method=method),
        "reversal": t(
            "Contre-écriture de l’écriture n° {entry}", "Reversal of entry no. {entry}", entry=entry.reverses
        ),
        "declaration": t("Espèces déclarées, pas encore comptées", "Cash declared, not counted yet"),
    }
    return words.get(entry.kind) or _first_capital(kinds.get(entry.kind, entry.kind))


def _first_capital(text: str) -> str:
    """Return a text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def reasons() -> dict[str, str]:
    """Return the closed list of reasons why a member may pay less, in words, by code."""
    return {
        Reason.STUDENT.value: t("études", "student"),
        Reason.APPRENTICE.value: t("apprentissage ou alternance", "apprenticeship"),
        Reason.JOBSEEKER.value: t("recherche d’emploi", "looking for work"),
        Reason.LOW_INCOME.value: t("petits revenus", "low income"),
        Reason.YOUNG.value: t("moins de 26 ans", "under 26"),
        Reason.RETIRED.value: t("retraite", "retired"),
        Reason.VOLUNTEER.value: t("service civique", "civic service"),
        Reason.DECISION.value: t("décision de l’association", "decision of the association"),
    }


def product_kinds() -> dict[str, str]:
    """Return the kinds of product that a payer may pay for a member."""
    return {
        "membership": t("adhésion", "membership"),
        "subscription": t("formule au mois ou à la semaine", "monthly or weekly plan"),
        "day": t("journées", "days"),
        "carnet": t("carnets", "carnets"),
        "room": t("salles", "rooms"),
        "event": t("formations et événements", "training courses and events"),
    }


def organisation_kinds() -> dict[str, str]:
    """Return the kinds of organisation, in words, by code."""
    return {
        "company": t("entreprise", "company"),
        "cooperative": t("coopérative d’activité et d’emploi", "business and employment cooperative"),
        "association": t("association", "association"),
        "person": t("particulier", "private person"),
        "funder": t("financeur", "funder"),
    }


class Errors(dict[str, str]):
    """The errors of a form: a text by field, and the first error's code. Remembers which fields a page has shown, so
    that the page can show the rest at its top.
    """

    def __init__(self, by_field: Mapping[str, str] = MappingProxyType({}), code: str = "") -> None:
        super().__init__(by_field)
        self.code = code
        self._shown: set[str] = set()

    def __getitem__(self, field: str) -> str:
        """Return a field's error, and remember that the page has shown it."""
        self._shown.add(field)
        return super().__getitem__(field)

    def rest(self) -> list[str]:
        """Return the errors of fields that the page has not shown."""
        return [text for field, text in self.items() if field not in self._shown]


def unplaced(errors: object, form: object) -> list[str]:
    """Return the errors of a page, or where these are no `Errors` of its form, that stand beside none of the page's
    fields.
    """
    marked = errors if isinstance(errors, Errors) else getattr(form, "errors", None)
    return marked.rest() if isinstance(marked, Errors) else []


def attempt(act: Callable[[], R], **places: str) -> tuple[R | None, Errors]:
    """Run the act that a form asks for. Returns what `act` returns and no errors, or None and the errors: a text by
    field, several joined, under "form" where an error concerns the whole form.

    `places` maps the error's field to the form's own name for it. Raises Busy, which says nothing about the form.
    """
    try:
        return act(), Errors()
    except Busy:
        raise
    except Mistake as error:
        wrong = Errors(code=error.code)
        for mistake in (error, *error.others):
            place = places.get(mistake.field or "form", mistake.field or "form")
            wrong[place] = " ".join(filter(None, (wrong.get(place), told(mistake))))
        return None, wrong


BADGE_OPENS = Text("Le badge ouvre la porte dès maintenant.", "The badge opens the door from now on.")
BADGE_NOT_UNIQUE = badge_words.NOT_UNIQUE


def badge_product(code: str | None) -> str:
    """Return a badge's product, in words, by its code; None is an unknown product."""
    return badge_words.product(code, language())


def badge_worth(code: str | None, proof: str | None = None) -> str:
    """Return how well a badge is protected against copies, in words, by its product and the proof that was written to
    it.
    """
    return t(badge_words.WORTH[products.worth_of(code, proof).value])
