"""Shows each fiscal year's result and the assembly's vote on it, and takes over the balances of another program.

Views marked `money` refuse an officer whose desk account names no member's file.
"""

from collections.abc import Callable
from typing import TypeVar

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.books.results import TO, MemberOpenings, OpeningsRead, Results
from kiosk.domain import spreadsheet
from kiosk.domain.books import member_openings, trial_balance
from kiosk.domain.books.member_openings import MemberOpening
from kiosk.domain.books.trial_balance import TrialBalance
from kiosk.domain.problems import FieldReader, Problem
from kiosk.errors import RequestError
from kiosk.money.till import TillAct
from kiosk.store.books import result_rows
from kiosk.web.desk.books.book_forms import area
from kiosk.web.desk.common import labels, uploads
from kiosk.web.desk.common.money_forms import cents, day, done, form_key, typed
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, Money, needs
from kiosk.web.desk.common.uploads import Uploads
from kiosk.web.desk.common.words import t, told

__all__ = ["area"]

T = TypeVar("T")


def results() -> Results:
    """Return the results' use-case, in the name of the signed-in officer."""
    desk = office()
    return Results.of(desk)


@area.get("/results")
@needs(May.SEE_MONEY)
def result_list() -> str:
    """Show every closed year with its result and what became of it."""
    return _result_page({})


def _result_page(errors: dict[str, str]) -> str:
    """Return the page of results, with errors by field: those of the vote, of the file of balances (`file`) and of the
    members' file (`members`).
    """
    years = results().years()
    with office().reading() as connection:
        taken = result_rows.taken_over(connection)
        brought = result_rows.members_taken_over(connection)
    return render_template(
        "books/results.html",
        years=years,
        taken=taken,
        brought=brought,
        parts=_parts(),
        waiting=next((year for year in reversed(years) if year.waits), None),  # the oldest without a vote
        errors=errors,
        typed=request.form,
    )


def _parts() -> dict[str, str]:
    """Return, in words, the accounts among which a result is divided."""
    return {
        "brought-forward": t("Report à nouveau (110)", "Brought forward (110)"),
        "deficit-forward": t("Déficits reportés (119)", "Deficits brought forward (119)"),
        "reserves": t("Réserves (1068)", "Reserves (1068)"),
    }


@area.post("/results")
@needs(May.CORRECT_MONEY)
def vote() -> Response | tuple[str, int]:
    """Record the assembly's vote on a year's result: its day, and how many cents go to each account of `_parts` (0 for
    an empty field).
    """

    def act() -> TillAct:
        with FieldReader() as read:
            voted_on, parts = read(day, "voted"), {to: read(cents, to) for to in TO}
        if voted_on is None:
            raise RequestError("vote-day", "the assembly's day is missing", field="voted")
        return results().vote(typed("year", 20), parts, voted_on, key=form_key())

    written, errors = labels.attempt(act)
    if written is None:
        return _result_page(errors), 400
    done(written.again, t("Vote enregistré.", "Vote recorded."))
    return redirect(url_for("books.result_list"), 303)


@area.post("/results/balances")
@needs(May.CORRECT_MONEY)
def send_balances() -> Response | tuple[str, int]:
    """Keep the file of another program's trial balance, if it can be read, and lead to its preview."""
    try:
        key = uploads.taken(office().actor, spreadsheet.MOST_BYTES, trial_balance.read)
    except Problem as problem:
        return _result_page({"file": told(problem)}), 400
    return redirect(url_for("books.balances", key=key), 303)


@area.get("/results/balances/<key>")
@needs(May.CORRECT_MONEY)
def balances(key: str) -> str | Response:
    """Show what the file holds. Nothing is written yet."""
    balance = _waiting(key, trial_balance.read)
    return balance if isinstance(balance, Response) else _balances(key, balance, {})


@area.post("/results/balances/<key>")
@needs(May.CORRECT_MONEY)
def take_over(key: str) -> str | Response | tuple[str, int]:
    """Record the balances of the file, as of the day that was typed, and forget the file. A form sent twice records
    once.
    """
    balance = _waiting(key, trial_balance.read)
    if isinstance(balance, Response):
        return balance

    def act() -> TillAct:
        balance_on = day("balance")
        if balance_on is None:
            raise RequestError("opening-day", "the day of the balances is missing", field="balance")
        return results().take_over(balance, balance_on, key=form_key())

    written, errors = labels.attempt(act)
    if written is None:
        return _balances(key, balance, errors), 400
    Uploads.of(current_app).forget(key)
    done(written.again, t("Les soldes sont repris.", "Balances carried over."))
    return redirect(url_for("books.result_list"), 303)


