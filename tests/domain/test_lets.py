"""What is let leaves less of the place: zones, places and the door follow; whoever subscribes has what was agreed."""

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain import lets
from kiosk.domain.lets import Let

AT = datetime(2026, 12, 4, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)


def let(zone: str | None = None, *, kept: bool = True, places: int = 0) -> Let:
    """From 17 h to 20 h UTC."""
    return Let(zone, None if zone is None else "free", AT, AT + 3 * HOUR, places, keeps_permanents=kept)


@pytest.mark.parametrize(
    ("found", "at", "subscribed", "shut"),
    [
        (let(), AT, False, True),
        (let(), AT - timedelta(seconds=1), False, False),
        (let(), AT + 3 * HOUR, False, False),
        (let(), AT, True, False),
        (let(kept=False), AT, True, True),
        (let("comfort"), AT, False, False),
    ],
)
def test_whole_place_is_shut_for_who_does_not_keep_theirs(
    found: Let, at: datetime, subscribed: bool, shut: bool
) -> None:
    assert (lets.shuts([found], at, subscribed=subscribed) is not None) is shut


@pytest.mark.parametrize(
    ("found", "at", "subscribed", "zone"),
    [
        (let("comfort"), AT, False, "free"),
        (let("comfort"), AT, True, "comfort"),
        (let("comfort", kept=False), AT, True, "free"),
        (let("comfort"), AT - HOUR, False, "comfort"),
        (let("other"), AT, False, "comfort"),
        (let(), AT, False, "comfort"),
    ],
)
def test_zone_that_is_let_has_another_in_its_place(found: Let, at: datetime, subscribed: bool, zone: str) -> None:
    assert lets.instead_of([found], "comfort", at, subscribed=subscribed) == zone


def test_places_that_are_let_are_nobody_else_s_while_they_are() -> None:
    both = [let("a", places=5), let("b", places=3)]
    assert [lets.places_left(20, both, at) for at in (AT, AT - HOUR)] == [12, 20]
    assert lets.places_left(None, both, AT) is None
    assert lets.places_left(6, both, AT) == 0
