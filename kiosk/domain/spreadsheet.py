"""Reads a CSV as spreadsheets write it: finds its separator and its lines, within limits on every dimension, so that no
file holds the program up.
"""

import csv
import io
from collections.abc import Sequence

from msgspec import Struct

from kiosk.domain import letters
from kiosk.domain.problems import Problem

MOST_BYTES = 1_500_000
MOST_LINES = 10_000  # below the header
MOST_COLUMNS = 60
LONGEST_CELL = 500  # characters
_LONGEST_LINE = MOST_COLUMNS * LONGEST_CELL  # characters of a line of the file; a cell may span several lines
_MOST_SEPARATORS = MOST_COLUMNS + LONGEST_CELL  # separators in a line; a cell may hold some, too
SEPARATORS = (";", ",", "\t")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run a cell that begins so


class Line(Struct, frozen=True):
    """A line below the header: its cells, and the number of the file's line on which they begin."""

    number: int
    cells: tuple[str, ...]


class Table(Struct, frozen=True):
    """A file with a header. `columns` are the header's cells."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    separator: str = ";"


def read(content: bytes) -> Table:
    """Return the table in a file. Raises Problem `import-size`, `import-letters`, `import-lines`, `import-columns`,
    `import-empty`, or `import-quotes` with the line.
    """
    if len(content) > MOST_BYTES:
        raise Problem("import-size", kilobytes=MOST_BYTES // 1000)
    return read_text(letters.read(content).text)


def read_text(text: str) -> Table:
    """Return the table in a text. Raises the same Problems as `read`, without `import-size` and `import-letters`."""
    separator, text, skipped = _separated(text)
    records = _records(text, separator, skipped)
    if not records:
        raise Problem("import-empty", "the file is empty: a header and a line for each member are expected")
    head, *rest = records
    if len(head.cells) > MOST_COLUMNS:
        raise Problem("import-columns", most=MOST_COLUMNS)
    return Table(tuple(" ".join(cell.split()) for cell in head.cells), tuple(rest), separator)


def _separated(text: str) -> tuple[str, str, int]:
    """Return the separator, the text without a line that only names it (Excel's `sep=;`), and how many lines were
    removed.
    """
    first, _, rest = text.partition("\n")
    named = first.strip(" \r\n\ufeff").lower().removeprefix("sep=")  # the separator may be a tab
    if first.lower().startswith("sep=") and named in SEPARATORS:
        return named, rest, 1
    head = next((line for line in text.splitlines() if line.strip()), "")
    return max(SEPARATORS, key=lambda separator: len(_cells(head, separator))), text, 0


def _cells(line: str, separator: str) -> list[str]:
    """Return the cells of a line; a line that is too long is cut."""
    return next(csv.reader([line[:_LONGEST_LINE]], delimiter=separator), [])


def check_width(text: str, separators: Sequence[str]) -> None:
    """Check how wide the lines are before parsing: a line of a million separators would take seconds.

    Raises Problem `import-columns` or `import-line`, with the line.
    """
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > _LONGEST_LINE:
            raise Problem("import-line", line=number, longest=_LONGEST_LINE)
        if max(map(line.count, separators)) > _MOST_SEPARATORS:
            raise Problem("import-columns", line=number, most=MOST_COLUMNS)


def _records(text: str, separator: str, skipped: int) -> list[Line]:
    """Return the lines that hold something, each with its number in the file. Raises Problem `import-lines`,
    `import-quotes`.
    """
    check_width(text, [separator])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    records: list[Line] = []
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                records.append(Line(begins + skipped, tuple(map(_cell, cells))))
            if len(records) > MOST_LINES + 1:
                raise Problem("import-lines", most=MOST_LINES)
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Problem("import-quotes", field="file", line=begins + skipped) from error
    return records


def _cell(text: str) -> str:
    """Return a cell without spaces around, and without the quote that our own files put before a formula."""
    bare = text.strip()
    return bare[1:] if bare.startswith("'") and bare[1:].startswith(FORMULA_STARTS) else bare
