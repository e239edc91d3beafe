"""What a membership and a subscription cover."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import periods
from kiosk.domain.periods import Unit, Year
from kiosk.domain.problems import Problem


@pytest.mark.parametrize(
    ("kind", "start", "last"),
    [
        (Year.ROLLING, date(2026, 11, 25), date(2027, 11, 24)),
        (Year.ROLLING, date(2026, 1, 1), date(2026, 12, 31)),
        (Year.ROLLING, date(2028, 2, 29), date(2029, 2, 28)),
        (Year.ROLLING, date(2027, 2, 28), date(2028, 2, 27)),
        (Year.ROLLING, date(2027, 3, 1), date(2028, 2, 29)),
        (Year.CALENDAR, date(2026, 1, 1), date(2026, 12, 31)),
        (Year.CALENDAR, date(2026, 12, 31), date(2026, 12, 31)),
        (Year.SCHOOL, date(2026, 8, 31), date(2026, 8, 31)),
        (Year.SCHOOL, date(2026, 9, 1), date(2027, 8, 31)),
        (Year.SCHOOL, date(2027, 1, 15), date(2027, 8, 31)),
    ],
)
def test_last_day_of_a_membership(kind: Year, start: date, last: date) -> None:
    assert periods.membership_end(kind, start) == last


@pytest.mark.parametrize(
    ("unit", "start", "last"),
    [
        (Unit.DAY, date(2026, 11, 25), date(2026, 11, 25)),
        (Unit.WEEK, date(2026, 11, 25), date(2026, 12, 1)),
        (Unit.MONTH, date(2026, 11, 1), date(2026, 11, 30)),
        (Unit.MONTH, date(2026, 11, 25), date(2026, 12, 24)),
        (Unit.MONTH, date(2026, 12, 15), date(2027, 1, 14)),
        (Unit.MONTH, date(2026, 1, 31), date(2026, 2, 28)),
        (Unit.MONTH, date(2028, 1, 31), date(2028, 2, 29)),
        (Unit.MONTH, date(2026, 1, 30), date(2026, 2, 28)),
        (Unit.MONTH, date(2026, 1, 28), date(2026, 2, 27)),
        (Unit.MONTH, date(2026, 3, 31), date(2026, 4, 30)),
        (Unit.MONTH, date(2026, 2, 28), date(2026, 3, 27)),
        (Unit.YEAR, date(2028, 2, 29), date(2029, 2, 28)),
        (Unit.YEAR, date(2026, 11, 25), date(2027, 11, 24)),
    ],
)
def test_last_day_of_what_is_sold_by_a_unit(unit: Unit, start: date, last: date) -> None:
    assert periods.end(unit, start) == last


def test_half_a_day_is_no_period() -> None:
    with pytest.raises(Problem) as refused:
        periods.end(Unit.HALF_DAY, date(2026, 11, 25))
    assert refused.value.code == "unit"


@given(st.sampled_from([Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.YEAR]), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_who_buys_a_day_later_is_never_covered_for_less_long(unit: Unit, start: date) -> None:
    assert start <= periods.end(unit, start) <= periods.end(unit, start + timedelta(days=1))


@given(st.sampled_from(Year), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_no_membership_lasts_over_a_year(kind: Year, start: date) -> None:
    assert start <= periods.membership_end(kind, start) <= start + timedelta(days=366)


@pytest.mark.parametrize(
    ("until", "holds"),
    [(None, False), (date(2026, 11, 24), False), (date(2026, 11, 25), True), (date(2027, 1, 1), True)],
)
def test_what_was_given_until_a_day_holds_on_that_day_too(until: date | None, holds: bool) -> None:
    assert periods.holds(until, date(2026, 11, 25)) is holds
