"""Workbooks are read as CSVs, in a child that may be ended; what is none is handed back."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date

import pytest
import xlsxwriter

from kiosk.domain.problems import Problem
from kiosk.members import workbooks
from tests.domain.books.xls_files import Cell, xls

_ODS = """<?xml version="1.0" encoding="UTF-8"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body><office:spreadsheet>
<table:table table:name="A"><table:table-row><table:table-cell office:value-type="date" office:date-value="2026-11-25"/>
<table:table-cell office:value-type="string"><text:p>VIR</text:p></table:table-cell>
<table:table-cell office:value-type="float" office:value="25.1"/></table:table-row></table:table>
</office:spreadsheet></office:body></office:document-content>"""

_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"></manifest:manifest>'
)


def workbook(*sheets: Sequence[Sequence[object]]) -> bytes:
    """An .xlsx of some sheets."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    dated = book.add_format({"num_format": "dd/mm/yyyy"})
    for lines in sheets:
        sheet = book.add_worksheet()
        for row, cells in enumerate(lines):
            for column, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(row, column, cell, dated)
                else:
                    sheet.write(row, column, cell)
    book.close()
    return made.getvalue()


def refused(data: bytes) -> str:
    """The code with which a file is refused."""
    with pytest.raises(Problem) as caught:
        workbooks.as_csv(data)
    return caught.value.code


def test_a_workbook_is_its_sheet_as_a_csv() -> None:
    lines: list[list[object]] = [
        ["Date", "Libellé", "Montant", ""],
        [date(2026, 11, 25), "VIR; MOREAU\nX", -1234.5],
        ["", "A", 12],
    ]
    assert workbooks.as_csv(workbook(lines, [])).decode() == (
        'Date;Libellé;Montant\n2026-11-25;"VIR; MOREAU X";-1234.50\n;A;12\n'
    )


def test_an_xls_is_read_too() -> None:
    lines: list[list[Cell]] = [
        ["Date", "Libellé"],
        [date(2026, 11, 25), "VIR; MOREAU", -1234.5],
        ["é", "", 9876543210.25],
    ]
    assert workbooks.as_csv(xls(lines)).decode() == (
        'Date;Libellé\n2026-11-25;"VIR; MOREAU";-1234.50\né;;9876543210.25\n'
    )


def test_an_ods_is_read_too() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("META-INF/manifest.xml", _MANIFEST)
        packed.writestr("content.xml", _ODS.replace("\n", ""))
    assert workbooks.as_csv(made.getvalue()).decode() == "2026-11-25;VIR;25.10\n"


def test_what_is_no_workbook_is_handed_back() -> None:
    assert workbooks.as_csv(b"Date;Montant\n") == b"Date;Montant\n"


def test_a_workbook_that_cannot_be_read_says_why() -> None:
    assert refused(b"PK\x03\x04 nothing") == "import-workbook"
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600) == "import-workbook"
    assert refused(workbook([])) == "import-workbook"
    assert refused(workbook([["a"]], [["b"]])) == "import-sheets"
    assert refused(workbook([[""] * 2] * 20_000 + [["x"]])) == "import-workbook-large"
    assert refused(b"PK\x03\x04" + b"\0" * 1_500_000) == "import-size"
