"""Shows the page for payments: the payer is found by typing; the day's takings, what is owed, what will be charged; and
the list of payments.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.books import due
from kiosk.domain import days
from kiosk.domain.names import searchable
from kiosk.money.till import METHODS
from kiosk.store import name_rows
from kiosk.store.money import tab_rows, taking_rows
from kiosk.web.desk.common import request_rules
from kiosk.web.desk.common.asked_days import asked_day
from kiosk.web.desk.common.labels import methods
from kiosk.web.desk.common.money_forms import LONGEST_SEARCH, area
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import PAGE_SIZE, Pages, again, asked, listed
from kiosk.web.desk.common.permissions import May, may, needs
from kiosk.web.desk.common.words import in_page_language, t
from kiosk.web.desk.money import many_reminders, reversals, sales, subscriptions, tab_list, takings, transfers

# Each adds its pages to the area.
__all__ = ["area", "many_reminders", "reversals", "sales", "subscriptions", "tab_list", "takings", "transfers"]

_SORTS: dict[str, Callable[[taking_rows.Money], Any]] = {  # a sort key, by the column that the URL names
    "entry": lambda each: each.number,
    "name": lambda each: searchable(each.name),
    "method": lambda each: each.method,
    "sum": lambda each: each.cents,
}


def _search_text(payment: taking_rows.Money) -> str:
    """Return the text in which a search finds a payment: its owner's number and name, and its free text."""
    return f"{payment.member_number or ''} {payment.name} {payment.text or ''}"


@area.get("")
@needs(May.TAKE_MONEY)
def page() -> str | Response:
    """Show the page for payments; a search sent with `go` that finds one payer leads to that payer's form. Takings,
    sums owed and coming charges are shown only to officers that may see money.
    """
    desk, text = office(), request.args.get("q", "")[:LONGEST_SEARCH].strip()
    shown: dict[str, Any] = {}
    with desk.reading() as connection:
        owners = tab_rows.find(connection, text)
        if may(May.SEE_MONEY):
            policy, moment = desk.now(connection)
            prices = request_rules.prices(desk.home, connection, policy, moment.day)
            # The charges to come, and those that cannot be made because their product has no price.
            coming, failed = due.plan(connection, prices, moment, moment.day + timedelta(days=subscriptions.AHEAD_DAYS))
            shown = {
                "today": moment.day,
                "payments": listed(
                    taking_rows.page(connection, moment.day, moment.day, limit=None), _search_text, _SORTS, "page-today"
                ),
                "sums": taking_rows.sums(connection, moment.day, moment.day),
                # How many accounts owe something or have credit, and how much together.
                "all": tab_rows.all_together(connection, moment.day),
                "coming": coming,
                "failed": failed,
                "names": {code: in_page_language(names) for code, names in name_rows.products(connection).items()},
            }
    if request.args.get("go") and len(owners) == 1:  # `go`: the search form was sent, by Enter or its button
        return redirect(url_for("money.pay_account", account=owners[0].account), 303)
    return render_template("money/page.html", text=text, found=owners, **shown)


@area.get("/find")
@needs(May.TAKE_MONEY)
def find() -> str:
    """Return the part of the page that lists the accounts that a search fits, as it is typed."""
    text = request.args.get("q", "")[:LONGEST_SEARCH].strip()
    with office().reading() as connection:
        owners = tab_rows.find(connection, text)
    return render_template("money/found.html", found=owners, text=text)


@area.get("/payments")
@needs(May.SEE_MONEY)
def payments() -> str:
    """Show the payments and refunds of a day, a month or any period, with their totals by method."""
    desk, method, sort = office(), request.args.get("method", ""), request.args.get("sort", "-entry")
    method = method if method in METHODS else ""
    sort = sort if sort.removeprefix("-") in taking_rows.SORTS else "-entry"
    with desk.reading() as connection:
        today = desk.now(connection)[1].day
        from_on, until_on = _period(today)
        sums = taking_rows.sums(connection, from_on, until_on)
        count = taking_rows.count(connection, from_on, until_on, method)
        rows = taking_rows.page(
            connection,
            from_on,
            until_on,
            method=method,
            sort=sort.removeprefix("-"),
            descending=sort.startswith("-"),
            limit=PAGE_SIZE,
            offset=(asked() - 1) * PAGE_SIZE,
        )
    return render_template(
        "money/payments.html",
        rows=rows,
        sums={code: cents for code, cents in sums.items() if method in ("", code)},
        pages=Pages(asked(), count),
        method=method,
        sort=sort,
        from_on=from_on,
        until_on=until_on,
        periods=_periods(today),
        chips=_chips(method),
    )


def _period(today: date) -> tuple[date, date]:
    """Return the first and last day that the URL asks for, else of this month. Where the last is before the first,
    flash that, and return this month.
    """
    month = days.month_of(today)
    from_on, until_on = asked_day("from", month[0]), asked_day("to", month[1])
    if from_on > until_on:
        flash(
            t(
                "La date de fin doit suivre la date de début : voici le mois en cours.",
                "The end date must come after the start date: showing this month instead.",
            )
        )
        return month
    return from_on, until_on


def _periods(today: date) -> list[tuple[str, date, date]]:
    """Return the periods that the page offers, each with its words, first and last day."""
    this = days.month_of(today)
    last = days.month_of(this[0] - timedelta(days=1))
    return [
        (t("aujourd’hui", "today"), today, today),
        (t("ce mois", "this month"), *this),
        (t("le mois dernier", "last month"), *last),
        (t("cette année", "this year"), date(today.year, 1, 1), date(today.year, 12, 31)),
    ]


def _chips(method: str) -> list[tuple[str, str]]:
    """Return the filters that are set, in words, each with the URL that removes it."""
    return [(methods()[method], again(method=None, page=None))] if method else []
