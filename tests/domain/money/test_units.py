"""What each kind of product may be sold by: the whole table, and how many of a unit in words."""

from itertools import product

import pytest

from kiosk.domain.money import units
from kiosk.domain.money.tariffs import ProductKind
from kiosk.domain.periods import Unit
from kiosk.domain.problems import Problem

TABLE = {
    ProductKind.MEMBERSHIP: "year",
    ProductKind.DAY: "half-day day",
    ProductKind.SUBSCRIPTION: "day week month year",
    ProductKind.CARNET: "half-day day",
    ProductKind.ENVELOPE: "hour half-day day",
    ProductKind.EVENT: "seat",
    ProductKind.ROOM: "hour half-day day",
}
SOLD = {(kind, unit): unit in row.split() for kind, row in TABLE.items() for unit in Unit}


@pytest.mark.parametrize(("kind", "unit"), list(product(ProductKind, Unit)))
def test_every_kind_is_sold_by_the_units_of_the_table_and_by_no_other(kind: ProductKind, unit: Unit) -> None:
    assert (unit in units.UNITS[kind]) is SOLD[kind, unit]
    if SOLD[kind, unit]:
        units.check("code", kind, unit)
        return
    with pytest.raises(Problem) as refused:
        units.check("my-code", kind, unit)
    assert refused.value.code == "unit"
    assert all(word in str(refused.value) for word in ("my-code", kind, f"not by the {unit}", *units.UNITS[kind]))


@pytest.mark.parametrize(
    ("days", "halves", "fr", "en"),
    [
        (1, 0, "1 journée", "1 day"),
        (7, 0, "7 journées", "7 days"),
        (0, 0, "0 journée", "0 days"),
        (0, 1, "1 demi-journée", "1 half day"),
        (0, 4, "4 demi-journées", "4 half days"),
        (3, 4, "3 journées et 4 demi-journées", "3 days and 4 half days"),
        (1, 1, "1 journée et 1 demi-journée", "1 day and 1 half day"),
    ],
)
def test_what_is_left_is_said_in_days_and_half_days(days: int, halves: int, fr: str, en: str) -> None:
    said = units.days_and_halves(days, halves)
    assert (said.to("fr"), said.to("en")) == (fr, en)


@pytest.mark.parametrize("unit", [Unit.DAY, Unit.HALF_DAY])
def test_an_entry_says_its_unit_where_it_is_not_the_day(unit: Unit) -> None:
    assert units.of({"product": "day", **units.said(unit)}) is unit
    assert units.said(Unit.DAY) == {}
