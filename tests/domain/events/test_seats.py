"""Who has a seat, what the deadline decides, what the rent gets."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.events import seats
from kiosk.domain.events.terms import EventState

DEADLINE = datetime(2026, 12, 6, 22, tzinfo=UTC)


@given(st.lists(st.integers(), unique=True, max_size=30), st.one_of(st.none(), st.integers(1, 20)))
def test_whoever_was_first_sits_first_and_nobody_is_lost(queue: list[int], places: int | None) -> None:
    seated, waiting = seats.seated(queue, places)
    assert seated + waiting == queue
    assert places is None or len(seated) == min(places, len(queue))


@given(st.lists(st.integers(), unique=True, min_size=1, max_size=30), st.integers(1, 20), st.data())
def test_who_leaves_makes_room_for_one_and_nobody_loses_a_seat(
    queue: list[int], places: int, data: st.DataObject
) -> None:
    gone = data.draw(st.sampled_from(queue))
    before, _ = seats.seated(queue, places)
    after, _ = seats.seated([each for each in queue if each != gone], places)
    assert set(before) - {gone} <= set(after)
    assert len(set(after) - set(before)) <= 1


@pytest.mark.parametrize(
    ("state", "threshold", "signed_up", "minutes", "decided"),
    [
        (EventState.OPEN, 6, 6, 0, EventState.HELD),
        (EventState.OPEN, 6, 7, 5, EventState.HELD),
        (EventState.OPEN, 6, 5, 0, EventState.NOT_HELD),
        (EventState.OPEN, 6, 0, 9999, EventState.NOT_HELD),
        (EventState.OPEN, 6, 6, -1, None),
        (EventState.HELD, 6, 5, 1, None),
        (EventState.CANCELLED, 6, 6, 1, None),
        (EventState.PROPOSED, 6, 6, 1, None),
    ],
)
def test_the_deadline_decides_once(
    state: EventState, threshold: int, signed_up: int, minutes: int, decided: EventState | None
) -> None:
    now = DEADLINE + timedelta(minutes=minutes)
    assert seats.outcome(state, threshold, DEADLINE, signed_up, now) is decided


def test_without_a_deadline_nothing_is_decided() -> None:
    assert seats.outcome(EventState.OPEN, None, None, 100, DEADLINE) is None


@pytest.mark.parametrize(
    ("net_cents", "percent", "rent"),
    [(3000, 20, 600), (3000, 0, 0), (3000, 100, 3000), (2505, 50, 1253), (2504, 50, 1252), (1, 49, 0), (1, 50, 1)],
)
def test_the_rent_s_share_is_whole_cents_half_a_cent_up(net_cents: int, percent: int, rent: int) -> None:
    assert seats.rent_cents(net_cents, percent) == rent


@pytest.mark.parametrize(
    ("days", "before", "free"),
    [
        (None, timedelta(minutes=1), True),
        (None, timedelta(0), False),
        (3, timedelta(days=3, minutes=1), True),
        (3, timedelta(days=3), False),
        (3, timedelta(days=1), False),
    ],
)
def test_one_leaves_at_no_cost_until_so_many_days_before(days: int | None, before: timedelta, free: bool) -> None:
    assert seats.may_leave_free(DEADLINE, DEADLINE - before, days) is free
