"""The data file's part about the books: who the association is, VAT, accounts; checked whole, written as dated rows."""

import json
from pathlib import Path

import pytest

from kiosk.domain.periods import Unit
from kiosk.errors import RequestError
from kiosk.setup import home_creation
from kiosk.setup.home_creation import NewHome
from kiosk.space import first_rules
from kiosk.space.first_rules import SHIPPED
from tests.conftest import WEDNESDAY
from tests.fakes import FakeClock

BOOKS = """
[association]
name = "La Coroutine"
address = "1 rue de l’Exemple\\n59000 Lille"
siren = "123 456 782"
iban = "FR76 3000 6000 0112 3456 7890 189"

[books]
fiscal_year_month = 9
vat_status = "liable"
vat_rates = { day = "20", week = "5,5", membership = "0" }
accounts = { cash = "531", "product:day" = "70611" }
"""


def written(tmp_path: Path, more: str) -> Path:
    path = tmp_path / "first_rules.toml"
    path.write_text(SHIPPED.read_text("utf-8").replace("[[product]]", f"{more}\n[[product]]", 1), "utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            'kind = "carnet"\nunit = "day"',
            'kind = "carnet"\nunit = "month"',
            "the day or half-day, not by the month",
        ),
        ('kind = "day"\nunit = "day"', 'kind = "day"\nunit = "week"', "the day 'day' is sold by the day or half-day"),
        ('unit = "year"', 'unit = "month"', "the membership 'membership' is sold by the year, not by the month"),
        ('kind = "subscription"\nunit = "week"', 'kind = "subscription"\nunit = "half-day"', "not by the half-day"),
    ],
)
def test_a_unit_that_means_nothing_for_its_kind_stops_the_file(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = SHIPPED.read_text("utf-8")
    assert old in text
    path = tmp_path / "tariffs.toml"
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(RequestError) as refused:
        first_rules.read(path)
    assert refused.value.code == "tariffs"
    assert says in str(refused.value)


def test_a_carnet_of_half_days_may_be_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "tariffs.toml"
    carnet = 'kind = "carnet"\nunit = "half-day"'
    path.write_text(SHIPPED.read_text("utf-8").replace('kind = "carnet"\nunit = "day"', carnet), "utf-8")
    assert first_rules.read(path).product[-1].unit is Unit.HALF_DAY


def test_the_shipped_file_says_nothing_of_who_the_association_is() -> None:
    assert first_rules._book_values(first_rules.read(SHIPPED)) == {}


def test_the_books_of_a_file_are_dated_rows_of_a_new_home(tmp_path: Path) -> None:
    import sqlite3
    from contextlib import closing

    root = tmp_path / "home"
    home_creation.create(root, NewHome(tariffs=written(tmp_path, BOOKS)), FakeClock(WEDNESDAY))
    with closing(sqlite3.connect(root / "db" / "ledger.db")) as database:
        rows = database.execute("SELECT name, value FROM policy WHERE valid_from = '2011-01-01'").fetchall()
    values = {name: json.loads(value) for name, value in rows}
    assert values["association"]["siren"] == "123456782"
    assert values["association"]["iban"] == "FR7630006000011234567890189"
    assert (values["fiscal_year_month"], values["vat_status"]) == (9, "liable")
    assert values["vat_rates"] == {"day": 2000, "week": 550, "membership": 0}
    assert values["accounts"] == {"cash": "531", "product:day": "70611"}
    assert "fec_whole" not in values


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"123 456 782"', '"123 456 789"'),
        ("890 189", "890 188"),
        ('name = "La Coroutine"', 'motto = "x"'),
        ("fiscal_year_month = 9", "fiscal_year_month = 13"),
        ('"liable"', '"rich"'),
        ('day = "20"', 'day = "vingt"'),
        ('day = "20"', 'day = "120"'),
        ('day = "20"', 'tea = "20"'),
        ('cash = "531"', 'cash = "5"'),
        ('"product:day"', '"product:tea"'),
    ],
)
def test_what_is_wrong_stops_the_file(tmp_path: Path, old: str, new: str) -> None:
    assert old in BOOKS
    with pytest.raises(RequestError) as refused:
        first_rules.read(written(tmp_path, BOOKS.replace(old, new)))
    assert refused.value.code == "tariffs"


def test_names_in_any_language_are_read_and_one_is_enough(tmp_path: Path) -> None:
    path = tmp_path / "tariffs.toml"
    text = SHIPPED.read_text("utf-8").replace('name_en = "Day pass"', 'name_en = "Day pass"\nname_nl = "Dagkaart"')
    path.write_text(text.replace('name_en = "Week"\n', ""), "utf-8")
    products = {item.code: item.names for item in first_rules.read(path).product}
    assert products["day"] == {"fr": "Journée", "en": "Day pass", "nl": "Dagkaart"}
    assert products["week"] == {"fr": "Semaine"}


@pytest.mark.parametrize(
    ("names", "says"),
    [("", "the product week has no name: name_fr"), ("name_fr = 5\n", "names"), ('name_fr = ""\n', "has no name")],
)
def test_a_thing_without_a_name_stops_the_file(tmp_path: Path, names: str, says: str) -> None:
    path = tmp_path / "tariffs.toml"
    week = 'name_fr = "Semaine"\nname_en = "Week"\n'
    path.write_text(SHIPPED.read_text("utf-8").replace(week, names), "utf-8")
    with pytest.raises(RequestError) as refused:
        first_rules.read(path)
    assert refused.value.code == "tariffs"
    assert says in str(refused.value)
