"""Decides whether the machine's clock is trusted, and when a tap happened that came while it was not.

A small computer without a battery wakes up in the past, and a network can tell it any time. So the date counts only if
a source vouches for it and nothing known contradicts it, or if an officer has vouched for it.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

LONGEST_SILENCE = timedelta(days=7)  # beyond the time known to have elapsed: then an officer is asked
STEP = timedelta(seconds=60)  # a clock that differs by no more counts as undisturbed
LONGEST_STEP = timedelta(minutes=5)  # set by more while running, a clock needs an officer's word


class Reading(Struct, frozen=True):
    """One reading of the machine's clocks: `at` by the wall clock (UTC), `monotonic` seconds of the machine's start
    `boot`.

    The monotonic clock counts from that start or later, so at least its value has elapsed. A moment stored without its
    start has an empty `boot`.
    """

    at: datetime
    monotonic: float
    boot: str

    def elapsed_until(self, later: "Reading") -> timedelta:
        """Return the time known to have passed until a later reading: exact within one start, a lower bound across
        starts, zero for a moment of an unknown start.
        """
        if self.boot == later.boot:
            return timedelta(seconds=later.monotonic - self.monotonic)
        if not self.boot:
            return timedelta(0)
        return timedelta(seconds=later.monotonic)

    def moved_to(self, monotonic: float) -> datetime:
        """Return the wall clock's time at another monotonic moment of the same start."""
        return self.at + timedelta(seconds=monotonic - self.monotonic)


class Doubt(StrEnum):
    """Why the clock is not trusted."""

    SOURCE = "source"  # no source vouches for it yet
    BEFORE_RELEASE = "before-release"  # earlier than this version of the program was released
    BEFORE_LAST_ENTRY = "before-last-entry"  # earlier than the newest entry of the ledger
    JUMP = "jump"  # far beyond the last trusted reading
    STEP = "step"  # set by minutes or more while the machine ran


class Evidence(Struct, frozen=True):
    """What is known about the time besides the clock. `word` is an officer's confirmation of a reading; `of_start` is
    the last trusted reading of a known start of the machine.
    """

    released_at: datetime
    last_entry_at: datetime | None = None
    last_trusted: Reading | None = None
    word: Reading | None = None
    of_start: Reading | None = None


def doubt(reading: Reading, vouched: bool, evidence: Evidence, *, was_set: bool = False) -> Doubt | None:
    """Return the first reason not to trust a reading, in the order of `Doubt`, or None.

    An officer's word that still holds overrides every doubt. `vouched`: the source of the time vouches for it;
    `was_set`: that source has set the clock since the last trusted reading, so that a step is its correction. What
    the evidence lacks (None) raises no doubt.
    """
    if evidence.word is not None and _keeps(evidence.word, reading):
        return None
    if not vouched:
        return Doubt.SOURCE
    if reading.at < evidence.released_at:
        return Doubt.BEFORE_RELEASE
    if evidence.last_entry_at is not None and reading.at < evidence.last_entry_at:
        return Doubt.BEFORE_LAST_ENTRY
    trusted = evidence.last_trusted
    if trusted is not None and reading.at > trusted.at + trusted.elapsed_until(reading) + LONGEST_SILENCE:
        return Doubt.JUMP
    start_reading = evidence.of_start
    if start_reading is None or start_reading.boot != reading.boot or was_set:
        return None
    return Doubt.STEP if abs(reading.at - start_reading.moved_to(reading.monotonic)) > LONGEST_STEP else None


def _keeps(word: Reading, reading: Reading) -> bool:
    """Tell whether the clock has run undisturbed since an officer confirmed it; a confirmation holds for one start."""
    return word.boot == reading.boot and abs(word.moved_to(reading.monotonic) - reading.at) <= STEP


def stepped(before: Reading, after: Reading) -> timedelta:
    """Return by how much the wall clock was set between two readings of one start; zero for a minute or less, and for
    readings of two starts, which cannot be compared.
    """
    step = after.at - before.moved_to(after.monotonic)
    return step if before.boot == after.boot and abs(step) > STEP else timedelta(0)


def bounds(
    tap: Reading, earliest: datetime, known: list[Reading], next_entry_at: datetime | None
) -> tuple[datetime, datetime]:
    """Return the earliest and latest moment of a tap whose clock was not trusted; equal where the moment is known.

    It happened at `earliest` or later. `known` holds trusted readings of the tap's own start of the machine and of
    later ones: one of its own gives the exact moment; otherwise it happened before any later start, and before the
    ledger's next entry.
    """
    for reading in known:
        if reading.boot == tap.boot:
            exact = reading.moved_to(tap.monotonic)
            return exact, exact
    # `moved_to(0)`: when the start of that reading began, after which this tap of an earlier start cannot have happened
    ends = [reading.moved_to(0) for reading in known] + ([] if next_entry_at is None else [next_entry_at])
    return earliest, max(earliest, min(ends, default=datetime.max.replace(tzinfo=earliest.tzinfo)))
