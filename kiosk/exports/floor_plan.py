"""Draws the plan of the premises as SVG: each desk, room or thing in its place, with its state. No script, no style of
its own.

A desk's state is shown by colour, by its edge and by a mark, and in words beside the drawing.
"""

from collections.abc import Sequence

from markupsafe import Markup
from msgspec import Struct

from kiosk.domain.premises.floor import HIGH, WIDE, Box
from kiosk.exports import pages

STEP = 20  # units of the SVG for one unit of the plan


class Drawn(Struct, frozen=True):
    """A spot to draw: its kind and state (`stands`) as codes of the style sheet; what stands there in `words`."""

    box: Box
    kind: str
    stands: str
    label: str
    words: str
    chosen: bool = False


class _Shape(Struct, frozen=True):
    """A spot as the template draws it: its rectangle in the drawing's units, and the text that fits in it."""

    spot: Drawn
    x: int
    y: int
    wide: int
    high: int
    text: str
    mark: str


_MARKS = {"lent": "+", "yours": "✓", "taken": "×"}  # by state


def drawn(spots: Sequence[Drawn], title: str, told: str, letters: int) -> Markup:
    """Draw the plan as SVG. `title` and `told` describe it to screen readers. A label is written in its spot where
    there is room for it with letters `letters` high, in units of the SVG.
    """
    shapes = [_shape(spot, letters) for spot in spots]
    return Markup(  # noqa: S704  # rendered by a template that escapes
        pages.html(
            "floor_plan.svg",
            "",
            shapes=shapes,
            title=title,
            told=told,
            letters=letters,
            width=WIDE * STEP,
            height=HIGH * STEP,
        )
    )


def _shape(spot: Drawn, letters: int) -> _Shape:
    """Return a spot's rectangle and the longest text that fits in it: label and mark, else the label, else the mark,
    else "". A letter's mean width is 0.62 of its height, and 4 units stay free.
    """
    wide, high = spot.box.wide * STEP, spot.box.high * STEP
    mark = _MARKS.get(spot.stands, "")
    letters_that_fit = int((wide - 4) / (letters * 0.62))
    text = f"{spot.label} {mark}".strip()
    fits = next(
        (candidate for candidate in (text, spot.label, mark) if candidate and len(candidate) <= letters_that_fit), ""
    )
    return _Shape(spot, spot.box.x * STEP, spot.box.y * STEP, wide, high, fits if high >= letters else "", mark)
