"""On which days an event is, and who was there."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain.events import presence

LILLE = ZoneInfo("Europe/Paris")


def local(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LILLE).astimezone(UTC)


def test_an_evening_is_one_sitting_past_midnight_too() -> None:
    [one] = presence.sittings(local(2026, 12, 10, 18), local(2026, 12, 11, 1), LILLE)
    assert (one.day, one.minutes) == (date(2026, 12, 10), 420)


def test_three_days_are_three_sittings_between_the_same_hours_when_the_clocks_change_too() -> None:
    found = presence.sittings(local(2026, 10, 24, 9), local(2026, 10, 26, 17), LILLE)
    assert [one.day for one in found] == [date(2026, 10, 24), date(2026, 10, 25), date(2026, 10, 26)]
    assert [one.minutes for one in found] == [480, 480, 480]
    assert [one.starts_at.astimezone(LILLE).hour for one in found] == [9, 9, 9]


def test_the_night_in_which_the_clocks_change_is_as_long_as_it_is() -> None:
    [spring] = presence.sittings(local(2026, 3, 28, 22), local(2026, 3, 29, 4), LILLE)
    [autumn] = presence.sittings(local(2026, 10, 24, 22), local(2026, 10, 25, 4), LILLE)
    assert (spring.minutes, autumn.minutes) == (300, 420)


def test_two_days_that_end_in_the_morning_are_one_sitting() -> None:
    [one] = presence.sittings(local(2026, 12, 11, 20), local(2026, 12, 13, 10), LILLE)
    assert one.minutes == 38 * 60


@pytest.mark.parametrize(
    ("came", "left", "there"),
    [
        (-300, None, True),
        (-300, -10, False),  # left before it began
        (-300, 10, True),
        (170, None, True),
        (180, None, False),  # came as it was over
        (None, None, True),
    ],
)
def test_who_came_that_day_was_there_unless_the_hours_say_no(came: int | None, left: int | None, there: bool) -> None:
    starts = local(2026, 12, 10, 18)
    [one] = presence.sittings(starts, local(2026, 12, 10, 21), LILLE)

    def at(minutes: int | None) -> datetime | None:
        return None if minutes is None else starts + timedelta(minutes=minutes)

    assert presence.was_there(one, at(came), at(left)) is there
