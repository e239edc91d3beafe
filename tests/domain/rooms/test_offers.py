"""What of a room can be offered: its gaps with the time of setting up, when it may begin, how long it may last."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain.rooms import offers
from kiosk.domain.rooms.rules import RoomRules
from kiosk.domain.slots import Slot, at_wall

PARIS = ZoneInfo("Europe/Paris")
DAY = date(2026, 11, 25)


def slot(day: date, since: int, until: int) -> Slot:
    """From an hour of a day to another."""
    return Slot(at_wall(day, since * 60, PARIS), at_wall(day, until * 60, PARIS))


def walls(found: list[tuple[datetime, Slot]]) -> list[str]:
    return [f"{at.astimezone(PARIS):%H:%M%z}" for at, _ in found]


def test_gap_before_a_booking_ends_where_the_room_has_to_be_ready() -> None:
    found = offers.gaps([slot(DAY, 10, 11)], [slot(DAY, 8, 18)], 15, 1)
    assert [(gap.starts_at, gap.ends_at) for gap in found] == [
        (at_wall(DAY, 480, PARIS), at_wall(DAY, 585, PARIS)),
        (at_wall(DAY, 660, PARIS), at_wall(DAY, 1080, PARIS)),
    ]


def test_it_begins_now_where_it_is_free_and_by_the_clock_s_steps_else() -> None:
    now = at_wall(DAY, 8 * 60 + 7, PARIS) + timedelta(seconds=12)
    found = offers.gaps([slot(DAY, 9, 10)], [slot(DAY, 8, 11)], 0, 1)
    begun = list(offers.beginnings(found, DAY, now, PARIS, RoomRules()))
    assert walls(begun) == ["08:07+0100", "08:30+0100", "10:00+0100", "10:30+0100"]
    taken = offers.gaps([slot(DAY, 8, 9)], [slot(DAY, 8, 10)], 0, 1)
    assert walls(list(offers.beginnings(taken, DAY, now, PARIS, RoomRules(room_step_minutes=60)))) == ["09:00+0100"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2027, 3, 28), ["01:00+0100", "01:30+0100", "03:00+0200", "03:30+0200"]),  # 2 h does not exist
        (date(2026, 10, 25), ["01:00+0200", "01:30+0200", "02:00+0200", "02:30+0200", "03:00+0100", "03:30+0100"]),
    ],
)
def test_night_of_the_time_change_offers_the_hours_that_it_has(day: date, expected: list[str]) -> None:
    before = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=1)
    begun = list(offers.beginnings([slot(day, 1, 4)], day, before, PARIS, RoomRules()))
    assert walls(begun) == expected
    at, gap = begun[0]
    assert offers.lengths(at, gap, RoomRules())[-1] == (240 if day.month == 10 else 120)


@pytest.mark.parametrize(
    ("left", "longest", "expected"),
    [
        (48, 720, [30, 48]),
        (20, 720, [20]),
        (120, 720, [30, 60, 90, 120]),
        (600, 100, [30, 60, 90]),
        (1400, 720, [30, 60, 90, 120, 180, 240]),
        (60, 30, [30]),
    ],
)
def test_length_is_what_is_left_and_what_the_rules_let(left: int, longest: int, expected: list[int]) -> None:
    begins = at_wall(DAY, 480, PARIS)
    gap = Slot(begins, begins + timedelta(minutes=left))
    assert offers.lengths(begins, gap, RoomRules(room_longest_minutes=longest)) == expected
