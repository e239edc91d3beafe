"""Shared by the pages about money: their area, reading forms, and saying what is wrong with them."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from flask import Blueprint, abort, flash, request

from kiosk.domain import amounts
from kiosk.domain.problems import Problem
from kiosk.errors import RequestError
from kiosk.store.money import tab_rows
from kiosk.store.money.tab_rows import Owner
from kiosk.web.desk.common import four_eyes, labels
from kiosk.web.desk.common.labels import methods
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import again, link
from kiosk.web.desk.common.words import in_page_language, t

area = Blueprint("money", __name__, url_prefix="/money")
R = TypeVar("R")
LONGEST_SEARCH = 100
FIELDS = 60  # characters of one of a cheque's three


@area.context_processor
def _here() -> dict[str, Any]:
    """These pages belong to the money's line of the navigation."""
    return {"again": again, "link": link, "methods": methods(), "in_page_language": in_page_language}


def form_key() -> bytes:
    """The id of the act that the form brought. A form without one is not ours."""
    text = request.form.get("key", "")
    try:
        key = bytes.fromhex(text)
    except ValueError:
        abort(400)
    if len(key) != 16:
        abort(400)
    return key


def typed(name: str, longest: int = 500) -> str:
    """One field of the form, without line breaks."""
    return " ".join(request.form.get(name, "")[: longest + 1].split())


def cents(name: str) -> int:
    """A sum that was typed; nothing typed is 0. Raises Problem `amount`."""
    text = typed(name, 40)
    return amounts.parse(text) if text else 0


def day(name: str, values: Any = None) -> date | None:
    """A day of the form, or of the URL's query where that is given; None where there is none.

    Raises Problem `day`.
    """
    text = (request.form if values is None else values).get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Problem("day", f"a day is written like 2026-11-25, not {text[:20]!r}") from None


def of_account(account: int) -> Owner:
    """The holder of an account in the URL; 404 where there is none."""
    with office().reading() as connection:
        try:
            return tab_rows.owner(connection, account)
        except RequestError:
            abort(404)


def refuse_own(owner: Owner) -> None:
    """Raises RequestError `own-account` for the officer's own account."""
    four_eyes.refuse_own(owner.number)


def attempt(act: Callable[[], R], **places: str) -> tuple[R | None, dict[str, str]]:
    """Do what a form asks. Returns what is wrong with it as a text by field; raises all else.

    `places` moves a code's text to another field of this form.
    """
    said = {code: (places.get(code.replace("-", "_"), field), text) for code, (field, text) in _said().items()}
    return labels.attempt(act, said)


def done(again_: bool, text: str) -> None:
    """Say what was done, or that the form had been sent before."""
    if again_:
        flash(
            t(
                "Ce formulaire avait déjà été envoyé : rien n’a été écrit une seconde fois.",
                "This form had been sent already: nothing was written a second time.",
            ),
            "warning",
        )
    else:
        flash(text)


def _said() -> dict[str, tuple[str, str]]:
    """Each code that a form about money may be answered with: its field, and what to do."""
    return {
        "amount": (
            "amount",
            t(
                "Écrivez une somme comme 5 ou 5,00, dans la limite indiquée.",
                "Write a sum like 5 or 5.00, within what is said.",
            ),
        ),
        "method": ("method", t("Choisissez un moyen de paiement.", "Choose a means of payment.")),
        "reason": ("reason", t("Dites pourquoi, en quelques mots.", "Say why, in some words.")),
        "text": ("reason", t("Ce texte est trop long.", "This text is too long.")),
        "day": ("day", t("Choisissez un jour.", "Choose a day.")),
        "period": ("day", t("La fin vient après le début.", "The end comes after the start.")),
        "own-account": (
            "form",
            t(
                "C’est votre propre compte : une autre personne du bureau doit le faire.",
                "This is your own account: another officer has to do this.",
            ),
        ),
        "no-tariff": (
            "product",
            t("Ce produit n’a pas de tarif ce jour-là.", "This product has no tariff on that day."),
        ),
        "no-such-product": ("product", t("Choisissez un produit de la liste.", "Choose a product of the list.")),
        "not-for-sale": ("product", t("Une journée se compte par le badge.", "A day is counted by the badge.")),
        "member-left": (
            "form",
            t("Cette personne est partie : rien ne peut lui être vendu.", "This person has left: nothing can be sold."),
        ),
        "paused": (
            "product",
            t("Cette formule est en pause : reprenez-la d’abord.", "This plan is paused: resume it first."),
        ),
        "paused-already": (
            "day",
            t("Une autre pause couvre déjà ces jours.", "Another pause covers these days already."),
        ),
        "subscription-over": (
            "form",
            t("Cette formule est finie : vendez-en une nouvelle.", "This plan is over: sell a new one."),
        ),
        "not-paused": ("form", t("Cette formule n’est pas en pause.", "This plan is not paused.")),
        "reversed-already": ("form", t("Cette écriture est déjà corrigée.", "This entry is taken back already.")),
        "not-reversible": (
            "form",
            t(
                "Cette écriture ne se corrige pas : vendez ou encaissez de nouveau.",
                "This entry cannot be taken back: sell or take the payment again.",
            ),
        ),
        "on-a-slip": (
            "form",
            t(
                "Ce paiement est en banque, sur une remise : reprenez d’abord celle-ci, ou notez le chèque impayé.",
                "This payment is with the bank: take its remittance back first, or note that the cheque bounced.",
            ),
        ),
        "remittance-settled": (
            "form",
            t(
                "Cette remise a un chèque impayé, ou est notée arrivée en banque : elle reste.",
                "A cheque of this remittance bounced, or it is noted at the bank: it stays.",
            ),
        ),
        "declaration-settled": (
            "form",
            t("Ce dépôt déclaré a déjà été traité par un comptage.", "A count has settled this declaration already."),
        ),
        "carnet-in-use": (
            "form",
            t(
                "Ce carnet a des journées utilisées : corrigez d’abord celles-ci.",
                "Days of this carnet are used: take those back first.",
            ),
        ),
        "price-floor": ("price", t("C’est moins que le minimum.", "This is less than the least.")),
    }
