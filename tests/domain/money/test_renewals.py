"""A share of a price, to the cent; and the periods of a subscription that runs."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.money import renewals
from kiosk.domain.money.renewals import Pause, Terms
from kiosk.domain.periods import Unit
from kiosk.domain.problems import Problem

NOVEMBER = date(2026, 11, 25)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("cents", "days", "of_days", "costs"),
    [(10000, 30, 30, 10000), (10000, 0, 30, 0), (10000, 10, 30, 3333), (10000, 20, 30, 6667), (101, 1, 2, 51)],
)
def test_a_share_is_rounded_to_the_nearest_cent_half_a_cent_up(cents: int, days: int, of_days: int, costs: int) -> None:
    assert renewals.share(cents, days, of_days) == costs


@given(st.integers(0, 10**7), st.integers(1, 366), st.data())
def test_two_parts_of_a_period_cost_the_whole_to_a_cent(cents: int, of_days: int, data: st.DataObject) -> None:
    days = data.draw(st.integers(0, of_days))
    parts = renewals.share(cents, days, of_days) + renewals.share(cents, of_days - days, of_days)
    assert cents <= parts <= cents + 1


@pytest.mark.parametrize(("cents", "days", "of_days"), [(-1, 1, 30), (1, 31, 30), (1, -1, 30), (1, 0, 0)])
def test_what_is_no_part_of_a_period_has_no_price(cents: int, days: int, of_days: int) -> None:
    with pytest.raises(Problem, match="share"):
        renewals.share(cents, days, of_days)


def firsts(terms: Terms, horizon: date, *, pro_rata: bool = False, after: date | None = None) -> list[date]:
    return [part.first_on for part, _ in renewals.following(terms, after, horizon, lambda _: pro_rata)]


def test_a_month_begins_on_the_last_day_where_there_is_no_31st() -> None:
    terms = Terms(Unit.MONTH, date(2027, 1, 31))
    assert firsts(terms, date(2027, 5, 1)) == [
        date(2027, 1, 31),
        date(2027, 2, 28),
        date(2027, 3, 31),
        date(2027, 4, 30),
    ]


@pytest.mark.parametrize(
    ("unit", "second"),
    [(Unit.WEEK, date(2026, 12, 2)), (Unit.MONTH, date(2026, 12, 25)), (Unit.YEAR, date(2027, 11, 25))],
)
def test_periods_follow_by_their_unit(unit: Unit, second: date) -> None:
    assert firsts(Terms(unit, NOVEMBER), second) == [NOVEMBER, second]


def test_half_a_day_is_no_period() -> None:
    with pytest.raises(Problem, match="half-day"):
        firsts(Terms(Unit.HALF_DAY, NOVEMBER), NOVEMBER)


def test_after_one_that_is_done_the_next_follows() -> None:
    terms = Terms(Unit.MONTH, NOVEMBER)
    assert firsts(terms, date(2027, 2, 28), after=date(2026, 12, 25)) == [date(2027, 1, 25), date(2027, 2, 25)]


def test_nothing_begins_after_the_end() -> None:
    assert firsts(Terms(Unit.MONTH, NOVEMBER, date(2026, 12, 25)), date(2027, 6, 1)) == [NOVEMBER, date(2026, 12, 25)]


def test_without_pro_rata_a_period_is_whole_unless_it_begins_in_a_pause() -> None:
    pause = Pause(date(2026, 12, 20), date(2027, 1, 20))
    terms = Terms(Unit.MONTH, NOVEMBER, date(2027, 2, 1), (pause,))
    found = renewals.following(terms, None, date(2027, 6, 1), lambda _: False)
    assert [(part.first_on.month, days, part.of_days) for part, days in found] == [
        (11, 30, 30),
        (12, 0, 31),
        (1, 31, 31),
    ]


def test_with_pro_rata_months_are_the_calendar_s_and_count_their_covered_days() -> None:
    pause = Pause(date(2026, 12, 20), date(2027, 1, 10))
    terms = Terms(Unit.MONTH, NOVEMBER, date(2027, 2, 14), (pause,))
    found = renewals.following(terms, None, date(2027, 6, 1), lambda _: True)
    assert [(part.first_on, days, part.of_days) for part, days in found] == [
        (NOVEMBER, 6, 30),
        (date(2026, 12, 1), 19, 31),
        (date(2027, 1, 1), 21, 31),
        (date(2027, 2, 1), 14, 28),
    ]


def test_when_the_rule_changes_the_period_between_is_a_part() -> None:
    terms = Terms(Unit.MONTH, NOVEMBER)
    found = renewals.following(terms, None, date(2027, 2, 25), lambda day: date(2026, 12, 1) <= day < date(2027, 1, 15))
    assert [(part.first_on, days, part.of_days) for part, days in found] == [
        (NOVEMBER, 30, 30),
        (date(2026, 12, 25), 7, 31),
        (date(2027, 1, 1), 31, 31),
        (date(2027, 2, 1), 24, 31),
        (date(2027, 2, 25), 28, 28),
    ]


@given(DAYS, st.sampled_from([Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.YEAR]), st.booleans(), st.integers(0, 1500))
def test_periods_leave_no_day_out_and_take_none_twice(start: date, unit: Unit, pro_rata: bool, length: int) -> None:
    horizon = start + timedelta(days=min(length, 60) if unit is Unit.DAY else length)
    expected = start
    for part, days in renewals.following(Terms(unit, start), None, horizon, lambda _: pro_rata):
        assert part.first_on == expected
        assert 1 <= part.days == days <= part.of_days
        expected = part.last_on + timedelta(days=1)
    assert expected > horizon


@given(DAYS, st.booleans(), st.integers(0, 400), st.integers(1, 12))
def test_stopping_and_going_on_is_the_same_as_going_through(
    start: date, pro_rata: bool, length: int, done: int
) -> None:
    terms, horizon = Terms(Unit.MONTH, start), start + timedelta(days=length)
    through = firsts(terms, horizon, pro_rata=pro_rata)
    seen = through[:done]
    assert seen + firsts(terms, horizon, pro_rata=pro_rata, after=seen[-1]) == through
