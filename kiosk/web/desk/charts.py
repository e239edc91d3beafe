"""Charts as SVG: where each bar and square stands. The templates draw; words come from `figures`."""

from dataclasses import dataclass
from pathlib import Path

from flask import render_template
from markupsafe import Markup

from kiosk.figures import Chart, Code

WIDTH, HEIGHT = 720, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 84, 12, 16, 30
_CELL_TOP, _CELL = 26, 28
# Told apart by light as well as by hue, and in grey: dark to light.
COLOURS = ("#00603c", "#e0a800", "#7fb8a4", "#8c1d18", "#3a4650", "#b8c4bd", "#6b4700")
SHADES = ("#f1ece0", "#d3ebdf", "#98d1b6", "#4fa67f", "#00603c")
FONT = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, its colour, and what it says to who points at it."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    title: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A text at a place."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """A chart's words: its title, what it shows in a sentence, its labels and series, and how a value is written."""

    title: str
    told: str
    labels: tuple[str, ...]
    series: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]  # by series, then by label
    line: str = ""
    most: str = ""  # the highest column's value


def svg(chart: Chart, words: Words) -> Markup:
    """The picture, on its own or inside a page."""
    drawn = _map(chart, words) if chart.code is Code.HOURS else _bars(chart, words)
    return Markup(drawn)  # noqa: S704  # rendered by a template that escapes


def png(picture: Markup) -> bytes:
    """The same as pixels, twice as large, on white."""
    import resvg_py  # some megabytes that only this needs

    return resvg_py.svg_to_bytes(
        svg_string=str(picture),
        background="#ffffff",
        zoom=2,
        skip_system_fonts=True,
        font_files=[str(FONT)],
        font_family="DejaVu Sans",
        sans_serif_family="DejaVu Sans",
    )


def _bars(chart: Chart, words: Words) -> str:
    most = max(*chart.totals, chart.line or 0, 1)
    step = (WIDTH - _LEFT - _RIGHT) / max(1, len(chart.labels))
    tall = HEIGHT - _TOP - _BOTTOM
    boxes = []
    for column in range(len(chart.labels)):
        base = HEIGHT - _BOTTOM + 0.0
        for place, (_, values) in enumerate(chart.series):
            height = tall * max(0, values[column]) / most
            base -= height
            title = f"{words.labels[column]} · {words.series[place]} : {words.values[place][column]}"
            if height:
                boxes.append(
                    Box(
                        _LEFT + column * step + step * 0.1,
                        base,
                        step * 0.8,
                        height,
                        COLOURS[place % len(COLOURS)],
                        title,
                    )
                )
    every = max(1, -(-len(chart.labels) // 12))
    marks = [
        Mark(_LEFT + (column + 0.5) * step, HEIGHT - 10, label)
        for column, label in enumerate(words.labels)
        if column % every == 0
    ]
    line = None if chart.line is None else HEIGHT - _BOTTOM - tall * chart.line / most
    legend = list(zip(words.series, COLOURS * 3, strict=False)) if len(words.series) > 1 else []
    return render_template(
        "figures/bars.svg",
        words=words,
        width=WIDTH,
        height=HEIGHT + (24 if legend else 0),
        floor=HEIGHT - _BOTTOM,
        left=_LEFT,
        right=WIDTH - _RIGHT,
        boxes=boxes,
        marks=marks,
        line=line,
        legend=legend,
        legend_y=HEIGHT + 14,
        top=_TOP,
    )


def _map(chart: Chart, words: Words) -> str:
    most = max(max(values) for _, values in chart.series) or 1
    step = (WIDTH - _LEFT - _RIGHT) / max(1, len(chart.labels))
    boxes = []
    for row, (_, values) in enumerate(chart.series):
        for column, value in enumerate(values):
            shade = SHADES[0 if value == 0 else 1 + min(3, 4 * value // (most + 1))]
            title = f"{words.series[row]}, {words.labels[column]} : {words.values[row][column]}"
            boxes.append(Box(_LEFT + column * step + 1, _CELL_TOP + row * _CELL + 1, step - 2, _CELL - 2, shade, title))
    hours = [Mark(_LEFT + (c + 0.5) * step, 18, label) for c, label in enumerate(words.labels)]
    days = [Mark(_LEFT - 8, _CELL_TOP + (r + 0.65) * _CELL, name) for r, name in enumerate(words.series)]
    return render_template(
        "figures/map.svg",
        words=words,
        width=WIDTH,
        height=_CELL_TOP + 7 * _CELL + 6,
        boxes=boxes,
        hours=hours,
        days=days,
    )
