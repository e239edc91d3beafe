"""Prepares the general assembly: members with a vote, the sheet to sign, tariffs and their decisions, and numbers for
funders.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain import anonymity
from kiosk.domain.names import searchable
from kiosk.domain.spans import Span, days_of
from kiosk.exports.books.annual_words import CATEGORIES
from kiosk.members.member_files import Files
from kiosk.store import name_rows
from kiosk.store.members import assembly, members
from kiosk.store.members.assembly import Elector
from kiosk.web.desk.common.asked_days import asked_day
from kiosk.web.desk.common.export_labels import SPANS
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import again, listed
from kiosk.web.desk.common.permissions import May, may, needs
from kiosk.web.desk.common.remembered import remembered, sums
from kiosk.web.desk.common.words import t
from kiosk.web.desk.space import rent
from kiosk.web.desk.space.rule_forms import level_name

area = Blueprint("assembly", __name__)
_SORTS: dict[str, Callable[[Elector], Any]] = {  # a sort key, by the column that the URL names
    "number": lambda elector: elector.number,
    "name": lambda elector: searchable(elector.name),
    "until": lambda elector: elector.until_on,
}


@area.get("/assembly/")
@needs(May.SEE_FIGURES)
def page() -> str:
    """Show the members whose membership is valid on a day, the tariffs with their decisions, and, to officers with the
    right to see money, the current month against the rent.
    """
    desk = office()
    with desk.reading() as connection:
        today = desk.now(connection)[1].day
        day = _day(today)
        electors = assembly.up_to_date(connection, day)
        tariffs = assembly.decided_tariffs(connection)
        products = name_rows.products(connection)
        month = rent.read(desk, connection) if may(May.SEE_MONEY) else None
    shown = listed(electors, lambda elector: f"{elector.number} {elector.name}", _SORTS)
    return render_template(
        "assembly/page.html",
        month=month,
        sentence=None if month is None else rent.sentence(month),
        day=day,
        electors=shown,
        many=len(electors),
        again=again,
        tariffs=tariffs,
        products=products,
        level_name=level_name,
    )


@area.get("/assembly/sheet")
@needs(May.SEE_FIGURES)
def sheet() -> str:
    """Show the attendance sheet of the members with a vote on the day in the URL, to print and sign, with room for
    proxies, and log it.
    """
    desk = office()
    with desk.reading() as connection:
        day = _day(desk.now(connection)[1].day)
        electors = assembly.up_to_date(connection, day)
    desk.log("attendance-sheet", what=day.isoformat())
    return render_template("assembly/sheet.html", day=day, electors=electors)


@area.get("/assembly/categories")
@needs(May.SEE_FIGURES)
def categories() -> str:
    """Show people and days by declared category, in the URL's period or this year; categories of fewer than five people
    are hidden, and any that would reveal one.
    """
    desk = office()
    period = request.args.get("period", Span.YEAR.value)
    span = Span(period) if period in tuple(Span) else Span.YEAR
    with desk.reading() as connection:
        today = desk.now(connection)[1].day
        from_on, until_on = days_of(span, today)
        counts = remembered(  # kept for later requests, until the records change
            connection,
            ("categories", from_on, until_on),
            lambda: assembly.by_category(sums(connection, today), from_on, until_on),
        )
    people_and_days = {code: (people, days) for code, people, days in counts}
    hidden = anonymity.hidden({code: people for code, (people, _) in people_and_days.items()})
    # the category in words, its people and days, and whether they are hidden
    rows = [(t(words), people_and_days.get(code, (0, 0)), code in hidden) for code, words in CATEGORIES.items()]
    spans = [(offered, t(words)) for offered, words in SPANS.items()]
    return render_template("assembly/categories.html", rows=rows, span=span, spans=spans)


@area.route("/members/<int:number>/category", methods=["GET", "POST"])
@needs(May.EDIT_MEMBERS)
def declare(number: int) -> Response | str:
    """Show the form for the category that a member declares in person, or save it; an empty one withdraws it."""
    desk = office()
    if request.method == "POST":
        files = Files.of(desk)
        files.declare_category(number, request.form.get("category", ""))
        flash(t("C’est noté.", "Saved."))
        return redirect(url_for("assembly.declare", number=number), 303)
    with desk.reading() as connection:
        member = members.by_number(connection, number)
        declared = assembly.declared(connection, member.id)
    choices = [(code, t(words)) for code, words in CATEGORIES.items()]
    return render_template("assembly/declare.html", member=member, now=declared or "", choices=choices)


def _day(today: date) -> date:
    """Return the day `on` of the URL, on which memberships must be valid; today where it asks for none."""
    return asked_day("on", today)
