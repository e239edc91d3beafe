"""A code's squares are what another library draws of the same bytes, wherever they fill the code."""

import pytest
import segno

from kiosk.exports import qr
from kiosk.exports.qr import Level


def _drawn(content: str, level: Level, mask: int) -> list[list[bool]]:
    """The other library's word: it pads what is shorter by a byte more, which readers pass over."""
    made = segno.make_qr(content, error=level, boost_error=False, encoding="utf-8", mode="byte", mask=mask)
    return [[bool(square) for square in row] for row in made.matrix_iter(border=4)]


@pytest.mark.parametrize(
    ("content", "level"),
    [("a" * 14, "M"), ("7" * 26, "M"), ("é" * 21, "M"), ("€uro".ljust(60, "x"), "M"), ("Reçu".ljust(229, "y"), "L")],
)
def test_every_square_is_where_another_library_has_it(content: str, level: Level) -> None:
    assert qr.squares(content, level) in [_drawn(content, level, mask) for mask in range(8)]


def test_figures_are_bytes_too_as_banks_applications_read_them() -> None:
    assert len(qr.squares("7" * 26)) == 25 + 8  # version 2; as figures they would fit into the first


def test_the_drawing_has_each_dark_square_and_nothing_that_a_strict_policy_refuses() -> None:
    rows, drawing = qr.squares("x"), qr.svg("x", title="<b>", css="code")
    area = sum(int(run.partition("h")[2].partition("v")[0]) for run in drawing.rpartition('d="')[2].split("M")[1:])
    assert area == sum(map(sum, rows))
    assert drawing.startswith('<svg class="code" viewBox="0 0 29 29"')
    assert "<title>&lt;b&gt;</title>" in drawing
    assert "style" not in drawing
