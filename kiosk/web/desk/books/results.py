"""What each fiscal year made, the assembly's vote on it, and the balances that another program left."""

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.books.results import TO, Results
from kiosk.domain import spreadsheet
from kiosk.domain.books import trial_balance
from kiosk.domain.books.trial_balance import TrialBalance
from kiosk.domain.problems import Problem
from kiosk.errors import RequestError
from kiosk.money.till import TillAct
from kiosk.store.books import result_rows
from kiosk.web.desk.books.book_forms import area
from kiosk.web.desk.common import labels, uploads
from kiosk.web.desk.common.money_forms import cents, day, done, form_key, typed
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.uploads import Uploads
from kiosk.web.desk.common.words import t, told

__all__ = ["area"]


def results() -> Results:
    """The use-case, in the name of whoever asks."""
    desk = office()
    return Results(store=desk.store, rules=desk.rules, seal=desk.seal, clock=desk.clock, actor=desk.actor)


@area.get("/results")
@needs(May.SEE_MONEY)
def result_list() -> str:
    """Every closed year, what it made and what became of it."""
    return _list({})


def _list(errors: dict[str, str]) -> str:
    years = results().years()
    with office().reading() as connection:
        taken = result_rows.taken_over(connection)
    return render_template(
        "books/results.html",
        years=years,
        taken=taken,
        parts=_parts(),
        waiting=next((each for each in reversed(years) if each.waits), None),
        errors=errors,
        typed=request.form,
    )


def _parts() -> dict[str, str]:
    return {
        "brought-forward": t("Report à nouveau (110)", "Brought forward (110)"),
        "deficit-forward": t("Déficits reportés (119)", "Deficits brought forward (119)"),
        "reserves": t("Réserves (1068)", "Reserves (1068)"),
    }


@area.post("/results")
@needs(May.CORRECT_MONEY)
def vote() -> Response | tuple[str, int]:
    """Enter the vote on a year."""

    def act() -> TillAct:
        voted_on = day("voted")
        if voted_on is None:
            raise RequestError("vote-day", "the assembly's day is missing", field="voted")
        return results().vote(typed("year", 20), {to: cents(to) for to in TO}, voted_on, key=form_key())

    written, errors = labels.attempt(act, day="voted", amount="parts")
    if written is None:
        return _list(errors), 400
    if not written.again:
        office().log("result-vote", what=f"{typed('year', 20)}, entry {written.entry}")
    done(written.again, t("Le vote est écrit.", "The vote is entered."))
    return redirect(url_for("books.result_list"), 303)


@area.post("/results/balances")
@needs(May.CORRECT_MONEY)
def send_balances() -> Response | tuple[str, int]:
    """Take in the file of another program's trial balance, to look at it."""
    try:
        key = uploads.taken(office().actor, spreadsheet.MOST_BYTES, trial_balance.read)
    except Problem as problem:
        return _list({"file": told(problem)}), 400
    return redirect(url_for("books.balances", key=key), 303)


@area.get("/results/balances/<key>")
@needs(May.CORRECT_MONEY)
def balances(key: str) -> str | Response:
    """What is in the file. Nothing is written yet."""
    found = _waiting(key)
    return found if isinstance(found, Response) else _balances(key, found, {})


@area.post("/results/balances/<key>")
@needs(May.CORRECT_MONEY)
def take_over(key: str) -> str | Response | tuple[str, int]:
    """Write them, once."""
    found = _waiting(key)
    if isinstance(found, Response):
        return found

    def act() -> TillAct:
        balance_on = day("balance")
        if balance_on is None:
            raise RequestError("opening-day", "the day of the balances is missing", field="balance")
        return results().take_over(found, balance_on, key=form_key())

    written, errors = labels.attempt(act, day="balance")
    if written is None:
        return _balances(key, found, errors), 400
    Uploads.of(current_app).forget(key)
    if not written.again:
        office().log("balances-taken-over", what=f"entry {written.entry}")
    done(written.again, t("Les soldes sont repris.", "The balances are taken over."))
    return redirect(url_for("books.result_list"), 303)


def _balances(key: str, found: TrialBalance, errors: dict[str, str]) -> str:
    return render_template("books/balances.html", key=key, found=found, errors=errors, typed=request.form)


def _waiting(key: str) -> TrialBalance | Response:
    found = uploads.found(key, office().actor, trial_balance.read)
    if found is None:
        flash(
            t(
                "Ce fichier n’attend plus : il est repris, ou trop vieux. Envoyez-le de nouveau.",
                "This file waits no more: it was taken over, or is too old. Send it again.",
            ),
            "warning",
        )
        return redirect(url_for("books.result_list"), 303)
    return found[1]
