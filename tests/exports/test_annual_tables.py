"""The report's tables on paper, in a workbook, as CSV; charts; and what the attestation says was tested."""

import io
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from kiosk.exports import charts, tables
from kiosk.exports.books.attestation_text import CONDITIONS
from kiosk.exports.charts import Words
from kiosk.exports.tables import HIDDEN, Column, Row, Table, Unit

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"


def table(heading: str = "Journée") -> Table:
    return Table(
        "one",
        "Une table",
        "Chiffre",
        (Column("cents", "Euros", Unit.CENTS), Column("count", "Nombre")),
        (Row("a", heading, (123456, 7)), Row("b", "Part", (455, HIDDEN), Unit.SHARE), Row("c", "Rien", (None, 0))),
        Row("total", "En tout", (-5, 12345)),
    )


@pytest.mark.parametrize(
    ("cell", "unit", "french", "english"),
    [
        (123456, Unit.CENTS, "1\u202f234,56\u00a0€", "€1,234.56"),
        (12345, Unit.COUNT, "12\u202f345", "12,345"),
        (455, Unit.SHARE, "45,5\u00a0%", "45.5%"),
        (176, Unit.MEAN, "17,6", "17.6"),
        (None, Unit.COUNT, "–", "–"),
        (HIDDEN, Unit.COUNT, "caché", "hidden"),
    ],
)
def test_a_cell_is_written_as_people_read_it(cell: tables.Cell, unit: Unit, french: str, english: str) -> None:
    assert tables.written(cell, unit, "fr") == french
    assert tables.written(cell, unit, "en") == english


def test_csv_has_a_line_a_number_and_no_formula() -> None:
    text = io.StringIO()
    tables.write_csv(text, [table("=1+1")], "fr")
    lines = text.getvalue().removeprefix("\ufeff").split("\r\n")
    assert lines[:6] == [
        "Tableau;Ligne;Colonne;Valeur",
        "Une table;'=1+1;Euros;1234,56",
        "Une table;'=1+1;Nombre;7",
        "Une table;Part;Euros;45,5",
        "Une table;Part;Nombre;caché",
        "Une table;Rien;Euros;",
    ]


def test_a_workbook_has_a_sheet_a_table_with_real_numbers() -> None:
    content = io.BytesIO()
    tables.write_xlsx(content, [table("=1+1"), table()], "fr", training=True)
    book = zipfile.ZipFile(content)
    assert re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode()) == [
        "MODE ÉCOLE 1 Une table",
        "MODE ÉCOLE 2 Une table",
    ]
    sheet, texts = book.read("xl/worksheets/sheet1.xml").decode(), book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert "<t>=1+1</t>" in texts
    assert "<t>caché</t>" in texts
    assert re.findall(r'<c r="(\w+)" s="\d+"><v>([-\d.]+)</v>', sheet) == [
        ("B2", "1234.56"),
        ("C2", "7"),
        ("B3", "0.455"),
        ("C4", "0"),
        ("B5", "-0.05"),
        ("C5", "12345"),
    ]


def test_programs_get_codes_and_whole_numbers() -> None:
    assert tables.facts([table()])["one"]["b"] == {"cents": 455, "count": "hidden"}


def words(count: int, series: int, title: str = "Recettes") -> Words:
    labels = tuple(f"m{place}" for place in range(count))
    values = tuple(("1",) * count for _ in range(series))
    return Words(title, "En tout : 1.", labels, tuple(f"s{place}" for place in range(series)), values, ": ", "loyer")


def test_a_chart_says_in_words_what_it_shows_and_escapes_them() -> None:
    drawn = ElementTree.fromstring(charts.bars([[1, 2], [3, 0]], words(2, 2, "<Prix> & co"), [2, 4]))  # noqa: S314  # ours
    title = drawn.find(f"{SVG}title")
    assert title is not None
    assert title.text == "<Prix> & co"
    assert drawn.get("role") == "img"
    assert len([box for box in drawn.iter(f"{SVG}rect") if box.find(f"{SVG}title") is not None]) == 3
    levels = {line.get("y1") for line in drawn.iter(f"{SVG}line") if line.get("stroke-dasharray")}
    assert len(levels) == 2


