"""Decides, without any device, which sightings of a badge are taps and how long to wait for a reader that failed."""

import math
from collections.abc import Callable

SAME_BADGE_SECONDS = 1.0  # a badge unseen for less is still the same presentation
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.5, 10.0  # before the next try to open a reader that failed


def _never(_uid: bytes) -> bool:
    """Return False: where nothing is remembered, no badge lay there when the previous run ended."""
    return False


class Presentations:
    """Turns sightings of badges into presentations: one badge shown is one presentation, and one tap, until it is gone.
    Knows badges by UID; times are monotonic.

    A badge that has answered a presence check or a command is gone when a check fails (`lifted`): shown again, however
    soon, it is a new tap. One that answers none is gone when it was not sighted for a second (`expired`): a MIFARE
    Classic refuses every check and is sighted again many times a second while it is held. A badge taken away before its
    first answer cannot be distinguished from those: shown again within the second, it is the same presentation.

    A badge that lay on a reader when it failed, and is there in the first second after it came back, is the same
    presentation: a loose cable must not make a forgotten badge tap, at night perhaps, on a day of its own. The same
    holds for a badge that lay there when the previous run of the program ended, which `lay_there` knows.
    """

    def __init__(self, lay_there: Callable[[bytes], bool] = _never) -> None:
        self._lay_there = lay_there
        self._gone: set[bytes] = set()  # lifted in the first second after the reader came back
        self._seen: dict[bytes, float] = {}  # what is there, and when it was last seen
        self._left: set[bytes] = set()  # what was there when the reader failed
        self._left_until = math.inf

    def sighted(self, uid: bytes, at: float) -> bool:
        """Record that the reader sees a badge, and return whether that is a new tap. Call `expired` first."""
        # in the first second after the reader came back, a badge that lay there before is no new tap
        is_new = uid not in self._seen and not (
            at < self._left_until and (uid in self._left or (uid not in self._gone and self._lay_there(uid)))
        )
        self._seen[uid] = at
        return is_new

    def still_there(self, uid: bytes, at: float) -> None:
        """Record that a badge was still there at a moment."""
        self._seen[uid] = at

    def lifted(self, uid: bytes) -> None:
        """Record that a badge which had answered presence checks no longer does."""
        self._seen.pop(uid, None)
        self._left.discard(uid)
        self._gone.add(uid)

    def expired(self, at: float) -> list[bytes]:
        """Return the badges that were not seen for a second, and forget them: they are gone."""
        gone = [uid for uid, seen in self._seen.items() if at - seen >= SAME_BADGE_SECONDS]
        if at >= self._left_until:
            self._gone.clear()
        for uid in gone:
            del self._seen[uid]
        return gone

    def interrupted(self, at: float) -> list[bytes]:
        """Record that the reader failed. Returns the badges that were there: they are out of sight."""
        # a reader that fails again within that second: badges that lay there at the failure before still count
        before = self._left if at < self._left_until else set()
        there = list(self._seen)
        if at >= self._left_until:
            self._lay_there = _never  # the first second after the program's start is over
        self._left, self._left_until = before.union(there), math.inf
        self._seen.clear()
        return there

    def resumed(self, at: float) -> None:
        """Record that the reader senses badges again."""
        if self._left_until == math.inf:
            self._left_until = at + SAME_BADGE_SECONDS


class Backoff:
    """Pauses between attempts, which double up to 10 s, and start again at 0.5 s after an attempt that worked for
    longer than 10 s.
    """

    def __init__(self) -> None:
        self._next = _FIRST_PAUSE_SECONDS

    def after(self, lasted_seconds: float) -> float:
        """Return the seconds to pause after an attempt that worked for `lasted_seconds` before it failed."""
        if lasted_seconds > _LONGEST_PAUSE_SECONDS:
            self._next = _FIRST_PAUSE_SECONDS
        pause, self._next = self._next, min(2 * self._next, _LONGEST_PAUSE_SECONDS)
        return pause
