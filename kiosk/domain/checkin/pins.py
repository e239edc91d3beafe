"""Decides which codes are good enough for a forgotten badge, and how often a wrong one is looked at.

The third wrong one in a row for a member makes their code wait, each further one twice as long, within a bound: anyone
may stand at the screen, and must not shut another's code for good. After many on one screen, for whichever members, it
takes no code for a while.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

SHORTEST, LONGEST = 4, 6
TRIES = 3  # wrong ones in a row, for one member, until the code waits
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=24)
_MOST_DOUBLINGS = 10
SCREEN_TRIES = 10  # wrong ones within SCREEN_WINDOW, on one screen
SCREEN_WINDOW = timedelta(minutes=10)
SCREEN_PAUSE = timedelta(minutes=10)
_RUN = "01234567890"


class Weakness(StrEnum):
    """Why a code is not taken."""

    SHORT = "short"
    SAME = "same"  # one digit or one pair again and again
    RUN = "run"  # digits in a row, up or down
    OWN_NUMBER = "own-number"


def weakness(pin: str, number: int) -> Weakness | None:
    """Why a code of this member's is not taken; None for a good one."""
    if not (pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST):
        return Weakness.SHORT
    if pin == (pin[:2] * LONGEST)[: len(pin)]:
        return Weakness.SAME
    if pin in _RUN or pin in _RUN[::-1]:
        return Weakness.RUN
    return Weakness.OWN_NUMBER if int(pin) == number else None


def wait_after(tries: int) -> timedelta:
    """Return how long a code waits from the last of so many wrong ones in a row."""
    if tries < TRIES:
        return timedelta(0)
    return min(FIRST_WAIT * (1 << min(tries - TRIES, _MOST_DOUBLINGS)), LONGEST_WAIT)


def is_paused(latest: Sequence[datetime], now: datetime) -> bool:
    """Whether a screen takes no code at all. `latest` are its last SCREEN_TRIES wrong ones, in any order."""
    if len(latest) < SCREEN_TRIES:
        return False
    return max(latest) - min(latest) <= SCREEN_WINDOW and now - max(latest) < SCREEN_PAUSE
