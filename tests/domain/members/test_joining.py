"""Who may join at the screen, and whose badge welcomes."""

from datetime import timedelta

import pytest

from kiosk.domain.checkin.standing import Standing
from kiosk.domain.checkin.verdicts import Denial
from kiosk.domain.members import joining
from tests.domain.values import DAY, at, policy, standing, visit


@pytest.mark.parametrize(
    ("a_day", "joined", "has_room"),
    [(None, 0, False), (0, 0, False), (2, 0, True), (2, 1, True), (2, 2, False), (2, 3, False)],
)
def test_so_many_join_a_day(a_day: int | None, joined: int, has_room: bool) -> None:
    assert joining.has_room(policy(joins_a_day=a_day), joined) is has_room


@pytest.mark.parametrize(
    ("sponsor", "permanents_only", "may"),
    [
        (None, False, False),
        (standing(), False, True),
        (standing(), True, False),
        (standing(subscribed=True), True, True),
        (standing(subscribed=True), False, True),
        (standing(badge_until_on=DAY), False, False),  # joined today themselves
        (standing(badge_lost_on=DAY), False, False),
        (standing(left_on=DAY), False, False),
        (standing(member_until=None), False, False),
        (standing(member_until=DAY - timedelta(days=30)), False, True),  # in grace
        (standing(member_until=DAY - timedelta(days=31)), False, False),
        (standing(past_due_cents=5001), False, False),
    ],
)
def test_a_member_in_good_standing_welcomes(sponsor: Standing | None, permanents_only: bool, may: bool) -> None:
    rules = policy(sponsors_are_permanents=permanents_only)
    assert joining.may_welcome(sponsor, rules, at(9)) is may


@pytest.mark.parametrize(("present", "reason"), [(19, None), (20, Denial.FULL)])
def test_a_newcomer_finds_no_more_room_than_anybody_though_the_sponsor_may_stay(
    present: int, reason: Denial | None
) -> None:
    sponsor = standing(today=visit(), subscribed=True)
    denied = joining.turns_away(sponsor, policy(capacity_legal=20), at(9), present)
    assert (None if denied is None else denied.reason) is reason
