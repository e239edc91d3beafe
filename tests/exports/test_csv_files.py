"""CSV: what is written, dialect by dialect."""

import csv
import io

import pytest

from kiosk.exports import csv_files
from kiosk.exports.csv_files import Block
from kiosk.exports.labels import Spoken
from kiosk.exports.sheets import SHEETS

PASSES = SHEETS["day-passes"]
ROW = ("2026-11-02", 1, "=HYPERLINK(1)", "itinerant", "comfort", "full", "full", -1250, 12, None)


FRENCH = Spoken("fr", {"plan": {"itinerant": "Itinérant"}, "zone": {"comfort": "Espace de travail"}})


def written(spoken: Spoken | None, blocks: list[Block]) -> str:
    file = io.StringIO(newline="")
    csv_files.write(file, PASSES, blocks, spoken)
    return file.getvalue()


def test_raw_is_the_same_bytes_for_ever() -> None:
    assert written(None, [list(zip(ROW, strict=True))]) == (
        "day,member,name,plan,zone,right,tariff,amount,entry,reversed_by\r\n"
        "2026-11-02,1,=HYPERLINK(1),itinerant,comfort,full,full,-12.50,12,\r\n"
    )


def test_a_spreadsheet_gets_semicolons_a_comma_and_no_formula() -> None:
    assert written(FRENCH, [list(zip(ROW, strict=True))]) == (
        "\ufeffJour;Membre;Nom;Formule;Zone;Droit;Tarif;Montant;Écriture;Contre-écriture\r\n"
        "2026-11-02;1;'=HYPERLINK(1);Itinérant;Espace de travail;journée;plein;-12,50;12;\r\n"
    )


@pytest.mark.parametrize("text", ["=1", "+33 6", "-1", "@x", "\tx", "\rx"])
def test_what_would_run_in_a_spreadsheet_is_guarded(text: str) -> None:
    row = (*ROW[:2], text, *ROW[3:])
    lines = csv.reader(io.StringIO(written(FRENCH, [list(zip(row, strict=True))]), newline=""), delimiter=";")
    cell = list(lines)[1][2]
    assert cell == f"'{text}"
    assert csv_files.guarded("'tis") == "'tis"


def test_more_different_values_than_are_kept_are_written_all_the_same() -> None:
    rows = [(*ROW[:2], f"n{number}", *ROW[3:7], number, number, None) for number in range(25_000)]
    lines = written(FRENCH, [list(zip(*rows, strict=True))]).splitlines()
    assert len(lines) == 25_001
    assert lines[-1] == "2026-11-02;1;n24999;Itinérant;Espace de travail;journée;plein;249,99;24999;"


def test_every_column_of_every_file_is_named_once() -> None:
    for sheet in SHEETS.values():
        assert len(set(sheet.columns)) == len(sheet.columns)
