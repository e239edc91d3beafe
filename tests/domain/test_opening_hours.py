"""When the space is open, and until when it is not: weeks, closed days, holidays, and the wall clock."""

from datetime import date, datetime, timedelta

import pytest

from kiosk.domain import opening_hours
from kiosk.domain.opening_hours import ALL_DAY, Calendar, Hours, Week
from kiosk.domain.problems import Problem

from .values import DAY, PARIS

OFFICE = opening_hours.week({day: ["08:00-19:00"] for day in ("mon", "tue", "wed", "thu", "fri")})
MONDAY = date(2026, 11, 30)


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS)


def calendar(week: Week | None = OFFICE, **more: dict[date, bool]) -> Calendar:
    """A hundred days from the eve of Wednesday on."""
    found = opening_hours.calendar(
        DAY - timedelta(days=1), 100, {date(2020, 1, 1): week}, more.get("closed", {}), more.get("holidays", {})
    )
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("08:00-19:00", Hours(480, 1140)),
        ("8:00-19:30", Hours(480, 1170)),
        (" 08:00-24:00 ", Hours(480, 1440)),
        ("00:00-24:00", Hours(0, 1440)),
        ("18:00-02:00", Hours(1080, 1560)),
        ("18:00-00:00", Hours(1080, 1440)),
    ],
)
def test_times_of_opening_that_people_write(text: str, hours: Hours) -> None:
    assert opening_hours.hours(text) == hours


@pytest.mark.parametrize("text", ["", "8-19", "08:00", "08:60-19:00", "25:00-26:00", "08:00-24:01", "08:00-08:00"])
def test_what_is_no_time_of_opening_is_refused(text: str) -> None:
    with pytest.raises(Problem) as refused:
        opening_hours.hours(text)
    assert refused.value.code == "opening"


@pytest.mark.parametrize(
    "value",
    [
        [],
        "always",
        {},
        {"monday": ["08:00-19:00"]},
        {"mon": "08:00-19:00"},
        {"mon": [8]},
        {"mon": []},
        {"mon": ["08:00-12:00", "11:00-19:00"]},
        {"mon": [f"{hour:02}:00-{hour:02}:30" for hour in range(8, 13)]},
    ],
)
def test_week_that_cannot_be_is_refused(value: object) -> None:
    with pytest.raises(Problem) as refused:
        opening_hours.week(value)
    assert refused.value.code == "opening"


def test_week_is_written_as_it_was_read_and_in_order() -> None:
    read = opening_hours.week({"mon": ["13:30-19:00", "8:00-12:30"], "fri": ["18:00-02:00"]})
    written = opening_hours.plain(read)
    assert written is not None
    assert (written["mon"], written["tue"], written["fri"]) == (["08:00-12:30", "13:30-19:00"], [], ["18:00-02:00"])
    assert opening_hours.week(written) == read
    assert opening_hours.week(None) is None
    assert opening_hours.plain(None) is None


@pytest.mark.parametrize(
    ("at", "is_open", "reopens"),
    [
        (local(DAY, 7, 59), False, local(DAY, 8)),
        (local(DAY, 8), True, local(DAY + timedelta(days=1), 8)),
        (local(DAY, 18, 59), True, None),
        (local(DAY, 19), False, local(DAY + timedelta(days=1), 8)),
        (local(date(2026, 11, 27), 19), False, local(MONDAY, 8)),
        (local(date(2026, 11, 28), 12), False, local(MONDAY, 8)),
        (local(date(2026, 11, 29), 0, 30), False, local(MONDAY, 8)),
    ],
)
def test_week_of_office_hours(at: datetime, is_open: bool, reopens: datetime | None) -> None:
    assert calendar().is_open(at) is is_open
    if reopens is not None:
        assert calendar().reopens(at) == reopens


