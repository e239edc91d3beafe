"""Closes a month or a fiscal year: shows its open tasks and totals, and asks for the total to be typed again.

A `fresh` view asks for the password or the passkey again where it was given a while ago.
"""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.books.closing import ClosingPreview
from kiosk.domain import amounts, inputs
from kiosk.domain.books.closings import Period
from kiosk.domain.problems import Problem
from kiosk.duties import reading
from kiosk.errors import RequestError
from kiosk.store import name_rows
from kiosk.web.desk.books.book_forms import area, closings, period_name, product_names
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t, tn, told
from kiosk.web.desk.duties import todo

# Codes of errors that say why nothing can be closed now: the page shows them.
_NOT_NOW = ("not-over", "closing-order", "nothing-to-close")


def ready() -> list[tuple[Period, str]]:
    """Return the periods that can be closed now, kind and name: the first open month and the first open fiscal year, if
    they are over.
    """
    periods = []
    for kind in (Period.MONTH, Period.YEAR):
        coming, _ = _coming(kind, None)
        if coming is not None:
            periods.append((kind, period_name(kind, coming.from_on, coming.until_on)))
    return periods


def open_days() -> int:
    """Return how many days are over and not closed."""
    return len(closings().open_days())


@area.post("/closings/days")
@needs(May.CORRECT_MONEY)
def close_days() -> Response:
    """Close the days that are over, which otherwise happens by itself every few minutes."""
    closed_days = closings().close_days()
    flash(
        tn(
            len(closed_days),
            ("{count} journée close.", "{count} day closed."),
            ("{count} journées closes.", "{count} days closed."),
        )
    )
    return redirect(url_for("books.closed"), 303)


@area.get("/closings/month")
@needs(May.CORRECT_MONEY)
def month_form() -> tuple[str, int]:
    """Show the form that closes the first open month."""
    return _form(Period.MONTH, None, {})


@area.post("/closings/month")
@needs(May.CORRECT_MONEY)
def close_month() -> Response | tuple[str, int]:
    """Close the month that the form shows."""
    return _close(Period.MONTH)


@area.get("/closings/year")
@needs(May.CORRECT_MONEY, fresh=True)
def year_form() -> tuple[str, int]:
    """Show the form that closes the first open fiscal year."""
    return _form(Period.YEAR, None, {})


@area.post("/closings/year")
@needs(May.CORRECT_MONEY, fresh=True)
def close_year() -> Response | tuple[str, int]:
    """Close the fiscal year that the form shows."""
    return _close(Period.YEAR)


def _close(kind: Period) -> Response | tuple[str, int]:
    """Close the period that the form was about, even if another is the next by now: so a form sent twice closes once. A
    day or total that cannot be read, a total that is not that of the charges, or a period that cannot be closed now
    shows the form again with the error.
    """
    try:
        until_on = inputs.the_day(request.form.get("until", ""))
    except ValueError:
        return _form(
            kind, None, {"total": t("Relisez les totaux, puis clôturez.", "Check the totals first, then close.")}
        )
    try:
        charged = amounts.parse("".join(request.form.get("total", "")[:20].split()))
        closing = closings().close(kind, until_on, charged)
    except Problem as problem:
        return _form(kind, until_on, {"total": told(problem)})
    except RequestError as error:
        if error.code == "closing-total" or error.code in _NOT_NOW:
            return _form(kind, until_on, {"total": told(error)})
        raise
    name = period_name(kind, closing.from_on, closing.until_on)
    flash(t("Clôture enregistrée : {name}.", "Closing saved: {name}.", name=name))
    return redirect(url_for("books.one", number=closing.entry), 303)


def _coming(kind: Period, until_on: date | None) -> tuple[ClosingPreview | None, str]:
    """Return what a closing up to `until_on` (None: the first that is open) would say, and an empty text; None and the
    reason's code where the period cannot be closed now.
    """
    try:
        return closings().coming(kind, until_on), ""
    except RequestError as error:
        if error.code not in _NOT_NOW:
            raise
        return None, error.code


def _form(kind: Period, until_on: date | None, errors: dict[str, str]) -> tuple[str, int]:
    """Show the form to close the period up to `until_on` (None: the first open one), with what is still open in it; or
    why none can be closed. The status is 400 if there are errors.
    """
    coming, why = _coming(kind, until_on)
    opened, products = [], {}
    if coming is not None:
        with office().reading() as connection:
            read = todo.read(connection, reading.CLOSING, until=coming.until_on)
            opened = [todo.line(duty) for duty in read.counted(_all)]
            products = product_names(name_rows.products(connection))
    page = render_template(
        "books/close.html",
        kind=kind,
        coming=coming,
        name="" if coming is None else period_name(kind, coming.from_on, coming.until_on),
        opened=opened,
        products=products,
        errors=errors,
        why=why,
        open_days=open_days(),
    )
    return page, 400 if errors else 200


def _all(_permission: May) -> bool:
    """Return True for every permission: a closing shows all open tasks, even those of other officers."""
    return True
