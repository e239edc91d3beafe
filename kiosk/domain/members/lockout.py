"""Decides how long a guesser must wait: not for the first slips, then longer each time, never for ever."""

from datetime import datetime, timedelta

from msgspec import Struct

REMEMBERED = timedelta(days=1)
FIRST_WAIT_SECONDS = 30
LONGEST_WAIT_SECONDS = 900  # an officer is not kept out by somebody else's guesses for longer


class Failures(Struct, frozen=True):
    """What went wrong within a day: how often, and when last."""

    count: int
    latest: datetime | None


def wait_until(failures: Failures, free: int) -> datetime | None:
    """The moment before which no further attempt is looked at; None where there is nothing to wait for."""
    if failures.latest is None or failures.count < free:
        return None
    doublings = min(failures.count - free, 10)
    return failures.latest + timedelta(seconds=min(FIRST_WAIT_SECONDS << doublings, LONGEST_WAIT_SECONDS))
