"""Makes the annual report's tables with one row a month, each with a chart of the same numbers.

A month is *veiled* where the days paid by tariff, with its income, would reveal the reduced days of a few people.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from msgspec.structs import replace

from kiosk.domain.books.annual import Annual
from kiosk.domain.checkin.standing import Right
from kiosk.exports import charts, formats, tables
from kiosk.exports.books.annual_words import RIGHTS, TARIFF, name_of
from kiosk.exports.books.receipt_words import speaks
from kiosk.exports.charts import Words
from kiosk.exports.tables import HIDDEN, Cell, Column, Row, Table, Unit
from kiosk.language import common
from kiosk.language.codes import METHODS

_MOST_SERIES = 6  # in one chart; the rest are shown together
_OTHERS = "others"  # the code of the products that are shown together


def income(annual: Annual, language: str) -> Table:
    """Return the table of income by product and month, with the rent as a line in its chart."""
    t, by_month = speaks(language), annual.income.months
    weights = {code: product.income for code, product in annual.income.products.items() if product.income}
    main = sorted(weights, key=lambda code: (-weights[code], code))[:_MOST_SERIES]
    others = [code for code in annual.income.products if code not in main]
    shown = [*main, *([_OTHERS] if any(by_month[m][code] for m in by_month for code in others) else [])]

    def values(month: str) -> list[int]:
        """Return a month's income by column."""
        incomes: Mapping[str, int] = by_month.get(month, {})
        sums = {code: incomes.get(code, 0) for code in main}
        return [sums.get(code, 0) if code != _OTHERS else sum(incomes.get(c, 0) for c in others) for code in shown]

    headings = [
        t("Autres", "Other") if code == _OTHERS else name_of(annual.names["products"], code, t) for code in shown
    ]
    rows = [(month, values(month)) for month in annual.known_months]
    title = t("Recettes mois par mois, et le loyer", "Income month by month, and the rent")
    rent = [annual.money.rent.get(month, 0) for month in annual.known_months]
    columns = [Column(code, heading, Unit.CENTS) for code, heading in zip(shown, headings, strict=True)]
    colours = tuple(charts.colour(code, annual.names["products"]) for code in shown)
    return _by_month("months", title, rows, columns, language, rent, colours=colours,
                     before=None if annual.before is None else _sums(annual.before.income.months))  # fmt: skip


def _by_month(
    code: str,
    title: str,
    rows: Sequence[tuple[str, Sequence[int]]],
    columns: Sequence[Column],
    language: str,
    line: Sequence[int] = (),
    more: Callable[[str], tuple[Cell, ...]] = lambda month: (),
    more_columns: Sequence[Column] = (),
    colours: tuple[str, ...] = (),
    before: Mapping[str, int] | None = None,
) -> Table:
    """Return a table with a row for each month and its sum, a total below, and a chart of the same numbers.

    `line` draws a line to compare with, `more` returns cells for columns after the sum, by month or "total". `before`
    has the sums of the year before, by its own months: a narrow column in the chart.
    """
    t = speaks(language)
    unit = columns[0].unit if columns else Unit.COUNT
    series = [[values[place] for _, values in rows] for place in range(len(columns))]
    series = series or [[0] * len(rows)]  # an empty chart
    total = [sum(values) for values in series[: len(columns)]]
    earlier = [max(0, (before or {}).get(_a_year_before(month), 0)) for month, _ in rows]
    total_line = t("En tout :", "Total:") + " " + tables.written(sum(total), unit, language)
    words = Words(
        title=title,
        told=f"{total_line}.",
        labels=tuple(_month(month, "MMM", language) for month, _ in rows),
        series=tuple(column.heading for column in columns) or ("",),
        values=tuple(tuple(tables.written(value, unit, language) for value in values) for values in series),
        colon=common.COLON.to(language),
        line=_rent_name(line, language),
        scale=partial(formats.whole_euros if unit is Unit.CENTS else formats.number, language=language),
        least=charts.EURO if unit is Unit.CENTS else 1,
        colours=colours,
        before=t(common.A_YEAR_BEFORE),
        values_before=tuple(tables.written(value, unit, language) for value in earlier),
    )
    return Table(
        code,
        title,
        t("Mois", "Month"),
        (*columns, Column("total", t("En tout", "Total"), unit), *more_columns),
        tuple(
            Row(month, _month(month, "MMM y", language), (*values, sum(values), *more(month))) for month, values in rows
        ),
        Row("total", t("En tout", "Total"), (*total, sum(total), *more("total"))),
        picture=charts.in_both_sizes(lambda size: charts.bars(series, words, line, size, earlier)),
    )


