"""Finds which cheque a bank line sends back, and the fee that the bank kept for it."""

from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct

from kiosk.domain.books.statements.bank_lines import BankLine

MOST_FEE_CENTS = 5000  # French banks may charge no more for a cheque without cover
LONGEST = timedelta(days=120)  # from the cheque's slip to its return
_CHEQUE = ("cheque", "chèque", "chq")  # words for a cheque
_CAME_BACK = ("impaye", "impayé", "rejet", "retour", "sans provision")  # words for its return


class Deposited(Struct, frozen=True):
    """A cheque on a slip: the entry of its payment, the accounts it paid, the slip's day, and cents."""

    entry: int
    accounts: tuple[int, ...]
    day: date
    cents: int


class Returned(Struct, frozen=True):
    """A bounce that is entered but has no bank line yet; `cents` includes the bank's fee."""

    entry: int
    day: date
    cents: int


def says_so(line: BankLine) -> bool:
    """Tell whether the words of a debit line say that a cheque came back."""
    text = f"{line.label} {line.party or ''} {line.reference or ''}".casefold()
    return line.cents < 0 and any(word in text for word in _CHEQUE) and any(word in text for word in _CAME_BACK)


def written(line: BankLine, returned: Sequence[Returned]) -> list[Returned]:
    """Return the entered bounces that this line may stand for, latest first."""
    near = [bounce for bounce in returned if bounce.cents == -line.cents and abs(bounce.day - line.day) <= LONGEST]
    return sorted(near, key=lambda bounce: bounce.day, reverse=True)


def cheques(line: BankLine, deposited: Sequence[Deposited]) -> list[tuple[Deposited, int]]:
    """Return the cheques that a line may send back, each with the fee in the line: those of the same amount, else those
    that differ by a possible fee, the latest slip first.
    """
    near = [cheque for cheque in deposited if cheque.day <= line.day <= cheque.day + LONGEST]
    near.sort(key=lambda cheque: (cheque.day, cheque.entry), reverse=True)
    with_fee = [(cheque, -line.cents - cheque.cents) for cheque in near]
    return [pair for pair in with_fee if pair[1] == 0] or [pair for pair in with_fee if 0 < pair[1] <= MOST_FEE_CENTS]
