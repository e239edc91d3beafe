"""Shows the cash box: its content, declared deposits and counts; counts it in two steps, and
records declared deposits.

Views marked `money` refuse an officer whose desk account names no member's file (`ASKED`: in some of their forms
only). `refuse_own` raises where another officer has to decide, as on an account of the officer's own. `form_key` is a
form's own id, by which a form sent twice writes once.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain import inputs
from kiosk.domain.money import cash
from kiosk.domain.names import searchable
from kiosk.language import common
from kiosk.money.cashbox import Finding
from kiosk.store.money import bank_deposit_rows, cash_rows
from kiosk.store.money.bank_deposit_rows import Remittance
from kiosk.store.money.cash_rows import CashCount, CashDeclaration
from kiosk.store.officers import count_differences
from kiosk.web.desk.act_forms import wish
from kiosk.web.desk.common import four_eyes
from kiosk.web.desk.common.formats import euros
from kiosk.web.desk.common.labels import attempt
from kiosk.web.desk.common.money_forms import cents, done, form_key, typed
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import A_FEW, listed
from kiosk.web.desk.common.permissions import May, Money, may, needs
from kiosk.web.desk.common.words import t
from kiosk.web.desk.money import cash_to_bank
from kiosk.web.desk.money.cash_forms import area, box, coins

__all__ = ["area", "cash_to_bank"]  # adds its pages to the area

_DECLARED: dict[str, Callable[[CashDeclaration], Any]] = {  # a sort key, by the column that the URL names
    "day": attrgetter("day_on", "entry"),
    "name": lambda each: searchable(each.name),
    "entry": attrgetter("entry"),
    "sum": attrgetter("cents"),
}
_CARRIED: dict[str, Callable[[Remittance], Any]] = {  # a sort key, by the column that the URL names
    "day": attrgetter("day_on", "number"),
    "number": attrgetter("number"),
    "state": lambda each: each.credited is not None,
    "sum": attrgetter("cents"),
}
_COUNTS: dict[str, Callable[[CashCount], Any]] = {  # a sort key, by the column that the URL names
    "day": attrgetter("day_on", "entry"),
    "entry": attrgetter("entry"),
    "expected": attrgetter("expected_cents"),
    "counted": attrgetter("counted_cents"),
    "difference": attrgetter("difference_cents"),
}
FOUND, MISSING, LATER = "found", "missing", "later"  # of each declaration: in the box, not there, not looked for yet


@area.get("")
@needs(May.SEE_MONEY)
def page() -> str:
    """Show the content of the box now, the declarations of cash that no count has settled, the earlier counts with
    their differences, and the bank deposits of cash that were not reversed.
    """
    with office().reading() as connection:
        # Every bank deposit of cash (None: no limit): they are searched and cut into pages here.
        carried = [each for each in bank_deposit_rows.page(connection, ["cash"], None) if not each.reversed_by]
        return render_template(
            "cash/page.html",
            cents=cash_rows.content(connection),
            declared=listed(
                cash_rows.declared(connection),
                lambda each: each.name,
                _DECLARED,
                "page-declared",
                attrgetter("cents"),
                A_FEW,
            ),
            on_no_statement=bank_deposit_rows.on_no_statement(connection),  # arrived by an officer's word alone
            differences_wait=count_differences.waiting(connection),  # counts that a second officer has to agree to
            counts=listed(cash_rows.counts(connection), lambda each: each.reason or "", _COUNTS, size=A_FEW),
            carried=listed(
                carried, lambda each: str(each.number), _CARRIED, "page-carried", attrgetter("cents"), A_FEW
            ),
        )


@area.get("/count")
@needs(May.CORRECT_MONEY)
def count_form() -> str:
    """Show a field for each coin and note, and the declarations to look for."""
    return _form({})


@area.post("/count")
@needs(May.CORRECT_MONEY, money=Money.ASKED)
def count() -> Response | str | tuple[str, int]:
    """Show the count beside the books (`step` is `preview` or missing), go back to the fields (`edit`), or write it
    (any other step). It is written at once even where a second officer has to agree to its difference; a message says
    so.
    """
    step = request.form.get("step", "preview")
    if step == "edit":
        return _form({})
    finding, errors = attempt(_finding)
    if finding is None:
        return _form(errors), 400
    if step == "preview":
        return _preview(finding, {})
    written, errors = attempt(lambda: box().count(finding, key=form_key(), expected_cents=_shown_content()))
    if written is None:
        return _preview(finding, errors)
    with office().reading() as connection:
        if written.entry in count_differences.waiting(connection):
            flash(t(common.ASKED_OF_TWO))
    done(
        written.again, t("Comptage enregistré : écriture {entry}.", "Count saved: entry {entry}.", entry=written.entry)
    )
    return redirect(url_for("cash.page"), 303)


def _finding() -> Finding:
    """Return the coins counted and the declarations found or missing, as the form says. A declaration without a choice
    is left for `LATER` and stays open. Raises Problem `coins`, and RequestError as `four_eyes.refuse_own` for the
    officer's own declaration.
    """
    with office().reading() as connection:
        declared = cash_rows.declared(connection)
    fates = {declaration.entry: request.form.get(f"declared-{declaration.entry}", LATER) for declaration in declared}
    for declaration in declared:
        if fates[declaration.entry] != LATER:
            four_eyes.refuse_own(declaration.member_number)
    return Finding(
        coins(),
        [entry for entry, fate in fates.items() if fate == FOUND],
        [entry for entry, fate in fates.items() if fate == MISSING],
        typed("reason") or None,
    )


def _shown_content() -> int | None:
    """Return the content in cents that the preview showed, so that a count is refused if the content has changed since;
    None where the form has no whole number there.
    """
    text = typed("expected", 15)
    return inputs.signed(text, 12)


def _form(errors: dict[str, str]) -> str:
    """Return the page with the fields of a count, filled with what was typed before. Officers leave their own
    declarations (`own`) to others.
    """
    with office().reading() as connection:
        declared = cash_rows.declared(connection)
        content = cash_rows.content(connection)
    counted, _ = attempt(coins)  # for the sum alone: what is wrong stands in `errors`
    return render_template(
        "cash/count.html",
        declared=declared,
        own={
            declaration.entry
            for declaration in declared
            if declaration.member_number and four_eyes.is_own(declaration.member_number)
        },
        content=content,
        total=cash.total(counted or {}),
        errors=errors,
        typed=request.form,
    )


def _preview(finding: Finding, errors: dict[str, str]) -> tuple[str, int]:
    """Return the page that shows the count beside the books, or the fields again where the comparison is refused; with
    400 where there is an error.
    """
    comparison, refusal = attempt(lambda: box().compare(finding))
    if comparison is None:
        return _form(refusal), 400
    with office().reading() as connection:
        declared = {declaration.entry: declaration for declaration in cash_rows.declared(connection)}
    # A declaration that was settled since the comparison is left out; the count itself would be refused.
    confirmed = [declared[entry] for entry in finding.confirmed if entry in declared]
    page = render_template(
        "cash/preview.html",
        finding=finding,
        found=comparison,
        confirmed=confirmed,
        missing=[declared[entry] for entry in finding.missing if entry in declared],
        waiting=[
            declaration
            for entry, declaration in declared.items()
            if entry not in (*finding.confirmed, *finding.missing)
        ],
        suspect=_suspect(comparison.difference_cents, confirmed),
        errors=errors,
        typed=request.form,
    )
    return page, 400 if errors else 200


def _suspect(difference_cents: int, confirmed: list[CashDeclaration]) -> CashDeclaration | None:
    """Return the first declaration ticked as found whose amount is exactly what the count misses (a difference below
    0): its cash may never have been put in. None where there is none.
    """
    return next((declaration for declaration in confirmed if declaration.cents == -difference_cents), None)


@area.get("/declare")
@needs(May.TAKE_MONEY, money=Money.OF_MEMBERS)
def declare_form() -> str:
    """Show the form for cash that a member says they put into the box."""
    return render_template("cash/declare.html", errors={}, typed=request.form)


@area.post("/declare")
@needs(May.TAKE_MONEY, money=Money.OF_MEMBERS)
def declare() -> Response | tuple[str, int]:
    """Record the declaration; the member's tab goes down once a count has found the cash. Officers that may not see
    money return to the empty form, since the page of the box is closed to them.
    """
    from kiosk.money import cash_acts  # few ask for it

    # `wish` reads the form's fields as the act names them.
    written, errors = attempt(lambda: cash_acts.declare_cash(office(), wish(cash_acts.Declared)))
    if written is None:
        return render_template("cash/declare.html", errors=errors, typed=request.form), 400
    sum_ = euros(cents("amount"))
    text = t(
        "{sum} en espèces déclarés, à confirmer en comptant la caisse.",
        "{sum} in cash declared, to be confirmed when the cash box is counted.",
        sum=sum_,
    )
    done(not written.is_new, text)  # with True it warns that this form was sent before, and wrote nothing again
    return redirect(url_for("cash.page" if may(May.SEE_MONEY) else "cash.declare_form"), 303)
