"""Words what the bank's pages say about columns, about lines and why they are refused, and about
how a file was read.
"""

from kiosk.domain.books.statements import bank_files, bank_guess, statement_facts
from kiosk.domain.books.statements.bank_columns import Field
from kiosk.domain.books.statements.bank_files import Opened
from kiosk.domain.books.statements.bank_report import Fate
from kiosk.domain.books.statements.statement_facts import Row, StatementFacts
from kiosk.language.texts import Text
from kiosk.web.desk.common.words import t, told

FIELDS = {
    Field.DAY: Text("jour de l’opération", "transaction day"),
    Field.SUM: Text("somme avec son signe", "signed amount"),
    Field.CREDIT: Text("crédit", "credit"),
    Field.DEBIT: Text("débit", "debit"),
    Field.LABEL: Text("libellé", "description"),
    Field.REFERENCE: Text("suite du libellé, motif", "rest of the description, message"),
    Field.PARTY: Text("qui paie", "payer"),
    Field.BANK_ID: Text("numéro unique de l’opération", "unique transaction number"),
    Field.DIRECTION: Text("sens : débit ou crédit", "direction: debit or credit"),
    Field.BALANCE: Text("solde après l’opération", "balance after the transaction"),
    Field.CURRENCY: Text("devise", "currency"),
    Field.STATUS: Text("statut : passé, en attente, refusé", "status: booked, pending, refused"),
    Field.MOVEMENT: Text("nature : paiement, frais, versement", "kind: payment, fee, payout"),
    Field.ACCOUNT: Text("numéro ou nom du compte", "account number or name"),
    Field.FEE: Text("frais retenus", "fee withheld"),
}
FATES = {  # what becomes of a line
    Fate.NEW: Text("nouvelle", "new"),
    Fate.KNOWN: Text("déjà importée", "already imported"),
    Fate.REFUSED: Text("refusée", "refused"),
    Fate.NOTHING: Text("sans effet", "no effect"),
}
SUMS = {  # the sums that the preview compares
    "file": Text("Le fichier", "The file"),
    "new": Text("Nouvelles lignes", "New lines"),
    "known": Text("Lignes déjà importées", "Lines already imported"),
    "refused": Text("Lignes refusées, avec une somme", "Refused lines with an amount"),
}
DOUBTS = {  # what a guessed layout leaves uncertain
    bank_guess.BY_CELLS: Text(
        "Aucun titre ne dit quelle colonne porte les sommes.", "No header says which column holds the amounts."
    ),
    bank_guess.TWO_WAYS: Text(
        "Deux colonnes de sommes : laquelle donne l’argent reçu ?",
        "There are two amount columns: which shows money in?",
    ),
    bank_guess.ONE_WAY: Text(
        "Aucune sortie d’argent dans ce fichier : le sens est-il dans une autre colonne ?",
        "No money goes out in this file: is the direction in another column?",
    ),
    bank_guess.DAYS: Text(
        "Le mois est peut-être écrit avant le jour : exportez avec des dates AAAA-MM-JJ.",
        "The month may come before the day: export with dates as YYYY-MM-DD.",
    ),
    bank_guess.NET_OR_GROSS: Text(
        "Une colonne donne les sommes avant frais, l’autre après. Sur un relevé bancaire, prenez celle après frais "
        "; pour une plateforme de paiement, vérifiez.",
        "One column shows amounts before fees, the other after. For a bank statement, choose the one after fees; "
        "for a payment platform, check.",
    ),
    bank_files.LETTERS: Text(
        "Les lettres accentuées peuvent se lire de deux façons : vérifiez les textes affichés.",
        "Accented letters can be read in two ways: check the text shown.",
    ),
}
LETTER_NAMES = {  # character sets, as people write them
    "utf-8": "UTF-8",
    "windows-1252": "Windows-1252",
    "iso-8859-15": "ISO 8859-15",
    "mac-roman": "Mac Roman",
    "dos-850": "DOS 850",
    "utf-16": "UTF-16",
}
_WHY = {  # why a line is refused or has no effect, by its code
    statement_facts.NOTHING: Text("pas une opération", "not a transaction"),
    statement_facts.ZERO: Text("aucun mouvement d’argent", "no money moved"),
    statement_facts.STATUS: Text("paiement ou opération en échec", "failed payment or transaction"),
    statement_facts.FEE: Text(
        "frais ou versement : voir le relevé de la banque", "fee or payout: see the bank statement"
    ),
    statement_facts.TWICE: Text("paiement déjà présent sur une ligne plus haut", "same payment as a line above"),
    statement_facts.CORRECTED: Text(
        "ligne corrigée par une autre ligne du fichier", "line corrected by another line in the file"
    ),
}


def why(line: Row) -> str:
    """Return why a line is refused or has no effect, in words: those of `_WHY`, else the error's of its code."""
    return t(_WHY[line.code]) if line.code in _WHY else told(line.code)


def notes(opened: Opened, reading: StatementFacts) -> list[str]:
    """Return notes on how the file was read: its character set with how likely it is, whether its balances or its total
    prove the amounts, and how many balances were checked.
    """
    letters = opened.letters
    sentences = [
        t(
            "Encodage du fichier : {name}, probable à {score} %.",
            "File encoding: {name}, {score}% likely.",
            name=LETTER_NAMES[letters.name],
            score=letters.score,
        )
    ]
    if reading.is_proved:
        sentences.append(
            t(
                "Sommes vérifiées : le solde initial et les lignes donnent le solde final, ou le total du fichier.",
                "Amounts verified: the opening balance plus the lines equals the closing balance, or the file’s total.",
            )
        )
    if reading.balances:
        sentences.append(
            t("Soldes vérifiés et justes : {n}.", "Balances checked and correct: {n}.", n=reading.balances)
        )
    elif not reading.is_proved:
        sentences.append(t("Aucun solde à vérifier dans ce fichier.", "No balance to check in this file."))
    return sentences
