"""Workbooks, as XML says them and as LibreOffice opens them."""

import io
import re
import zipfile
from datetime import date
from pathlib import Path

from kiosk.exports import csv_files, xlsx_files
from kiosk.exports.labels import Spoken
from kiosk.exports.sheets import SHEETS
from kiosk.exports.xlsx_files import Cover
from tests.exports import libreoffice

PASSES = SHEETS["day-passes"]
FRENCH = Cover(Spoken("fr"), date(2026, 11, 1), date(2026, 11, 30), training=False)
ROWS = [
    ("2026-11-02", 1, "Inès Moreau", "itinerant", "comfort", "full", "full", 500, 12, None),
    ("2026-11-03", 2, "=1+1", "itinerant", "comfort", "reduced", "reduced", 250, 13, 14),
    ("2026-11-03", None, None, None, "comfort", "carnet", None, 0, 15, None),
]
BLOCKS = [list(zip(*ROWS[:2], strict=True)), list(zip(*ROWS[2:], strict=True))]


def parts(file: io.BytesIO) -> dict[str, str]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_a_workbook_opens_with_days_that_are_days_and_sums_that_add_up(tmp_path: Path) -> None:
    path = tmp_path / "passes.xlsx"
    with path.open("wb") as file:
        assert xlsx_files.write(file, PASSES, BLOCKS, FRENCH) == 3
    head, first, second, third, totals = libreoffice.cells(path, tmp_path)
    assert [cell.shown for cell in head[:4]] == ["Jour", "Membre", "Nom", "Formule"]
    assert first[0] == ("date", "2026-11-02", "02/11/2026")
    assert (first[7].kind, first[7].value) == ("currency", "5")
    assert first[7].shown.endswith("€")
    assert second[2] == ("string", "=1+1", "=1+1")
    assert [cell.shown for cell in second[5:7]] == ["journée, tarif réduit", "réduit"]
    assert third[1].kind == ""
    assert totals[0].shown == "Total"
    assert totals[7].value == "7.5"


def test_a_csv_for_spreadsheets_opens_with_days_that_are_days_and_sums_that_are_numbers(tmp_path: Path) -> None:
    path = tmp_path / "passes.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(text for text, _ in csv_files.spoken_pieces(PASSES, BLOCKS, Spoken("fr")))
    _, first, second, third = libreoffice.cells(path, tmp_path)
    assert first[0][:2] == ("date", "2026-11-02")
    assert [cell.kind for cell in (first[7], second[7], third[7])] == ["float"] * 3
    assert sum(float(row[7].value) for row in (first, second, third)) == 7.5
    assert (second[2].kind, second[2].value) == ("string", "'=1+1")


def test_the_header_stays_and_totals_follow_the_filter() -> None:
    file = io.BytesIO()
    xlsx_files.write(file, PASSES, BLOCKS, FRENCH)
    sheet = parts(file)["xl/worksheets/sheet1.xml"]
    assert re.search(r'<pane ySplit="1" topLeftCell="A2" [^>]*state="frozen"/>', sheet)
    assert '<autoFilter ref="A1:J4"/>' in sheet
    assert "<f>SUBTOTAL(109,H2:H4)</f><v>7.5</v>" in sheet
    assert sheet.count("<f>") == 1


def test_a_workbook_of_a_training_home_says_so() -> None:
    file = io.BytesIO()
    xlsx_files.write(file, PASSES, [], Cover(Spoken("en"), FRENCH.from_on, FRENCH.until_on, training=True))
    inside = parts(file)
    assert 'name="TRAINING Day passes"' in inside["xl/workbook.xml"]
    assert "TRAINING · Day passes" in inside["xl/worksheets/sheet1.xml"]


def test_every_file_has_a_title_and_a_heading_for_each_column_in_both_languages() -> None:
    for sheet in SHEETS.values():
        for language in ("fr", "en"):
            cover = Cover(Spoken(language), FRENCH.from_on, FRENCH.until_on, training=True)
            assert xlsx_files.write(io.BytesIO(), sheet, [], cover) == 0
