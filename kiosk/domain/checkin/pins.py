"""Decides which codes (for a forgotten badge) are strong enough, and how long wrong ones make them wait.

From the third wrong code in a row, a member's code must wait, twice as long each time, up to a bound: anyone may stand
at the screen, and must not lock another member's code for good. After many wrong codes on one screen, for any members,
the screen takes no code for a while.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

SHORTEST, LONGEST = 4, 6  # digits of a code
TRIES = 3  # wrong codes in a row, for one member, until the code waits
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=24)  # doubled each time, up to the bound
_MOST_DOUBLINGS = 10  # beyond LONGEST_WAIT already: keeps the number small
SCREEN_TRIES = 10  # wrong codes within SCREEN_WINDOW, on one screen
SCREEN_WINDOW = timedelta(minutes=10)  # in which so many wrong codes pause the screen
SCREEN_PAUSE = timedelta(minutes=10)  # from the last wrong code on
_RUN = "01234567890"  # ten digits, and the first again


class Weakness(StrEnum):
    """Why a code is refused when it is chosen."""

    SHORT = "short"  # not SHORTEST to LONGEST digits
    SAME = "same"  # one digit or one pair again and again
    RUN = "run"  # digits that follow each other, up or down
    OWN_NUMBER = "own-number"


def weakness(pin: str, number: int) -> Weakness | None:
    """Return why a code is too weak for this member; None for a good one. `number` is the member's number."""
    if not (pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST):
        return Weakness.SHORT
    if pin == (pin[:2] * LONGEST)[: len(pin)]:
        return Weakness.SAME
    if pin in _RUN or pin in _RUN[::-1]:
        return Weakness.RUN
    return Weakness.OWN_NUMBER if int(pin) == number else None


def wait_after(tries: int) -> timedelta:
    """Return how long a code waits after the last of so many wrong ones in a row; zero below the limit."""
    if tries < TRIES:
        return timedelta(0)
    return min(FIRST_WAIT * (1 << min(tries - TRIES, _MOST_DOUBLINGS)), LONGEST_WAIT)


def is_paused(latest: Sequence[datetime], now: datetime) -> bool:
    """Tell whether a screen takes no codes at all now. `latest` are its last SCREEN_TRIES wrong codes, in any order."""
    if len(latest) < SCREEN_TRIES:
        return False
    return max(latest) - min(latest) <= SCREEN_WINDOW and now - max(latest) < SCREEN_PAUSE
