"""Reads the vendored icons once, as SVG to stand inside a page. Which icon means what is chosen where it is used."""

from functools import cache
from pathlib import Path

from markupsafe import Markup

_FOLDER = Path(__file__).parent / "static" / "icons"
_LICENCE_ENDS = "-->"  # the licence stands beside the files; a page need not repeat it
_HIDDEN = '<svg aria-hidden="true" focusable="false"'


@cache
def icon(name: str) -> Markup:
    """Return a vendored icon as SVG, coloured and sized by the style sheet and hidden from screen readers."""
    svg = (_FOLDER / f"{name}.svg").read_text("utf-8").partition(_LICENCE_ENDS)[2]
    return Markup(" ".join(svg.split()).replace("<svg", _HIDDEN, 1))  # noqa: S704 (our own vendored files)


def read_all() -> None:
    """Read every icon now: some are first drawn when it is the disk that has failed."""
    for file in _FOLDER.glob("*.svg"):
        icon(file.stem)
