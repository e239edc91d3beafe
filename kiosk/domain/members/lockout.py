"""Decides how long to wait after wrong passwords: not after the first few, then longer each time, never for ever."""

from datetime import datetime, timedelta

from msgspec import Struct

REMEMBERED = timedelta(days=1)
FIRST_WAIT_SECONDS = 30
LONGEST_WAIT_SECONDS = 900  # other people's guesses keep an officer out for no longer than this


class Failures(Struct, frozen=True):
    """The failed attempts within a day: how many, and when the last."""

    count: int
    latest: datetime | None


def wait_until(failures: Failures, free: int) -> datetime | None:
    """Return the moment before which attempts are refused; None where there is no wait. `free` failures cause none."""
    if failures.latest is None or failures.count < free:
        return None
    doublings = min(failures.count - free, 10)
    return failures.latest + timedelta(seconds=min(FIRST_WAIT_SECONDS << doublings, LONGEST_WAIT_SECONDS))
