"""Decides which codes are good enough for a forgotten badge, and how often a wrong one is looked at.

Three wrong ones for a member, and only the desk lets that member try again. Many on one screen, whoever they are typed
for, and nobody signs in there for a while.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

SHORTEST, LONGEST = 4, 6
TRIES = 3  # wrong ones in a row, for one member
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


def is_locked(tries: int) -> bool:
    """Whether only the desk lets a member try again, for whom so many wrong ones in a row were typed."""
    return tries >= TRIES


def is_paused(latest: Sequence[datetime], now: datetime) -> bool:
    """Whether a screen takes no code at all. `latest` are its last SCREEN_TRIES wrong ones, in any order."""
    if len(latest) < SCREEN_TRIES:
        return False
    return max(latest) - min(latest) <= SCREEN_WINDOW and now - max(latest) < SCREEN_PAUSE
