"""Rows joined to one text by the database, for a whole page at once, from which a CSV is made quickly."""

from typing import NamedTuple

CELL, LINE = "\x1f", "\x1e"  # separators of values and of rows, which no value contains


class Joined(NamedTuple):
    """Some rows as one text. Missing values are empty; amounts are euros with two decimals."""

    text: str
    rows: int
