"""Compares scenarios side by side as tables and charts: for a page, for the assembly on paper, for a spreadsheet. A
scenario replays a past period under other prices or rules.

A table has a column for what really happened and one for each scenario. In lambdas `f` are a scenario's figures: each
has both sides, before (in reality) and after (under the scenario).
"""

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from kiosk.domain.space import groups
from kiosk.domain.space.groups import Shift
from kiosk.domain.space.simulated import Simulated
from kiosk.domain.space.taking import PLAN
from kiosk.exports import charts, formats, pages, tables
from kiosk.exports import scenario_words as words
from kiosk.exports.charts import Words
from kiosk.exports.tables import HIDDEN, Cell, Column, Row, Table, Unit
from kiosk.language import common
from kiosk.language.names import Names

FORMS: Mapping[str, str] = {
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Comparison(Struct, frozen=True):
    """A period under several scenarios, each with its name. `products` and `zones` are their names by code."""

    first_on: date
    last_on: date
    months: int
    played: Sequence[tuple[str, Simulated]]
    products: Mapping[str, Names]
    zones: Mapping[str, Names]

    @property
    def base(self) -> Simulated:
        """Return the first scenario, for the figures of what really happened, which are the same in all scenarios."""
        return self.played[0][1]


def title(of: Comparison, language: str) -> str:
    """Return the title: the period that is compared."""
    first, last = formats.day(of.first_on, language), formats.day(of.last_on, language)
    return words.TITLE.to(language, of.months, first=first, last=last)


def sources(of: Comparison, language: str) -> list[str]:
    """Return sentences that say where the figures come from, and what they cannot predict."""
    count = formats.number(of.base.unlike, language)  # visits that no scenario changes
    sentences = [line.to(language, count=count) for line in words.SOURCES]
    if any(scenario.switched for _, scenario in of.played):  # monthly plans taken instead of single days
        counts = ", ".join(f"{name} {formats.number(scenario.switched, language)}" for name, scenario in of.played)
        sentences.append(words.SWITCHED.to(language, counts=counts))
    return sentences


def all_tables(of: Comparison, language: str) -> list[Table]:
    """Return every table, the first with the chart."""
    return [
        _money(of, language),
        _balance(of, language),
        _months(of, language),
        _times(of, language),
        _people(of, language),
        _seats(of, language),
        _zones(of, language),
    ]


def file(of: Comparison, form: str, language: str, association: Mapping[str, str], *, training: bool) -> bytes:
    """Return the comparison in one of FORMS, as bytes. Raises MachineError `pdf`."""
    report_tables = all_tables(of, language)
    if form == "pdf":
        return pages.printed(
            "report.html", language, **_page_values(of, report_tables, language, association, training)
        )
    if form == "csv":
        text = io.StringIO()
        tables.write_csv(text, report_tables, language)
        return text.getvalue().encode()
    book = io.BytesIO()
    tables.write_xlsx(book, report_tables, language, training=training)
    return book.getvalue()


def _page_values(
    of: Comparison, report_tables: list[Table], language: str, association: Mapping[str, str], training: bool
) -> dict[str, Any]:
    """Return what the template of the printed report is filled with."""
    return {
        "title": title(of, language),
        "state": words.STATE.to(language),
        "told": words.TOLD.to(language),
        "sources": sources(of, language),
        "tables": report_tables,
        "written": lambda table, row, place: tables.written(row.cells[place], table.unit(row, place), language),
        "association": association,
        "training": training,
    }


def _sides(of: Comparison, language: str, unit: Unit) -> tuple[Column, ...]:
    """Return a column for what really happened, and one for each scenario."""
    first = Column("before", words.AS_IT_WAS.to(language), unit)
    return (first, *(Column(f"scenario-{place}", name, unit) for place, (name, _) in enumerate(of.played, 1)))


def _side_cells(
    of: Comparison, before: Callable[[Simulated], int], after: Callable[[Simulated], int]
) -> tuple[Cell, ...]:
    """Return a row's cells: the figure as it really was, then the one under each scenario. `before` and `after` read it
    from a scenario's figures.
    """
    return (before(of.base), *(after(scenario) for _, scenario in of.played))


def _codes(of: Comparison) -> list[str]:
    """Return every product of any scenario, those with the highest charges in reality first."""
    codes = {code for _, scenario in of.played for code in scenario.lines}
    weight = {code: line.before_cents for code, line in of.base.lines.items()}
    return sorted(codes, key=lambda code: (-weight.get(code, 0), code))


def _money(of: Comparison, language: str) -> Table:
    """Return the table of what is charged by product, with the chart."""
    rows = tuple(
        Row(
            code,
            _product(of, code, language),
            _side_cells(of, lambda f, c=code: f.line(c).before_cents, lambda f, c=code: f.line(c).after_cents),  # type: ignore[misc]  # bound now
        )
        for code in _codes(of)
    )
    total = Row("total", words.IN_ALL.to(language), _side_cells(of, lambda f: f.before_cents, lambda f: f.after_cents))
    return Table(
        "money",
        words.MONEY.to(language),
        words.PRODUCT.to(language),
        _sides(of, language, Unit.CENTS),
        rows,
        total,
        picture=_picture(of, rows, language),
    )


def _picture(of: Comparison, rows: tuple[Row, ...], language: str) -> Any:
    """Draw a column for reality and for each scenario, stacked by product, with the costs of the place as the line. A
    sum below 0 is not drawn.
    """
    labels = (words.AS_IT_WAS.to(language), *(name for name, _ in of.played))
    series = [tuple(max(0, int(cell or 0)) for cell in row.cells) for row in rows] or [(0,) * len(labels)]
    series_names = tuple(row.heading for row in rows) or (words.OTHER.to(language),)
    costs = [int(cell or 0) for cell in _costs(of)]
    chart_words = Words(
        title=words.MONEY.to(language),
        told=words.TOLD.to(language),
        labels=labels,
        series=series_names,
        values=tuple(tuple(formats.euros(cents, language) for cents in values) for values in series),
        colon=common.COLON.to(language),
        line=words.LINE.to(language, cost=formats.euros(costs[0], language)),
        scale=lambda cents: formats.whole_euros(cents, language),
        least=charts.EURO,
        colours=tuple(charts.colour(row.code, of.products) for row in rows),
    )
    return charts.in_both_sizes(lambda size: charts.bars(series, chart_words, costs, size))


def _costs(of: Comparison) -> tuple[Cell, ...]:
    """Return the rent and running costs before and after, for the base and each scenario."""
    return _side_cells(
        of,
        lambda f: sum(cost.before for cost in f.costs.values()),
        lambda f: sum(cost.after for cost in f.costs.values()),
    )


def _balance(of: Comparison, language: str) -> Table:
    """Return the table of what is charged, what the house costs, and what is left, in all and per month."""
    income = [int(cell or 0) for cell in _side_cells(of, lambda f: f.before_cents, lambda f: f.after_cents)]
    costs = [int(cell or 0) for cell in _costs(of)]
    left = [came - went for came, went in zip(income, costs, strict=True)]
    rows = (
        Row("income", words.INCOME.to(language), tuple(income)),
        Row("cost", words.COST.to(language), tuple(costs)),
        Row("left", words.LEFT.to(language), tuple(left)),
        Row("left-a-month", words.LEFT_A_MONTH.to(language), tuple(round(cents / of.months) for cents in left)),
    )
    return Table("balance", words.BALANCE.to(language), words.WHAT.to(language), _sides(of, language, Unit.CENTS), rows)


def _months(of: Comparison, language: str) -> Table:
    """Return the table of what is charged by month."""
    rows = tuple(
        Row(
            month,
            formats.day(date.fromisoformat(f"{month}-01"), language, formats.MONTH_OF_YEAR),
            _side_cells(of, lambda f, m=month: f.months[m].before, lambda f, m=month: f.months[m].after),  # type: ignore[misc]  # bound now
        )
        for month in sorted(of.base.costs)  # costs fall in every month, charges perhaps not
    )
    return Table(
        "months", words.BY_MONTH.to(language), words.MONTH.to(language), _sides(of, language, Unit.CENTS), rows
    )


def _times(of: Comparison, language: str) -> Table:
    """Return the table of how often each product is sold."""
    rows = tuple(
        Row(
            code,
            _product(of, code, language),
            _side_cells(of, lambda f, c=code: f.line(c).times_before, lambda f, c=code: f.line(c).times_after),  # type: ignore[misc]  # bound now
        )
        for code in _codes(of)
    )
    return Table("times", words.TIMES.to(language), words.PRODUCT.to(language), _sides(of, language, Unit.COUNT), rows)


def _people(of: Comparison, language: str) -> Table:
    """Return the table of how many people would pay more and less under each scenario, by groups too large to recognise
    a person in.
    """
    by_group = [{each.group.value: each for each in groups.shifts(scenario, of.months)} for _, scenario in of.played]
    group_codes = [code for code in words.GROUPS if any(code.value in each for each in by_group)]
    rows = tuple(
        Row(code.value, words.GROUPS[code].to(language), _shifts([each.get(code.value) for each in by_group]))
        for code in group_codes
    )
    everybody = _shifts([groups.everybody(each, of.months) for _, each in of.played])
    columns = [Column("people", words.HOW_MANY.to(language), Unit.COUNT)]
    for place, (name, _) in enumerate(of.played, 1):
        for code, what, unit in (("more", words.MORE, Unit.COUNT), ("less", words.LESS, Unit.COUNT)):
            columns.append(Column(f"{code}-{place}", words.OF.to(language, name=name, what=what.to(language)), unit))
        heading = words.OF.to(language, name=name, what=words.EACH.to(language))
        columns.append(Column(f"each-{place}", heading, Unit.CENTS))
    return Table(
        "people",
        words.PEOPLE.to(language),
        words.GROUP.to(language),
        tuple(columns),
        rows,
        Row("everybody", words.EVERYBODY.to(language), everybody),
        note=words.PEOPLE_NOTE.to(language),
    )


def _shifts(of: Sequence[Shift | None]) -> tuple[Cell, ...]:
    """Return a group's number of people, then for each scenario how many pay more, how many less, and how much on
    average. Numbers that could identify a person are hidden.
    """
    people = next((each.people for each in of if each is not None), None)
    cells: list[Cell] = [HIDDEN if people is None else people]
    for each in of:
        values = (None, None, None) if each is None else (each.more, each.less, each.each_cents)
        cells += [HIDDEN if value is None else value for value in values]
    return tuple(cells)


def _seats(of: Comparison, language: str) -> Table:
    """Return the table of how full the space would be, and of the visits that a scenario refuses."""
    rows = [
        Row("peak", words.PEAK.to(language), _side_cells(of, lambda f: _peak(f, 0), lambda f: _peak(f, 1))),
        Row("mean", words.MEAN.to(language), _side_cells(of, lambda f: _mean(f, 0), lambda f: _mean(f, 1)), Unit.MEAN),
    ]
    for reason, text in words.REFUSED.items():
        # 0: in reality all these visits took place
        cells = _side_cells(of, lambda _: 0, lambda f, r=reason: f.refused[r])  # type: ignore[misc]  # bound now
        rows.append(Row(reason.value, text.to(language), cells))
    return Table(
        "seats", words.SEATS.to(language), words.WHAT.to(language), _sides(of, language, Unit.COUNT), tuple(rows)
    )


def _people_a_day(scenario: Simulated, side: int) -> list[int]:
    """Return the number of people on each day: in reality for side 0, under the scenario for side 1."""
    return [(day_count.before, day_count.after)[side] for day_count in scenario.seats.values()]


def _peak(scenario: Simulated, side: int) -> int:
    """Return the highest number of people on a day."""
    return max(_people_a_day(scenario, side), default=0)


def _mean(scenario: Simulated, side: int) -> int:
    """Return the mean number of people a day, in tenths, over the days with a visit."""
    counts = [count for count in _people_a_day(scenario, side) if count]
    return round(10 * sum(counts) / len(counts)) if counts else 0


def _zones(of: Comparison, language: str) -> Table:
    """Return the table of the visits by zone."""
    rows = tuple(
        Row(
            code,
            of.zones[code].to(language) if code in of.zones else code,
            _side_cells(of, lambda f, c=code: f.zones[c].before, lambda f, c=code: f.zones[c].after),  # type: ignore[misc]  # bound now
        )
        for code in sorted(of.base.zones)
    )
    return Table("zones", words.ZONES.to(language), words.ZONE.to(language), _sides(of, language, Unit.COUNT), rows)


def _product(of: Comparison, code: str, language: str) -> str:
    """Return a product's name: of a plan that the scenario adds (its code begins with PLAN), of one on sale, else its
    code.
    """
    if code.startswith(PLAN):
        return words.NEW_PLAN.to(language, name=code.removeprefix(PLAN))
    return of.products[code].to(language) if code in of.products else code or words.OTHER.to(language)
