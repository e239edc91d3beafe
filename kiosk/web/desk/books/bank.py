"""Lists the bank's lines with what each may stand for, and confirms several sure proposals together."""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.books.bank_statements import TOGETHER, proposed
from kiosk.domain import inputs
from kiosk.domain.books.statements import statement_chain
from kiosk.domain.books.statements.bank_proposals import Worth
from kiosk.domain.names import searchable
from kiosk.errors import RequestError
from kiosk.store.books import bank_rows, bank_statement_rows
from kiosk.store.books.bank_rows import StoredLine
from kiosk.store.books.bank_statement_rows import AsideRule
from kiosk.web.desk.books import bank_import, bank_line
from kiosk.web.desk.books.bank_forms import (
    LONGEST_SEARCH,
    ProposalText,
    area,
    banking,
    proposal_texts,
    skipped,
    states,
)
from kiosk.web.desk.common import four_eyes
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import A_FEW, PAGE_SIZE, Pages, again, asked, listed
from kiosk.web.desk.common.permissions import May, Money, needs
from kiosk.web.desk.common.words import t

__all__ = ["area", "bank_import", "bank_line"]  # the siblings put their pages into the area

MOST_TOGETHER = 200  # lines that one form confirms


def _rule_words(rule: AsideRule) -> str:
    """Return the words by which a rule sets bank lines aside, in alphabetical order, as the page shows them."""
    return " ".join(sorted(rule.words))


_RULE_SORTS: dict[str, Callable[[AsideRule], Any]] = {
    "reason": lambda rule: searchable(rule.reason),
    "words": _rule_words,
}


@area.get("")
@needs(May.SEE_MONEY)
def page() -> str:
    """Show a page of the bank's lines of a state that fit a search `q`, by default the undecided ones, the latest
    first. Above them stand the line decided last (`done`), gaps between the statements' balances, and the rules that
    set lines aside.
    """
    state, text = request.args.get("state", bank_rows.OPEN), request.args.get("q", "")[:LONGEST_SEARCH].strip()
    state = state if state in (*bank_rows.STATES, "all") else bank_rows.OPEN
    sort = request.args.get("sort", "-day")
    sort = sort if sort.removeprefix("-") in bank_rows.SORTS else "-day"
    asked_state = "" if state == "all" else state  # the store's word for lines of any state
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
        choices = _choices(connection, lines)
        done = inputs.number(request.args.get("done", ""))
        last = _decided(connection, done) if done else None
        matches = bank_rows.matches(connection, [line.id for line in lines])
        statements = bank_statement_rows.covered(connection)
        # the balances that the statements say, and the lines that should explain them
        held, moved = statement_chain.held(statements), bank_statement_rows.moved(connection) if statements else []
        rules = bank_statement_rows.rules(connection)
    names = states()
    return render_template(
        "bank/page.html",
        lines=lines,
        choices=choices,
        last=last,
        missing=statement_chain.gaps(held, moved),
        rules=rules,
        rules_shown=listed(
            rules, lambda rule: f"{rule.reason} {_rule_words(rule)}", _RULE_SORTS, "page-rules", size=A_FEW
        ),
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


def _choices(connection: sa.Connection, lines: Sequence[StoredLine]) -> dict[int, list[ProposalText]]:
    """Return the proposals for each line, in words and the best first, by the line's id."""
    by_line = proposed(connection, lines)
    texts = iter(proposal_texts(connection, [proposal for _, proposals in by_line for proposal in proposals]))
    return {line.id: [next(texts) for _ in proposals] for line, proposals in by_line}


def _decided(connection: sa.Connection, line: int) -> StoredLine | None:
    """Return the line that was decided last; None where it does not exist or is undecided again."""
    try:
        stored = bank_rows.one(connection, line) if line < 2**31 else None  # no id in the database is larger
    except RequestError:
        return None
    return stored if stored is not None and stored.state != bank_rows.OPEN else None


@area.get("/sure")
@needs(May.CORRECT_MONEY)
def sure() -> str:
    """Show the lines whose best proposal is sure (or likely, if the URL asks so), to check and confirm
    together: at most `MOST_TOGETHER` of them (`found`), of `others` in all, with the sum in cents of those shown.
    """
    worth = _worth(request.args)
    with office().reading() as connection:
        opened = bank_rows.opened(connection)
        choices = _choices(connection, opened)
    best = [(line, choices[line.id][0]) for line in opened if choices[line.id]]
    together = [
        (line, choice) for line, choice in best if choice.proposal.worth is worth and choice.proposal.kind in TOGETHER
    ]
    shown = together[:MOST_TOGETHER]
    return render_template(
        "bank/sure.html",
        found=shown,
        worth=worth,
        total=sum(line.line.cents for line, _ in shown),
        others=len(together),
    )


def _worth(values: Any) -> Worth:
    """Return how certain the proposals are that the URL or the form asks for: likely, or else sure."""
    return Worth.LIKELY if values.get("worth") == Worth.LIKELY.value else Worth.SURE


@area.post("/sure")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def confirm_sure() -> Response:
    """Confirm the ticked lines, each only if its proposal is still the one that was shown. Each value of the form is a
    line's id, a blank and that proposal; others are passed over.
    """
    shown: dict[int, str] = {}  # by the line's id, its proposal as the page showed it
    for ticked in request.form.getlist("line")[:MOST_TOGETHER]:
        number, _, proposal = ticked.partition(" ")
        if number.isascii() and number.isdigit() and len(number) < 10:  # nine digits always fit into an id
            shown[int(number)] = proposal
    # Lines that pay the officer's own account, or one that another officer has to decide on, are skipped.
    together = banking().confirm_sure(shown, four_eyes.not_ours_to_decide(), [_worth(request.form)])
    text = t("Lignes confirmées : {n}.", "Lines confirmed: {n}.", n=len(together.done))
    if together.skipped:
        why = skipped(list(together.skipped.values()))
        text += (
            " "
            + t("Lignes qui restent à décider : {n}.", "Lines still to decide on: {n}.", n=len(together.skipped))
            + f" {why}"
        )
    flash(text, "warning" if together.skipped else "done")
    return redirect(url_for("bank.page"), 303)