def test_hours_that_pass_midnight_belong_to_the_day_on_which_they_begin() -> None:
    late = calendar(opening_hours.week({"wed": ["18:00-02:00"]}))
    thursday = DAY + timedelta(days=1)
    assert late.is_open(local(DAY, 23))
    assert late.is_open(local(thursday, 1, 59))
    assert not late.is_open(local(thursday, 2))
    shut = calendar(opening_hours.week({"wed": ["18:00-02:00"]}), closed={DAY: True})
    assert not shut.is_open(local(thursday, 1))


def test_lunch_break_shuts_and_says_until_when() -> None:
    broken = calendar(opening_hours.week({"wed": ["08:00-12:00", "14:00-19:00"]}))
    assert not broken.is_open(local(DAY, 12, 30))
    assert broken.reopens(local(DAY, 12, 30)) == local(DAY, 14)


def test_closed_day_shuts_a_space_that_is_always_open() -> None:
    christmas = date(2026, 12, 25)
    found = calendar(None, closed={christmas: True})
    assert found.is_open(local(christmas - timedelta(days=1), 23, 59))
    assert not found.is_open(local(christmas, 0))
    assert not found.is_open(local(christmas, 23, 59))
    assert found.is_open(local(christmas + timedelta(days=1), 0))
    assert found.reopens(local(christmas, 12)) == local(christmas + timedelta(days=1), 0)


@pytest.mark.parametrize(
    ("by_hand", "holiday", "is_open"),
    [
        (None, None, True),
        (True, None, False),
        (None, True, False),
        (None, False, True),  # a public holiday that the rules do not heed
        (False, True, True),  # open by hand although it is a holiday
        (True, False, False),
    ],
)
def test_what_was_said_by_hand_goes_before_the_list_of_holidays(
    by_hand: bool | None, holiday: bool | None, is_open: bool
) -> None:
    closed = {} if by_hand is None else {DAY: by_hand}
    holidays = {} if holiday is None else {DAY: holiday}
    assert calendar(closed=closed, holidays=holidays).is_open(local(DAY, 12)) is is_open


def test_open_by_hand_on_a_weekend_keeps_the_weekends_hours() -> None:
    sunday = date(2026, 11, 29)
    assert not calendar(closed={sunday: False}).is_open(local(sunday, 12))


def test_new_hours_hold_from_their_day_on_and_the_door_knows_it_before() -> None:
    later = opening_hours.week({"mon": ["10:00-12:00"]})
    found = opening_hours.calendar(DAY, 30, {date(2020, 1, 1): OFFICE, MONDAY: later}, {}, {})
    assert found is not None
    assert found.reopens(local(date(2026, 11, 28), 12)) == local(MONDAY, 10)


def test_space_that_is_never_shut_has_no_calendar() -> None:
    assert opening_hours.calendar(DAY, 100, {}, {}, {}) is None
    assert opening_hours.calendar(DAY, 100, {DAY: None}, {DAY: False}, {DAY: False}) is None


def test_day_that_the_calendar_does_not_hold_is_open_and_no_promise_is_made_about_it() -> None:
    shut = opening_hours.calendar(DAY, 3, {}, {DAY + timedelta(days=n): True for n in range(3)}, {})
    assert shut is not None
    assert shut.reopens(local(DAY, 12)) is None
    assert shut.is_open(local(DAY + timedelta(days=9), 12))


@pytest.mark.parametrize("sunday", [date(2027, 3, 28), date(2026, 10, 25)])  # summer time begins, and ends
def test_eight_stays_eight_when_the_clocks_change(sunday: date) -> None:
    every_day = opening_hours.week({day: ["08:00-19:00"] for day in opening_hours.DAYS})
    found = opening_hours.calendar(sunday - timedelta(days=1), 5, {date(2020, 1, 1): every_day}, {}, {})
    assert found is not None
    assert not found.is_open(local(sunday, 7, 59))
    assert found.is_open(local(sunday, 8))
    assert found.reopens(local(sunday, 3)) == local(sunday, 8)
    assert found.reopens(local(sunday - timedelta(days=1), 20)) == local(sunday, 8)


def test_all_day_is_a_whole_day() -> None:
    assert str(ALL_DAY[0]) == "00:00-24:00"
