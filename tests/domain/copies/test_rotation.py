"""Which copies stay."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import keeping
from kiosk.domain.copies import rotation
from kiosk.domain.copies.rotation import Copy, Keep

NOW = datetime(2026, 11, 25, 9, 5, tzinfo=UTC)
KEEP = Keep(hours=3, days=2, weeks=2, months=2)


def copy(at: datetime, *, tells_hours: bool = True) -> Copy:
    return Copy(f"kiosk-{at:%Y%m%dT%H%M%SZ}.tar", at, tells_hours)


def hourly(hours: int) -> list[Copy]:
    return [copy(NOW - timedelta(hours=back)) for back in range(hours)]


def staying(copies: list[Copy], keep: Keep, now: datetime = NOW) -> list[Copy]:
    gone = rotation.leaving(copies, keep, now)
    return sorted((each for each in copies if each not in gone), key=lambda each: each.made_at)


def test_the_newest_of_each_of_the_last_hours_days_and_weeks_stay() -> None:
    kept = [each.made_at for each in staying(hourly(400), KEEP)]
    assert kept == [
        datetime(2026, 11, 22, 23, 5, tzinfo=UTC),  # last week's newest
        datetime(2026, 11, 24, 23, 5, tzinfo=UTC),  # yesterday's
        datetime(2026, 11, 25, 7, 5, tzinfo=UTC),
        datetime(2026, 11, 25, 8, 5, tzinfo=UTC),
        datetime(2026, 11, 25, 9, 5, tzinfo=UTC),
    ]


def test_only_copies_without_hours_stay_for_months() -> None:
    months = [copy(datetime(2026, month, 1, tzinfo=UTC), tells_hours=False) for month in (7, 8, 9, 10, 11)]
    old = copy(datetime(2026, 8, 2, tzinfo=UTC))
    kept = staying([*months, old, copy(NOW)], KEEP)
    assert [each.made_at.month for each in kept if not each.tells_hours] == [10, 11]
    assert old not in kept


def test_a_machine_that_was_off_for_a_month_keeps_what_it_had() -> None:
    before = [copy(NOW - timedelta(days=40, hours=back)) for back in range(3)]
    assert set(before) <= set(staying([*before, copy(NOW)], Keep(24, 14, 8, 12)))


@pytest.mark.promise(6)
def test_copies_with_hours_stay_so_long_that_none_in_them_is_older_than_90_days() -> None:
    keep = Keep(168, 90, 12, 120)
    last = copy(NOW - timedelta(days=90 - keeping.HOURS_IN_COPIES_DAYS))
    over = copy(NOW - timedelta(days=60, seconds=1))
    assert staying([over, last, copy(NOW)], keep) == [last, copy(NOW)]


def test_the_only_copy_stays_however_old_it_is_and_whatever_is_asked() -> None:
    old = copy(NOW - timedelta(days=400))
    assert staying([old], Keep(0, 0, 0, 0)) == [old]


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(minutes=5), timedelta(days=400)], ids=str)
def test_the_one_that_was_just_made_stays_though_others_say_that_they_are_newer(ahead: timedelta) -> None:
    copies = [Copy("a", NOW, tells_hours=True), Copy("b", NOW + ahead, tells_hours=True)]
    assert [copy.name for copy in rotation.leaving(copies, Keep(1, 1, 1, 1), NOW)] == ["a"]
    assert rotation.leaving(copies, Keep(1, 1, 1, 1), NOW, "a") == {}


def test_one_that_goes_names_the_one_of_its_own_day_that_stays() -> None:
    copies = hourly(60)
    gone = rotation.leaving(copies, Keep(1, 3, 0, 0), NOW)
    noon = copy(datetime(2026, 11, 24, 12, 5, tzinfo=UTC))
    assert gone[noon] == copy(datetime(2026, 11, 24, 23, 5, tzinfo=UTC))


_moments = st.integers(0, 150 * 24 * 6).map(lambda tens: NOW - timedelta(minutes=10 * tens))
_copies = st.lists(
    st.builds(lambda at, hours: copy(at, tells_hours=hours), _moments, st.booleans()), unique=True, max_size=60
)
_keeps = st.builds(Keep, st.integers(0, 30), st.integers(0, 30), st.integers(0, 12), st.integers(0, 12))


@given(_copies, _keeps)
def test_what_stays_is_little_enough_young_enough_and_stays_the_next_time(copies: list[Copy], keep: Keep) -> None:
    gone = rotation.leaving(copies, keep, NOW)
    stays = [each for each in copies if each not in gone]
    assert len(stays) <= keep.hours + keep.days + keep.weeks + keep.months + 1
    assert rotation.leaving(stays, keep, NOW) == {}
    if copies:
        newest = max(copies, key=lambda each: (each.made_at, each.name))
        assert newest in stays
        assert not [each for each in stays if rotation.is_over(each, NOW) and each != newest]
    assert set(gone.values()) <= set(stays)


@given(_copies, _keeps, _moments)
def test_a_newer_copy_never_brings_back_what_went_before(copies: list[Copy], keep: Keep, at: datetime) -> None:
    gone = rotation.leaving(copies, keep, at)
    later = copy(NOW + timedelta(hours=1))
    assert set(gone) <= set(rotation.leaving([*copies, later], keep, at + timedelta(hours=1)))


@given(_copies, _keeps)
def test_keeping_more_lets_nothing_go_that_stayed(copies: list[Copy], keep: Keep) -> None:
    more = Keep(keep.hours + 1, keep.days + 1, keep.weeks + 1, keep.months + 1)
    assert set(rotation.leaving(copies, more, NOW)) <= set(rotation.leaving(copies, keep, NOW))


def test_hour_after_hour_there_is_a_copy_of_each_of_the_last_days() -> None:
    keep, now = Keep(hours=24, days=14, weeks=8, months=0), NOW
    copies: list[Copy] = []
    for hour in range(120 * 24):
        now = NOW + timedelta(hours=hour)
        copies = staying([*copies, copy(now)], keep, now)
    days = {each.made_at.date() for each in copies}
    assert {now.date() - timedelta(days=back) for back in range(14)} <= days
    assert now.date() == date(2027, 3, 25)
    assert min(days) == date(2027, 2, 7), "the Sunday of the eighth week"
    assert len(copies) <= 24 + 14 + 8