def test_a_legend_of_many_goes_on_below_and_stays_within() -> None:
    drawn = charts.bars([[1]] * 7, words(1, 7))
    places = [float(x) for x in re.findall(r'<text x="([\d.]+)" y="[\d.]+">s\d', drawn)]
    assert len(places) == 7
    assert max(places) < charts.WIDE.width - 100
    assert 'viewBox="0 0 720 308"' in drawn


def test_a_legend_of_long_names_has_fewer_beside_each_other() -> None:
    long = replace(words(1, 3), series=("À la journée + Formule au mois", "Carnet", "Coin gratuit"))
    drawn = charts.bars([[1]] * 3, long)
    places = [float(x) for x in re.findall(r'<text x="([\d.]+)" y="[\d.]+">(?:À|C)', drawn)]
    assert places[1] - places[0] > len(long.series[0]) * charts.WIDE.letter
    assert places[2] == places[0]  # in the next row


def test_where_nobody_said_what_the_rent_is_no_line_is_drawn() -> None:
    drawn = charts.bars([[1, 2]], words(2, 1), [0, 2])
    (part,) = re.findall(r'<line x1="([\d.]+)" x2="([\d.]+)"[^>]*stroke-dasharray', drawn)
    assert float(part[0]) > charts.WIDE.left
    none = charts.bars([[1, 2]], words(2, 1), [0, 0])
    assert "dasharray" not in none
    assert "loyer" not in none


@pytest.mark.parametrize(
    ("most", "lines"),
    [(1, [1, 2, 3]), (5, [1, 2, 3, 4, 5]), (189, [50, 100, 150, 200]), (111_000, [50_000, 100_000, 150_000])],
)
def test_a_scale_has_three_to_five_round_lines(most: int, lines: list[int]) -> None:
    assert charts.ticks(most) == lines


def test_a_scale_of_money_has_no_cents_where_nothing_was_charged_yet() -> None:
    assert charts.ticks(1, charts.EURO) == [100, 200, 300]
    assert charts.ticks(111_000, charts.EURO) == charts.ticks(111_000)


def test_a_scale_is_of_three_to_five_lines_whatever_is_drawn() -> None:
    for most in (*range(1, 500), *range(500, 2_000_000, 997)):
        assert 3 <= len(charts.ticks(most)) <= 5
        assert charts.ticks(most)[-1] >= most


def test_the_line_is_named_beside_the_columns_and_on_a_telephone_below_them() -> None:
    wide = charts.bars([[1, 2]], words(2, 1), [2, 2])
    rectangles = re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', wide)
    (beside,) = re.findall(r'<text x="([\d.]+)" y="[\d.]+" fill="#8c1d18">loyer', wide)
    assert float(beside) > max(float(x) + float(width) for x, width in rectangles)
    narrow = charts.bars([[1, 2]], words(2, 1), [2, 2], charts.NARROW)
    (below,) = re.findall(r'<text x="[\d.]+" y="([\d.]+)">loyer', narrow)
    assert float(below) > charts.HEIGHT


def test_a_product_has_its_colour_wherever_it_is_drawn() -> None:
    known = ["membership", "day", "carnet-10"]
    assert charts.colour("day", known) == charts.colour("day", [*known, "month"]) == charts.COLOURS[1]
    assert charts.colour("unknown", known) == charts.COLOURS[3]


def test_a_chart_of_nothing_and_of_less_than_nothing_is_drawn() -> None:
    assert "<rect" not in charts.bars([[0, 0]], words(2, 1))
    assert charts.bars([[-5, 5]], words(2, 1)).count("<rect") == 1


def test_every_test_that_the_attestation_names_exists() -> None:
    named = [test for condition in CONDITIONS for test in condition.tests]
    assert len(CONDITIONS) == 4
    for file, _, name in (test.partition("::") for test in named):
        assert (ROOT / file).is_file(), file
        assert not name or f"def {name}(" in (ROOT / file).read_text("utf-8"), name
