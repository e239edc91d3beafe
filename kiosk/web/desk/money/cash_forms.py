"""Shared by the pages about the cash box: their area, reading counts, and saying what is wrong with them."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, request

from kiosk.books.bank_deposits import BankDeposits
from kiosk.domain import inputs
from kiosk.domain.money import cash
from kiosk.domain.problems import Problem
from kiosk.money.cashbox import CashBox
from kiosk.web.desk.common import labels
from kiosk.web.desk.common.labels import Fields
from kiosk.web.desk.common.money_forms import typed
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import again

area = Blueprint("cash", __name__, url_prefix="/books/cash")
R = TypeVar("R")

_FIELDS: Fields = {
    "amount": "amount",
    "coins": "coins",
    "reason": "reason",
    "text": "reason",
    "box-changed": "form",
    "declaration-settled": "form",
    "no-such-declaration": "form",
    "declared-too-much": "amount",
    "sum-unusual": "sure",
    "cash-limit": "amount",
    "no-such-member": "member",
    "member-unclear": "member",
    "own-account": "form",
    "box-short": "amount",
    "coins-differ": "coins",
    "remittance-empty": "pieces",
    "not-waiting": "pieces",
    "arrived-already": "form",
    "no-such-remittance": "form",
    "not-on-a-slip": "form",
    "reversed-already": "form",
}


@area.context_processor
def _here() -> dict[str, Any]:
    """These pages belong to the books' line of the navigation."""
    return {"here": "books", "again": again, "methods": labels.methods(), "NOTES": cash.NOTES, "COINS": cash.COINS}


def box() -> CashBox:
    """The cash box, in the name of whoever asks."""
    desk = office()
    return CashBox(
        store=desk.store,
        rules=desk.rules,
        seal=desk.seal,
        clock=desk.clock,
        actor=desk.actor,
        second=desk.acts_by_two,
    )


def bank() -> BankDeposits:
    """What goes to the bank, in the name of whoever asks."""
    desk = office()
    return BankDeposits(store=desk.store, rules=desk.rules, seal=desk.seal, clock=desk.clock, actor=desk.actor)


def coins() -> dict[int, int]:
    """The pieces that the form counts. Raises Problem `coins`."""
    found = {}
    for piece in cash.PIECES:
        text = typed(f"coin-{piece}", 10)
        if text and not (text.isascii() and text.isdigit()):
            raise Problem("coins", f"how many there are is a number, not {text!r}")
        found[piece] = int(text or 0)
    return cash.checked(found)


def numbers(name: str) -> list[int]:
    """Entries that were ticked."""
    return [found for text in request.form.getlist(name) if (found := inputs.number(text, 15)) is not None]


def attempt(act: Callable[[], R]) -> tuple[R | None, dict[str, str]]:
    """Do what a form about the box or the bank asks. What is wrong with it comes back as a text by field."""
    return labels.attempt(act, _FIELDS)
