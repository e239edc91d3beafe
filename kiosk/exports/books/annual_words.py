"""Words the annual report: rights, declared situations, and whether a year is closed."""

from collections.abc import Mapping

from kiosk.domain.books.annual import Annual
from kiosk.domain.checkin.standing import Right
from kiosk.domain.members.categories import Category
from kiosk.exports import formats
from kiosk.exports.books.receipt_words import Speak, speaks
from kiosk.language.names import Names, called
from kiosk.language.texts import Text

CATEGORIES: dict[str, Text] = {
    Category.STUDENT: Text("Études", "Studies"),
    Category.JOBSEEKER: Text("Recherche d’emploi", "Looking for work"),
    Category.PROJECT_HOLDER: Text("Porte un projet", "Starting a project"),
    Category.SELF_EMPLOYED: Text("À son compte", "Self-employed"),
    Category.EMPLOYEE: Text("Emploi salarié", "Employed"),
    Category.RETIRED: Text("Retraite", "Retired"),
    Category.OTHER: Text("Autre", "Other"),
    "": Text("Rien de déclaré", "Not declared"),
}
TARIFF = "tariff"  # full and reduced days together: people who pay less are not to be recognised
RIGHTS: dict[str, Text] = {
    Right.SUBSCRIPTION: Text("Formule au mois", "Monthly plan"),
    TARIFF: Text("À la journée", "By the day"),
    Right.CARNET: Text("Carnet", "Carnet"),
    Right.VOUCHER: Text("Bon entreprise", "Voucher"),
    Right.BANKED: Text("Journée d’accueil", "Banked day"),
    Right.CAP: Text("Plafond du mois atteint", "Monthly cap reached"),
    Right.FREE: Text("Tarif de 0 €", "€0 tariff"),
    Right.FREE_ZONE: Text("Coin gratuit", "Free corner"),
    Right.PASSING: Text("De passage", "Just passing"),
}


def title(annual: Annual, language: str) -> str:
    """Return the title of the report."""
    return speaks(language)("Rapport annuel {name}", "Annual report {name}", name=annual.year.name)


def state(annual: Annual, language: str) -> str:
    """Return, in a word, whether the figures can still change."""
    return speaks(language)(Text("Clos", "Closed") if annual.is_closed else Text("Provisoire", "Provisional"))


def told(annual: Annual, language: str) -> str:
    """Return, in a sentence, whether the figures can still change, and whether they agree with the closing."""
    t = speaks(language)
    until, first, last = (
        formats.day(day, language) for day in (annual.until_on, annual.year.first_on, annual.year.last_on)
    )
    if annual.is_closed and annual.agrees:
        return t(
            "Exercice du {first} au {last}, clos : les sommes sont celles de son écriture de clôture.",
            "The fiscal year from {first} to {last} is closed: the amounts are those of its closing entry.",
            first=first,
            last=last,
        )
    if annual.is_closed:
        return t(
            "Exercice du {first} au {last}, clos, mais les sommes diffèrent de son écriture de clôture :"
            " demandez à la personne qui tient la machine de lancer kiosk verify.",
            "The fiscal year from {first} to {last} is closed, but the amounts differ from its closing entry:"
            " ask the person who looks after the machine to run kiosk verify.",
            first=first,
            last=last,
        )
    closed = ""
    if annual.closed_until is not None:
        day = formats.day(annual.closed_until, language)
        closed = t(" Les jours sont clos jusqu’au {day}.", " The days up to {day} are closed.", day=day)
    return (
        t(
            "Exercice du {first} au {last}, pas encore clos : chiffres jusqu’au {until}.",
            "The fiscal year from {first} to {last} is not closed yet: figures until {until}.",
            first=first,
            last=last,
            until=until,
        )
        + closed
    )


def sources(language: str) -> tuple[str, ...]:
    """Return sentences that say where the figures come from."""
    t = speaks(language)
    return (
        t(
            "Recettes : les ventes inscrites aux comptes de produits (classe 7) du fichier des"
            " écritures. Une contre-écriture compte au jour où elle est enregistrée. Un carnet devient"
            " une recette journée par journée, puis à son expiration ; une formule payée d’avance,"
            " dans l’exercice qu’elle couvre.",
            "Income: sales in the income accounts (class 7) of the accounting file. A reversal counts on the day it"
            " is recorded. A carnet becomes income day by day as it is used, then when it expires; a plan paid in"
            " advance becomes income in the year it covers.",
        ),
        t(
            "Encaissé : paiements reçus moins remboursements, quel que soit le jour payé ; les cautions et les"
            " dons sont comptés à part.",
            "Received: payments less refunds, whichever day they are for; payments of security deposits and gifts"
            " are shown separately.",
        ),
        t(
            "Loyer couvert : ce que rapportent les jours de la période ; une formule est répartie sur les jours "
            "qu’elle couvre.",
            "Rent covered: the income from the days in the period. A plan is spread over the days it covers.",
        ),
        t(
            "Les nombres de moins de 5 personnes sont cachés, ainsi que tout autre nombre qui permettrait de les"
            " deviner.",
            "Counts of fewer than 5 people are hidden, and so is any other figure that would reveal them.",
        ),
    )


def name_of(names: Mapping[str, Names], code: str, t: Speak) -> str:
    """Return the name of a product, a zone or a plan by its code."""
    product_names = names.get(code, called(code))
    return t(product_names) if code else t("Autre", "Other")
