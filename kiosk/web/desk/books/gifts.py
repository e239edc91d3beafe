"""Records gifts at the desk with their payment, lists them by year, and issues a tax receipt where
the association may.

Views marked `money` refuse an officer whose desk account names no member's file. `refuse_own` raises where another
officer has to decide, as on an account of the officer's own.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.books.gifts import Donor, Gifts
from kiosk.domain import inputs
from kiosk.domain.names import searchable
from kiosk.domain.problems import FieldReader
from kiosk.money.till import TillAct
from kiosk.store.books import gift_rows
from kiosk.store.books.gift_rows import Gift
from kiosk.store.members import organisations
from kiosk.web.desk.books.book_forms import area
from kiosk.web.desk.common import labels, switched
from kiosk.web.desk.common.formats import euros
from kiosk.web.desk.common.money_forms import cents, done, form_key, of_account, payment_text, refuse_own, typed
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import listed
from kiosk.web.desk.common.permissions import May, Money, needs
from kiosk.web.desk.common.words import t

__all__ = ["area"]

_LONGEST = 300  # characters of a donor's address
_SORTS: dict[str, Callable[[Gift], Any]] = {  # a sort key, by the column that the URL names
    "day": lambda gift: (gift.day_on, gift.entry),
    "name": lambda gift: searchable(gift.name),
    "method": lambda gift: gift.method,
    "sum": lambda gift: gift.cents,
    "receipt": lambda gift: gift.receipt or 0,  # gifts without a receipt first
}


def gifts() -> Gifts:
    """Return the gifts' use-case, in the name of the signed-in officer."""
    desk = office()
    return Gifts.of(desk)


@area.get("/gifts")
@needs(May.SEE_MONEY)
def gift_list() -> str:
    """Show the gifts of a calendar year (the period that the tax office asks for) with their total; this year's where
    the URL names none. Answers 404 for a year before 2000 or after 9998.
    """
    year = inputs.number(request.args.get("year", ""), 4) or office().today().year
    if not 2000 <= year <= 9998:
        abort(404)
    with office().reading() as connection:
        of_the_year = gift_rows.between(connection, date(year, 1, 1), date(year, 12, 31))
    return render_template(
        "books/gifts.html",
        found=listed(of_the_year, lambda gift: gift.name, _SORTS, cents=lambda gift: gift.cents),
        year=year,
        total_cents=sum(gift.cents for gift in of_the_year),
        with_receipt=[gift for gift in of_the_year if gift.receipt is not None],
        may_receipt=switched.on("gift_receipts"),
        methods=labels.methods(),
    )


@area.get("/gifts/of/<int:account>")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def gift_form(account: int) -> str:
    """Show the form for a gift from an account's owner: its amount, and how it is paid."""
    return _gift_form(account, {})


@area.post("/gifts/of/<int:account>")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def give(account: int) -> Response | tuple[str, int]:
    """Record a gift together with its payment."""
    owner = of_account(account)

    def act() -> TillAct:
        refuse_own(owner)
        method = typed("method", 20)
        with FieldReader() as read:
            sum_, text = read(cents, "amount"), read(payment_text, method)
        asks = "sure" not in request.form  # refuse an unusual amount until its box is ticked
        return gifts().give(account, sum_, method, text, asks=asks, key=form_key())

    # Errors of a cheque's or transfer's details (`reason` is their text) stand beside the means of payment.
    written, errors = labels.attempt(act, cheque="method", sent="method", reason="method")
    if written is None:
        return _gift_form(account, errors), 400
    done(written.again, t("Don enregistré : {sum}.", "Gift recorded: {sum}.", sum=euros(cents("amount"))))
    return redirect(url_for("books.gift_list"), 303)


def _gift_form(account: int, errors: dict[str, str]) -> str:
    """Show the form for a gift, with its errors by field. Answers 404 for an unknown account."""
    return render_template("books/gift.html", owner=of_account(account), errors=errors, typed=request.form)


@area.get("/gifts/<int:entry>/receipt")
@needs(May.CORRECT_MONEY)
def receipt_form(entry: int) -> str:
    """Show the form for a gift's tax receipt: the donor's name and address."""
    return _receipt_form(_find_gift(entry), {})


@area.post("/gifts/<int:entry>/receipt")
@needs(May.CORRECT_MONEY)
def issue_receipt(entry: int) -> Response | tuple[str, int]:
    """Issue a gift's tax receipt, or lead to the one that was issued before."""
    gift = _find_gift(entry)
    donor = Donor(typed("name", 100), request.form.get("address", "")[:_LONGEST])
    issued, errors = labels.attempt(lambda: gifts().receipt(entry, donor, key=form_key()))
    if issued is None:
        return _receipt_form(gift, errors), 400
    return redirect(url_for("receipts.one", document=issued.id), 303)


def _find_gift(entry: int) -> Gift:
    """Return a gift by its entry. Answers 404 where there is none."""
    with office().reading() as connection:
        return gift_rows.find(connection, entry) or abort(404)


def _receipt_form(gift: Gift, errors: dict[str, str]) -> str:
    """Show the form for a tax receipt, with the donor's name, and the address where the donor is an organisation."""
    address = ""
    if gift.organisation is not None:
        with office().reading() as connection:
            address = organisations.by_id(connection, gift.organisation).facts.address or ""
    return render_template(
        "books/gift_receipt.html",
        found=gift,
        name=request.form.get("name", gift.name),
        address=request.form.get("address", address),
        may_receipt=switched.on("gift_receipts"),
        errors=errors,
    )
