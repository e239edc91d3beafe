"""Shared by the pages about money: their area, reading forms, and saying what is wrong with them."""

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
LONGEST_SEARCH = 100
FIELDS = 60  # characters of one of a cheque's three


@area.context_processor
def _here() -> dict[str, Any]:
    """These pages belong to the money's line of the navigation."""
    return {"again": again, "link": link, "methods": methods(), "in_page_language": in_page_language, "told": told}


def form_key() -> bytes:
    """The id of the act that the form brought. A form without one is not ours."""
    text = request.form.get("key", "")
    try:
        key = bytes.fromhex(text)
    except ValueError:
        abort(400)
    if len(key) != 16:
        abort(400)
    return key


def typed(name: str, longest: int = 500) -> str:
    """One field of the form, without line breaks."""
    return " ".join(request.form.get(name, "")[: longest + 1].split())


def cents(name: str) -> int:
    """A sum that was typed; nothing typed is 0. Raises Problem `amount`."""
    text = typed(name, 40)
    return amounts.parse(text) if text else 0


def day(name: str, values: Any = None) -> date | None:
    """A day of the form, or of the URL's query where that is given; None where there is none.

    Raises Problem `day`.
    """
    return inputs.typed_day((request.form if values is None else values).get(name, ""))


def payment_text(method: str) -> str | None:
    """What the form says of a payment beside its sum: a cheque's bank, number and drawer (a drawer is a name), the day
    and the reference of a transfer. Raises Problem `cheque` where a cheque's bank or number is missing, and `day`.
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
    """The holder of an account in the URL; 404 where there is none."""
    with office().reading() as connection:
        try:
            return tab_rows.owner(connection, account)
        except RequestError:
            abort(404)


def refuse_own(owner: Owner) -> None:
    """Raises RequestError `own-account` for the officer's own account."""
    four_eyes.refuse_own(owner.number)


def done(again_: bool, text: str) -> None:
    """Say what was done, or that the form had been sent before."""
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
