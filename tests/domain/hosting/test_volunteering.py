"""What hosting was worth: turns planned, held and missed, and hours valued by the cent."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.hosting import volunteering
from kiosk.domain.hosting.rota import Shift, ShiftKind

TODAY = date(2026, 11, 25)
DAY = timedelta(days=1)


def shift(number: int, day: date, member: int | None = None, took: int | None = None, *, off: bool = False) -> Shift:
    return Shift(number, day, ShiftKind.HOSTING, 540, 780, member, took is not None, took, off)


def test_a_gap_is_nobody_s_a_no_show_is_somebody_s_and_what_is_to_come_is_neither() -> None:
    found = volunteering.count(
        [
            shift(1, TODAY - DAY, 7, 240),
            shift(2, TODAY - DAY, 7),
            shift(3, TODAY - DAY),
            shift(4, TODAY - DAY, 3, off=True),
            shift(5, TODAY, 3),
            shift(6, TODAY, 3, 60),
            shift(7, TODAY + DAY),
        ],
        TODAY,
        {TODAY: 1200, TODAY - DAY: 1200},
    )
    assert (found.planned, found.held, found.gaps, found.unconfirmed, found.people) == (4, 2, 1, 1, 2)
    assert (found.minutes, found.tenths, found.cents) == (300, 50, 6000)


def test_an_hour_is_worth_what_it_was_on_its_day_and_nothing_where_nobody_said() -> None:
    shifts = [shift(1, TODAY - DAY, 7, 90), shift(2, TODAY, 7, 90)]
    assert volunteering.count(shifts, TODAY, {TODAY - DAY: 1000, TODAY: 1201}).cents == 3302  # 3301.5, half upwards
    assert volunteering.count(shifts, TODAY, {TODAY - DAY: 1000, TODAY: None}).cents == 1500
    assert volunteering.count(shifts, TODAY, {}).cents is None


def test_fairness_has_the_busiest_first_by_kind() -> None:
    other = Shift(3, TODAY, ShiftKind.CLEANING, 0, 60, 3, confirmed=True, declared_minutes=500)
    found = volunteering.fairness([shift(1, TODAY, 7, 240), shift(2, TODAY - DAY, 7, 60), other, shift(4, TODAY, 9)])
    assert found == [(3, {ShiftKind.CLEANING: 500}), (7, {ShiftKind.HOSTING: 300})]


def test_the_busiest_third_s_share_needs_no_name() -> None:
    assert volunteering.spread([100, 100, 100]) == (333, 1)
    assert volunteering.spread([600, 200, 100, 100]) == (800, 2)
    assert volunteering.spread([]) == (0, 0)


@given(st.lists(st.integers(1, 720), max_size=30), st.integers(0, 5000))
def test_the_worth_of_all_is_that_of_the_hours_rounded_once(minutes: list[int], rate: int) -> None:
    shifts = [shift(place, TODAY, 7, each) for place, each in enumerate(minutes, start=1)]
    found = volunteering.count(shifts, TODAY, {TODAY: rate})
    exact = sum(minutes) * rate / 60
    assert (found.cents is None) is (not minutes)
    assert abs((found.cents or 0) - exact) <= 0.5
