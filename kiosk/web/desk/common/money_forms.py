"""Shares what the pages about money need: their blueprint, the reading of forms, and what is said after an act."""

from datetime import date
from typing import Any, TypeVar

from flask import Blueprint, abort, flash, request

from kiosk.domain import amounts, inputs
from kiosk.domain.money.cheques import Cheque, Transfer
from kiosk.domain.problems import Problem
from kiosk.errors import RequestError
from kiosk.store.money import tab_rows
from kiosk.store.money.tab_rows import Owner
from kiosk.web.desk.common import four_eyes
from kiosk.web.desk.common.labels import methods
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import again, link
from kiosk.web.desk.common.words import in_page_language, t, told

area = Blueprint("money", __name__, url_prefix="/money")
R = TypeVar("R")
LONGEST_SEARCH = 100  # characters
FIELDS = 60  # characters of a cheque's bank, number or drawer


@area.context_processor
def _here() -> dict[str, Any]:
    """Return the functions that all templates of the money pages use."""
    return {"again": again, "link": link, "methods": methods(), "in_page_language": in_page_language, "told": told}


def form_key() -> bytes:
    """Return the 16 bytes that identify the act, from the form's hidden field. Answers 400 for a form without them: the
    desk did not make it.
    """
    text = request.form.get("key", "")
    try:
        key = bytes.fromhex(text)
    except ValueError:
        abort(400)
    if len(key) != 16:
        abort(400)
    return key


def typed(name: str, longest: int = 500) -> str:
    """Return one field of the form on one line, its white space reduced to single blanks, cut at `longest` characters
    and one more, so that a text that is too long is noticed.
    """
    return " ".join(request.form.get(name, "")[: longest + 1].split())


def cents(name: str) -> int:
    """Return a typed amount in cents; 0 for an empty field. Raises Problem `amount`."""
    text = typed(name, 40)
    try:
        return amounts.parse(text) if text else 0
    except Problem as wrong:
        wrong.field = name
        raise


def day(name: str, values: Any = None) -> date | None:
    """Return a day of the form, or of `values` (a URL's query) where these are given; None for an empty field. Raises
    Problem `day`.
    """
    return inputs.typed_day((request.form if values is None else values).get(name, ""), name)


def payment_text(method: str) -> str | None:
    """Return the text that the ledger stores beside a payment's amount: a cheque's bank, number and drawer (a person's
    name), or the day and reference of a transfer. None for other means of payment. Raises Problem `cheque` where a
    cheque's bank or number is missing, and `day`.
    """
    if method == "transfer":
        return Transfer(day("sent"), typed("transfer-reference")).text
    if method != "cheque":
        return None
    cheque = Cheque(typed("bank"), typed("cheque-number"), typed("drawer"))
    if not (cheque.bank and cheque.number):
        raise Problem("cheque", field="cheque")
    return cheque.text


def of_account(account: int) -> Owner:
    """Return the holder of an account in the URL. Answers 404 where the account does not exist."""
    with office().reading() as connection:
        try:
            return tab_rows.owner(connection, account)
        except RequestError:
            abort(404)


def refuse_own(owner: Owner) -> None:
    """Refuse an officer's act on an account that another officer has to decide on. Raises RequestError `own-account`,
    `made-account` or `no-own-file`, as `four_eyes.refuse_own` does.
    """
    four_eyes.refuse_own(owner.number)


def done(again_: bool, text: str) -> None:
    """Flash what was done, or with `again_` a warning that this form had already been sent and nothing was recorded
    twice.
    """
    if again_:
        flash(
            t(
                "Ce formulaire avait déjà été envoyé : rien n’a été écrit une seconde fois.",
                "This form was already submitted: nothing was recorded twice.",
            ),
            "warning",
        )
    else:
        flash(text)
