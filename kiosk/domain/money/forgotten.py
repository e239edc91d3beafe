"""Decides whether a member may report that they forgot to tap on a day."""

from datetime import date, timedelta
from enum import StrEnum

MOST_DAYS_BACK = 7


class Unlikely(StrEnum):
    """Why a day cannot be reported as forgotten."""

    NOT_LATELY = "not-lately"
    NO_MEMBER = "no-member"  # not a member on that day


def why_not_forgotten(day: date, today: date, joined_on: date, left_on: date | None) -> Unlikely | None:
    """Return why a day cannot be reported as forgotten, by a member with these days of joining and leaving; None where
    it can.
    """
    if not today - timedelta(days=MOST_DAYS_BACK) <= day <= today:
        return Unlikely.NOT_LATELY
    if day < joined_on or (left_on is not None and day >= left_on):
        return Unlikely.NO_MEMBER
    return None
