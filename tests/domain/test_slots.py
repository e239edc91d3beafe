"""Times that something is held: what meets, what is free between, and the wall clock on both nights of the year."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import slots
from kiosk.domain.problems import Problem
from kiosk.domain.slots import Slot

PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
FORWARD, BACK = date(2027, 3, 28), date(2027, 10, 31)  # at 2 h it is 3 h; at 3 h it is 2 h again


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2027, 3, 1, hour, minute, tzinfo=UTC)


def slot(since: int, until: int) -> Slot:
    return Slot(at(since), at(until))


@pytest.mark.parametrize(
    ("starts", "ends", "code"),
    [
        (NOON, NOON, "slot"),
        (NOON, NOON - timedelta(minutes=1), "slot"),
        (NOON, NOON + timedelta(days=365), "slot-long"),
        (NOON, NOON + timedelta(days=31, minutes=1), "slot-long"),
        (NOON.replace(tzinfo=None), NOON.replace(tzinfo=None) + timedelta(hours=1), "slot"),
    ],
)
def test_what_lasts_no_time_or_a_year_is_no_slot(starts: datetime, ends: datetime, code: str) -> None:
    with pytest.raises(Problem) as refused:
        Slot(starts, ends)
    assert refused.value.code == code


def test_what_ends_as_the_next_begins_does_not_meet_it() -> None:
    assert not slot(9, 10).meets(slot(10, 11))
    assert slot(9, 10).with_room_after(1).meets(slot(10, 11))
    assert slot(9, 12).meets(slot(10, 11))


times = st.integers(0, 60).flatmap(lambda since: st.tuples(st.just(since), st.integers(since + 1, 70)))
drawn = times.map(lambda pair: Slot(NOON + timedelta(minutes=pair[0]), NOON + timedelta(minutes=pair[1])))


@given(drawn, drawn)
def test_two_meet_where_they_have_a_minute_in_common(one: Slot, other: Slot) -> None:
    def minutes(each: Slot) -> set[datetime]:
        return {each.starts_at + timedelta(minutes=number) for number in range(each.minutes)}

    assert one.meets(other) == bool(minutes(one) & minutes(other)) == other.meets(one)


@given(st.lists(drawn, max_size=6), st.integers(1, 20))
def test_what_is_free_meets_nothing_and_is_long_enough(taken: list[Slot], minutes: int) -> None:
    within = Slot(NOON, NOON + timedelta(minutes=70))
    for gap in slots.free(taken, within, minutes):
        assert gap.minutes >= minutes
        assert within.starts_at <= gap.starts_at <= gap.ends_at <= within.ends_at
        assert not any(gap.meets(each) for each in taken)


def test_an_hour_of_the_afternoon_lasts_an_hour_on_every_day_of_the_year() -> None:
    day = date(2027, 1, 1)
    while day.year == 2027:
        found = slots.on_wall(day, 14 * 60, 15 * 60, PARIS)
        assert found.minutes == 60
        assert found.starts_at.astimezone(PARIS).hour == 14
        assert list(found.on_days(PARIS)) == [(day, 14 * 60, 15 * 60)]
        day += timedelta(days=1)


def test_a_night_is_an_hour_shorter_or_longer_when_the_clocks_change() -> None:
    nights = [
        slots.on_wall(day - timedelta(days=1), 22 * 60, 6 * 60, PARIS) for day in (FORWARD, BACK, date(2027, 6, 2))
    ]
    assert [night.minutes for night in nights] == [7 * 60, 9 * 60, 8 * 60]
    assert [sum(minutes for _, minutes in night.minutes_on(PARIS)) for night in nights] == [7 * 60, 9 * 60, 8 * 60]
    assert [[day for day, *_ in night.on_days(PARIS)] for night in nights[:1]] == [
        [FORWARD - timedelta(days=1), FORWARD]
    ]


def test_an_hour_that_the_spring_skips_cannot_be_held_and_one_that_comes_twice_is_the_first() -> None:
    with pytest.raises(Problem) as refused:
        slots.at_wall(FORWARD, 2 * 60 + 30, PARIS)
    assert refused.value.code == "slot-skipped"
    assert slots.at_wall(FORWARD, 3 * 60, PARIS) == datetime(2027, 3, 28, 1, tzinfo=UTC)
    assert slots.at_wall(BACK, 2 * 60 + 30, PARIS) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert slots.at_wall(BACK, 24 * 60, PARIS) == datetime(2027, 10, 31, 23, tzinfo=UTC)
