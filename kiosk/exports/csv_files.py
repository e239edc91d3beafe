"""Writes CSV in two dialects: one that French spreadsheets open with a double click, and RFC 4180 for programs.

Rows come as blocks of columns, so that what is formatted is formatted a column at a time, each different value once.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TextIO

from kiosk.domain import amounts
from kiosk.domain.spreadsheet import FORMULA_STARTS
from kiosk.exports.labels import Spoken
from kiosk.exports.sheets import Kind, Sheet

Block = Sequence[Sequence[object]]  # some rows, column by column


_MOST_KEPT = 10_000


class _Written(dict[Any, str]):
    """Each value as it was written before; it forgets all of them before they are too many."""

    def __init__(self, write: Callable[[Any], str]) -> None:
        super().__init__()
        self._write = write

    def __missing__(self, value: object) -> str:
        if len(self) >= _MOST_KEPT:
            self.clear()
        text = self[value] = "" if value is None else self._write(value)
        return text


def guarded(value: object) -> str:
    """A text that no spreadsheet runs as a formula. `kiosk.domain.spreadsheet` reads it back as it was."""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def write(file: TextIO, sheet: Sheet, blocks: Iterable[Block], spoken: Spoken | None) -> int:
    """Write the header and every row as it comes; nothing is gathered. Returns how many rows there were."""
    return sum(written(file, sheet, blocks, spoken))


def written(file: TextIO, sheet: Sheet, blocks: Iterable[Block], spoken: Spoken | None) -> Iterator[int]:
    """Write the header, then block by block; yields how many rows were just written, 0 after the header.

    What is `spoken` in a language is for a spreadsheet: byte-order mark, `;`, decimal comma, formulas guarded, words
    for codes. Without one it is raw, for programs: RFC 4180, decimal point, codes as they are.
    """
    if spoken is not None:
        file.write("\ufeff")
    writer = csv.writer(file, delimiter="," if spoken is None else ";", lineterminator="\r\n")
    writer.writerow(sheet.columns if spoken is None else spoken.headings(sheet))
    yield 0
    formats = _formats(sheet, spoken)
    for block in blocks:
        columns = list(block)
        for index, texts in formats.items():
            columns[index] = list(map(texts.__getitem__, columns[index]))
        writer.writerows(zip(*columns, strict=True))
        yield len(columns[0])


def _formats(sheet: Sheet, spoken: Spoken | None) -> dict[int, _Written]:
    """By column: what formats it. Days come as ISO text and numbers write themselves."""
    decimal = "." if spoken is None else ","
    sums = _Written(lambda cents: amounts.plain(cents, decimal))
    found = {index: sums for index, kind in enumerate(sheet.kinds) if kind in (Kind.CENTS, Kind.LEVEL)}
    if spoken is not None:
        codes = spoken.codes(sheet)
        found |= {
            index: _Written(_worded(codes.get(index, {})))
            for index, kind in enumerate(sheet.kinds)
            if kind is Kind.TEXT
        }
    return found


def _worded(codes: Mapping[str, str]) -> Callable[[Any], str]:
    return lambda value: guarded(codes.get(value, value))
