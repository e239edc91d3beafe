"""Charts as SVG: where each bar and square stands. The templates draw; words are handed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from markupsafe import Markup

from kiosk.exports import pages

WIDTH, HEIGHT = 720, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 84, 12, 16, 30
_CELL_TOP, _CELL = 26, 28
_KEYS_A_ROW, _KEY_HEIGHT = 4, 20
# Told apart by light as well as by hue, and in grey: dark to light.
COLOURS = ("#00603c", "#e0a800", "#7fb8a4", "#8c1d18", "#3a4650", "#b8c4bd", "#6b4700")
SHADES = ("#f1ece0", "#d3ebdf", "#98d1b6", "#4fa67f", "#00603c")

Series = Sequence[Sequence[int]]  # by series, then by label


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
class Key:
    """A colour of the legend and what it stands for."""

    x: float
    y: float
    colour: str
    text: str


@dataclass(frozen=True, slots=True)
class Level:
    """A part of the line to compare with."""

    x1: float
    x2: float
    y: float


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


def bars(series: Series, words: Words, line: Sequence[int] = ()) -> Markup:
    """Columns of stacked values, and a line to compare with that has a value for each column."""
    totals = [sum(max(0, value) for value in column) for column in zip(*series, strict=True)]
    most = max([*totals, *line, 1])
    step = (WIDTH - _LEFT - _RIGHT) / max(1, len(words.labels))
    legend = list(_legend(words.series)) if len(words.series) > 1 else []
    rows = -(-len(legend) // _KEYS_A_ROW)
    every = max(1, -(-len(words.labels) // 12))
    marks = [
        Mark(_LEFT + (column + 0.5) * step, HEIGHT - 10, label)
        for column, label in enumerate(words.labels)
        if column % every == 0
    ]
    return _drawn(
        "bars.svg",
        words=words,
        width=WIDTH,
        height=HEIGHT + (4 + rows * _KEY_HEIGHT if legend else 0),
        floor=HEIGHT - _BOTTOM,
        left=_LEFT,
        right=WIDTH - _RIGHT,
        boxes=[box for column in range(len(words.labels)) for box in _column(series, words, column, step, most)],
        marks=marks,
        lines=_levels(line, step, most),
        legend=legend,
        top=_TOP,
    )


def _drawn(template: str, **values: Any) -> Markup:
    return Markup(pages.html(template, "", **values))  # noqa: S704  # rendered by a template that escapes


def _column(series: Series, words: Words, column: int, step: float, most: int) -> list[Box]:
    """A column's boxes, from the floor up."""
    boxes, base = [], HEIGHT - _BOTTOM + 0.0
    for place, values in enumerate(series):
        height = _tall(values[column], most)
        base -= height
        title = f"{words.labels[column]} · {words.series[place]} : {words.values[place][column]}"
        if height:
            x = _LEFT + column * step + step * 0.1
            boxes.append(Box(x, base, step * 0.8, height, COLOURS[place % len(COLOURS)], title))
    return boxes


def _tall(value: int, most: int) -> float:
    return (HEIGHT - _TOP - _BOTTOM) * max(0, value) / most


def _levels(line: Sequence[int], step: float, most: int) -> list[Level]:
    """The line, in as few parts as it has heights."""
    parts, column = [], 0
    for value, same in groupby(line):
        until = column + len(list(same))
        parts.append(Level(_LEFT + column * step, _LEFT + until * step, HEIGHT - _BOTTOM - _tall(value, most)))
        column = until
    return parts


def _legend(names: Sequence[str]) -> list[Key]:
    wide = (WIDTH - _LEFT - _RIGHT) / _KEYS_A_ROW
    return [
        Key(
            _LEFT + place % _KEYS_A_ROW * wide,
            HEIGHT + 14 + place // _KEYS_A_ROW * _KEY_HEIGHT,
            COLOURS[place % len(COLOURS)],
            name,
        )
        for place, name in enumerate(names)
    ]


def squares(series: Series, words: Words) -> Markup:
    """A map: a row for each of seven series, a column for each label, darker where there is more."""
    most = max(max(values) for values in series) or 1
    step = (WIDTH - _LEFT - _RIGHT) / max(1, len(words.labels))
    boxes = []
    for row, values in enumerate(series):
        for column, value in enumerate(values):
            shade = SHADES[0 if value == 0 else 1 + min(3, 4 * value // (most + 1))]
            title = f"{words.series[row]}, {words.labels[column]} : {words.values[row][column]}"
            boxes.append(Box(_LEFT + column * step + 1, _CELL_TOP + row * _CELL + 1, step - 2, _CELL - 2, shade, title))
    hours = [Mark(_LEFT + (c + 0.5) * step, 18, label) for c, label in enumerate(words.labels)]
    days = [Mark(_LEFT - 8, _CELL_TOP + (r + 0.65) * _CELL, name) for r, name in enumerate(words.series)]
    height = _CELL_TOP + 7 * _CELL + 6
    return _drawn("map.svg", words=words, width=WIDTH, height=height, boxes=boxes, hours=hours, days=days)
