"""Decides whether the machine's clock is believed, and when a tap happened that came while it was not.

A small computer without a battery wakes up in the past, and a network can tell it anything. So the date counts only
where a source vouches for it and nothing known speaks against it; or where an officer gave their word for it.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

LONGEST_SILENCE = timedelta(days=7)  # beyond what is known to have elapsed: an officer is asked
STEP = timedelta(seconds=60)  # a clock that moves by more against the monotonic one was set
LONGEST_STEP = timedelta(minutes=5)  # beyond it a clock that was set while running is not believed for its word alone


class Reading(Struct, frozen=True):
    """One look at the machine's clocks: `at` as the wall clock has it (UTC), `monotonic` seconds of the start `boot`.

    The monotonic clock counts from that start, or later: what it shows has elapsed at least. A moment that was written
    down without its start has an empty `boot`.
    """

    at: datetime
    monotonic: float
    boot: str

    def elapsed_until(self, later: "Reading") -> timedelta:
        """The time that is known to have passed since: exact within one start, a lower bound over several, and zero for
        a moment of an unknown start.
        """
        if self.boot == later.boot:
            return timedelta(seconds=later.monotonic - self.monotonic)
        if not self.boot:
            return timedelta(0)
        return timedelta(seconds=later.monotonic)

    def moved_to(self, monotonic: float) -> datetime:
        """This reading moved to another moment of the same start."""
        return self.at + timedelta(seconds=monotonic - self.monotonic)


class Doubt(StrEnum):
    """Why the clock is not believed."""

    SOURCE = "source"  # nothing vouches for it yet
    BEFORE_RELEASE = "before-release"
    BEFORE_LAST_ENTRY = "before-last-entry"
    JUMP = "jump"  # far past what was last trusted
    STEP = "step"  # set by minutes or more while the machine ran


class Evidence(Struct, frozen=True):
    """What is known about time, whatever the clock says. `word` is an officer's, given for a reading; `of_start` is the
    last trusted reading whose start of the machine is known.
    """

    released_at: datetime
    last_entry_at: datetime | None = None
    last_trusted: Reading | None = None
    word: Reading | None = None
    of_start: Reading | None = None


def doubt(reading: Reading, vouched: bool, evidence: Evidence, *, was_set: bool = False) -> Doubt | None:
    """Why this reading is not believed, or None. `vouched`: its source stands for it; `was_set`: the source has set it
    since the last trusted one.
    """
    if evidence.word is not None and _keeps(evidence.word, reading):
        return None
    if not vouched:
        return Doubt.SOURCE
    if reading.at < evidence.released_at:
        return Doubt.BEFORE_RELEASE
    if evidence.last_entry_at is not None and reading.at < evidence.last_entry_at:
        return Doubt.BEFORE_LAST_ENTRY
    known = evidence.last_trusted
    if known is not None and reading.at > known.at + known.elapsed_until(reading) + LONGEST_SILENCE:
        return Doubt.JUMP
    same = evidence.of_start
    if same is None or same.boot != reading.boot or was_set:
        return None
    return Doubt.STEP if abs(reading.at - same.moved_to(reading.monotonic)) > LONGEST_STEP else None


def _keeps(word: Reading, reading: Reading) -> bool:
    """Whether the clock still runs as it did when the word was given for it; it is given for one start."""
    return word.boot == reading.boot and abs(word.moved_to(reading.monotonic) - reading.at) <= STEP


def stepped(before: Reading, after: Reading) -> timedelta:
    """By how much the wall clock was set between two readings of one start; zero for less than a minute."""
    step = after.at - before.moved_to(after.monotonic)
    return step if before.boot == after.boot and abs(step) > STEP else timedelta(0)


def bounds(
    tap: Reading, earliest: datetime, known: list[Reading], next_entry_at: datetime | None
) -> tuple[datetime, datetime]:
    """Between which moments a tap happened whose wall clock is not believed. Equal where the moment is known.

    It came at `earliest` or later. `known` holds trusted readings of its own start of the machine and of later ones:
    one of its own tells exactly; it came before any later start began, and before the ledger's next entry.
    """
    for reading in known:
        if reading.boot == tap.boot:
            exact = reading.moved_to(tap.monotonic)
            return exact, exact
    ends = [reading.moved_to(0) for reading in known] + ([] if next_entry_at is None else [next_entry_at])
    return earliest, max(earliest, min(ends, default=datetime.max.replace(tzinfo=earliest.tzinfo)))
