"""Shows the bank's lines with what each may stand for, and confirms the sure ones together."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.books.bank_statements import proposed
from kiosk.domain.books.statements.bank_proposals import Worth
from kiosk.store.books import bank_rows
from kiosk.web.desk.books import bank_import, bank_line
from kiosk.web.desk.books.bank_forms import LONGEST_SEARCH, area, banking, proposal_text, skipped, states
from kiosk.web.desk.common import four_eyes
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import PAGE_SIZE, Pages, again, asked
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t

__all__ = ["area", "bank_import", "bank_line"]  # the siblings put their pages into the area

MOST_TOGETHER = 200


@area.get("")
@needs(May.SEE_MONEY)
def page() -> str:
    """The lines, undecided ones first."""
    state, text = request.args.get("state", bank_rows.OPEN), request.args.get("q", "")[:LONGEST_SEARCH].strip()
    state = state if state in (*bank_rows.STATES, "all") else bank_rows.OPEN
    sort = request.args.get("sort", "-day")
    sort = sort if sort.removeprefix("-") in bank_rows.SORTS else "-day"
    asked_state = "" if state == "all" else state
    with office().reading() as connection:
        counts = bank_rows.counts(connection)
        number = bank_rows.count(connection, asked_state, text)
        lines = bank_rows.page(
            connection,
            asked_state,
            text,
            sort=sort.removeprefix("-"),
            descending=sort.startswith("-"),
            limit=PAGE_SIZE,
            offset=(asked() - 1) * PAGE_SIZE,
        )
        best: dict[int, Any] = {
            found.id: proposal_text(connection, proposals[0])
            for found, proposals in proposed(connection, lines)
            if proposals
        }
        matches = bank_rows.matches(connection, [found.id for found in lines])
    names = states()
    return render_template(
        "bank/page.html",
        lines=lines,
        best=best,
        matches=matches,
        states=[*((code, label, counts[code]) for code, label in names.items()), ("all", t("toutes", "all"), None)],
        names=names,
        state=state,
        text=text,
        sort=sort,
        pages=Pages(asked(), number),
        counts=counts,
        chips=[(text, again(q=None, page=None))] if text else [],
    )


@area.get("/sure")
@needs(May.CORRECT_MONEY)
def sure() -> str:
    """The sure lines, to look at and confirm together."""
    with office().reading() as connection:
        found = [
            (line, proposal_text(connection, proposals[0]))
            for line, proposals in proposed(connection, bank_rows.opened(connection))
            if proposals and proposals[0].worth is Worth.SURE
        ][:MOST_TOGETHER]
    return render_template("bank/sure.html", found=found, total=sum(line.line.cents for line, _ in found))


@area.post("/sure")
@needs(May.CORRECT_MONEY)
def confirm_sure() -> Response:
    """Confirm what was ticked, as it was shown."""
    wanted: dict[int, str] = {}
    for value in request.form.getlist("line")[:MOST_TOGETHER]:
        number, _, said = value.partition(" ")
        if number.isascii() and number.isdigit() and len(number) < 10:
            wanted[int(number)] = said
    together = banking().confirm_sure(wanted, four_eyes.not_ours_to_decide())
    for line, entry in together.done.items():
        office().log("bank-confirm", None, f"line {line}: entry {entry}")
    text = t("Confirmées : {n}.", "Confirmed: {n}.", n=len(together.done))
    if together.skipped:
        why = skipped(list(together.skipped.values()))
        text += " " + t("Laissées : {n}.", "Left: {n}.", n=len(together.skipped)) + f" {why}"
    flash(text, "warning" if together.skipped else "done")
    return redirect(url_for("bank.page"), 303)
