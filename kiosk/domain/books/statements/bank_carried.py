"""Recognises by their words the lines of a statement that move nothing: balances, totals, amounts carried over a page;
and headings above operations still to come.

`TOTAL ENERGIES` and `SOLDE FACTURE 12` are operations, `TOTAL` and `SOLDE AU 30/11` are not; where the words are
unclear and the line is the first or the last, a person is asked.
"""

import re

from kiosk.domain.books.statements import bank_amounts
from kiosk.domain.books.statements.bank_columns import bare
from kiosk.domain.books.statements.statement_facts import Mark
from kiosk.domain.problems import Problem

_MONTHS = (
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre "
    "janv fev avr juil sept oct nov dec"
)
_AROUND = (  # words that may follow "solde" or "total" in a line that is one
    r"( (eur|euros?|crediteur|debiteur|crediteurs|debiteurs|au|a|en|le|la|du|de|des|fin|debut|date|periode|mois|releve|"
    rf"extrait|compte|page|precedente?|nouveau|net comptable|comptable|[0-9]+|{_MONTHS.replace(' ', '|')}))*"
)
# What a total may be of.
_OF_MOVES = (
    r"(mouvements?|operations?|debits?|credits?|depenses?|recettes?|sorties?|entrees?|virements?|lignes|periode)"
)
_MARKS = (  # what a line is, by the beginning of its words: the first that fits counts
    (Mark.AVAILABLE, r"solde (disponible|previsionnel|en valeur|a venir)|(disponible|available balance)\b"),
    (Mark.OPENING, r"(ancien|precedent|dernier) solde\b|(opening|starting|previous) balance|balance brought forward"),
    (Mark.OPENING, r"solde (precedent|anterieur|initial|d ouverture|de depart|de debut|debut|en debut|reporte)\b"),
    (Mark.OPENING, rf"report{_AROUND}$|solde report|report (a nouveau|du solde|solde)"),
    (Mark.CLOSING, r"nouveau solde\b|solde (final|de cloture|de fin|fin|en fin|actuel)\b|(closing|ending|new) balance"),
    (Mark.BALANCE, rf"solde{_AROUND}$|solde a reporter|a reporter$|balance$"),
    (Mark.BALANCE, r"solde (veille|intermediaire|provisoire|theorique|reel|moyen|bancaire|comptable|journalier)\b"),
    (
        Mark.TOTAL,
        rf"(sous )?total{_AROUND}$|(sous )?totaux|(sous )?total( general)?( des?| du)? {_OF_MOVES}|total general",
    ),
)
# words for operations
_ARE = "(operations?|mouvements?|ecritures?|debits?|credits?|prelevements?|paiements?|virements?|transactions?|encours)"
_PENDING = re.compile(  # headings above operations still to come
    rf"{_ARE}?( (carte|cb|bancaires?|de carte|du compte))? ?(a venir|en attente|en cours|non comptabilis|"
    r"a comptabiliser|futur|programme|prevu|previsionnel|pending)|(pending|upcoming) transactions|encours"
)
_BOOKED = re.compile(  # headings above booked operations
    rf"{_ARE} (du compte )?(passe|comptabilise|effectue|enregistre|realise|valide|execute|recent)|historique|"
    rf"(booked|completed|past) transactions|{_ARE}$|{_ARE} du compte$|liste des {_ARE}"
)
_OPERATIONS = re.compile(  # words of operations that begin like a balance or a total
    r"total (energ|access|station|direct|gaz|relais|[0-9]{3})|totalenerg|reporters?|"
    r"solde .*\b(facture|devis|stage|commande|location|sejour|acompte|adhesion|cotisation|loyer|salle)\b|"
    r"solde de tout compte"
)
# words of an operation that is not booked yet
_TO_COME = re.compile(r"(operation |paiement |virement |carte )?(en attente|a venir|en cours|non comptabilise)")
_STARTS = re.compile(r"(sous )?(solde|total|report|balance)")  # of balances, totals, and some operations
_DATE = re.compile(r"[0-9]{1,2}[/.\-][0-9]{1,2}[/.\-][0-9]{2,4}|[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SUM = re.compile(r"[-+\u2212]?\s?[0-9][0-9 \u00a0\u202f.']*[.,][0-9]{2}(?![0-9])\s?-?")
_WHOLE = re.compile(r"[;\t]\s*([-+]?[0-9]{1,9})[\s;]*$")  # whole euros in the last cell
_ACCOUNT = re.compile(
    r"(?:compte|iban|livret|ccp)[^0-9*]{0,40}?((?:FR|BE|LU)[0-9]{2}[0-9A-Z ]{10,30}|[0-9*][0-9A-Z*]{5,20})",
    re.IGNORECASE,
)
_CURRENCY = re.compile(r"(?:[Dd]evise|DEVISE|[Cc]urrency|[Mm]onnaie)(?: du compte)?\W{1,5}([A-Z]{3})\b")


def mark_of(text: str) -> Mark | None:
    """Return the mark of a line with these words (a balance, a total), if they show for certain that it moves nothing;
    else None.
    """
    words = bare(_DATE.sub(" ", text))
    if not words or _OPERATIONS.match(words):
        return None
    return next((mark for mark, pattern in _MARKS if re.match(pattern, words)), None)


def section_of(text: str) -> Mark | None:
    """Return whether a heading stands above operations still to come (PENDING) or booked ones (BOOKED); None for
    neither.
    """
    words = bare(text)
    return Mark.PENDING if _PENDING.match(words) else Mark.BOOKED if _BOOKED.match(words) else None


def is_still_to_come(text: str) -> bool:
    """Tell whether a line's own words say that the operation is still to come."""
    return _TO_COME.match(bare(text)) is not None


def is_doubtful(text: str) -> bool:
    """Tell whether a line may be a balance or a total, or an operation that begins with the same word."""
    words = bare(_DATE.sub(" ", text))
    return _STARTS.match(words) is not None and _OPERATIONS.match(words) is None


def days_in(text: str) -> list[str]:
    """Return the days in some words, as written."""
    return [day for day in _DATE.findall(text) if _reads_day(day)]


def _reads_day(text: str) -> bool:
    """Tell whether a text is a day."""
    try:
        bank_amounts.day(text)
    except Problem:
        return False
    return True


def sum_in(text: str) -> int | None:
    """Return the last amount with cents in some words, or whole euros that fill the last cell, as workbooks write them.
    Negative where the words say that the account is overdrawn; None without an amount.
    """
    sums = _SUM.findall(_DATE.sub(" ; ", text)) or _WHOLE.findall(text)  # no day is read as a sum
    if not sums:
        return None
    try:
        cents = bank_amounts.cents(sums[-1])
    except Problem:
        return None
    return -abs(cents) if "debiteur" in bare(text).split() else cents


def accounts_in(text: str) -> set[str]:
    """Return the numbers of accounts in some words; those with fewer than six digits or stars are none."""
    numbers = {re.sub(r"\s", "", number).upper() for number in _ACCOUNT.findall(_DATE.sub(" ; ", text))}
    return {number for number in numbers if sum(letter.isdigit() or letter == "*" for letter in number) >= 6}


def currency_in(text: str) -> str | None:
    """Return the currency of the account named in the words above a table; None where they name none."""
    match = _CURRENCY.search(text)
    return match[1] if match else None
