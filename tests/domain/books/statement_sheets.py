"""Writes a statement as a workbook: days as days and sums as numbers, as banks and platforms do; and reads it back."""

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date
from enum import Enum
from xml.sax.saxutils import escape

import xlsxwriter

from kiosk.domain import spreadsheet
from kiosk.members import workbook_child

from .xls_files import Cell, xls

_NAMES = "urn:oasis:names:tc:opendocument:xmlns"
_OPENS = (
    f'<office:document-content xmlns:office="{_NAMES}:office:1.0" xmlns:text="{_NAMES}:text:1.0"'
    f' xmlns:table="{_NAMES}:table:1.0"><office:body><office:spreadsheet><table:table table:name="A">'
)
_CLOSES = "</table:table></office:spreadsheet></office:body></office:document-content>"
_MANIFEST = f'<manifest:manifest xmlns:manifest="{_NAMES}:manifest:1.0"></manifest:manifest>'


class Book(Enum):
    """The kinds of workbooks that are read."""

    XLSX = "xlsx"
    ODS = "ods"
    XLS = "xls"

    def of(self, text: bytes) -> bytes:
        """Return the workbook of a CSV."""
        rows = [[_cell(each) for each in line.split(";")] for line in text.decode().splitlines()]
        return {Book.XLSX: _xlsx, Book.ODS: _ods, Book.XLS: xls}[self](rows)


def read(content: bytes) -> bytes:
    """Return a workbook as the CSV that its child makes of it; within this process."""
    answer = workbook_child._answer({"lines": 1_000, "columns": spreadsheet.MOST_COLUMNS}, content)
    return str(answer["text"]).encode()


def _cell(text: str) -> Cell:
    day = re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", text)
    if day:
        return date(int(day[3]), int(day[2]), int(day[1]))
    return float(text.replace(",", ".")) if re.fullmatch(r"-?\d+,\d\d", text) else text


def _xlsx(rows: Sequence[Sequence[Cell]]) -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    dated, sheet = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_worksheet()
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, date):
                sheet.write_datetime(row, column, cell, dated)
            else:
                sheet.write(row, column, cell)
    book.close()
    return made.getvalue()


def _ods(rows: Sequence[Sequence[Cell]]) -> bytes:
    lines = "".join(f"<table:table-row>{''.join(map(_tag, cells))}</table:table-row>" for cells in rows)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("META-INF/manifest.xml", _MANIFEST)
        packed.writestr("content.xml", f'<?xml version="1.0" encoding="UTF-8"?>{_OPENS}{lines}{_CLOSES}')
    return made.getvalue()


def _tag(cell: Cell) -> str:
    if isinstance(cell, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{cell.isoformat()}"/>'
    if isinstance(cell, float):
        return f'<table:table-cell office:value-type="float" office:value="{cell!r}"/>'
    if not cell:
        return "<table:table-cell/>"
    return f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
