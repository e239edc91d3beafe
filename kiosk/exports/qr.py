"""Draws a text as a QR code, an SVG to stand in a page or lines for a terminal, with the library that Flask-Security
needs anyway.

That library imports Pillow, which nothing here uses: both are imported when the first code is drawn.
"""

from typing import Literal

from markupsafe import escape

Level = Literal["L", "M"]  # how much of the code may be spoilt: 7 or 15 %
_BORDER = 4  # squares of nothing around it, by the standard
# A sign for two squares, by whether the upper and the lower one are dark: the light ones are drawn.
_HALVES = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}


def squares(text: str, level: Level = "M") -> list[list[bool]]:
    """Return the code's rows with its border, each square dark or not. The text is written as bytes of UTF-8: banks'
    applications cannot read a code that changes between modes.
    """
    import qrcode  # type: ignore[import-untyped]  # ships no types
    from qrcode import constants, util

    levels = {"L": constants.ERROR_CORRECT_L, "M": constants.ERROR_CORRECT_M}
    code = qrcode.QRCode(error_correction=levels[level], border=_BORDER)
    code.add_data(util.QRData(text.encode(), mode=util.MODE_8BIT_BYTE), optimize=0)
    rows: list[list[bool]] = code.get_matrix()
    return rows


def lines(text: str, level: Level = "L") -> list[str]:
    """Return the code for a terminal, two rows a line: light squares are drawn, so that it reads on a dark ground."""
    rows = squares(text, level)
    rows += [[False] * len(rows[0])] * (len(rows) % 2)  # a light row where the last would have no pair
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return ["".join(_HALVES[upper, lower] for upper, lower in zip(*pair, strict=True)) for pair in pairs]


def svg(text: str, level: Level = "M", *, title: str = "", css: str = "", dark: str = "#000") -> str:
    """Return the code as an SVG. `title` describes it to screen readers; without one it is hidden from them. `css` is
    the drawing's class, `dark` its colour.
    """
    rows = squares(text, level)
    size, path = len(rows), "".join(_runs(y, row) for y, row in enumerate(rows))
    of_class = f' class="{css}"' if css else ""
    role, title_tag = ('role="img"', f"<title>{escape(title)}</title>") if title else ('aria-hidden="true"', "")
    return (
        f'<svg{of_class} viewBox="0 0 {size} {size}" {role}>{title_tag}'
        f'<path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/><path fill="{dark}" d="{path}"/></svg>'
    )


def _runs(y: int, dark_squares: list[bool]) -> str:
    """Return the path of one row's dark squares, adjacent ones in one stroke: no hairline shows between them."""
    path, x = "", 0
    while x < len(dark_squares):
        begin = x
        while x < len(dark_squares) and dark_squares[x]:
            x += 1
        if x > begin:
            path += f"M{begin} {y}h{x - begin}v1h-{x - begin}z"
        x += 1
    return path
