"""Charts can be read where they are drawn: labels whole, values in the squares, nothing of one colour with another."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk.exports import charts
from kiosk.exports.charts import NARROW, WIDE, Words

LINE = "#8c1d18"
ENDS = ("à ce jour", "au plus bas", "au milieu", "au plus haut")


def words(
    labels: tuple[str, ...], series: tuple[str, ...], values: tuple[tuple[str, ...], ...], colon: str = " : "
) -> Words:
    return Words("Titre", "Dit.", labels, series, values, colon)


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


def test_one_colour_is_of_one_thing() -> None:
    """Of a product, of what is no product, of what is expected, of a year earlier, of a line to compare with."""
    every = [*charts.COLOURS, *charts.THINGS.values(), charts.COMING, charts.BEFORE, LINE]
    assert len(set(every)) == len(every)
    assert not {charts.COMING, charts.BEFORE} & {*charts.SHADES, charts.NOTHING}


def light(colour: str) -> float:
    """How light a colour is, as WCAG 2 measures it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_shades_go_from_light_to_dark_and_what_is_written_on_each_is_read() -> None:
    lights = [light(shade) for shade in (charts.NOTHING, *charts.SHADES)]
    assert lights == sorted(lights, reverse=True)
    said = words(tuple("abcdefgh"), tuple("lmmjvsd"), (tuple(map(str, range(1, 9))),) * 7)
    picture = str(charts.squares([list(range(1, 9))] * 7, said, WIDE))
    written = dict(_letters(picture))
    for value, shade in enumerate(charts.SHADES, 1):
        lighter, darker = sorted((light(shade), light(written[str(value)])), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, value


def _letters(picture: str) -> list[tuple[str, str]]:
    found = re.findall(r'text-anchor="middle"( fill="#fff")?>(\d)<', picture)
    return [(value, "#ffffff" if is_light else "#10201c") for is_light, value in found]


@given(st.integers(1, 400), st.integers(8, 400))
def test_a_scale_fits_what_there_is(least: int, range_of: int) -> None:
    """What differs by more than an eighth of the range never has one colour; the most has the darkest, the least the
    lightest that is not nothing's.
    """
    values = [least, least + range_of // 2, least + range_of]
    said = words(("8 h", "9 h", "10 h"), tuple("lmmjvsd"), (tuple(map(str, values)),) * 7)
    shades = re.findall(r'<rect [^>]*fill="([^"]+)"', str(charts.squares([values] * 7, said)))[:3]
    assert (shades[0], shades[2]) == (charts.SHADES[0], charts.SHADES[-1])
    assert len(set(shades)) == 3


def test_182_and_234_visits_have_two_colours() -> None:
    values = [1, 182, 234]
    said = words(("8 h", "9 h", "10 h"), tuple("lmmjvsd"), (tuple(map(str, values)),) * 7)
    shades = re.findall(r'<rect [^>]*fill="([^"]+)"', str(charts.squares([values] * 7, said)))[:3]
    assert len(set(shades)) == 3


def test_a_year_earlier_stands_beside_each_column_within_its_scale() -> None:
    said = replace(
        words(("nov.", "déc."), ("Journée",), (("1", "2"),)), before="un an plus tôt", values_before=("9", "0")
    )
    for size in (WIDE, NARROW):
        picture = str(charts.bars([[1, 2]], said, size=size, before=(9, 0)))
        earlier = re.findall(
            rf'x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"[^>]*fill="{charts.BEFORE}"><title>([^<]+)', picture
        )
        assert [told for *_, told in earlier] == ["nov. · un an plus tôt : 9"], "none where nothing was"
        now = re.findall(rf'x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"[^>]*fill="{charts.COLOURS[0]}"', picture)
        assert float(earlier[0][0]) + float(earlier[0][2]) <= float(now[0][0]), "side by side"
        assert float(earlier[0][1]) > 20, "below the top"
        assert "un an plus tôt" in texts(picture)


def test_what_a_column_or_a_square_says_has_its_languages_own_colon() -> None:
    said = replace(words(("Jan",), ("Day",), (("1",),), ": "), before="2025", values_before=("9",))
    week = words(("9 h",), tuple("MTWTFSS"), (("2",),) * 7, ": ")
    drawn = str(charts.bars([[1]], said, before=(9,))) + str(charts.squares([[2]] * 7, week))
    titles = re.findall(r"<title>([^<]*: [^<]*)</title>", drawn)
    assert {"Jan · Day: 1", "Jan · 2025: 9", "M, 9 h: 2"} <= {*titles}
    assert not [title for title in titles if " : " in title]
