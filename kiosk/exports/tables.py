"""Holds tables of figures with their words, and writes the same numbers for a page, a spreadsheet or a program."""

import csv
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import IO, Any, TextIO

from markupsafe import Markup
from msgspec import Struct

from kiosk import slow_work
from kiosk.domain import amounts
from kiosk.exports import formats, labels
from kiosk.exports.csv_files import guarded
from kiosk.language.texts import Text

HIDDEN = "hidden"  # stands in a cell for a number that could identify people
_HIDDEN_WORD = Text("caché", "hidden")  # what people read there

_HEADINGS = (Text("Tableau", "Table"), Text("Ligne", "Row"), Text("Colonne", "Column"), Text("Valeur", "Value"))

Cell = int | str | None


class Unit(StrEnum):
    """The unit of a cell's whole number: a count, cents, thousandths of a whole (SHARE), or tenths (MEAN)."""

    COUNT = "count"
    CENTS = "cents"
    SHARE = "share"
    MEAN = "mean"


class Column(Struct, frozen=True):
    """A column: its name for programs, its heading, and its unit where a row has none of its own."""

    code: str
    heading: str
    unit: Unit = Unit.COUNT


class Row(Struct, frozen=True):
    """A row: its name for programs, its heading, and a cell for each column: a whole number, `HIDDEN`, or None where
    there is no number. Its `unit`, if it has one, counts for all its cells.
    """

    code: str
    heading: str
    cells: tuple[Cell, ...]
    unit: Unit | None = None


class Table(Struct, frozen=True):
    """A table. `first` is the heading of the column of row headings; `picture` an SVG of the same numbers."""

    code: str
    title: str
    first: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row | None = None
    note: str = ""
    picture: Markup | None = None

    @property
    def all_rows(self) -> tuple[Row, ...]:
        """Return the rows, with the total last."""
        return self.rows if self.total is None else (*self.rows, self.total)

    def unit(self, row: Row, place: int) -> Unit:
        """Return the unit of a cell: its row's, else that of the column at a place, counted from 0."""
        return row.unit or self.columns[place].unit


def written(cell: Cell, unit: Unit, language: str) -> str:
    """Return a cell as people read it: "–" for None, "hidden" for `HIDDEN`, which stands for a number that could
    identify people, any other number with its unit.
    """
    if cell is None:
        return "–"
    if isinstance(cell, str):
        return _HIDDEN_WORD.to(language)
    if unit is Unit.CENTS:
        return formats.euros(cell, language)
    if unit is Unit.COUNT:
        return formats.number(cell, language)
    if unit is Unit.MEAN:
        return formats.number(cell / 10, language, "#,##0.0")
    return formats.percent(cell * 10, language, "0.0")  # from thousandths to hundredths of a percent


def facts(tables: Iterable[Table]) -> dict[str, Any]:
    """Return the tables for programs: by table, row and column; amounts in cents, shares in thousandths, means in
    tenths.
    """
    return {
        table.code: {
            row.code: {column.code: cell for column, cell in zip(table.columns, row.cells, strict=True)}
            for row in table.all_rows
        }
        for table in tables
    }


def write_csv(file: TextIO, tables: Sequence[Table], language: str) -> None:
    """Write one line for each cell (table, row, column, value), for a French spreadsheet: `;` between the cells, commas
    in numbers. Words are in `language`.
    """
    file.write("\ufeff")  # by which spreadsheets know UTF-8
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(heading.to(language) for heading in _HEADINGS)
    for table in tables:
        for row in table.all_rows:
            for place, cell in enumerate(row.cells):
                words = (table.title, row.heading, table.columns[place].heading)
                writer.writerow([*map(guarded, words), _plain(cell, table.unit(row, place), language)])


def _plain(cell: Cell, unit: Unit, language: str) -> str:
    """Return a cell as a French spreadsheet reads it: with a comma, without units; "" for None."""
    if cell is None or isinstance(cell, str):
        return "" if cell is None else written(cell, unit, language)
    if unit is Unit.CENTS:
        return amounts.plain(cell, ",")
    if unit is Unit.COUNT:
        return str(cell)
    return f"{cell / 10:.1f}".replace(".", ",")  # thousandths as percent, tenths as a mean


def write_xlsx(file: IO[bytes], tables: Sequence[Table], language: str, *, training: bool) -> None:
    """Write a workbook with a sheet for each table. No text is taken for a formula, a link or a number. Raises Busy
    `busy-making` where its turn among slow work does not come in time.
    """
    import xlsxwriter  # a workbook is seldom asked for

    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with slow_work.turn():
        book = xlsxwriter.Workbook(file, options)
        try:
            forms = _formats(book, language)
            for place, table in enumerate(tables):
                page = book.add_worksheet(labels.tab(f"{place + 1} {table.title}", language, training=training))
                _write_sheet(page, table, forms, language)
        finally:
            book.close()


def _formats(book: Any, language: str) -> dict[str, Any]:
    """Return the workbook's cell formats by unit, and those of headings."""
    # With its country, so that a spreadsheet in another language knows the currency.
    euros = "[$€-1809]#,##0.00" if language == "en" else "#,##0.00\\ [$€-40C]"
    shapes = {"cents": euros, "count": "#,##0", "share": "0.0%", "mean": "#,##0.0"}
    by_unit = {name: book.add_format({"num_format": shape}) for name, shape in shapes.items()}
    head = book.add_format({"bold": True, "bg_color": "#EBE4D6", "bottom": 1, "text_wrap": True})
    return {**by_unit, "head": head, "bold": book.add_format({"bold": True})}


def _write_sheet(page: Any, table: Table, forms: dict[str, Any], language: str) -> None:
    """Write a table to its sheet, ready to print on A4 across."""
    page.set_column(0, 0, 36)  # first and last column, and how many characters wide
    page.set_column(1, len(table.columns), 16)
    page.freeze_panes(1, 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)  # one page wide, as many long as needed
    for place, heading in enumerate((table.first, *(column.heading for column in table.columns))):
        page.write_string(0, place, heading, forms["head"])
    for line, row in enumerate(table.all_rows, start=1):
        page.write_string(line, 0, row.heading, forms["bold"] if row is table.total else None)
        for place, cell in enumerate(row.cells):
            unit = table.unit(row, place)
            if isinstance(cell, str):
                page.write_string(line, place + 1, written(cell, unit, language))
            elif cell is not None:
                page.write_number(line, place + 1, _number(cell, unit), forms[unit.value])


def _number(cell: int, unit: Unit) -> float:
    """Return a cell as a spreadsheet counts it: cents as euros, thousandths as shares of 1, tenths as the mean."""
    return cell / {Unit.CENTS: 100, Unit.COUNT: 1, Unit.SHARE: 1000, Unit.MEAN: 10}[unit]
