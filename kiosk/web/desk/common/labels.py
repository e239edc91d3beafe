"""How entries, reasons and what was typed wrongly are called on members' pages."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from kiosk.domain.members.reduced import Reason
from kiosk.domain.problems import Problem
from kiosk.errors import RequestError
from kiosk.store.money.statements import Line
from kiosk.web.desk.common.words import t

R = TypeVar("R")
Said = Mapping[str, tuple[str, str]]  # by code: the field that it stands beside, and what to do


def methods() -> dict[str, str]:
    """Means of payment."""
    return {
        "cash": t("espèces", "cash"),
        "cheque": t("chèque", "cheque"),
        "transfer": t("virement", "transfer"),
        "card": t("carte", "card"),
        "online": t("en ligne", "online"),
    }


def line(entry: Line, products: Mapping[str, str]) -> str:
    """What an entry was, in some words."""
    product = products.get(entry.product or "", entry.product or t("débit", "charge"))
    method = methods().get(entry.method or "", entry.method or "")
    said = {
        "charge": product,
        "use": t("{product}, payée d’avance", "{product}, prepaid", product=product),
        "payment": t("Payé, {method}", "Paid, {method}", method=method),
        "refund": t("Remboursé, {method}", "Refunded, {method}", method=method),
        "reversal": t("Contre-écriture de la n° {entry}", "Reversal of no. {entry}", entry=entry.reverses),
        "write-off": t("Passé en perte", "Written off"),
        "deposit": t("Caution de badge", "Badge deposit"),
        "document": t("Document émis", "Document issued"),
        "declaration": t("Espèces déclarées, à compter", "Cash declared, to be counted"),
    }
    return said.get(entry.kind, entry.kind)


def reasons() -> dict[str, str]:
    """Why a member may pay less: the closed list."""
    return {
        Reason.STUDENT.value: t("études", "studies"),
        Reason.APPRENTICE.value: t("apprentissage ou alternance", "apprenticeship"),
        Reason.JOBSEEKER.value: t("recherche d’emploi", "looking for work"),
        Reason.LOW_INCOME.value: t("petits revenus", "low income"),
        Reason.YOUNG.value: t("moins de 26 ans", "under 26"),
        Reason.RETIRED.value: t("retraite", "retired"),
        Reason.VOLUNTEER.value: t("service civique", "civic service"),
        Reason.DECISION.value: t("décision de l’association", "decision of the association"),
    }


def product_kinds() -> dict[str, str]:
    """What somebody may pay for a member."""
    return {
        "membership": t("adhésion", "membership"),
        "subscription": t("formule au mois ou à la semaine", "monthly or weekly plan"),
        "day": t("journées", "day passes"),
        "carnet": t("carnets", "carnets"),
        "room": t("salles", "rooms"),
    }


def organisation_kinds() -> dict[str, str]:
    """What an organisation is."""
    return {
        "company": t("entreprise", "company"),
        "cooperative": t("coopérative d’activité", "cooperative of activity"),
        "funder": t("financeur", "funder"),
    }


def own_account() -> Said:
    """What is said of an act on one's own file, by its code."""
    return {code: said for code, said in _said().items() if code == "own-account"}


