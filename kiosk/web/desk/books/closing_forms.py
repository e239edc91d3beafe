"""Closes a month or a fiscal year: shows what is open and the totals, and asks for the total to be typed again."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.books.closing import ClosingPreview
from kiosk.domain import amounts, inputs
from kiosk.domain.books.closings import Period
from kiosk.domain.problems import Problem
from kiosk.errors import RequestError
from kiosk.language import common
from kiosk.store import name_rows
from kiosk.store.books import closing_rows
from kiosk.web.desk.books.book_forms import (
    area,
    closings,
    corrections_said,
    paths,
    period_name,
    product_names,
    spooled,
    uninvoiced_said,
)
from kiosk.web.desk.common.formats import day_text
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import link
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t, tn, told

# Nothing to be closed now: shown, not raised.
_NOT_NOW = ("not-over", "closing-order", "nothing-to-close")


def ready() -> list[tuple[Period, str]]:
    """What can be closed now: its kind and its name."""
    found = []
    for kind in (Period.MONTH, Period.YEAR):
        coming, _ = _coming(kind, None)
        if coming is not None:
            found.append((kind, period_name(kind, coming.from_on, coming.until_on)))
    return found


def open_days() -> int:
    """How many days are over and not closed."""
    return len(closings().open_days())


@area.post("/closings/days")
@needs(May.CORRECT_MONEY)
def close_days() -> Response:
    """Close the days that are over, as time does by itself every few minutes."""
    done = closings().close_days()
    if done:
        office().log("days-closed", what=f"{done[0].until_on} - {done[-1].until_on}")
    flash(
        tn(
            len(done),
            ("{count} journée close.", "{count} day closed."),
            ("{count} journées closes.", "{count} days closed."),
        )
    )
    return redirect(url_for("books.closed"), 303)


@area.get("/closings/month")
@needs(May.CORRECT_MONEY)
def month_form() -> tuple[str, int]:
    """The first month that is not closed."""
    return _form(Period.MONTH, None, {})


@area.post("/closings/month")
@needs(May.CORRECT_MONEY)
def close_month() -> Response | tuple[str, int]:
    """Close it."""
    return _close(Period.MONTH)


@area.get("/closings/year")
@needs(May.CORRECT_MONEY, fresh=True)
def year_form() -> tuple[str, int]:
    """The first fiscal year that is not closed."""
    return _form(Period.YEAR, None, {})


@area.post("/closings/year")
@needs(May.CORRECT_MONEY, fresh=True)
def close_year() -> Response | tuple[str, int]:
    """Close it."""
    return _close(Period.YEAR)


def _close(kind: Period) -> Response | tuple[str, int]:
    """The period that the form was about, whichever is the next by now: a form sent twice closes once."""
    try:
        until_on = inputs.the_day(request.form.get("until", ""))
    except ValueError:
        return _form(kind, None, {"total": t("Relisez d’abord les totaux.", "Read the totals first.")})
    try:
        charged = amounts.parse("".join(request.form.get("total", "")[:20].split()))
        done = closings().close(kind, until_on, charged)
    except Problem:
        return _form(kind, until_on, {"total": t("Un montant comme 945,00.", "An amount like 945.00.")})
    except RequestError as error:
        if error.code == "closing-total" or error.code in _NOT_NOW:
            return _form(kind, until_on, {"total": told(error)})
        raise
    office().log(f"{kind.value}-closed", what=f"{done.from_on} - {done.until_on}, entry {done.entry}")
    name = period_name(kind, done.from_on, done.until_on)
    flash(t("Clôture écrite : {name}.", "The closing is written: {name}.", name=name))
    return redirect(url_for("books.one", number=done.entry), 303)


def _coming(kind: Period, until_on: date | None) -> tuple[ClosingPreview | None, str]:
    """What a closing would say; nothing, and why, where it cannot be now."""
    try:
        return closings().coming(kind, until_on), ""
    except RequestError as error:
        if error.code not in _NOT_NOW:
            raise
        return None, error.code


def _form(kind: Period, until_on: date | None, errors: dict[str, str]) -> tuple[str, int]:
    coming, why = _coming(kind, until_on)
    opened, products = [], {}
    if coming is not None:
        with office().reading() as connection:
            opened = _open(closing_rows.open_things(connection, coming.until_on), coming.until_on)
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


def _open(found: closing_rows.OpenThings, until_on: date) -> list[tuple[str, str]]:
    """What is not finished, and where one finishes it."""
    late = spooled()
    moved = t(
        "Des espèces sont entrées, et au {day} la caisse n’avait jamais été comptée",
        "Cash came in, and by {day} the box had never been counted",
        day=day_text(until_on),
    )
    if found.counted_on is not None:
        moved = t(
            "La caisse a bougé depuis le comptage du {day}",
            "The box moved since the count of {day}",
            day=day_text(found.counted_on),
        )
    lines = (
        (late, t(common.TAPS_WAIT.of(late)), link("today.page")),
        (
            found.cash_since,
            moved,
            "/books/cash",
        ),
        (
            found.declarations,
            tn(
                found.declarations,
                ("{count} déclaration d’espèces à compter", "{count} declaration of cash to count"),
                ("{count} déclarations d’espèces à compter", "{count} declarations of cash to count"),
            ),
            "/books/cash",
        ),
        (
            found.bank_lines,
            tn(
                found.bank_lines,
                ("{count} ligne de la banque sans écriture", "{count} line of the bank without an entry"),
                ("{count} lignes de la banque sans écriture", "{count} lines of the bank without an entry"),
            ),
            "/books/bank",
        ),
        (
            found.corrections,
            corrections_said(found.corrections),
            link("corrections.listing"),
        ),
        (
            found.uninvoiced,
            uninvoiced_said(found.uninvoiced),
            "/books/invoices",
        ),
    )
    there = paths()
    return [(text, where if where in there else "") for count, text, where in lines if count]
