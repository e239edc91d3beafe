"""Compares the month with the rent: income by product, where the month may end, and what is
missing, in people's words.
"""

from datetime import date

import sqlalchemy as sa
from flask import Blueprint, render_template
from markupsafe import Markup

from kiosk.books import due
from kiosk.domain import days
from kiosk.domain.books.posting import Book
from kiosk.domain.money.tariffs import Policy
from kiosk.domain.space import rent_words
from kiosk.exports import charts, formats
from kiosk.exports.charts import Words
from kiosk.language import common
from kiosk.language.names import Names
from kiosk.language.texts import Said
from kiosk.space import rent
from kiosk.space.rent import RentMonth
from kiosk.store import name_rows
from kiosk.store.books import plan_sums
from kiosk.store.space import book_rules
from kiosk.web.desk.common import request_rules
from kiosk.web.desk.common.formats import euros
from kiosk.web.desk.common.office import Office, office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import in_page_language, language, t

area = Blueprint("rent", __name__, url_prefix="/figures")


@area.get("/rent")
@needs(May.SEE_MONEY)
def page() -> str:
    """Show the current month against the rent."""
    desk = office()
    with desk.reading() as connection:
        month, names = read(desk, connection), name_rows.products(connection)
        before = _a_year_before(desk, connection)
    return render_template(
        "figures/rent.html",
        here="figures",
        month=month,
        sentence=sentence(month),
        named=lambda code: _named(code, names),
        picture=_picture(month, names, before),
    )


def read(desk: Office, connection: sa.Connection) -> RentMonth:
    """Return the month so far, with the subscriptions' periods that it will still charge."""
    policy, moment = desk.now(connection)
    end, plans = days.month_of(moment.day)[1], plan_sums.running(connection)
    prices = request_rules.prices(desk.home, connection, policy, moment.day)
    book = _book(desk, connection, policy, moment.day)
    acts, _ = due.plan(connection, prices, moment, end, plans=plans)  # without those that have no price
    # A charge that replaces an earlier one corrects a period that is charged already.
    coming = sum(act.cents for act in acts if act.replaces is None and act.part.first_on <= end)
    return rent.month(connection, policy, moment, lambda on: prices.on(connection, on), coming, plans, book)


def _book(desk: Office, connection: sa.Connection, policy: Policy, today: date) -> Book:
    """Return what postings depend on (accounts, kinds of products, fiscal years), read once while no rule changes."""
    remembered_fact = request_rules.of(desk.home).fact
    return remembered_fact("book", connection, today, lambda snapshot, _: book_rules.book(snapshot, policy.products))


def _a_year_before(desk: Office, connection: sa.Connection) -> tuple[int, int]:
    """Return what the same month earned a year before in cents, up to the same day and in full."""
    policy, moment = desk.now(connection)
    return rent.a_year_before(connection, _book(desk, connection, policy, moment.day), moment.day)


def sentence(month: RentMonth) -> Said | None:
    """Return a sentence that says whether the month covers its cost; None where it has none, or nothing is sold."""
    return rent_words.said(month.break_even, with_charges=month.charges_cents > 0)


def _named(code: str, names: dict[str, Names]) -> str:
    """Return a product's name by its code; "Other" for an empty code."""
    return in_page_language(names[code]) if code in names else code or t("Autre", "Other")


def _picture(month: RentMonth, names: dict[str, Names], before: tuple[int, int]) -> Markup:
    """Return the month's picture: a column for the income so far and one for each estimate of the month's end, and a
    line for the cost.

    `before` holds what the same month earned a year before in cents, up to the same day and in full. Each column stacks
    the income so far by product (`counted`), an estimate also what is still to come.
    """
    so_far = month.break_even.income_cents
    # The month's whole income after the leanest, the median and the best of past weeks; none while these are too few.
    ends = [] if month.forecast is None else [month.forecast.low_cents, month.forecast.likely_cents]
    ends += [] if month.forecast is None else [month.forecast.high_cents]
    column_labels = (
        t("à ce jour", "so far"),
        *((t("minimum", "minimum"), t("probable", "likely"), t("maximum", "maximum")) if ends else ()),
    )
    series = [(_named(code, names), (cents,) * (len(ends) + 1)) for code, cents in month.counted.items()]
    if ends:
        series.append((t("recettes à venir", "income to come"), (0, *(cents - so_far for cents in ends))))
    up_to_today, in_full = before
    # Beside the income so far stands the one up to the same day, beside each estimate the whole month's. Reversals may
    # have brought either below 0, which a column cannot show.
    earlier = [max(0, up_to_today), *(max(0, in_full) for _ in ends)]
    series = series or [(t("Autre", "Other"), (0,) * len(column_labels))]
    words = Words(
        title=t(common.MONTH_AND_ITS_COST),
        told=t("Recettes du mois : {cents}.", "This month’s income: {cents}.", cents=euros(so_far)),
        labels=column_labels,
        series=tuple(name for name, _ in series),
        values=tuple(tuple(euros(cents) for cents in values) for _, values in series),
        colon=t(common.COLON),
        line=t("loyer et charges : {rent}", "rent and charges: {rent}", rent=euros(month.cost_cents)),
        scale=lambda cents: formats.whole_euros(cents, language()),
        least=charts.EURO,
        colours=(*(charts.colour(code, names) for code in month.counted), charts.COMING),
        before=t(common.A_YEAR_BEFORE),
        values_before=tuple(map(euros, earlier)),
    )
    line = (month.cost_cents,) * len(column_labels)
    return charts.in_both_sizes(lambda size: charts.bars([values for _, values in series], words, line, size, earlier))
