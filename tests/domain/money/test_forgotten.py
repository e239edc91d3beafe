"""Forgotten days: which a member may still tell of."""

from datetime import date, timedelta

import pytest

from kiosk.domain.money.forgotten import MOST_DAYS_BACK, Unlikely, why_not_forgotten
from tests.domain.values import DAY


@pytest.mark.parametrize(
    ("day", "left_on", "why"),
    [
        (DAY, None, None),
        (DAY + timedelta(days=1), None, Unlikely.NOT_LATELY),
        (DAY - timedelta(days=MOST_DAYS_BACK), None, None),
        (DAY - timedelta(days=MOST_DAYS_BACK + 1), None, Unlikely.NOT_LATELY),
        (DAY - timedelta(days=4), None, Unlikely.NO_MEMBER),
        (DAY - timedelta(days=3), None, None),
        (DAY - timedelta(days=1), DAY, None),
        (DAY, DAY, Unlikely.NO_MEMBER),
    ],
)
def test_a_day_may_be_forgotten_that_was_lately_and_a_member_s(
    day: date, left_on: date | None, why: Unlikely | None
) -> None:
    long_ago = day <= DAY - timedelta(days=MOST_DAYS_BACK)
    joined_on = date(2020, 1, 1) if long_ago else DAY - timedelta(days=3)
    assert why_not_forgotten(day, DAY, joined_on, left_on) is why
