"""Records that cash is carried to the bank, how much and in which pieces; and afterwards that it has arrived.

`form_key` is a form's own id, by which a form sent twice writes once; `done` then says so (`again`).
"""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain import amounts
from kiosk.domain.money import cash
from kiosk.domain.problems import FieldReader, Problem
from kiosk.money.till import TillAct
from kiosk.store.money import bank_deposit_rows, cash_rows
from kiosk.web.desk.common.formats import euros
from kiosk.web.desk.common.labels import attempt
from kiosk.web.desk.common.money_forms import cents, done, form_key
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t
from kiosk.web.desk.money.cash_forms import area, bank, coins


@area.get("/bank")
@needs(May.CORRECT_MONEY)
def bank_form() -> str:
    """Show the form, filled in with the pieces or the amount to carry once the change that the URL names is kept."""
    return _form({})


@area.post("/bank")
@needs(May.CORRECT_MONEY)
def carry() -> Response | tuple[str, int]:
    """Record the cash that is carried to the bank: the typed amount, or without one the sum of the pieces."""

    def act() -> tuple[TillAct, int]:
        with FieldReader() as read:
            pieces, sum_ = read(coins), read(cents, "amount")
        sum_ = sum_ or cash.total(pieces)
        return bank().deposit(cash_cents=sum_, coins=pieces, key=form_key()), sum_

    written, errors = attempt(act)
    if written is None:
        # What is wrong with the pieces stands beside the amount, which they add up to.
        return _form({"amount": errors.pop("pieces"), **errors} if "pieces" in errors else errors), 400
    till_act, sum_ = written
    done(
        till_act.again,
        t("{sum} en espèces partent à la banque.", "{sum} in cash is on its way to the bank.", sum=euros(sum_)),
    )
    with office().reading() as connection:
        deposit = bank_deposit_rows.by_entry(connection, till_act.entry)
    return redirect(url_for("remittances.one", remittance=deposit.id if deposit else 0), 303)


@area.post("/bank/<int:entry>/credited")
@needs(May.CORRECT_MONEY)
def credited(entry: int) -> Response:
    """Record that a bank deposit of cash is on the bank's statement. Answers 404 for an entry that is none; an error is
    flashed on the deposit's page.
    """
    with office().reading() as connection:
        deposit = bank_deposit_rows.by_entry(connection, entry)
    if deposit is None:
        abort(404)
    written, errors = attempt(lambda: bank().credited(entry, key=form_key()))
    if written is None:
        flash(" ".join(errors.values()), "error")
    else:
        done(
            written.again, t("Enregistré : l’argent est arrivé en banque.", "Saved: the money has arrived at the bank.")
        )
    return redirect(url_for("remittances.one", remittance=deposit.id), 303)


def _form(errors: dict[str, str]) -> str:
    """Show the form, with what was wrong in it. Pieces are proposed only where the box holds by the books what the last
    count found in it; otherwise only an amount is, all but the change that stays.
    """
    keep, pieces_kept = _keep(), {}
    with office().reading() as connection:
        content = cash_rows.content(connection)
        last = cash_rows.last_count(connection)
    proposed: dict[int, int] = {}
    if last is not None and last.counted_cents == content:
        proposed = cash.to_bank(last.coins, keep)
        pieces_kept = {piece: number - proposed.get(piece, 0) for piece, number in last.coins.items()}
    return render_template(
        "cash/bank.html",
        content=content,
        last=last,
        keep=keep,
        keep_typed=request.args.get("keep", ""),
        proposed=proposed,
        proposed_cents=cash.total(proposed) if proposed else max(0, content - keep),
        kept_cents=cash.total(pieces_kept),
        errors=errors,
        typed=request.form,
    )


def _keep() -> int:
    """Return how much change stays in the box, in cents, as the URL asks; 0 where it asks for none or for no amount."""
    text: Any = request.args.get("keep", "")[:20].strip()
    try:
        return amounts.parse(text) if text else 0
    except Problem:
        return 0
