"""Puts charts on the desk's pages and makes them pixels; `kiosk.exports.charts` draws."""

from pathlib import Path

from markupsafe import Markup

from kiosk.exports import charts
from kiosk.exports.charts import Words
from kiosk.space.figures import Chart, Code

__all__ = ["Words", "png", "svg"]
FONT = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"


def svg(chart: Chart, words: Words) -> Markup:
    """The picture, on its own or inside a page."""
    series = [values for _, values in chart.series]
    line = () if chart.line is None else (chart.line,) * len(chart.labels)
    return charts.squares(series, words) if chart.code is Code.HOURS else charts.bars(series, words, line)


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
