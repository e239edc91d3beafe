"""What the bank's pages say of columns, and of files that cannot be read."""

from kiosk.domain.books.bank_csv import Field
from kiosk.domain.problems import Problem
from kiosk.web.desk.common.words import t
from kiosk.web.desk.members.import_words import WRONG

FIELDS = {
    Field.DAY: ("jour de l’opération", "day"),
    Field.SUM: ("somme avec son signe", "sum with its sign"),
    Field.CREDIT: ("crédit", "credit"),
    Field.DEBIT: ("débit", "debit"),
    Field.LABEL: ("libellé", "label"),
    Field.REFERENCE: ("suite du libellé, motif", "more of the label, message"),
    Field.PARTY: ("qui paie", "who pays"),
    Field.BANK_ID: ("numéro unique de l’opération", "the operation’s own number"),
    Field.STATUS: ("statut (HelloAsso)", "status (HelloAsso)"),
}
_WRONG = {
    "import-empty": ("Ce fichier est vide.", "This file is empty."),
    "import-letters": (
        "Ce fichier ne se lit pas comme un texte. Téléchargez le relevé en OFX, CSV ou CAMT.053.",
        "This file is no text. Download the statement as OFX, CSV or CAMT.053.",
    ),
    "bank-file": (
        "Ce n’est pas un relevé. Sur le site de la banque, téléchargez-le en OFX, CSV ou CAMT.053.",
        "This is no statement. On the bank’s site, download it as OFX, CSV or CAMT.053.",
    ),
    "bank-empty": ("Aucune opération dans ce fichier.", "No operation in this file."),
    "bank-entities": (
        "Ce fichier contient ce qu’un relevé ne contient jamais (des entités) : il est refusé.",
        "This file holds what no statement ever does (entities): it is refused.",
    ),
    "bank-accounts": (
        "Ce fichier contient plusieurs comptes : téléchargez-en un à la fois.",
        "This file holds several accounts: download one at a time.",
    ),
    "bank-currency": ("Ce compte n’est pas en euros.", "This account is not in euros."),
    "bank-many": (
        "Ce fichier a plus de 10 000 lignes : prenez une période plus courte.",
        "This file has more than 10,000 lines: take a shorter period.",
    ),
    "bank-columns": (
        "Il faut une colonne pour le jour, et une pour la somme (ou débit et crédit), chacune une seule fois.",
        "One column has the day, one the sum (or debit and credit), each of them once.",
    ),
    "bank-row": ("Une ligne ne se lit pas", "A line cannot be read"),
    "bank-day": ("Un jour ne se lit pas", "A day cannot be read"),
    "bank-sum": ("Une somme ne se lit pas", "A sum cannot be read"),
    "bank-line": ("Une ligne est impossible", "A line cannot be"),
}
_WITH_DETAIL = ("bank-row", "bank-day", "bank-sum", "bank-line", "import-quotes")


def wrong(problem: Problem) -> str:
    """What is wrong with a file, and what to do."""
    words = _WRONG.get(problem.code) or WRONG.get(problem.code)
    if words is None:
        return str(problem)
    return f"{t(*words)} ({problem})" if problem.code in _WITH_DETAIL else t(*words)
