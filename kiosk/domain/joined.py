"""Rows joined to one text, which a database does for a whole page at once: what a CSV is made of in a few strokes."""

from typing import NamedTuple

CELL, LINE = "\x1f", "\x1e"  # between the values of a row, and between rows: signs that no value of theirs holds


class Joined(NamedTuple):
    """Some rows as one text. What is absent is an empty one, sums are euros with two decimals."""

    text: str
    rows: int
