"""Lists the mistakes that members report, to be accepted or refused in two clicks; takes reports for a member.

Views marked `money` refuse an officer whose desk account names no member's file. `refuse_own` raises where another
officer has to decide, as on an account of the officer's own.
"""

from collections.abc import Callable
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from msgspec import Struct
from werkzeug.wrappers import Response

from kiosk.domain import inputs
from kiosk.domain.money.forgotten import MOST_DAYS_BACK
from kiosk.domain.problems import FieldReader, Mistake, Problem
from kiosk.errors import RequestError
from kiosk.money.corrections import LONGEST_SAYING, Corrections
from kiosk.store.money import correction_rows
from kiosk.store.money.correction_rows import ERROR, FORGOTTEN, OPEN, Correction
from kiosk.web.desk.common import four_eyes, paging
from kiosk.web.desk.common.labels import attempt
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, Money, may, needs
from kiosk.web.desk.common.words import t, told
from kiosk.web.desk.finder import picking

area = Blueprint("corrections", __name__)

PAGE = paging.PAGE_SIZE  # rows


class Form(Struct, frozen=True):
    """The fields of a report for a member, as typed. `kind` is `FORGOTTEN`, with a `day`, or `ERROR`, with an
    `entry`.
    """

    kind: str = FORGOTTEN
    member: str = ""
    day: str = ""
    entry: str = ""
    said: str = ""  # the member's remark


@area.get("/corrections")
@needs(May.CORRECT_MONEY)
def listing() -> str:
    """Show a page of the reports that wait for a decision; of those that were decided where the URL has any other
    `state` than `OPEN`.
    """
    state = OPEN if request.args.get("state", OPEN) == OPEN else "decided"
    page, (sort, by, descending) = paging.asked(), paging.sorting(correction_rows.SORTS, "")
    with office().reading() as connection:
        corrections, count = correction_rows.page(connection, state, PAGE, (page - 1) * PAGE, by, descending=descending)
    pages = paging.Pages(page, count)
    # A list that is seen at a glance needs no links to sort it, unless the URL has sorted it already.
    order = {"sort": sort, "is_sortable": bool(sort) or count > paging.A_FEW}
    return render_template("corrections.html", found=corrections, count=count, state=state, pages=pages, **order)


@area.post("/corrections/<int:correction_id>/accept")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def accept(correction_id: int) -> Response:
    """Accept a report: count the forgotten day, or reverse the wrong entry. A reversal is refused for the officer's own
    account, and where its amount takes a second officer: that officer is asked from the entry's own page.
    """

    def act() -> str:
        waiting = _find(correction_id)
        if waiting is not None and waiting.kind == ERROR:  # its entry is reversed, which may give money back
            four_eyes.refuse_own(waiting.member)
            if waiting.entry is not None and office().by_two.wants_second(waiting.entry):
                raise RequestError("second-officer", entry=waiting.entry)
        accepted = _use_case().accept(correction_id, request.form.get("reason", "").strip() or None)
        office().log("correction-accepted", accepted.member, f"correction {accepted.id}")
        return t("C’est fait.", "Done.")

    return _try(act)


@area.post("/corrections/<int:correction_id>/refuse")
@needs(May.CORRECT_MONEY)
def refuse(correction_id: int) -> Response:
    """Refuse a report: neither a visit nor an entry is written."""

    def act() -> str:
        refused = _use_case().refuse(correction_id)
        office().log("correction-refused", refused.member, f"correction {refused.id}")
        return t("Correction refusée : rien n’a changé.", "Correction refused: nothing has changed.")

    return _try(act)


@area.post("/corrections/<int:correction_id>/reopen")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def reopen(correction_id: int) -> Response:
    """Undo the decision on a report, so that it waits again; a day that was counted is undone. An entry that was
    reversed stays so, and its report decided.
    """

    def act() -> str:
        decided = _find(correction_id)
        if decided is not None and decided.visit is not None:  # a forgotten day that was counted: it is taken back
            four_eyes.refuse_own(decided.member)
        reopened = _use_case().reopen(correction_id)
        office().log("correction-reopened", reopened.member, f"correction {reopened.id}")
        return t(
            "Décision annulée : la correction attend de nouveau.", "Decision undone: the correction is waiting again."
        )

    return _try(act)


@area.get("/corrections/new")
@needs(May.FIND_MEMBERS)
def new() -> str:
    """Show the form to report a mistake for a member."""
    form = Form(
        kind=request.args.get("kind", FORGOTTEN),
        member=request.args.get("member", ""),
        entry=request.args.get("entry", ""),
    )
    return _form(form, {})


@area.post("/corrections/new")
@needs(May.FIND_MEMBERS)
def note() -> Response | tuple[str, int]:
    """Save a report for a member; it waits for a decision like any other. Only officers that may see money report a
    wrong entry; for others it is a forgotten day.
    """
    form = Form(**{name: request.form.get(name, "").strip() for name in Form.__struct_fields__})
    is_entry = form.kind == ERROR and may(May.SEE_MONEY)

    def act() -> int:
        with FieldReader() as read:
            member = read(picking.member, form.member) or 0
            day, entry = (None, read(_entry, form.entry)) if is_entry else (read(_day, form.day), None)
        _use_case().ask(ERROR if is_entry else FORGOTTEN, member, day=day, entry=entry, remark=form.said)
        return member

    # An error of the form as a whole is shown beside the field that says what was wrong.
    number, errors = attempt(act, form="entry" if is_entry else "day")
    if number is None:
        return _form(form, errors), 400
    office().log("correction-noted", number, None)
    flash(t("Correction enregistrée : elle attend une décision.", "Correction saved: it is waiting for a decision."))
    return redirect(url_for(".listing") if may(May.CORRECT_MONEY) else url_for("today.page"), 303)


def _form(form: Form, errors: dict[str, str]) -> str:
    """Show the form to report a mistake, with what was wrong in it."""
    limits = {"today": office().today(), "most": MOST_DAYS_BACK, "longest": LONGEST_SAYING}
    return render_template("correction_new.html", form=form, errors=errors, **limits)


def _use_case() -> Corrections:
    """Return the corrections' use-case, in the name of the signed-in officer."""
    desk = office()
    return Corrections.of(desk)


def _find(correction_id: int) -> Correction | None:
    """Return a correction, or None where there is none with this id."""
    with office().reading() as connection:
        return correction_rows.get(connection, correction_id)


def _day(text: str) -> date:
    """Return the forgotten day that was typed. Raises Problem `day`."""
    day = inputs.typed_day(text)
    if day is None:
        raise Problem("day", field="day")
    return day


def _entry(text: str) -> int:
    """Return the number of an entry that was typed. Raises Problem `number`."""
    number = inputs.number(text)
    if number is None:
        raise Problem("number", field="entry", given=text)
    return number


def _try(act: Callable[[], str]) -> Response:
    """Run an act and flash its message, or its error in words, on the list. An unknown report or an untrusted clock
    answers with an error page instead.
    """
    try:
        flash(act())
    except Mistake as refused:
        if refused.code in ("no-such-correction", "clock-not-trusted"):
            raise
        flash(told(refused), "error")
    return redirect(url_for(".listing"), 303)
