"""Shared by the pages about the cash box: their area, reading counts, and saying what is wrong with them."""

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
    """These pages belong to the books' line of the navigation."""
    return {"here": "books", "again": again, "methods": labels.methods(), "NOTES": cash.NOTES, "COINS": cash.COINS}


def box() -> CashBox:
    """Return the cash box, in the name of the officer who asks."""
    desk = office()
    return CashBox(**desk.sealing, second=desk.acts_by_two)


def bank() -> BankDeposits:
    """Return the deposits at the bank, in the name of the officer who asks."""
    desk = office()
    return BankDeposits.of(desk)


def coins() -> dict[int, int]:
    """The pieces that the form counts. Raises Problem `coins`."""
    found = {}
    for piece in cash.PIECES:
        text = typed(f"coin-{piece}", 10)
        if text and not (text.isascii() and text.isdigit()):
            raise Problem("coins", field="coins", given=text, most=cash.MOST_OF_A_KIND)
        found[piece] = int(text or 0)
    return cash.checked(found)


def numbers(name: str) -> list[int]:
    """Entries that were ticked."""
    return [found for text in request.form.getlist(name) if (found := inputs.number(text, 15)) is not None]
