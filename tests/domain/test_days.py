"""The local day, on ordinary nights and on the two when the clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import days

from .values import PARIS, at

ZONES = st.sampled_from([PARIS, ZoneInfo("UTC"), ZoneInfo("America/New_York"), ZoneInfo("Pacific/Auckland")])
MOMENTS = st.integers(0, 16 * 366 * 86_400).map(lambda s: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=s))
HOURS = st.integers(0, 23)


@pytest.mark.parametrize(
    ("written", "start_hour", "day"),
    [
        ("2026-11-25T09:00+01:00", 4, date(2026, 11, 25)),
        ("2026-11-26T00:30+01:00", 4, date(2026, 11, 25)),  # half past midnight still is yesterday
        ("2026-11-26T03:59:59+01:00", 4, date(2026, 11, 25)),
        ("2026-11-26T04:00+01:00", 4, date(2026, 11, 26)),
        ("2026-11-26T00:00+01:00", 0, date(2026, 11, 26)),
        ("2026-11-25T23:59+01:00", 0, date(2026, 11, 25)),
        ("2027-01-01T00:30+01:00", 4, date(2026, 12, 31)),
        ("2026-07-14T22:30Z", 0, date(2026, 7, 15)),  # Paris is two hours ahead in summer
        ("2026-11-25T22:30Z", 0, date(2026, 11, 25)),  # and one in winter
        ("2026-03-29T02:59:59Z", 5, date(2026, 3, 28)),  # 04:59 in Paris: the clocks have changed
        ("2026-10-25T00:30Z", 2, date(2026, 10, 25)),  # 02:30, the first time
        ("2026-10-25T01:30Z", 2, date(2026, 10, 25)),  # 02:30, the second time
    ],
)
def test_day_that_a_tap_counts_for(written: str, start_hour: int, day: date) -> None:
    assert days.moment(datetime.fromisoformat(written), PARIS, start_hour).day == day


def test_moment_keeps_the_point_in_time_and_shows_the_wall_clock() -> None:
    tap = datetime(2026, 7, 14, 22, 30, tzinfo=UTC)
    moment = days.moment(tap, PARIS, 4)
    assert moment.at == tap
    assert moment.at.tzinfo is UTC
    assert moment.local.isoformat() == "2026-07-15T00:30:00+02:00"


@pytest.mark.promise(5)
@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 25), 24)]
)
def test_day_is_23_or_25_hours_long_when_the_clocks_change(day: date, hours: int) -> None:
    begin, end = days.bounds(day, PARIS, 0)
    assert end - begin == timedelta(hours=hours)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 28), 23), (date(2026, 3, 29), 24), (date(2026, 10, 24), 25)])
def test_night_of_the_change_belongs_to_the_day_before_when_days_begin_at_4(day: date, hours: int) -> None:
    begin, end = days.bounds(day, PARIS, 4)
    assert end - begin == timedelta(hours=hours)


def test_day_that_begins_in_the_hour_that_spring_skips_begins_right_after_the_gap() -> None:
    begin, _ = days.bounds(date(2026, 3, 29), PARIS, 2)
    assert begin == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert days.moment(begin, PARIS, 2).day == date(2026, 3, 29)
    assert days.moment(begin - timedelta(seconds=1), PARIS, 2).day == date(2026, 3, 28)


@pytest.mark.promise(2)
@given(MOMENTS, ZONES, HOURS, st.integers(-2, 2))
def test_bounds_hold_a_moment_exactly_when_it_counts_for_the_day(
    tap: datetime, zone: ZoneInfo, start_hour: int, beside: int
) -> None:
    counted = days.moment(tap, zone, start_hour).day
    day = counted + timedelta(days=beside)
    begin, end = days.bounds(day, zone, start_hour)
    assert (begin <= tap < end) == (day == counted)


@given(st.sampled_from([date(2026, 3, 28), date(2026, 10, 24)]), st.integers(0, 3 * 86_400), HOURS)
def test_bounds_hold_around_the_changes_of_the_clock(first: date, seconds: int, start_hour: int) -> None:
    tap = datetime(first.year, first.month, first.day, tzinfo=UTC) + timedelta(seconds=seconds)
    begin, end = days.bounds(days.moment(tap, PARIS, start_hour).day, PARIS, start_hour)
    assert begin <= tap < end


@pytest.mark.promise(5)
@given(MOMENTS, st.integers(0, 4 * 86_400), ZONES, HOURS)
def test_days_never_run_backwards(tap: datetime, seconds: int, zone: ZoneInfo, start_hour: int) -> None:
    later = tap + timedelta(seconds=seconds)
    assert days.moment(tap, zone, start_hour).day <= days.moment(later, zone, start_hour).day


@given(st.dates(date(2020, 1, 1), date(2036, 12, 31)), ZONES, HOURS)
def test_each_day_ends_where_the_next_begins(day: date, zone: ZoneInfo, start_hour: int) -> None:
    following = days.bounds(day + timedelta(days=1), zone, start_hour)
    assert days.bounds(day, zone, start_hour)[1] == following[0]


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 11, 25), date(2026, 11, 1), date(2026, 11, 30)),
        (date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
        (date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29)),
        (date(2026, 2, 1), date(2026, 2, 1), date(2026, 2, 28)),
    ],
)
def test_month_of_a_day(day: date, first: date, last: date) -> None:
    assert days.month_of(day) == (first, last)


@pytest.mark.parametrize(
    ("hour", "minute", "day", "second"),
    [
        (9, 0, date(2026, 11, 25), False),
        (12, 59, date(2026, 11, 25), False),
        (13, 0, date(2026, 11, 25), True),
        (23, 0, date(2026, 11, 25), True),
        (0, 30, date(2026, 11, 26), True),  # still the evening of the 25th
        (4, 0, date(2026, 11, 26), False),
    ],
)
def test_second_half_begins_at_the_split_and_lasts_past_midnight(
    hour: int, minute: int, day: date, second: bool
) -> None:
    assert at(hour, minute, day).in_second_half(13) is second
