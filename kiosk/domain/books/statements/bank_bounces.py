"""Finds the cheque that the bank sent back by a line that went out, and what it kept as a fee for that."""

from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct

from kiosk.domain.books.statements.bank_lines import BankLine

MOST_FEE_CENTS = 5000  # more no bank may keep for a cheque without cover, in France
LONGEST = timedelta(days=120)  # from a cheque's slip to its coming back
_CHEQUE = ("cheque", "chèque", "chq")
_CAME_BACK = ("impaye", "impayé", "rejet", "retour", "sans provision")


class Deposited(Struct, frozen=True):
    """A cheque that is on a slip: the entry of its payment, whose accounts it paid, and its slip's day."""

    entry: int
    accounts: tuple[int, ...]
    day: date
    cents: int


class Returned(Struct, frozen=True):
    """A bounce that is written and that no line of the bank stands for yet; `cents` with the bank's fee."""

    entry: int
    day: date
    cents: int


def says_so(line: BankLine) -> bool:
    """Tell whether a line that went out says that a cheque came back."""
    text = f"{line.label} {line.party or ''} {line.reference or ''}".casefold()
    return line.cents < 0 and any(word in text for word in _CHEQUE) and any(word in text for word in _CAME_BACK)


def written(line: BankLine, returned: Sequence[Returned]) -> list[Returned]:
    """Return the bounces that are written and are this line, the latest first."""
    near = [each for each in returned if each.cents == -line.cents and abs(each.day - line.day) <= LONGEST]
    return sorted(near, key=lambda each: each.day, reverse=True)


def cheques(line: BankLine, deposited: Sequence[Deposited]) -> list[tuple[Deposited, int]]:
    """Return the cheques that a line may be of, with the fee that is in it: those of its very sum, else those that are
    less than it by a fee, the latest slip first.
    """
    near = [each for each in deposited if each.day <= line.day <= each.day + LONGEST]
    near.sort(key=lambda each: (each.day, each.entry), reverse=True)
    found = [(each, -line.cents - each.cents) for each in near]
    return [each for each in found if each[1] == 0] or [each for each in found if 0 < each[1] <= MOST_FEE_CENTS]
