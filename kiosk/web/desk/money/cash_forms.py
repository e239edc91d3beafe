"""Shares what the pages about the cash box need: their blueprint, the use-cases, and the reading of counts."""

from typing import Any, TypeVar

from flask import Blueprint, request

from kiosk.books.bank_deposits import BankDeposits
from kiosk.domain import inputs
from kiosk.domain.money import cash
from kiosk.domain.problems import Problem
from kiosk.money.cashbox import CashBox
from kiosk.web.desk.common import labels
from kiosk.web.desk.common.money_forms import typed
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import again

area = Blueprint("cash", __name__, url_prefix="/books/cash")
R = TypeVar("R")


@area.context_processor
def _here() -> dict[str, Any]:
    """Return the values that all templates of these pages use; `here` marks the books as the open area."""
    return {"here": "books", "again": again, "methods": labels.methods(), "NOTES": cash.NOTES, "COINS": cash.COINS}


def box() -> CashBox:
    """Return the cash box's use-case, in the name of the signed-in officer."""
    desk = office()
    return CashBox(**desk.sealing, second=desk.acts_by_two)


def bank() -> BankDeposits:
    """Return the bank deposits' use-case, in the name of the signed-in officer."""
    desk = office()
    return BankDeposits.of(desk)


def coins() -> dict[int, int]:
    """Return how many of each coin and note the form counts, by their value in cents, without those counted as 0 or
    left empty. Raises Problem `coins` for a text that is no whole number, or too many of one piece.
    """
    pieces = {}
    for piece in cash.PIECES:
        text = typed(f"coin-{piece}", 10)
        if text and not (text.isascii() and text.isdigit()):
            raise Problem("coins", field="coins", given=text, most=cash.MOST_OF_A_KIND)
        pieces[piece] = int(text or 0)
    return cash.checked(pieces)


def numbers(name: str) -> list[int]:
    """Return the numbers of the entries ticked under a field's name; what is not a number is left out."""
    return [number for text in request.form.getlist(name) if (number := inputs.number(text, 15)) is not None]