def _said() -> dict[str, tuple[str, str]]:
    """Each code that a form may be answered with: the field that it stands beside, and what to do."""
    return {
        "own-account": (
            "form",
            t(
                "C’est votre propre fiche : une autre personne du bureau doit le faire.",
                "This is your own file: another officer has to do this.",
            ),
        ),
        "name": ("name", t("Écrivez un nom de 1 à 100 caractères.", "Write a name of 1 to 100 characters.")),
        "email": ("email", t("Écrivez l’adresse comme ines@exemple.fr.", "Write the address like ines@exemple.fr.")),
        "phone": ("phone", t("Écrivez de 6 à 18 chiffres, avec ou sans espaces.", "Write 6 to 18 digits.")),
        "language": ("language", t("Choisissez une langue de la liste.", "Choose a language of the list.")),
        "no-such-plan": ("plan", t("Choisissez une formule de la liste.", "Choose a plan of the list.")),
        "uid-format": (
            "badge",
            t(
                "Un numéro de badge n’a que des chiffres et des lettres de A à F.",
                "A badge number has digits and letters from A to F only.",
            ),
        ),
        "uid-size": (
            "badge",
            t("Un numéro de badge a 8, 14 ou 20 caractères.", "A badge number has 8, 14 or 20 characters."),
        ),
        "uid-random": (
            "badge",
            t(
                "C’est le numéro d’un téléphone : il change à chaque fois. Prenez une carte ou un badge.",
                "This is a telephone’s number: it changes each time. Take a card or a tag.",
            ),
        ),
        "badge-given": (
            "badge",
            t(
                "Ce badge est déjà à quelqu’un, ou ouvre déjà. Prenez-en un autre.",
                "This badge is somebody’s already, or opens already. Take another one.",
            ),
        ),
        "reduced-reason": ("reason", t("Choisissez une raison de la liste.", "Choose a reason of the list.")),
        "reduced-level": ("level", t("Choisissez un niveau de tarif de la liste.", "Choose a level of the list.")),
        "reduced-period": ("until", t("La fin vient après le début.", "The end comes after the start.")),
        "no-such-member": ("other", t("Aucune fiche ne porte ce numéro.", "No file has this number.")),
        "same-file": ("other", t("Ce numéro mène déjà à cette fiche.", "This number leads to this file already.")),
        "siren": (
            "siren",
            t(
                "Un SIREN a 9 chiffres, et le dernier vérifie les autres : une faute de frappe ?",
                "A SIREN has 9 digits, the last of which checks the others: a typing error?",
            ),
        ),
        "siren-known": ("siren", t("Une structure porte déjà ce SIREN.", "An organisation has this SIREN already.")),
        "siret": (
            "siret",
            t(
                "Un SIRET a 14 chiffres, et le dernier vérifie les autres : une faute de frappe ?",
                "A SIRET has 14 digits, the last of which checks the others: a typing error?",
            ),
        ),
        "siret-siren": (
            "siret",
            t("Le SIRET commence par les neuf chiffres du SIREN.", "The SIRET begins with the SIREN’s nine digits."),
        ),
        "siret-public": (
            "siret",
            t("Chorus Pro connaît un organisme public par son SIRET.", "Chorus Pro knows a public body by its SIRET."),
        ),
        "vat-number": (
            "vat_number",
            t(
                "Le numéro commence par le pays ; en France il finit par le SIREN : FR44732829320.",
                "The number begins with the country; in France it ends with the SIREN: FR44732829320.",
            ),
        ),
        "service-code": ("service_code", t("Le code service est trop long.", "The service code is too long.")),
        "organisation-kind": ("kind", t("Choisissez une sorte de la liste.", "Choose a kind of the list.")),
        "address": ("address", t("L’adresse est trop longue.", "The address is too long.")),
        "order-reference": ("order_reference", t("La référence est trop longue.", "The reference is too long.")),
        "no-such-organisation": (
            "organisation",
            t("Choisissez une structure de la liste.", "Choose an organisation of the list."),
        ),
        "product-kind": ("kinds", t("Cochez ce qui est payé.", "Tick what is paid.")),
        "payer-past": (
            "from",
            t(
                "Choisissez aujourd’hui ou un jour à venir : ce qui est écrit reste.",
                "Choose today or a day to come: what is written stays.",
            ),
        ),
    }


def attempt(act: Callable[[], R], said: Said | None = None) -> tuple[R | None, dict[str, str]]:
    """Do what a form asks. What is wrong with what was typed comes back as a text by field; all else is raised.

    `said` has the words of another area's forms, by code.
    """
    try:
        return act(), {}
    except (RequestError, Problem) as error:
        found = (_said() if said is None else said).get(error.code)
        if found is None:
            raise
        field, text = found
        return None, {field: text}
