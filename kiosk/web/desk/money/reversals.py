"""Corrects money: reverses an entry, refunds, writes off a debt, charges a badge deposit. Always by a new entry with
its reason, and never by the officer to whom the account belongs.

Views marked `money` refuse an officer whose desk account names no member's file. `refuse_own` raises where another
officer has to decide, as on an account of the officer's own. `form_key` is a form's own id, by which a form sent twice
writes once; `done` then says so (`again`).
"""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain.problems import FieldReader
from kiosk.errors import RequestError
from kiosk.language.texts import Text
from kiosk.money.second_officer import Corrected
from kiosk.money.till import reason_of
from kiosk.store import name_rows
from kiosk.store.money import cash_rows, tab_rows
from kiosk.store.money.reversals import REVERSIBLE
from kiosk.store.money.tab_rows import Owner
from kiosk.web.desk.common import four_eyes
from kiosk.web.desk.common.formats import euros
from kiosk.web.desk.common.labels import attempt
from kiosk.web.desk.common.money_forms import area, cents, done, form_key, of_account, refuse_own, typed
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, Money, needs
from kiosk.web.desk.common.words import t
from kiosk.web.desk.money.takings import product_of


@area.get("/entries/<int:entry>/reverse")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def reverse(entry: int) -> str:
    """Show the entry and ask for the reason of its reversal."""
    return _reversal(entry, {})


@area.post("/entries/<int:entry>/reverse")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def reversed_(entry: int) -> Response | tuple[str, int]:
    """Reverse an entry, once; where its amount takes two officers by the rules, ask a second one first. Refused on the
    officer's own account.
    """
    row, owner = _entry(entry)

    def act() -> Corrected:
        four_eyes.refuse_own(row.member_number)  # the member whom the entry is about
        if owner is not None:  # the account that pays, which may be another member's
            refuse_own(owner)
        return office().by_two.reverse(entry, typed("reason"), key=form_key())

    written, errors = attempt(act)
    if written is None:
        return _reversal(entry, errors), 400
    if written.entry is None:
        return _to_waiting_acts()
    number = written.entry
    flash(
        t(
            "L’écriture {entry} est corrigée par l’écriture {by}.",
            "Entry {entry} is reversed by entry {by}.",
            entry=entry,
            by=number,
        )
    )
    return redirect(url_for("money.act", entry=number), 303)


def _entry(number: int) -> tuple[tab_rows.ActRow, Owner | None]:
    """Return an entry, and the holder of its account, or None for an entry without an account. Answers 404 where there
    is no such entry.
    """
    with office().reading() as connection:
        try:
            row = next(row for row in tab_rows.act(connection, number) if row.number == number)
        except RequestError:
            abort(404)
        return row, None if row.account_id is None else tab_rows.owner(connection, row.account_id)


def _reversal(number: int, errors: dict[str, str]) -> str:
    """Show the entry with the form for its reversal; or, for a kind that is not reversed or an entry that was reversed
    before, say that it cannot be.
    """
    row, owner = _entry(number)
    with office().reading() as connection:
        products = name_rows.products(connection)
    return render_template(
        "money/reverse.html",
        row=row,
        owner=owner,
        product=product_of(row, products),
        can=row.kind in REVERSIBLE and row.reversed_by is None,
        errors=errors,
        typed=request.form,
    )


@area.get("/accounts/<int:account>/<any(refund,'write-off',deposit):kind>")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def amend(account: int, kind: str) -> str:
    """Show the form of a refund, a write-off or a badge deposit."""
    return _amend_form(of_account(account), kind, {})


@area.post("/accounts/<int:account>/<any(refund,'write-off',deposit):kind>")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def amended(account: int, kind: str) -> Response | tuple[str, int]:
    """Record the refund, the write-off or the badge deposit; for a refund or write-off of a large amount, ask a second
    officer first.
    """
    owner = of_account(account)

    def act() -> tuple[Corrected, int]:
        refuse_own(owner)
        by_two, key = office().by_two, form_key()
        with FieldReader() as read:
            sum_ = read(cents, "amount")
            reason = typed("reason") if kind == "deposit" else read(reason_of, typed("reason"))
        if kind == "refund":
            return by_two.refund(account, sum_, typed("method", 20), reason, key=key), sum_
        if kind == "write-off":
            return by_two.write_off(account, sum_, reason, key=key), sum_
        # `asks` refuses an unusual amount until its box is ticked.
        deposit = office().till.deposit(account, sum_, reason, asks="sure" not in request.form, key=key)
        return Corrected(deposit.entry, again=deposit.again), sum_

    written, errors = attempt(act)
    if written is None:
        return _amend_form(owner, kind, errors), 400
    corrected, sum_ = written
    if corrected.entry is None:
        return _to_waiting_acts()
    done(corrected.again, _message(kind, sum_, corrected.entry))
    return redirect(url_for("money.act", entry=corrected.entry), 303)


def _to_waiting_acts() -> Response:
    """Say that a correction waits for a second officer (it has no entry yet), and redirect to the page of such acts."""
    flash(
        t(
            "Cette somme demande deux personnes : la correction attend que quelqu’un d’autre l’accepte.",
            "This amount needs two people: the correction waits until another officer accepts it.",
        )
    )
    return redirect(url_for("two.page"), 303)


def _message(kind: str, cents_: int, entry: int) -> str:
    """Return the message about a refund, a write-off or a badge deposit (`kind`), with its amount and its entry."""
    words = {
        "refund": Text("{sum} remboursés, écriture {entry}.", "{sum} refunded, entry {entry}."),
        "write-off": Text("{sum} passés en perte, écriture {entry}.", "{sum} written off, entry {entry}."),
        "deposit": Text(
            "Caution de {sum} sur l’ardoise, écriture {entry}.",
            "Badge deposit of {sum} charged to the tab, entry {entry}.",
        ),
    }
    return t(words[kind], sum=euros(cents_), entry=entry)


def _amend_form(owner: Owner, kind: str, errors: dict[str, str]) -> str:
    """Show the form of a refund, a write-off or a badge deposit, with what was wrong in it. For a refund it
    shows how much cash is in the box, 0 where the books say less.
    """
    with office().reading() as connection:
        content = max(0, cash_rows.content(connection)) if kind == "refund" else 0
    return render_template(
        "money/amend.html", owner=owner, kind=kind, box_cents=content, errors=errors, typed=request.form or request.args
    )
