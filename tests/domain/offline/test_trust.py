"""Whether a clock is believed, and when a tap was that came while it was not."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from kiosk.domain.offline import trust
from kiosk.domain.offline.trust import Doubt, Evidence, Reading

pytestmark = pytest.mark.promise(5)

MADE = datetime(2026, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
MORNING = Reading(NOON - timedelta(hours=4), 1000.0, "a")


def at(hours: float, *, monotonic: float | None = None, boot: str = "a") -> Reading:
    """A reading so many hours after the morning's, of a clock that runs as it should."""
    return Reading(MORNING.at + timedelta(hours=hours), 1000.0 + hours * 3600 if monotonic is None else monotonic, boot)


KNOWN = Evidence(MADE, last_entry_at=MORNING.at, last_trusted=MORNING)


@pytest.mark.promise(5)
@pytest.mark.parametrize(
    ("reading", "vouched", "evidence", "doubt"),
    [
        (at(1), True, KNOWN, None),
        (at(1), False, KNOWN, Doubt.SOURCE),
        (at(0), True, KNOWN, None),
        (at(-0.001), True, KNOWN, Doubt.BEFORE_LAST_ENTRY),
        (Reading(datetime(1970, 1, 1, tzinfo=UTC), 20, "b"), True, KNOWN, Doubt.BEFORE_RELEASE),
        (Reading(datetime(1970, 1, 1, tzinfo=UTC), 20, "b"), True, Evidence(MADE), Doubt.BEFORE_RELEASE),
        (at(24 * 365), True, Evidence(MADE), None),
        # Seven days past what is known to have elapsed, and a second more.
        (at(24 * 7, monotonic=1000), True, KNOWN, None),
        (at(24 * 7 + 1, monotonic=1000), True, KNOWN, Doubt.JUMP),
        (at(24 * 30), True, KNOWN, None),
        (at(24 * 7 + 1, monotonic=3600, boot="b"), True, KNOWN, None),
        (at(24 * 7 + 1, monotonic=3599, boot="b"), True, KNOWN, Doubt.JUMP),
        (at(24 * 365, monotonic=20, boot="b"), True, KNOWN, Doubt.JUMP),
        # A moment without its start: the machine may have run since long before it.
        (
            at(24 * 8, monotonic=24 * 3600 * 99),
            True,
            Evidence(MADE, last_trusted=Reading(MORNING.at, 0, "")),
            Doubt.JUMP,
        ),
    ],
)
def test_a_clock_is_believed_as_far_as_nothing_speaks_against_it(
    reading: Reading, vouched: bool, evidence: Evidence, doubt: Doubt | None
) -> None:
    assert trust.doubt(reading, vouched, evidence) is doubt


@pytest.mark.promise(5)
@pytest.mark.parametrize(
    ("minutes", "doubt"), [(-30 * 60, Doubt.STEP), (-6, Doubt.STEP), (-5, None), (1, None), (5, None), (6, Doubt.STEP)]
)
def test_a_clock_that_was_set_while_the_machine_ran_is_not_believed_for_its_word(
    minutes: int, doubt: Doubt | None
) -> None:
    running = Evidence(MADE, last_trusted=MORNING, of_start=MORNING)
    shown = Reading(at(2).at + timedelta(minutes=minutes), at(2).monotonic, "a")
    assert trust.doubt(shown, True, running) is doubt
    assert trust.doubt(shown, True, running, was_set=True) is None
    assert trust.doubt(replace(shown, boot="b"), True, running) is None


@pytest.mark.promise(5)
@pytest.mark.parametrize(
    ("reading", "doubt"),
    [
        (at(0), None),
        (at(24 * 90), None),
        (Reading(MORNING.at + timedelta(minutes=2), 1000.0, "a"), Doubt.SOURCE),
        (Reading(MORNING.at - timedelta(minutes=2), 1000.0, "a"), Doubt.SOURCE),
        (at(1, boot="b"), Doubt.SOURCE),
    ],
)
def test_an_officer_s_word_holds_for_one_start_and_until_the_clock_is_set(
    reading: Reading, doubt: Doubt | None
) -> None:
    evidence = Evidence(MADE, last_entry_at=MORNING.at + timedelta(days=9), word=MORNING)
    assert trust.doubt(reading, False, evidence) is doubt


def test_a_clock_that_was_set_is_noticed_and_one_that_was_nudged_is_not() -> None:
    assert trust.stepped(at(0), Reading(at(1).at - timedelta(hours=1), at(1).monotonic, "a")) == timedelta(hours=-1)
    assert trust.stepped(at(0), Reading(at(1).at + timedelta(seconds=59), at(1).monotonic, "a")) == timedelta(0)
    assert trust.stepped(at(0), Reading(at(9).at, 5.0, "b")) == timedelta(0)


def wrong(monotonic: float, boot: str) -> Reading:
    """A tap's reading, whose date says nothing."""
    return Reading(datetime(1970, 1, 1, tzinfo=UTC), monotonic, boot)


def test_a_tap_of_a_start_that_was_trusted_at_any_time_is_dated_exactly() -> None:
    for tap, hours in ((wrong(1000 + 3600, "a"), 1), (wrong(0, "a"), -1000 / 3600)):
        when = MORNING.at + timedelta(hours=hours)
        assert trust.bounds(tap, MADE, [at(50, boot="b"), MORNING], None) == (when, when)


def test_a_tap_of_a_start_that_is_over_lies_before_the_next_one_began() -> None:
    next_start = Reading(NOON, 600.0, "c")
    soonest = MORNING.at + timedelta(seconds=120)
    assert trust.bounds(wrong(120, "b"), soonest, [next_start], None) == (soonest, NOON - timedelta(seconds=600))


def test_the_next_entry_bounds_a_tap_too() -> None:
    soon = MORNING.at + timedelta(minutes=30)
    assert trust.bounds(wrong(120, "b"), MORNING.at, [Reading(NOON, 600.0, "c")], soon)[1] == soon


def test_bounds_that_cross_are_the_earliest_moment() -> None:
    assert trust.bounds(wrong(120, "b"), NOON, [], MORNING.at) == (NOON, NOON)
