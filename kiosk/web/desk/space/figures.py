"""Shows the space in figures: charts, each with a table beside it, also as pictures and as files."""

import csv
import io
from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import NoReturn

from flask import Blueprint, Response, abort, render_template, request
from markupsafe import Markup

from kiosk import slow_work
from kiosk.domain.spans import Span, days_of
from kiosk.exports import charts, formats
from kiosk.exports.charts import Size, Words
from kiosk.exports.csv_files import guarded
from kiosk.language import common
from kiosk.language.names import Names
from kiosk.language.texts import Text
from kiosk.space import figures
from kiosk.space.figures import Chart, Code, Unit
from kiosk.store import name_rows
from kiosk.web.desk.common.export_labels import SPANS
from kiosk.web.desk.common.formats import euros, number, written
from kiosk.web.desk.common.office import Office, office
from kiosk.web.desk.common.permissions import May, may, needs
from kiosk.web.desk.common.remembered import remembered, sums
from kiosk.web.desk.common.words import in_page_language, language, t

area = Blueprint("figures", __name__)
_MONDAY = date(2026, 1, 5)  # any Monday, from which the days of the week are named
_FONT = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"  # for pictures: they use no font of the machine


@area.get("/figures/")
@needs(May.SEE_FIGURES)
def page() -> str:
    """Show every chart of a period that the officer may see."""
    span = _span()
    shown = [_drawn(office(), code, span) for code in Code if _allowed(code)]
    pictures = [
        (chart, words, charts.in_both_sizes(partial(_svg, chart, words)) if chart.has_any else None)
        for chart, words in shown
    ]
    spans = [(offered, t(words)) for offered, words in SPANS.items()]
    empty = {code: t(words) for code, words in _EMPTY.items()}
    return render_template("figures/page.html", pictures=pictures, spans=spans, span=span, empty=empty)


@area.get("/figures/<code>.png")
@needs(May.SEE_FIGURES)
def picture(code: str) -> Response:
    """Send one chart as a PNG."""
    chart, words = _drawn(office(), _code(code), _span())
    return _file(_png(_svg(chart, words)), "image/png", f"{code}.png")


@area.get("/figures/<code>.csv")
@needs(May.SEE_FIGURES)
def table(code: str) -> Response:
    """Send one chart's numbers as a CSV for a French spreadsheet: a line for each label, a column for each series and
    one for the year before, if there is one.
    """
    chart, words = _drawn(office(), _code(code), _span())
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    columns = [*(values for _, values in chart.series), *([chart.before] if chart.before else [])]
    writer.writerow(["", *map(guarded, words.series), *([words.before] if words.before else [])])
    for place, label in enumerate(chart.labels):
        writer.writerow([guarded(label), *(_plain(chart, values[place]) for values in columns)])
    return _file(f"\ufeff{text.getvalue()}".encode(), "text/csv; charset=utf-8", f"{code}.csv")


def _plain(chart: Chart, value: int) -> str:
    """Return a number for a spreadsheet: cents as euros with a decimal comma, other numbers as they are."""
    return f"{value / 100:.2f}".replace(".", ",") if chart.unit is Unit.CENTS else str(value)