def _a_year_before(month: str) -> str:
    """Return the same month of the year before: `2025-11` for `2026-11`."""
    return f"{int(month[:4]) - 1}{month[4:]}"


def _sums(by_month: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """Return the sum of each month."""
    return {month: sum(values.values()) for month, values in by_month.items()}


def _rent_name(line: Sequence[int], language: str) -> str:
    """Return the name of the rent's line, with its amount where it was the same in every month."""
    t, amounts = speaks(language), {cents for cents in line if cents}
    if len(amounts) == 1:
        return t(common.RENT_LINE, rent=formats.whole_euros(amounts.pop(), language))
    return t("loyer", "rent") if amounts else ""


def _month(month: str, form: str, language: str) -> str:
    """Return a month, given as `2026-11`, as a language writes it."""
    return formats.day(f"{month}-01", language, form)


def methods(annual: Annual, language: str) -> Table:
    """Return the table of all money received, by payment method and month. Only the summary separates
    money for sales from other money.
    """
    t, money = speaks(language), annual.money
    codes = [code for code in METHODS if any(money.methods[month].get(code) for month in money.methods)]
    return _by_month(
        "methods",
        t(
            "Argent entré par moyen de paiement, cautions et dons compris",
            "Money received by payment method, security deposits and gifts included",
        ),
        [(m, [money.methods.get(m, {}).get(code, 0) for code in codes]) for m in annual.known_months],
        [Column(code, t(METHODS[code]).capitalize(), Unit.CENTS) for code in codes],
        language,
        before=None if annual.before is None else _sums(annual.before.money.methods),
    )


def days(annual: Annual, language: str) -> Table:
    """Return the table of visits by the right that paid for them, by month, with the number of people present. Full and
    reduced tariff are one column, whose number is hidden in months that could still reveal the people at the reduced
    tariff.
    """
    year = annual.days
    merged = {
        month: {
            **{code: count for code, count in rights.items() if code not in (Right.FULL, Right.REDUCED)},
            TARIFF: rights.get(Right.FULL, 0) + rights.get(Right.REDUCED, 0),
        }
        for month, rights in year.rights.items()
    }
    codes = [str(code) for code in RIGHTS if any(rights.get(code) for rights in merged.values())]
    if year.veiled == frozenset() or TARIFF not in codes:  # no month is veiled (None: all are), or no day was by tariff
        return _of_days(annual, language, merged, [(code, (code,)) for code in codes])
    return _veiled(annual, language, merged, codes)


def _of_days(
    annual: Annual,
    language: str,
    by_month: Mapping[str, Mapping[str, int]],
    columns: Sequence[tuple[str, Sequence[str]]],
) -> Table:
    """Return the table of visits with these columns, each a name and the rights that it counts."""
    t, year = speaks(language), annual.days
    counts = {month: [sum(rights.get(c, 0) for c in of) for _, of in columns] for month, rights in by_month.items()}
    return _by_month(
        "days",
        t("Visites, et ce qui les a payées", "Visits, and how they were paid for"),
        [(month, counts.get(month, [0] * len(columns))) for month in annual.known_months],
        [Column(name, " + ".join(t(RIGHTS[code]) for code in of)) for name, of in columns],
        language,
        more=lambda month: (year.came if month == "total" else year.people.get(month, 0),),
        more_columns=[Column("people", t("Personnes", "People"))],
        before=None if annual.before is None else _sums(annual.before.days.rights),
    )


def _veiled(annual: Annual, language: str, by_month: Mapping[str, Mapping[str, int]], codes: Sequence[str]) -> Table:
    """Return the table of visits with the days by tariff hidden in some months, and with them another right's, so that
    they cannot be worked out from a row's sum. The chart shows both together.
    """
    sums = {code: sum(rights.get(code, 0) for rights in by_month.values()) for code in codes if code != TARIFF}
    # The right with most days is hidden with them.
    other = max(sums, key=lambda code: sums[code], default=str(Right.CARNET))
    order = [code for code in RIGHTS if code in (*codes, other)]
    whole = _of_days(annual, language, by_month, [(code, (code,)) for code in order])
    both = [(code, (TARIFF, other) if code == TARIFF else (code,)) for code in order if code != other]
    places, veiled = {order.index(TARIFF), order.index(other)}, annual.days.veiled

    def shown(row: Row) -> Row:
        """Return a row with the two cells hidden where it must be: in the veiled months, or in all (None)."""
        if veiled is not None and row.code not in veiled:
            return row
        return replace(row, cells=tuple(HIDDEN if i in places else cell for i, cell in enumerate(row.cells)))

    return replace(
        whole,
        rows=tuple(map(shown, whole.rows)),
        total=None if whole.total is None else shown(whole.total),
        picture=_of_days(annual, language, by_month, both).picture,
    )
