"""CSV: what is written, dialect by dialect."""

import csv
import io
from collections.abc import Sequence

import pytest

from kiosk.domain import amounts
from kiosk.domain.joined import CELL, LINE, Joined
from kiosk.exports import csv_files
from kiosk.exports.labels import Spoken
from kiosk.exports.sheets import SHEETS, Kind

PASSES = SHEETS["day-passes"]
ROW = ("2026-11-02", 1, "=HYPERLINK(1)", "itinerant", "comfort", "full", "full", -1250, 12, None)


FRENCH = Spoken("fr", {"plan": {"itinerant": "Itinérant"}, "zone": {"comfort": "Espace de travail"}})
TEXTS = (
    *("", '"', 'a "b" c', ",", ";", "a,b", "a;b", "\r\n", "a\nb", "a\rb", " a ", "'", "%s", "é\u202f€", "日本"),
    *("=1+1", "+33 6", "-1", "@x", "\tx", '="a;b"', "\x1f", "a\x1fb", "\x1e", "a\x1eb", "a\x1eb\x1fc", "\x1e,", None),
)
CENTS = (None, 0, 1, -1, 99, -99, 100, -100, 1250, -12_345_678_901, 99_999_999_999_999)

Row = Sequence[object]


def spoken(rows: Sequence[Row]) -> str:
    blocks = [list(zip(*rows, strict=True))] if rows else []
    return "".join(text for text, _ in csv_files.spoken_pieces(PASSES, blocks, FRENCH))


def raw(rows: Sequence[Row]) -> str:
    """By cell; joined must be the same where it can be."""
    pages = [[(*row, number) for number, row in enumerate(rows)]] if rows else []
    text = "".join(text for text, _ in csv_files.raw_pieces(PASSES, pages))
    if rows and not any(sign in str(cell) for row in rows for cell in row for sign in (CELL, LINE)):
        joined = LINE.join(CELL.join(map(_joined, row, PASSES.kinds)) for row in rows)
        assert "".join(text for text, _ in csv_files.raw_pieces(PASSES, [Joined(joined, len(rows))])) == text
    return text


def _joined(cell: object, kind: Kind) -> str:
    return "" if cell is None else amounts.plain(int(str(cell)), ".") if kind is Kind.CENTS else str(cell)


def by_the_library(rows: Sequence[Row], words: Spoken | None) -> str:
    """Cell by cell, as the standard library writes it."""
    file = io.StringIO(newline="")
    file.write("" if words is None else "\ufeff")
    writer = csv.writer(file, delimiter="," if words is None else ";", lineterminator="\r\n")
    writer.writerow(PASSES.columns if words is None else words.headings(PASSES))
    for row in rows:
        cells = list(row)
        for place, (cell, kind) in enumerate(zip(row, PASSES.kinds, strict=True)):
            if cell is not None and kind is Kind.CENTS:
                cells[place] = amounts.plain(int(str(cell)), "." if words is None else ",")
            elif cell is not None and words is not None and kind is Kind.TEXT:
                cells[place] = csv_files.guarded(words.codes(PASSES).get(place, {}).get(str(cell), cell))
        writer.writerow(cells)
    return file.getvalue()


def awkward() -> list[Row]:
    """Rows with one awkward value each, and one with nothing but such values."""
    texts = [(*ROW[:2], text, *ROW[3:]) for text in TEXTS]
    codes = [(*ROW[:6], text, *ROW[7:]) for text in TEXTS]
    sums = [(*ROW[:7], cents, number, cents) for number, cents in enumerate(CENTS)]
    return [*texts, *codes, *sums, (",", None, '"', ";", "\n", "=", "\r", None, None, -1)]


def test_whatever_the_values_are_each_byte_is_as_if_they_were_written_one_by_one() -> None:
    rows = awkward()
    for page in (*([row] for row in rows), rows, [row for row in rows if row[7] is not None]):
        assert raw(page) == by_the_library(page, None), page
        assert spoken(page) == by_the_library(page, FRENCH), page


def test_raw_is_the_same_bytes_for_ever() -> None:
    assert raw([ROW]) == (
        "day,member,name,plan,zone,right,tariff,amount,entry,reversed_by\r\n"
        "2026-11-02,1,=HYPERLINK(1),itinerant,comfort,full,full,-12.50,12,\r\n"
    )


def test_a_spreadsheet_gets_semicolons_a_comma_and_no_formula() -> None:
    assert spoken([ROW]) == (
        "\ufeffJour;Membre;Nom;Formule;Zone;Droit;Tarif;Montant;Écriture;Contre-écriture\r\n"
        "2026-11-02;1;'=HYPERLINK(1);Itinérant;Espace de travail;journée;plein;-12,50;12;\r\n"
    )


@pytest.mark.parametrize("text", ["=1", "+33 6", "-1", "@x", "\tx", "\rx"])
def test_what_would_run_in_a_spreadsheet_is_guarded(text: str) -> None:
    row = (*ROW[:2], text, *ROW[3:])
    lines = csv.reader(io.StringIO(spoken([row]), newline=""), delimiter=";")
    cell = list(lines)[1][2]
    assert cell == f"'{text}"
    assert csv_files.guarded("'tis") == "'tis"


def test_more_different_values_than_are_kept_are_written_all_the_same() -> None:
    rows = [(*ROW[:2], f"n{number}", *ROW[3:7], number, number, None) for number in range(25_000)]
    lines = spoken(rows).splitlines()
    assert len(lines) == 25_001
    assert lines[-1] == "2026-11-02;1;n24999;Itinérant;Espace de travail;journée;plein;249,99;24999;"


def test_every_column_of_every_file_is_named_once() -> None:
    for sheet in SHEETS.values():
        assert len(set(sheet.columns)) == len(sheet.columns)
