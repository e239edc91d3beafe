"""What the bank's pages say of columns, of lines and why they are refused, and of files that cannot be read."""

from kiosk.domain.books.statements import bank_files, bank_guess, statement_facts
from kiosk.domain.books.statements.bank_columns import Field
from kiosk.domain.books.statements.bank_files import Opened
from kiosk.domain.books.statements.bank_report import Fate
from kiosk.domain.books.statements.statement_facts import Row, StatementFacts
from kiosk.language.texts import Text
from kiosk.web.desk.common.words import t, told

FIELDS = {
    Field.DAY: Text("jour de l’opération", "day"),
    Field.SUM: Text("somme avec son signe", "sum with its sign"),
    Field.CREDIT: Text("crédit", "credit"),
    Field.DEBIT: Text("débit", "debit"),
    Field.LABEL: Text("libellé", "label"),
    Field.REFERENCE: Text("suite du libellé, motif", "more of the label, message"),
    Field.PARTY: Text("qui paie", "who pays"),
    Field.BANK_ID: Text("numéro unique de l’opération", "the operation’s own number"),
    Field.DIRECTION: Text("sens : débit ou crédit", "direction: debit or credit"),
    Field.BALANCE: Text("solde après l’opération", "balance after the operation"),
    Field.CURRENCY: Text("devise", "currency"),
    Field.STATUS: Text("statut : passé, en attente, refusé", "status: booked, pending, refused"),
    Field.MOVEMENT: Text("nature : paiement, frais, versement", "what it is: payment, fee, payout"),
    Field.ACCOUNT: Text("numéro ou nom du compte", "number or name of the account"),
    Field.FEE: Text("frais retenus", "fee that was kept"),
}
FATES = {
    Fate.NEW: Text("nouvelle", "new"),
    Fate.KNOWN: Text("déjà là", "there already"),
    Fate.REFUSED: Text("refusée", "refused"),
    Fate.NOTHING: Text("sans effet", "no effect"),
}
SUMS = {
    "file": Text("Le fichier", "The file"),
    "new": Text("Nouvelles", "New"),
    "known": Text("Déjà là", "There already"),
    "refused": Text("Refusées, avec une somme", "Refused, with a sum"),
}
DOUBTS = {
    bank_guess.BY_CELLS: Text(
        "Aucun titre ne dit quelle colonne porte les sommes.", "No header says which column has the sums."
    ),
    bank_guess.TWO_WAYS: Text(
        "De deux colonnes, laquelle est ce qui est entré ?", "Of two columns, which is what came in?"
    ),
    bank_guess.ONE_WAY: Text(
        "Rien ne sort jamais dans ce fichier : le sens est-il ailleurs ?",
        "Nothing ever goes out in this file: is the direction elsewhere?",
    ),
    bank_guess.DAYS: Text(
        "Le mois est peut-être écrit avant le jour : exportez avec des dates AAAA-MM-JJ.",
        "The month may stand before the day: export with days written YYYY-MM-DD.",
    ),
    bank_guess.NET_OR_GROSS: Text(
        "Une somme brute et une nette : le compte bouge de la nette, sauf chez une plateforme de paiement.",
        "A sum before fees and one after: an account moves by the latter, unless it is a payment platform’s.",
    ),
    bank_files.LETTERS: Text(
        "Les accents se lisent de deux façons : regardez les valeurs.",
        "Accents can be read in two ways: look at the values.",
    ),
}
LETTER_NAMES = {
    "utf-8": "UTF-8",
    "windows-1252": "Windows-1252",
    "iso-8859-15": "ISO 8859-15",
    "mac-roman": "Mac Roman",
    "dos-850": "DOS 850",
    "utf-16": "UTF-16",
}
_WHY = {
    statement_facts.NOTHING: Text("pas une opération", "no operation"),
    statement_facts.ZERO: Text("rien n’a bougé", "nothing moved"),
    statement_facts.STATUS: Text(
        "paiement ou opération qui n’est pas passé", "payment or operation that did not go through"
    ),
    statement_facts.FEE: Text(
        "frais ou versement : sur le relevé de la banque", "fee or payout: in the bank’s statement"
    ),
    statement_facts.TWICE: Text("le même paiement qu’une ligne plus haut", "the same payment as a line above"),
    statement_facts.CORRECTED: Text("corrigée par une autre ligne du fichier", "corrected by another line of the file"),
}


def why(row: Row) -> str:
    """Why a line is refused."""
    return t(_WHY[row.code]) if row.code in _WHY else told(row.code)


def notes(opened: Opened, reading: StatementFacts) -> list[str]:
    """How the file was read: its letters, and whether its balances prove that."""
    found = opened.letters
    said = [
        t(
            "Lettres du fichier : {name}, vraisemblables à {score} %.",
            "Letters of the file: {name}, likely by {score} %.",
            name=LETTER_NAMES[found.name],
            score=found.score,
        )
    ]
    if reading.is_proved:
        said.append(
            t(
                "Prouvé : le solde d’avant et les lignes font le solde d’après, ou le total du fichier.",
                "Proved: the balance before and the lines make the balance after, or the file’s total.",
            )
        )
    if reading.balances:
        said.append(t("Soldes qui tombent juste : {n}.", "Balances that add up: {n}.", n=reading.balances))
    elif not reading.is_proved:
        said.append(t("Aucun solde à vérifier dans ce fichier.", "No balance to check in this file."))
    return said
