"""Shows a year of hosting: hours by member, as a picture with its table, and their value."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from flask import render_template, request

from kiosk.domain.hosting import volunteering
from kiosk.domain.hosting.rota import ShiftKind
from kiosk.domain.names import searchable
from kiosk.exports import charts, formats
from kiosk.hosting import words
from kiosk.language import common
from kiosk.store.hosting import rota_rows
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import listed
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import language, t
from kiosk.web.desk.hosting.rota import area


class _Row(NamedTuple):
    """A member's line of the table. `minutes` holds the minutes of the member's confirmed shifts, by kind of shift."""

    member: int
    name: str
    minutes: Mapping[ShiftKind, int]


def _minutes_of(kind: ShiftKind) -> Callable[[_Row], int]:
    """Return the key that sorts lines by the minutes of one kind of shift."""
    return lambda row: row.minutes.get(kind, 0)


_SORTS: dict[str, Callable[[_Row], Any]] = {  # a sort key, by the column that the URL names
    "name": lambda row: searchable(row.name),
    "total": lambda row: sum(row.minutes.values()),
    **{kind.value: _minutes_of(kind) for kind in ShiftKind},
}


@area.get("/year")
@needs(May.KEEP_ROTA)
def year() -> str:
    """Show how evenly hosting was shared in the year that the URL asks for; in this one where it asks for none, for one
    before 2000 or one to come.
    """
    desk = office()
    with desk.reading() as connection:
        today = desk.now(connection)[1].day
        shown = request.args.get("year", today.year, int)
        shown = shown if 2000 <= shown <= today.year else today.year
        first, last = date(shown, 1, 1), date(shown, 12, 31)
        turns = rota_rows.turns(connection, first, last)
        earlier = rota_rows.turns(connection, date(shown - 1, 1, 1), date(shown - 1, 12, 31))
        # The worth of an hour in cents, by day. Only confirmed shifts have one: other days' rules are not read.
        rates = {turn.shift.day_on: None for turn in turns} | {
            day: desk.rules.on(connection, day).volunteer_hour_cents
            for day in {turn.shift.day_on for turn in turns if turn.shift.confirmed}
        }
    shifts = [turn.shift for turn in turns]
    names = {turn.shift.member: turn.name or "" for turn in turns if turn.shift.member is not None}
    fair = volunteering.fairness(shifts)
    minutes = [sum(by_kind.values()) for _, by_kind in fair]
    before = {
        member: sum(by_kind.values()) for member, by_kind in volunteering.fairness([turn.shift for turn in earlier])
    }
    # How much of all hours the busiest third of the members gave, in thousandths, and how many members that is.
    share, third = volunteering.spread(minutes)
    return render_template(
        "hosting/year.html",
        here="rota",
        year=shown,
        this_year=today.year,
        counts=volunteering.count(shifts, today, rates),
        rows=listed(
            [_Row(member, names.get(member, ""), by_kind) for member, by_kind in fair],
            lambda row: row.name,
            _SORTS,
        ),
        kinds=[(kind, t(words.KINDS[kind])) for kind in ShiftKind],
        picture=_picture(fair, names, before) if fair else None,
        share=formats.number(share / 10, language()) if third else "",
        third=third,
        hours=_hours,
    )


def _picture(
    fair: list[tuple[int, Mapping[ShiftKind, int]]], names: Mapping[int, str], before: Mapping[int, int]
) -> object:
    """Return a picture with a column for each member, the most hours first, beside that of the year before, and a line
    at an even share. `fair` and `before` hold minutes by member's id: this year's by kind of shift, and last year's.
    """
    series = [[by_kind.get(kind, 0) for _, by_kind in fair] for kind in ShiftKind]
    totals = [sum(by_kind.values()) for _, by_kind in fair]
    even = sum(totals) // len(totals)
    chart_words = charts.Words(
        title=t("Heures d’accueil par membre", "Hosting hours by member"),
        told=t(
            "Le trait indique la part de chaque membre si les heures étaient réparties également.",
            "The line shows each member’s share if the hours were split equally.",
        ),
        labels=tuple((names.get(member) or "").split(" ")[0] for member, _ in fair),
        series=tuple(t(words.KINDS[kind]) for kind in ShiftKind),
        values=tuple(tuple(_hours(value) for value in row) for row in series),
        colon=t(common.COLON),
        line=t("part égale par membre : {hours}", "equal share per member: {hours}", hours=_hours(even)),
        scale=_hours,
        least=60,  # minutes: the scale goes up by whole hours
        colours=tuple(charts.THINGS[kind.value] for kind in ShiftKind),
        before=t(common.A_YEAR_BEFORE),
        values_before=tuple(_hours(before.get(member, 0)) for member, _ in fair),
    )
    earlier = [before.get(member, 0) for member, _ in fair]
    line = [even] * len(totals)
    return charts.in_both_sizes(lambda size: charts.bars(series, chart_words, line, size, earlier))


def _hours(minutes: int) -> str:
    """Return minutes as hours in words, with one decimal."""
    return t("{hours} h", "{hours} h", hours=formats.number(round(minutes / 60, 1), language()))
