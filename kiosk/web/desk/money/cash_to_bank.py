"""Records that cash is carried to the bank, how much and in which pieces; and afterwards that it has arrived."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain import amounts
from kiosk.domain.money import cash
from kiosk.domain.problems import Problem
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
    """Show the form, filled in with what the last count allows to carry once some change is kept."""
    return _form({})


@area.post("/bank")
@needs(May.CORRECT_MONEY)
def carry() -> Response | tuple[str, int]:
    """Record the cash that is carried to the bank."""

    def act() -> tuple[TillAct, int]:
        pieces = coins()
        sum_ = cents("amount") or cash.total(pieces)
        return bank().deposit(cash_cents=sum_, coins=pieces, key=form_key()), sum_

    written, errors = attempt(act)
    if written is None:
        return _form({"amount": errors.pop("pieces"), **errors} if "pieces" in errors else errors), 400
    found, sum_ = written
    if not found.again:
        office().log("remit", what=f"entry {found.entry}")
    done(found.again, t("{sum} partent à la banque.", "{sum} on the way to the bank.", sum=euros(sum_)))
    with office().reading() as connection:
        made = bank_deposit_rows.by_entry(connection, found.entry)
    return redirect(url_for("remittances.one", remittance=made.id if made else 0), 303)


@area.post("/bank/<int:entry>/credited")
@needs(May.CORRECT_MONEY)
def credited(entry: int) -> Response:
    """Record that the cash is on the bank's statement."""
    with office().reading() as connection:
        found = bank_deposit_rows.by_entry(connection, entry)
    if found is None:
        abort(404)
    written, errors = attempt(lambda: bank().credited(entry, key=form_key()))
    if written is None:
        flash(" ".join(errors.values()), "error")
    else:
        if not written.again:
            office().log("credited", what=f"entry {written.entry}")
        done(
            written.again, t("Enregistré : l’argent est arrivé en banque.", "Saved: the money has arrived at the bank.")
        )
    return redirect(url_for("remittances.one", remittance=found.id), 303)


def _form(errors: dict[str, str]) -> str:
    keep, kept = _keep(), {}
    with office().reading() as connection:
        content = cash_rows.content(connection)
        last = cash_rows.last_count(connection)
    proposed: dict[int, int] = {}
    if last is not None and last.counted_cents == content:
        proposed = cash.to_bank(last.coins, keep)
        kept = {piece: many - proposed.get(piece, 0) for piece, many in last.coins.items()}
    return render_template(
        "cash/bank.html",
        content=content,
        last=last,
        keep=keep,
        keep_typed=request.args.get("keep", ""),
        proposed=proposed,
        proposed_cents=cash.total(proposed) if proposed else max(0, content - keep),
        kept_cents=cash.total(kept),
        errors=errors,
        typed=request.form,
    )


def _keep() -> int:
    text: Any = request.args.get("keep", "")[:20].strip()
    try:
        return amounts.parse(text) if text else 0
    except Problem:
        return 0
