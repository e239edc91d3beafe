"""Draws charts as SVG: computes where each bar and square stands, which the templates draw. Words are given by the
caller.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from kiosk.exports import pages

HEIGHT = 260  # of a chart without its legend, in the drawing's units
_TOP, _BOTTOM = 26, 30  # room above and below the columns
_CELL_TOP, _CELL = 26, 28  # of a map of squares: room above it, and a square's side
_KEY_HEIGHT = 22  # of a row of the legend
EURO = 100  # cents
_NARROW_SHARE = 0.25  # of a column's room
_MOST_LINES = 5  # of the scale, without the floor
# Products' colours. They differ by lightness as well as by hue, also in grey. None is a line's red or one of THINGS.
COLOURS = (
    *("#00603c", "#e0a800", "#7fb8a4", "#7a1f5c", "#3a4650", "#b8c4bd", "#6b4700"),
    *("#4a78b0", "#d98e73", "#5b3f8c"),
)
COMING = "#d9d2c3"  # expected income, of no product
BEFORE = "#a39b8b"  # the year before, of no product
THINGS = {
    "permanents": "#1f4e79",
    "itinerants": "#8fc1e8",
    "new": "#c2410c",
    "returning": "#f0b48a",
    "opening": "#2f6f73",
    "hosting": "#8ccfc9",
    "cleaning": "#c9a6e4",
}
"""Colours of things that are counted and are no product: each has its own, wherever it is drawn."""

NOTHING = "#f1ece0"  # the square of a value of 0
# the squares of other values, from low to high
SHADES = ("#d3ebdf", "#b8d9ca", "#9dc7b5", "#82b5a0", "#5fa086", "#2a7a5a", "#156d4b", "#00603c")
_LIGHT_FROM = 5  # the shades on which letters are light


class Size(Struct, frozen=True):
    """The width of a chart, chosen so that its letters are as large as the page's."""

    name: str
    width: int
    left: int  # room for the scale
    letters: int  # their height, in the drawing's units
    keys_a_row: int

    @property
    def letter(self) -> float:
        """Return the approximate width of a letter."""
        return self.letters * 0.54


WIDE = Size("wide", 720, 84, 13, 4)  # a page, paper, a picture
NARROW = Size("narrow", 300, 62, 16, 1)  # a telephone

Series = Sequence[Sequence[int]]  # by series, then by label


class Box(Struct, frozen=True):
    """A rectangle (its left edge, its top, its size), its colour, and the text shown under a pointer."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    title: str


class Mark(Struct, frozen=True):
    """A text at a position."""

    x: float
    y: float
    text: str
    is_light: bool = False  # on a dark ground


class Key(Struct, frozen=True):
    """A colour of the legend and its name."""

    x: float
    y: float
    colour: str
    text: str


class Level(Struct, frozen=True):
    """A horizontal part of the line to compare with."""

    x1: float
    x2: float
    y: float


class Words(Struct, frozen=True):
    """A chart's words: its title, what it shows in a sentence, its labels and series, and how a value is written."""

    title: str
    told: str
    labels: tuple[str, ...]
    series: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]  # by series, then by label
    colon: str  # as its language sets one
    line: str = ""
    scale: Callable[[int], str] = str  # how a value of the scale is written, short
    colours: tuple[str, ...] = ()  # by series; else by their order
    # The smallest step of the scale: EURO where values are cents, so that an empty chart has no scale of cents.
    least: int = 1
    before: str = ""  # the name of the narrow columns: the same a year earlier
    values_before: tuple[str, ...] = ()  # by label


def colour(code: str, known: Iterable[str]) -> str:
    """Return a product's colour, the same wherever it is drawn: by its place among all products of the association."""
    places = list(known)
    return COLOURS[(places.index(code) if code in places else len(places)) % len(COLOURS)]


def in_both_sizes(draw: Callable[[Size], Markup]) -> Markup:
    """Return a chart drawn for a page and for a telephone; the style sheet shows one of them."""
    return draw(WIDE) + draw(NARROW)


