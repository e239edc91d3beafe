"""Writes CSV in two dialects: one that French spreadsheets open with a double click, and RFC 4180 for programs.

For people, rows come as blocks of columns: a column at a time is formatted, each distinct value once. For programs a
page comes joined by the database where it can do that; only lines that need quotation marks are taken apart.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from kiosk.domain import amounts
from kiosk.domain.joined import CELL, LINE, Joined
from kiosk.domain.spreadsheet import FORMULA_STARTS
from kiosk.exports.labels import Spoken
from kiosk.exports.sheets import SUMS, Kind, Sheet

Block = Sequence[Sequence[object]]  # some rows, column by column
Rows = Sequence[Sequence[Any]]  # some rows; the last value of each, the key for reading on, is left out
Piece = tuple[str, int]  # some text of a file, and how many rows are in it

_MOST_KEPT = 10_000  # texts in a cache
# A whole line with a sign that needs quotation marks: lines of a page end with LINE, not with a line break.
_NEEDS_QUOTES = re.compile(f'[^{LINE}]*[",\r\n][^{LINE}]*')


class _TextCache(dict[Any, str]):
    """A cache of values and their texts; it is emptied before it grows too large."""

    def __init__(self, write: Callable[[Any], str]) -> None:
        super().__init__()
        self._write = write

    def __missing__(self, value: object) -> str:
        if len(self) >= _MOST_KEPT:
            self.clear()
        text = self[value] = "" if value is None else self._write(value)
        return text


def guarded(value: object) -> str:
    """Return a text that no spreadsheet runs as a formula. `kiosk.domain.spreadsheet` reads it back unchanged."""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def spoken_pieces(sheet: Sheet, blocks: Iterable[Block], spoken: Spoken) -> Iterator[Piece]:
    """Yield a file for a spreadsheet, header first, then block by block.

    With byte-order mark, `;`, decimal comma, formulas guarded, and words instead of codes.
    """
    yield "\ufeff" + _lines([spoken.headings(sheet)], ";"), 0
    columns = _columns(sheet, spoken)
    for block in blocks:
        texts = [write(column) for write, column in zip(columns, block, strict=True)]
        yield "\r\n".join([*map(";".join, zip(*texts, strict=True)), ""]), len(block[0])


def raw_pieces(sheet: Sheet, pages: Iterable[Joined | Rows]) -> Iterator[Piece]:
    """Yield a file for programs, header first, then page by page: RFC 4180, decimal point, codes as they are."""
    yield _lines([sheet.columns], ","), 0
    for page in pages:
        if isinstance(page, Joined):
            yield _from_joined(page.text), page.rows
        else:
            yield _by_cell(sheet, page), len(page)


def _from_joined(text: str) -> str:
    """Return a page that the database joined as CSV for programs: only lines with a sign that needs quotation marks are
    taken apart.
    """
    if any(sign in text for sign in ',"\r\n'):
        text = _NEEDS_QUOTES.sub(lambda match: CELL.join(_quoted(cell, ",") for cell in match[0].split(CELL)), text)
    return text.replace(CELL, ",").replace(LINE, "\r\n") + "\r\n"


def _by_cell(sheet: Sheet, page: Rows) -> str:
    """Return rows as CSV for programs, with amounts written with a decimal point instead of in cents."""
    sums = [place for place, kind in enumerate(sheet.kinds) if kind in SUMS]
    lines = []
    for row in page:
        cells = list(row[:-1])
        for place in sums:
            cells[place] = None if cells[place] is None else amounts.plain(cells[place], ".")
        lines.append(cells)
    return _lines(lines, ",")


def _lines(rows: Iterable[Sequence[object]], separator: str) -> str:
    """Return rows as lines of CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def _quoted(text: str, separator: str) -> str:
    """Return a text in quotation marks where it has a sign that needs them."""
    if separator in text or '"' in text or "\r" in text or "\n" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


def _columns(sheet: Sheet, spoken: Spoken) -> list[Callable[[Sequence[object]], Sequence[str]]]:
    """Return for each column the function that writes it."""
    codes = spoken.codes(sheet)
    sums = _TextCache(lambda cents: amounts.plain(cents, ","))
    days = _TextCache(lambda day: _quoted(str(day), ";"))
    writers: list[Callable[[Sequence[object]], Sequence[str]]] = []
    for index, kind in enumerate(sheet.kinds):
        if kind in SUMS:
            writers.append(_by_cache(sums))
        elif kind is Kind.MOMENT:
            writers.append(_by_cache(_TextCache(lambda moment: f"{spoken.local(moment):%Y-%m-%d %H:%M}")))
        elif kind is Kind.TEXT:
            writers.append(_by_cache(_TextCache(_write_words(codes.get(index, {})))))
        else:
            writers.append(_by_cache(days) if kind is Kind.DAY else _numbers)
    return writers


def _by_cache(texts: _TextCache) -> Callable[[Sequence[object]], Sequence[str]]:
    """Return the function that writes a column by a cache of texts."""
    return lambda column: list(map(texts.__getitem__, column))


def _numbers(column: Sequence[object]) -> Sequence[str]:
    """Return a column of numbers as texts. They are not cached: most occur only once."""
    return [str(value) if type(value) is int else "" if value is None else _quoted(str(value), ";") for value in column]


def _write_words(codes: Mapping[str, str]) -> Callable[[Any], str]:
    """Return the function that writes a code in words; another text stays, guarded against formulas."""
    return lambda value: _quoted(guarded(codes.get(value, value)), ";")
