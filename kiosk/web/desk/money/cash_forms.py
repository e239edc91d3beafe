"""Shared by the pages about the cash box: their area, reading counts, and saying what is wrong with them."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, request

from kiosk.books.bank_deposits import BankDeposits
from kiosk.domain.money import cash
from kiosk.domain.problems import Problem
from kiosk.money.cashbox import CashBox
from kiosk.web.desk.common import labels
from kiosk.web.desk.common.labels import Said
from kiosk.web.desk.common.money_forms import typed
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import again
from kiosk.web.desk.common.words import t

area = Blueprint("cash", __name__, url_prefix="/books/cash")
R = TypeVar("R")


@area.context_processor
def _here() -> dict[str, Any]:
    """These pages belong to the books' line of the navigation."""
    return {"here": "books", "again": again, "methods": labels.methods(), "NOTES": cash.NOTES, "COINS": cash.COINS}


def box() -> CashBox:
    """The cash box, in the name of whoever asks."""
    desk = office()
    return CashBox(store=desk.store, rules=desk.rules, seal=desk.seal, clock=desk.clock, actor=desk.actor)


def bank() -> BankDeposits:
    """What goes to the bank, in the name of whoever asks."""
    desk = office()
    return BankDeposits(store=desk.store, rules=desk.rules, seal=desk.seal, clock=desk.clock, actor=desk.actor)


def coins() -> dict[int, int]:
    """The pieces that the form counts. Raises Problem `coins`."""
    found = {}
    for piece in cash.PIECES:
        text = typed(f"coin-{piece}", 10)
        if text and not (text.isascii() and text.isdigit()):
            raise Problem("coins", f"how many there are is a number, not {text!r}")
        found[piece] = int(text or 0)
    return cash.checked(found)


def numbers(name: str) -> list[int]:
    """Entries that were ticked."""
    return [int(text) for text in request.form.getlist(name) if text.isascii() and text.isdigit() and len(text) < 16]


def attempt(act: Callable[[], R]) -> tuple[R | None, dict[str, str]]:
    """Do what a form about the box or the bank asks. What is wrong with it comes back as a text by field."""
    return labels.attempt(act, form_errors())


def form_errors() -> Said:
    """Each code that a form may be answered with: its field, and what to do."""
    return {**_about_the_box(), **_about_the_bank()}


def _about_the_box() -> Said:
    settled = t("Ce dépôt déclaré a déjà été traité : regardez la liste.", "This declaration is settled: see the list.")
    return {
        "amount": ("amount", t("Écrivez une somme comme 5 ou 5,00.", "Write a sum like 5 or 5.00.")),
        "coins": ("coins", t("Écrivez combien il y en a, de 0 à 9999.", "Write how many there are, 0 to 9999.")),
        "reason": ("reason", t("Dites pourquoi, en quelques mots.", "Say why, in some words.")),
        "text": ("reason", t("Ce texte est trop long.", "This text is too long.")),
        "box-changed": (
            "form",
            t(
                "De l’argent est entré ou sorti pendant le comptage : voici la comparaison refaite.",
                "Money went in or out while you counted: here is the comparison anew.",
            ),
        ),
        "declaration-settled": ("form", settled),
        "no-such-declaration": ("form", settled),
        "declared-too-much": (
            "amount",
            t("C’est plus que l’ardoise et une avance raisonnable.", "This is more than the tab and some in advance."),
        ),
        "no-such-member": ("member", t("Aucune fiche ne porte ce numéro.", "No file has this number.")),
        "own-account": (
            "form",
            t(
                "C’est votre propre compte : une autre personne du bureau doit le faire.",
                "This is your own account: another officer has to do this.",
            ),
        ),
    }


def _about_the_bank() -> Said:
    return {
        "box-short": (
            "amount",
            t(
                "C’est plus que ce que contient la caisse : comptez-la d’abord.",
                "This is more than is in the box: count it first.",
            ),
        ),
        "coins-differ": (
            "coins",
            t("Les billets et pièces ne font pas cette somme.", "The notes and coins do not add up to this sum."),
        ),
        "remittance-empty": (
            "pieces",
            t("Cochez ce qui part en banque, ou écrivez une somme.", "Tick what goes to the bank, or write a sum."),
        ),
        "not-waiting": (
            "pieces",
            t(
                "Un de ces paiements n’attend plus : il est déjà remis, ou corrigé. Voici la liste à jour.",
                "One of these payments waits no more: it is remitted or taken back. Here is the list as it is.",
            ),
        ),
        "arrived-already": ("form", t("C’est déjà noté.", "This is noted already.")),
        "no-such-remittance": ("form", t("Cette remise a été reprise.", "This remittance was taken back.")),
        "not-on-a-slip": (
            "form",
            t(
                "Ce chèque n’est pas en banque : corrigez son écriture.",
                "This cheque is not with the bank: take its entry back.",
            ),
        ),
        "reversed-already": ("form", t("C’est déjà corrigé.", "This is taken back already.")),
    }
