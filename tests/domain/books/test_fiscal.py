"""Fiscal years: which one a day belongs to, what of a sum belongs to which, and years between two rules."""

from datetime import date, timedelta

import pytest

from kiosk.domain.books import fiscal
from kiosk.domain.books.fiscal import FiscalYear


@pytest.mark.parametrize(
    ("day", "month", "first", "last", "name"),
    [
        (date(2026, 1, 1), 1, date(2026, 1, 1), date(2026, 12, 31), "2026"),
        (date(2026, 12, 31), 1, date(2026, 1, 1), date(2026, 12, 31), "2026"),
        (date(2026, 8, 31), 9, date(2025, 9, 1), date(2026, 8, 31), "2025-2026"),
        (date(2026, 9, 1), 9, date(2026, 9, 1), date(2027, 8, 31), "2026-2027"),
        (date(2028, 2, 29), 3, date(2027, 3, 1), date(2028, 2, 29), "2027-2028"),
    ],
)
def test_a_day_belongs_to_the_year_that_its_month_begins(
    day: date, month: int, first: date, last: date, name: str
) -> None:
    year = fiscal.year_of(day, month)
    assert year == FiscalYear(first, last) == fiscal.ruled(day, lambda each: month)
    assert year.name == name
    assert year.next.first_on == last + timedelta(days=1)


@pytest.mark.parametrize(
    ("cents", "from_on", "until_on", "parts"),
    [
        (10000, date(2026, 12, 1), date(2026, 12, 31), [10000]),
        (10000, date(2026, 12, 16), date(2027, 1, 15), [5161, 4839]),  # 16 and 15 days of 31
        (1, date(2026, 12, 31), date(2027, 1, 1), [1, 0]),
        (100, date(2026, 12, 31), date(2028, 1, 1), [0, 100, 0]),
        (0, date(2026, 12, 31), date(2027, 1, 1), [0, 0]),
    ],
)
def test_a_sum_is_shared_over_its_years_by_days(cents: int, from_on: date, until_on: date, parts: list[int]) -> None:
    found = fiscal.shares(cents, from_on, until_on, 1)
    assert [part for _, part in found] == parts
    assert sum(parts) == cents


def from_january_to_september_on(day: date) -> "dict[str, FiscalYear]":
    years: dict[str, FiscalYear] = {}
    at = date(2026, 1, 1)
    while at < date(2029, 1, 1):
        year = fiscal.ruled(at, lambda each: 9 if each >= day else 1)
        years[f"{year.first_on} {year.last_on}"] = year
        at += timedelta(days=1)
    return years


@pytest.mark.parametrize(
    ("changes_on", "years"),
    [
        # decided before the year of the old rule is over, from its end on: the next one is short
        (date(2027, 1, 1), ["2026-01-01 2026-12-31", "2027-01-01 2027-08-31", "2027-09-01 2028-08-31"]),
        # in the middle of a year, before the new end: that year is short
        (date(2026, 7, 1), ["2026-01-01 2026-08-31", "2026-09-01 2027-08-31", "2027-09-01 2028-08-31"]),
        # after the new end has passed: that year is long
        (date(2026, 10, 1), ["2026-01-01 2027-08-31", "2027-09-01 2028-08-31"]),
    ],
)
def test_every_day_has_one_year_also_where_the_rule_changes(changes_on: date, years: list[str]) -> None:
    assert list(from_january_to_september_on(changes_on))[: len(years)] == years
