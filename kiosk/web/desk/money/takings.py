"""Takes a payment: for which account or accounts, how much, by which means; and shows what an act wrote.

Views marked `money` refuse an officer whose desk account names no member's file. `refuse_own` raises where another
officer has to decide, as on an account of the officer's own. `attempt` runs a form's act: it returns the result and no
errors, or None and the errors by field. `FieldReader` reads all fields before it raises, so that each error is shown.
"""

import json
from typing import Any

import sqlalchemy as sa
from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain import inputs
from kiosk.domain.books.documents import NOTE_FROM_CENTS
from kiosk.domain.problems import FieldReader
from kiosk.errors import RequestError
from kiosk.language.names import Names, called
from kiosk.store import name_rows
from kiosk.store.members import members
from kiosk.store.money import tab_rows
from kiosk.store.money.reversals import REVERSIBLE
from kiosk.store.money.tab_rows import Owner
from kiosk.web.desk.common.formats import euros
from kiosk.web.desk.common.labels import attempt, methods
from kiosk.web.desk.common.money_forms import (
    LONGEST_SEARCH,
    area,
    cents,
    done,
    form_key,
    of_account,
    payment_text,
    refuse_own,
    typed,
)
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, Money, may, needs
from kiosk.web.desk.common.words import t

MOST_ACCOUNTS, LONGEST_SUM = 20, 12  # accounts paid beside the first, others are ignored; characters of an amount


@area.get("/pay/<int:number>")
@needs(May.TAKE_MONEY, money=Money.OF_MEMBERS)
def pay(number: int) -> Response:
    """Redirect from a member's number to the payment form of their own account. Answers 404 for an unknown number."""
    with office().reading() as connection:
        try:
            account = members.by_number(connection, number).account
        except RequestError:
            abort(404)
    return redirect(url_for("money.pay_account", account=account), 303)


@area.get("/accounts/<int:account>/pay")
@needs(May.TAKE_MONEY, money=Money.OF_MEMBERS)
def pay_account(account: int) -> str:
    """Show the form of a payment, filled in with what is owed."""
    return _form(of_account(account), _others(account, request.args), {})


@area.post("/accounts/<int:account>/pay")
@needs(May.TAKE_MONEY, money=Money.OF_MEMBERS)
def take(account: int) -> Response | tuple[str, int]:
    """Record a payment for one account or several, and redirect to its entries. A form that is sent twice, which its
    key tells, is recorded once. It is refused where it pays on the officer's own account.
    """
    owner, others = of_account(account), _others(account, request.form)
    accounts = [owner, *others]

    def act() -> tuple[int, int, bool]:
        """Record the payment. Returns its entry, its whole amount in cents, and whether this form was sent before."""
        method = typed("method", 20)
        with FieldReader() as read:
            amounts = {payee.account: read(cents, f"amount-{payee.account}") for payee in accounts}
            text = read(payment_text, method)
        for payee in accounts:
            if amounts[payee.account]:  # an account of 0 is only listed in the form
                refuse_own(payee)
        # The charges that the payer names as paid by this payment.
        named = [number for text in request.form.getlist("for") if (number := inputs.number(text)) is not None]
        asks = "sure" not in request.form  # refuse an unusual amount until its box is ticked
        taken = office().till.take(amounts, method, key=form_key(), text=text, word=named, asks=asks)
        return taken.entry, sum(amounts.values()), taken.again

    # An error of the payment's text (`reason`) stands beside the form's field `drawer`.
    written, errors = attempt(act, reason="drawer")
    if written is None:
        return _form(owner, others, errors), 400
    entry, total, again = written
    by = methods()[typed("method", 20)]
    done(
        again,
        t(
            "{sum} reçus ({by}), écriture {entry}.",
            "{sum} received ({by}), entry {entry}.",
            sum=euros(total),
            by=by,
            entry=entry,
        ),
    )
    return redirect(url_for("money.act", entry=entry), 303)


def _others(account: int, values: Any) -> list[Owner]:
    """Return the other accounts that the same payment settles: each once, in the form's order, at most `MOST_ACCOUNTS`.
    Answers 404 for an account that does not exist.
    """
    numbers = list(dict.fromkeys(text for text in values.getlist("with") if inputs.number(text) is not None))
    return [of_account(int(text)) for text in numbers[:MOST_ACCOUNTS] if int(text) != account]


def _form(owner: Owner, others: list[Owner], errors: dict[str, str]) -> str:
    """Show the form of a payment with the accounts that it settles, those that may be added (that pay for this one or
    are paid by it, or fit a search), and what was wrong in the form.
    """
    desk, text = office(), request.args.get("q", "")[:LONGEST_SEARCH].strip()
    chosen = {owner.account, *(other.account for other in others)}
    with desk.reading() as connection:
        today = desk.now(connection)[1].day
        near = [other for other in tab_rows.settled_with(connection, owner, today) if other.account not in chosen]
        fitting = [other for other in tab_rows.find(connection, text) if other.account not in chosen]
        lines = tab_rows.unpaid(connection, owner) if may(May.SEE_MONEY) else []
    return render_template(
        "money/pay.html",
        owner=owner,
        accounts=[owner, *others],
        others=others,
        near=near,
        found=fitting,
        text=text,
        lines=lines,
        today=today,
        errors=errors,
        typed=request.form,
        filled=request.args.get("amount", "")[:LONGEST_SUM],  # the amount to propose for the first account
    )


@area.get("/acts/<int:entry>")
@needs(May.TAKE_MONEY)
def act(entry: int) -> str:
    """Show all entries of the act that an entry is part of, to print or reverse them. Officers without the right to see
    accounts see their own acts only (403), and an unknown entry is answered with 404.
    """
    desk = office()
    with desk.reading() as connection:
        try:
            rows = tab_rows.act(connection, entry)
        except RequestError:
            abort(404)
        if not may(May.SEE_MONEY) and any(row.actor != desk.actor for row in rows):
            abort(403)
        owners = {row.account_id: tab_rows.owner(connection, row.account_id) for row in rows if row.account_id}
        products = name_rows.products(connection)
    reversed_payments = [row for row in rows if row.kind == "payment" and row.reversed_by]
    return render_template(
        "money/act.html",
        rows=rows,
        owners=owners,
        asked=entry,
        products={row.number: product_of(row, products) for row in rows},
        reversible=REVERSIBLE,
        note_from=NOTE_FROM_CENTS,  # from this sum on, the law asks for a receipt or a note
        # A payment lowers a tab: its amount is below 0.
        taken=-sum(row.amount_cents for row in rows if row.kind == "payment" and not row.reversed_by),
        taken_back=-sum(row.amount_cents for row in reversed_payments),
        taken_back_on=max((row.reversed_on for row in reversed_payments), default=None),
    )


def product_of(entry_row: sa.Row[Any], products: dict[str, Names]) -> Names | None:
    """Return the names of the product that an entry sold, or its code where it is no longer known; None where the entry
    sold none. The code is in the entry's `detail`, as JSON.
    """
    code = json.loads(entry_row.detail).get("product")
    return products.get(code, called(code)) if code else None
