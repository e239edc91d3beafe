"""Charts can be read where they are drawn: labels whole, values in the squares, nothing of one colour with another."""

import re

import pytest

from kiosk.exports import charts
from kiosk.exports.charts import NARROW, WIDE, Words

ENDS = ("à ce jour", "au plus bas", "au milieu", "au plus haut")


def words(labels: tuple[str, ...], series: tuple[str, ...], values: tuple[tuple[str, ...], ...]) -> Words:
    return Words("Titre", "Dit.", labels, series, values)


def texts(picture: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", picture)


def test_a_label_too_long_for_a_telephone_stands_on_two_lines_and_is_whole() -> None:
    said = words(ENDS, ("Journée",), (("1", "2", "3", "4"),))
    wide, narrow = (str(charts.bars([[1, 2, 3, 4]], said, size=size)) for size in (WIDE, NARROW))
    assert {*ENDS} < {*texts(wide)}
    assert {"à ce", "jour", "au plus", "bas", "haut", "au", "milieu"} < {*texts(narrow)}
    assert "…" not in narrow
    heights = [int(found) for found in re.findall(r'viewBox="0 0 \d+ (\d+)"', wide + narrow)]
    assert heights[1] == heights[0] + NARROW.letters + 2  # what is below is not written upon


@pytest.mark.parametrize(("hours", "is_said"), [(3, True), (16, False)])
def test_a_square_says_its_value_where_there_is_room(hours: int, is_said: bool) -> None:
    labels = tuple(f"{hour} h" for hour in range(hours))
    series = [[0, *[10 * day + 1] * (hours - 1)] for day in range(7)]
    said = words(labels, tuple("lmmjvsd"), tuple(tuple(map(str, values)) for values in series))
    narrow = str(charts.squares(series, said, NARROW))
    assert ("61" in texts(narrow)) is is_said
    assert "0" not in texts(narrow)
    if is_said:
        assert re.search(r'fill="#fff">61<', narrow)  # light on dark
        assert re.search(r'text-anchor="middle">1<', narrow)


def test_what_is_expected_has_no_product_s_colour() -> None:
    assert charts.COMING not in (*charts.COLOURS, *charts.SHADES)
