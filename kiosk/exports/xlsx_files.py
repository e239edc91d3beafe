"""Writes XLSX for people: real dates, amounts in euros, a header that stays in view, totals that follow the filter.

Rows go to disk as they come (XlsxWriter's constant memory), so that a long file needs no more memory than a short one.
No text is taken for a formula, a link or a number.
"""

import tempfile
from collections.abc import Callable, Iterable
from datetime import date
from typing import IO, Any

from msgspec import Struct

from kiosk.exports import labels
from kiosk.exports.csv_files import Block
from kiosk.exports.labels import Spoken
from kiosk.exports.sheets import Kind, Sheet
from kiosk.language.texts import Text

MOST_ROWS = 1_048_576 - 2  # the rows that XLSX allows in a worksheet, less header and totals
_WIDTHS = {  # of a column, in characters
    Kind.TEXT: 18,
    Kind.DAY: 12,
    Kind.MOMENT: 16,
    Kind.CENTS: 14,
    Kind.LEVEL: 14,
    Kind.COUNT: 12,
    Kind.NUMBER: 12,
}
_WIDE = {"name": 28, "email": 32, "reference": 32, "title": 32, "actor": 28}
_SUMMED = (Kind.CENTS, Kind.COUNT)  # kinds of columns with a total; a LEVEL is an amount at a moment, without a sum
_TOTAL = Text("Total", "Total")
_SUM_OF_SHOWN = 109  # SUBTOTAL's number for a sum that leaves out what a filter hides


class Cover(Struct, frozen=True):
    """The facts around the rows: language and words, the period (both days included) that the page's header names, and
    whether they are of a training home.
    """

    spoken: Spoken
    from_on: date
    until_on: date
    training: bool

    @property
    def language(self) -> str:
        """Return the language of the workbook."""
        return self.spoken.language


def write(file: IO[bytes], sheet: Sheet, blocks: Iterable[Block], cover: Cover) -> int:
    """Write a workbook with the rows of all blocks, which must not be more than `MOST_ROWS`. Returns how many there
    were.
    """
    import xlsxwriter  # a workbook is seldom asked for

    with tempfile.TemporaryDirectory(prefix="xlsx-") as folder:
        options = {
            "constant_memory": True,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        book = xlsxwriter.Workbook(file, options)
        page = _Page(book, sheet, cover)
        try:
            for block in blocks:
                page.write(block)
            page.end()
        finally:
            book.close()
    return page.rows


class _Page:
    """The one worksheet of a workbook, written from top to bottom."""

    def __init__(self, book: Any, sheet: Sheet, cover: Cover) -> None:
        self.rows = 0  # written so far
        self._book, self._sheet, self._language, self._spoken = book, sheet, cover.language, cover.spoken
        self._sums = [0] * len(sheet.columns)  # of each column that has a total
        self._formats = _formats(book, cover.language)
        name = labels.title(sheet.name, cover.language)
        self._page = book.add_worksheet(labels.tab(name, cover.language, training=cover.training))
        _lay_out(self._page, name, cover)
        self._head()
        self._writers = [self._writer(index, kind) for index, kind in enumerate(sheet.kinds)]

    def _head(self) -> None:
        """Write the header, and set each column's width and format."""
        form = self._book.add_format({"bold": True, "bg_color": "#EBE4D6", "bottom": 1, "text_wrap": True})
        for index, (column, kind) in enumerate(zip(self._sheet.columns, self._sheet.kinds, strict=True)):
            self._page.set_column(index, index, _WIDE.get(column, _WIDTHS[kind]), self._formats[kind])
            self._page.write_string(0, index, labels.heading(column, self._language), form)

    def _writer(self, index: int, kind: Kind) -> Callable[[int, Any], None]:
        """Return the function that writes a value of one column into a row, by the column's kind: days and moments are
        ISO text, amounts are cents and written in euros, a code is written as its word.
        """
        page, form = self._page, self._formats[kind]
        if kind is Kind.DAY:
            return lambda row, value: page.write_datetime(row, index, date.fromisoformat(value), form)
        if kind is Kind.MOMENT:
            return lambda row, value: page.write_datetime(row, index, self._spoken.local(value), form)
        if kind in (Kind.CENTS, Kind.LEVEL):
            return lambda row, value: page.write_number(row, index, value / 100, form)
        if kind is Kind.TEXT:
            words = self._spoken.codes(self._sheet).get(index, {})
            return lambda row, value: page.write_string(row, index, words.get(value, str(value)), form)
        return lambda row, value: page.write_number(row, index, value, form)

    def write(self, block: Block) -> None:
        """Write some more rows, given column by column; a cell stays empty for None."""
        for index, kind in enumerate(self._sheet.kinds):
            if kind in _SUMMED:
                self._sums[index] += sum(value for value in block[index] if isinstance(value, int))
        for values in zip(*block, strict=True):
            self.rows += 1
            for write, value in zip(self._writers, values, strict=True):
                if value is not None:
                    write(self.rows, value)

    def end(self) -> None:
        """Write the totals below the last row, and the filter; neither where there are no rows."""
        if not self.rows:
            return
        self._page.autofilter(0, 0, self.rows, len(self._sheet.columns) - 1)
        bold = self._book.add_format({"bold": True, "top": 1})
        for index, kind in enumerate(self._sheet.kinds):
            if kind in _SUMMED:
                self._total(index, kind)
            else:
                self._page.write_string(self.rows + 1, index, "" if index else _TOTAL.to(self._language), bold)

    def _total(self, index: int, kind: Kind) -> None:
        """Write the sum of a column as a formula that follows the filter, with its present value beside it."""
        letter = chr(ord("A") + index)  # no file has as many columns as there are letters
        formula = f"=SUBTOTAL({_SUM_OF_SHOWN},{letter}2:{letter}{self.rows + 1})"
        total = self._sums[index] / 100 if kind is Kind.CENTS else self._sums[index]
        self._page.write_formula(self.rows + 1, index, formula, self._formats[f"total-{kind}"], total)


def _lay_out(page: Any, name: str, cover: Cover) -> None:
    """Set a header that stays in view, and the page layout for printing."""
    mark = f"{labels.TRAINING.to(cover.language)} · " if cover.training else ""
    page.freeze_panes(1, 0)
    page.repeat_rows(0)  # on each printed page
    page.set_header(f"&L{mark}{name}&R{cover.from_on} – {cover.until_on}")
    page.set_footer("&R&P / &N")
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)  # one page wide, as many long as needed


def _formats(book: Any, language: str) -> dict[str, Any]:
    """Return the workbook's cell formats by kind of column, and those of the totals by `total-` and the kind."""
    # With their countries, so that a spreadsheet in another language knows a day and a currency when it sees them.
    euros = "[$€-1809]#,##0.00" if language == "en" else "#,##0.00\\ [$€-40C]"
    days = "yyyy-mm-dd" if language == "en" else "[$-40C]dd/mm/yyyy"
    shapes: dict[Kind, dict[str, object]] = {
        Kind.TEXT: {},
        Kind.DAY: {"num_format": days, "align": "left"},
        Kind.MOMENT: {"num_format": f"{days} hh:mm", "align": "left"},
        Kind.CENTS: {"num_format": euros},
        Kind.LEVEL: {"num_format": euros},
        Kind.COUNT: {"num_format": "#,##0"},
        Kind.NUMBER: {"num_format": "0"},
    }
    plain = {str(kind): book.add_format(shape) for kind, shape in shapes.items()}
    totals = {f"total-{kind}": book.add_format({**shapes[kind], "bold": True, "top": 1}) for kind in _SUMMED}
    return plain | totals