def ticks(most: int, least: int = 1) -> list[int]:
    """Return the lines of a scale: three to five round values above 0, the last of them at or above `most`."""
    step, power = least, least
    while step * _MOST_LINES < most:
        step, power = _next(step, power)
    return [step * place for place in range(1, max(3, -(-most // step)) + 1)]  # -(-a // b): rounded up


def _next(step: int, power: int) -> tuple[int, int]:
    """Return the step after this one in 1, 2, 5, 10, 20, 50 ..., and its power of ten."""
    if step == power:
        return 2 * power, power
    return (5 * power, power) if step == 2 * power else (10 * power, 10 * power)


def bars(
    series: Series, words: Words, line: Sequence[int] = (), size: Size = WIDE, before: Sequence[int] = ()
) -> Markup:
    """Draw stacked columns: one for each label, a narrow column beside each for the year before, and a line with a
    value for each column.
    """
    totals = [sum(max(0, value) for value in column) for column in zip(*series, strict=True)]
    lines, has_line = ticks(max([*totals, *line, *before, 1]), words.least), any(line)
    keys = list(words.series) if len(words.series) > 1 else []
    names = [*keys, words.before] if any(before) else keys
    frame = _Frame(size, len(words.labels), lines[-1], len(words.line) if has_line else 0, _keys_a_row(names, size))
    # Narrow columns share a label of six letters: every so many columns have one, rounded up.
    every = max(1, -(-round(6 * size.letter) // max(1, round(frame.step))))
    labels = [_lines(label, every * frame.step / size.letter) for label in words.labels]
    below = (max(map(len, labels), default=1) - 1) * (size.letters + 2)
    frame = replace(frame, below=below)
    legend = [
        Key(frame.left_of_key(place), frame.top_of_key(place), _colour_of(place, words), name)
        for place, name in enumerate(keys)
    ]
    beside = has_line and size is WIDE  # the line's name then stands beside the columns, not in the legend
    more = [(BEFORE, words.before)] if any(before) else []
    more += [("", words.line)] if has_line and not beside else []
    for place, (shade, name) in enumerate(more, len(keys)):
        legend.append(Key(frame.left_of_key(place), frame.top_of_key(place), shade, name))
    rows = -(-len(legend) // frame.keys_a_row)
    return _drawn(
        "bars.svg",
        words=words,
        size=size,
        height=HEIGHT + below + (4 + rows * _KEY_HEIGHT if legend else 0),
        floor=HEIGHT - _BOTTOM,
        right=frame.right,
        boxes=[
            *_earlier(before, words, frame),
            *(box for column in range(len(words.labels)) for box in _column(series, words, column, frame, any(before))),
        ],
        marks=[
            Mark(size.left + (column + 0.5) * frame.step, HEIGHT - 8 + row * (size.letters + 2), text)
            for column, parts in enumerate(labels)
            for row, text in enumerate(parts)
            if column % every == 0
        ],
        scale=[Mark(size.left - 6, frame.height(value), words.scale(value)) for value in (0, *lines)],
        sums=_sums(totals, words, frame),
        lines=_levels(line, frame),
        beside=beside,
        legend=legend,
    )


class _Frame(Struct, frozen=True):
    """The positions of columns and values in a drawing. The line's name stands beside the columns where
    there is room.
    """

    size: Size
    columns: int
    most: int
    beside: int  # letters of the line's name
    keys_a_row: int
    below: int = 0  # room for labels' further lines

    @property
    def right(self) -> float:
        """Return where the last column ends."""
        return self.size.width - (12 + (self.beside * self.size.letter if self.size is WIDE else 0))

    @property
    def step(self) -> float:
        """Return the width of a column with the space beside it."""
        return (self.right - self.size.left) / max(1, self.columns)

    def tall(self, amount: int) -> float:
        """Return how tall a value's box is."""
        return (HEIGHT - _TOP - _BOTTOM) * max(0, amount) / self.most

    def height(self, amount: int) -> float:
        """Return how far from the top a value stands."""
        return HEIGHT - _BOTTOM - self.tall(amount)

    def left_of_key(self, place: int) -> float:
        """Return where a key of the legend begins, by its place."""
        return 12 + place % self.keys_a_row * (self.size.width - 12) / self.keys_a_row

    def top_of_key(self, place: int) -> float:
        """Return how far from the top a key of the legend stands, by its place."""
        return HEIGHT + self.below + 14 + place // self.keys_a_row * _KEY_HEIGHT


def _lines(label: str, letters: float) -> tuple[str, ...]:
    """Split a label into one line or two, as far as there is room for it; a pointer on the column shows it whole."""
    if len(label) <= letters + 1:
        return (label,)
    words = label.split(" ")
    for place in range(len(words) - 1, 0, -1):
        halves = " ".join(words[:place]), " ".join(words[place:])
        if max(map(len, halves)) <= letters + 1:
            return halves
    return (f"{label[: max(1, int(letters) - 1)].rstrip()}…",)


def _drawn(template: str, **values: Any) -> Markup:
    """Return a chart as its template draws it."""
    return Markup(pages.html(template, "", **values))  # noqa: S704  # rendered by a template that escapes


def _earlier(before: Sequence[int], words: Words, frame: _Frame) -> list[Box]:
    """Return the narrow columns of the year before, at the left of each column that has a value."""
    return [
        Box(
            frame.size.left + (column + 0.08) * frame.step,
            frame.height(value),
            frame.step * _NARROW_SHARE,
            frame.tall(value),
            BEFORE,
            f"{words.labels[column]} · {words.before}{words.colon}{words.values_before[column]}",
        )
        for column, value in enumerate(before)
        if value
    ]


def _column(series: Series, words: Words, column: int, frame: _Frame, has_before: bool) -> list[Box]:
    """Return a column's boxes, from the floor up."""
    begins = 0.1 + (_NARROW_SHARE if has_before else 0)
    boxes, base = [], HEIGHT - _BOTTOM + 0.0
    for place, values in enumerate(series):
        height = frame.tall(values[column])
        base -= height
        title = f"{words.labels[column]} · {words.series[place]}{words.colon}{words.values[place][column]}"
        if height:
            x = frame.size.left + (column + begins) * frame.step
            boxes.append(Box(x, base, frame.step * (0.9 - begins), height, _colour_of(place, words), title))
    return boxes


def _colour_of(place: int, words: Words) -> str:
    """Return a series' colour: its own, or by its order."""
    return words.colours[place] if place < len(words.colours) else COLOURS[place % len(COLOURS)]


def _sums(totals: Sequence[int], words: Words, frame: _Frame) -> list[Mark]:
    """Return each column's sum, above it; none where the columns are too narrow for the longest."""
    labels = [words.scale(total) for total in totals]
    if max((len(text) for text in labels), default=0) * frame.size.letter > frame.step:
        return []
    return [
        Mark(frame.size.left + (column + 0.5) * frame.step, frame.height(total) - 5, labels[column])
        for column, total in enumerate(totals)
        if total
    ]


def _levels(line: Sequence[int], frame: _Frame) -> list[Level]:
    """Return the line in as few parts as it has heights, leaving out values of 0."""
    parts, column = [], 0
    for value, same in groupby(line):
        until = column + len(list(same))
        left, right = (frame.size.left + place * frame.step for place in (column, until))
        if value:
            parts.append(Level(left, right, frame.height(value)))
        column = until
    return parts


def _keys_a_row(names: Sequence[str], size: Size) -> int:
    """Return how many keys of the legend fit beside each other, by the longest name."""
    longest = 26 + max((len(name) for name in names), default=0) * size.letter
    return max(1, min(size.keys_a_row, int((size.width - 12) / longest)))


def squares(series: Series, words: Words, size: Size = WIDE) -> Markup:
    """Draw a map of squares: a row for each of seven series, a column for each label, darker for higher values; with
    the value written in each where there is room. The shades go from the lowest value present to the highest.
    """
    values_there = [value for values in series for value in values if value]
    least, most = min(values_there, default=0), max(values_there, default=0)
    left = size.left if size is WIDE else 44
    step = (size.width - left - 12) / max(1, len(words.labels))
    boxes, texts = [], []
    has_room = max(len(text) for values in words.values for text in values) * size.letter < step - 6
    for row, values in enumerate(series):
        for column, value in enumerate(values):
            shade_place = len(SHADES) * (value - least) // (most - least + 1)
            shade = SHADES[shade_place] if value else NOTHING
            if value and has_room:
                middle, foot = left + (column + 0.5) * step, _CELL_TOP + (row + 0.7) * _CELL
                texts.append(Mark(middle, foot, words.values[row][column], shade_place >= _LIGHT_FROM))
            title = f"{words.series[row]}, {words.labels[column]}{words.colon}{words.values[row][column]}"
            boxes.append(Box(left + column * step + 1, _CELL_TOP + row * _CELL + 1, step - 2, _CELL - 2, shade, title))
    every = max(1, -(-round(5 * size.letter) // max(1, round(step))))  # narrow columns share a label of five letters
    hours = [Mark(left + (c + 0.5) * step, 18, label) for c, label in enumerate(words.labels) if c % every == 0]
    days = [Mark(left - 8, _CELL_TOP + (r + 0.65) * _CELL, name) for r, name in enumerate(words.series)]
    height = _CELL_TOP + 7 * _CELL + 6
    return _drawn("map.svg", words=words, size=size, height=height, boxes=boxes, hours=hours, days=days, said=texts)