def _file(content: bytes, kind: str, name: str) -> Response:
    """Return an answer as a file to download."""
    answer = Response(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _span() -> Span:
    """Return the period that the URL asks for; this year where it asks for none."""
    period = request.args.get("period", Span.YEAR.value)
    return Span(period) if period in tuple(Span) else Span.YEAR


def _code(text: str) -> Code:
    """Return the chart that a URL names. Answers 404 where there is none, or the officer may not see it."""
    return Code(text) if text in tuple(Code) and _allowed(Code(text)) else _nothing()


def _nothing() -> NoReturn:
    """Answer 404: a call that can stand in an expression."""
    abort(404)


def _allowed(code: Code) -> bool:
    """Tell whether the signed-in officer may see a chart: that of money needs a right of its own."""
    return code is not Code.MONEY or may(May.SEE_MONEY)


def _drawn(desk: Office, code: Code, span: Span) -> tuple[Chart, Words]:
    """Return a chart of a period with its words."""
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        from_on, until_on = days_of(span, moment.day)
        # Kept for later requests, until the records change.
        chart = remembered(
            connection,
            (code, from_on, until_on, moment.day),
            lambda: figures.draw(sums(connection, moment.day), code, from_on, until_on, policy, moment),
        )
        names = name_rows.products(connection) if code is Code.MONEY else {}
    return chart, _words(chart, names)


def _rent_words(cents: int | None) -> str:
    """Return the label of the line at the month's rent, in cents; an empty text for None, where there is no line."""
    return "" if cents is None else t(common.RENT_LINE, rent=formats.whole_euros(cents, language()))


_TITLES = {
    Code.VISITS: Text("Visites : permanents et itinérants", "Visits: permanents and itinerants"),
    Code.HOURS: Text("Arrivées par jour et heure, 90 derniers jours", "Arrivals by day and hour, last 90 days"),
    Code.MONEY: Text("Sommes débitées par produit, et loyer", "Amounts charged by product, and the rent"),
    Code.COMERS: Text("Personnes venues : nouvelles et déjà membres", "People who came: new and returning"),
}
_EMPTY = {
    Code.VISITS: Text(
        "Les journées, au mois et à la journée, s’afficheront ici dès le premier badge présenté à l’entrée.",
        "Days on monthly plans and single days will appear here from the first tap at the entrance.",
    ),
    Code.HOURS: Text(
        "Les heures d’arrivée s’afficheront ici dès les premières venues.",
        "Arrival times will appear here from the first visits.",
    ),
    Code.MONEY: Text(
        "Les sommes débitées chaque mois, par produit, s’afficheront ici à côté du loyer.",
        "The amounts charged each month, by product, will appear here beside the rent.",
    ),
    Code.COMERS: Text(
        "Le nombre de personnes venues chaque mois s’affichera ici : nouvelles, et déjà membres.",
        "The number of people who came each month will appear here: new and returning.",
    ),
}
_NOT_INCOME = Text(
    "Un carnet compte le jour de sa vente, TVA comprise ; "
    "les recettes du rapport annuel le comptent journée par journée.",
    "A carnet counts on the day of its sale, VAT included; the annual report counts its income day by day.",
)
_SERIES = {
    "permanents": Text("Formule au mois", "Monthly plan"),
    "itinerants": Text("À la journée", "By the day"),
    "new": Text("Nouvelles personnes", "New people"),
    "returning": Text("Déjà membres", "Returning people"),
    "": Text("Autre", "Other"),
}


def _words(chart: Chart, names: Mapping[str, Names]) -> Words:
    """Return a chart's words: its title, a sentence on it (`told`), and each label and value as people read it. A total
    is told, except of people over several months.
    """
    total = sum(chart.totals)
    summary = t("En tout : {total}.", "Total: {total}.", total=_value(chart, total))
    if chart.code is Code.MONEY:
        summary = f"{summary} {t(_NOT_INCOME)}"
    if chart.code is Code.COMERS and len(chart.labels) > 1:  # a person of four months would count four times
        summary = t("Chaque personne compte une fois par mois.", "Each person counts once a month.")
    if chart.code is Code.HOURS:
        # A series' name is a weekday's number, 0 for Monday; `_MONDAY` is the 5th of its month.
        series = tuple(written(_MONDAY.replace(day=5 + int(day)), "EEE") for day, _ in chart.series)
    else:
        series = tuple(_series(name, names) for name, _ in chart.series)
    return Words(
        title=t(_TITLES[chart.code]),
        told=summary,
        labels=tuple(_label(chart, label) for label in chart.labels),
        series=series,
        values=tuple(tuple(_value(chart, value) for value in values) for _, values in chart.series),
        colon=t(common.COLON),
        line=_rent_words(chart.line),
        scale=lambda value: _short(chart, value),
        # the smallest step of the scale: a euro, a day or a person
        least=charts.EURO if chart.unit is Unit.CENTS else 1,
        colours=_colours(chart, names),
        before=t(common.A_YEAR_BEFORE) if chart.before else "",
        values_before=tuple(_value(chart, value) for value in chart.before),
    )


def _colours(chart: Chart, names: Mapping[str, Names]) -> tuple[str, ...]:
    """Return the series' colours, in their order; none for the map of hours, which has shades of its own."""
    if chart.code is Code.MONEY:
        return tuple(charts.colour(name, names) for name, _ in chart.series)
    return tuple(charts.THINGS[name] for name, _ in chart.series if name in charts.THINGS)


def _series(name: str, names: Mapping[str, Names]) -> str:
    """Return a series' name in words: a product's, or one of `_SERIES`; another code stays as it is."""
    if name in names:
        return in_page_language(names[name])
    return t(_SERIES[name]) if name in _SERIES else name


def _value(chart: Chart, value: int) -> str:
    """Return a value in full, as the table shows it."""
    return euros(value) if chart.unit is Unit.CENTS else number(value)


def _short(chart: Chart, value: int) -> str:
    """Return a value in short, as the chart's scale shows it: without cents."""
    return formats.whole_euros(value, language()) if chart.unit is Unit.CENTS else number(value)


def _label(chart: Chart, label: str) -> str:
    """Return a label of the horizontal axis in words: an hour (`9`), a month (`2026-11`) or a day (`2026-11-25`)."""
    if chart.code is Code.HOURS:
        return formats.clock(int(label), 0, language(), short=True)
    if len(label) == 7:
        return written(date.fromisoformat(f"{label}-01"), "MMM")
    return written(date.fromisoformat(label), formats.SHORT)


def _svg(chart: Chart, words: Words, size: Size = charts.WIDE) -> Markup:
    """Return a chart as SVG, for a page or on its own; `kiosk.exports.charts` draws it."""
    series = [values for _, values in chart.series]
    line = () if chart.line is None else (chart.line,) * len(chart.labels)
    if chart.code is Code.HOURS:
        return charts.squares(series, words, size)
    return charts.bars(series, words, line, size, chart.before)


def _png(picture: Markup) -> bytes:
    """Return an SVG as a PNG, twice as large, on white. Raises Busy `busy-making` while others are being made."""
    import resvg_py  # some megabytes that only this needs

    with slow_work.turn():
        return resvg_py.svg_to_bytes(
            svg_string=str(picture),
            background="#ffffff",
            zoom=2,
            skip_system_fonts=True,
            font_files=[str(_FONT)],
            font_family="DejaVu Sans",
            sans_serif_family="DejaVu Sans",
        )
