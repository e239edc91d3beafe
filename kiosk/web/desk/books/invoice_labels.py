"""Shared by the pages about invoices: their area, and names of states and errors."""

from typing import Any

from flask import Blueprint

from kiosk.domain.books import documents
from kiosk.domain.books.invoices import State
from kiosk.web.desk.common.paging import again, link
from kiosk.web.desk.common.words import t

area = Blueprint("invoices", __name__, url_prefix="/books/invoices")
TAGS = {State.PAID: "good", State.PARTLY: "warn", State.OVERDUE: "bad"}


@area.context_processor
def _here() -> dict[str, Any]:
    """These pages belong to the books' line of the navigation."""
    return {
        "here": "books",
        "again": again,
        "link": link,
        "reference": reference,
        "states": states(),
        "tags": TAGS,
        "missing_words": missing(),
    }


def reference(series: str, number: int) -> str:
    """How a document is called."""
    return documents.reference(series, number)


def states() -> dict[State, str]:
    """How an invoice stands, in words."""
    return {
        State.OPEN: t("à payer", "to be paid"),
        State.PARTLY: t("payée en partie", "partly paid"),
        State.PAID: t("payée", "paid"),
        State.OVERDUE: t("en retard", "overdue"),
        State.CREDITED: t("annulée par avoir", "credited"),
    }


def missing() -> dict[str, str]:
    """What the law wants on an invoice, where it is not known yet."""
    return {
        "seller-identity": t(
            "Il manque le nom, l’adresse ou le numéro (SIREN ou RNA) de l’association : Règles, « Association ».",
            "The association’s name, address or number (SIREN or RNA) is missing: Rules, “Association”.",
        ),
        "seller-vat-number": t(
            "L’association collecte la TVA et son numéro de TVA manque : Règles, « Association ».",
            "The association collects VAT and its VAT number is missing: Rules, “Association”.",
        ),
        "buyer-address": t("L’adresse de la structure manque.", "The organisation’s address is missing."),
        "buyer-siret": t(
            "Cet organisme public n’a pas de SIRET : Chorus Pro en veut un.",
            "This public body has no SIRET: Chorus Pro wants one.",
        ),
    }


def form_errors() -> dict[str, tuple[str, str]]:
    """Each code that a form about invoices may be answered with: its field, and what to do."""
    return {
        **{code: ("form", text) for code, text in missing().items()},
        "invoice-empty": ("form", t("Cochez au moins une ligne.", "Tick one line at the least.")),
        "invoice-rounding": (
            "form",
            t(
                "Tant de lignes à la fois font trop de centimes d’arrondi de TVA : facturez en deux fois.",
                "So many lines at once make too many cents of VAT rounding: invoice them in two parts.",
            ),
        ),
        "not-to-invoice": (
            "form",
            t(
                "Une de ces lignes vient d’être corrigée ou facturée : voici celles qui restent.",
                "One of these lines was just taken back or invoiced: here are those that are left.",
            ),
        ),
        "order-reference": ("order_reference", t("La référence est trop longue.", "The reference is too long.")),
        "reason": ("reason", t("Dites pourquoi, en quelques mots.", "Say why, in some words.")),
        "text": ("reason", t("Ce texte est trop long.", "This text is too long.")),
        "not-an-invoice": ("form", t("Un avoir ne se corrige pas.", "A credit note cannot be credited.")),
        "not-on-invoice": ("form", t("Cette ligne n’est pas de cette facture.", "This line is not on this invoice.")),
        "credited-already": (
            "form",
            t("Ces lignes sont déjà sur un avoir.", "These lines are on a credit note already."),
        ),
        "carnet-in-use": (
            "form",
            t(
                "Un carnet vendu a des journées utilisées : corrigez d’abord celles-ci.",
                "Days of a carnet that was sold are used: take those back first.",
            ),
        ),
    }