def _balances(key: str, balance: TrialBalance, errors: dict[str, str]) -> str:
    """Show the trial balance that was sent, to be checked."""
    return render_template("books/balances.html", key=key, found=balance, errors=errors, typed=request.form)


def openings() -> MemberOpenings:
    """Return the use-case for members' opening balances, in the name of the signed-in officer."""
    desk = office()
    return MemberOpenings.of(desk)


@area.post("/results/members")
@needs(May.CORRECT_MONEY)
def send_member_openings() -> Response | tuple[str, int]:
    """Keep the file of what each member owed, if it can be read, and lead to its preview."""
    try:
        key = uploads.taken(office().actor, spreadsheet.MOST_BYTES, member_openings.read)
    except Problem as problem:
        return _result_page({"members": told(problem)}), 400
    return redirect(url_for("books.member_balances", key=key), 303)


@area.get("/results/members/<key>")
@needs(May.CORRECT_MONEY)
def member_balances(key: str) -> str | Response | tuple[str, int]:
    """Show what the file holds, by name, and whether it adds up to the members' account. Nothing is written yet."""
    lines = _waiting(key, member_openings.read)
    return lines if isinstance(lines, Response) else _openings(key, lines, {})


@area.post("/results/members/<key>")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def take_members_over(key: str) -> str | Response | tuple[str, int]:
    """Record an opening balance for each member of the file as of the day that was typed, all of them or none."""
    lines = _waiting(key, member_openings.read)
    if isinstance(lines, Response):
        return lines

    def act() -> TillAct:
        balance_on = day("balance")
        if balance_on is None:
            raise RequestError("opening-day", "the day of the balances is missing", field="balance")
        return openings().take_over(lines, balance_on, key=form_key())

    # The form has no field for one member's line of the file: its errors stand above the whole form.
    written, errors = labels.attempt(act, number="form", member="form", file="form")
    if written is None:
        page = _openings(key, lines, errors)
        return page if isinstance(page, tuple) else (page, 400)
    Uploads.of(current_app).forget(key)
    done(written.again, t("Les soldes des membres sont repris.", "Members’ balances carried over."))
    return redirect(url_for("books.result_list"), 303)


def _openings(key: str, lines: tuple[MemberOpening, ...], errors: dict[str, str]) -> str | tuple[str, int]:
    """Show the members' balances that were sent, to be checked. Where they cannot be recorded, forget the file and show
    the page of results with the first error (400).
    """
    read, errors_of_lines = labels.attempt(lambda: openings().preview(lines))
    if read is None:
        Uploads.of(current_app).forget(key)
        return _result_page({"members": _with_member(lines, next(iter(errors_of_lines.values())))}), 400
    return render_template("books/member_balances.html", read=read, errors=errors, typed=request.form, **_sums(read))


def _sums(openings: OpeningsRead) -> dict[str, int]:
    """Return what the members owe together, and what they have in credit, in cents."""
    owing = [opening.cents for opening, _ in openings.lines if opening.cents > 0]
    return {"owed": sum(owing), "ahead": sum(owing) - openings.total_cents}  # the total is what is owed less credits


def _with_member(lines: tuple[MemberOpening, ...], text: str) -> str:
    """Return an error with the number of the member whose line alone causes one, or as it is where there is none such.
    Each line is tried alone, until one fails.
    """
    for line in lines:
        try:
            openings().preview([line])
        except RequestError as error:
            if error.code != "opening-unbalanced":  # one member's line alone never adds up
                return t("Membre {number} : {text}", "Member {number}: {text}", number=line.member, text=text)
    return text


def _waiting(key: str, read: Callable[[bytes], T]) -> T | Response:
    """Return what `read` makes of the file that waits under a key, or a redirect to the list where it is no longer
    kept.
    """
    upload_and_content = uploads.found(key, office().actor, read)
    if upload_and_content is None:
        flash(
            t(
                "Ce fichier n’est plus en attente : il est déjà importé, ou trop ancien. Envoyez-le de nouveau.",
                "This file is no longer waiting: it was already imported, or is too old. Upload it again.",
            ),
            "warning",
        )
        return redirect(url_for("books.result_list"), 303)
    return upload_and_content[1]
