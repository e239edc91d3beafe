"""Judges whether the machine's clock can be trusted, by what speaks for and against it.

An officer's *word* is a stored statement that the clock is right (`confirm`).
"""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from kiosk import MADE_AFTER
from kiosk.devices.protocols import MachineClock
from kiosk.domain import days
from kiosk.domain.offline import trust
from kiosk.domain.offline.trust import Doubt, Evidence, Reading
from kiosk.domain.problems import Problem
from kiosk.errors import KioskError, RequestError
from kiosk.store import ledger
from kiosk.store.engine import Store
from kiosk.store.offline import clock_facts
from kiosk.store.offline.clock_facts import ClockFacts
from kiosk.store.space.policies import Rules

log = logging.getLogger(__name__)

_FRESH_SECONDS = 60.0  # the last trusted reading is refreshed once a minute, exact enough for days


class ClockCheck(Struct, frozen=True):
    """A reading of the clock, and the reason not to trust it; None where it is trusted."""

    reading: Reading
    doubt: Doubt | None


class Trusted(Struct, frozen=True):
    """The last trusted reading, the number of the newest officer's word then (0: none), and what told when the clock's
    source had last set it; `set_at` is None where that was not stored.
    """

    reading: Reading
    word: int = 0
    set_at: int | None = None


class Timekeeper:
    """Reads the clock and judges it. `vouched` tells whether the clock's source (NTP or a battery) stands for it;
    `set_at` returns a value that changes each time the source sets it.

    The reader's thread reads and another one feeds it facts: shared values are replaced whole, under one lock.
    """

    def __init__(
        self,
        clock: MachineClock,
        vouched: Callable[[], bool],
        made_after: datetime = MADE_AFTER,
        set_at: Callable[[], int] = lambda: 0,
    ) -> None:
        self._clock = clock
        self._set_at = set_at
        self._was_set_at = set_at()  # what `set_at` returned at the last trusted reading
        self._vouched = vouched
        # What speaks for and against the clock: when the program was released (`released_at`), the last trusted reading
        # (`last_trusted`), the one of a known start of the machine (`of_start`), an officer's `word`, the last entry.
        self._evidence = Evidence(made_after)
        self._teaching = threading.RLock()
        self._word = 0  # the number of the newest officer's word
        self._before: Reading | None = None  # the reading before, to notice a step
        self._doubted: Doubt | None = None  # as it was logged last

    def look(self) -> ClockCheck:
        """Return what the clock shows now and whether that is trusted; store a trusted reading as evidence."""
        clock = self._clock
        reading = Reading(clock.now(), clock.monotonic(), clock.boot)
        doubt = trust.doubt(reading, self._vouched(), self._evidence)
        if doubt is Doubt.STEP and self._set_at() != self._was_set_at:
            # The clock jumped because the source set it: then the jump is a correction.
            doubt = trust.doubt(reading, self._vouched(), self._evidence, was_set=True)
            if doubt is None:
                self._add_evidence(of_start=None)  # steps count from this reading on
        self._notice(reading, doubt)
        if doubt is None:
            self._trust(reading)
        return ClockCheck(reading, doubt)

    @property
    def trusted(self) -> Trusted | None:
        """Return the last trusted reading, of this run or of an earlier one; None where there never was one."""
        reading = self._evidence.last_trusted
        return None if reading is None else Trusted(reading, self._word, self._was_set_at)

    def last_trusted_at(self) -> datetime:
        """Return the last moment that is certain to have passed. Members are refused by that moment while the clock is
        not trusted.
        """
        reading = self._evidence.last_trusted
        return self._evidence.released_at if reading is None else max(reading.at, self._evidence.released_at)

    def earliest(self, reading: Reading) -> datetime:
        """Return the earliest moment at which an untrusted reading can have been taken.

        That is after the last trusted moment, and after a trusted reading of the same start of the machine by the
        monotonic time since.
        """
        not_before = self.last_trusted_at()
        of_start = self._evidence.of_start
        return not_before if of_start is None else max(not_before, of_start.at + of_start.elapsed_until(reading))

    def remember(self, trusted: Trusted | None) -> None:
        """Take over what an earlier run trusted, unless an officer's word is newer."""
        with self._teaching:
            if trusted is None or trusted.word < self._word:
                return
            self._trust_if_later(trusted.reading)
            if trusted.reading.boot:  # empty where only a moment was known
                self._add_evidence(of_start=trusted.reading)
                self._was_set_at = self._was_set_at if trusted.set_at is None else trusted.set_at

    def learn(self, known: ClockFacts) -> None:
        """Take in what the database knows about time. An officer's new word replaces what was trusted before it."""
        with self._teaching:
            if known.word is not None and known.word.id > self._word:
                self._word = known.word.id
                vouched_reading = known.word.reading
                self._add_evidence(word=vouched_reading, last_trusted=vouched_reading, of_start=vouched_reading)
            self._add_evidence(last_entry_at=known.last_entry_at)
            # An officer's word replaces what was known before it: also the moment when the home was made.
            for at in (known.made_at if known.word is None else None, known.last_entry_at):
                if at is not None:
                    self._trust_if_later(Reading(at, 0.0, ""))  # a moment alone, of no known start of the machine

    def _add_evidence(self, **evidence: datetime | Reading | None) -> None:
        """Replace these parts of the evidence, under the lock."""
        with self._teaching:
            self._evidence = replace(self._evidence, **evidence)

    def _trust_if_later(self, reading: Reading) -> None:
        """Take a reading as the last trusted one, unless a later one is, or it is before the program's release."""
        last = self._evidence.last_trusted
        if reading.at >= self._evidence.released_at and (last is None or reading.at > last.at):
            self._add_evidence(last_trusted=reading)

    def _trust(self, reading: Reading) -> None:
        """Keep a trusted reading: the first since the machine started, then one a minute."""
        last = self._evidence.last_trusted
        is_new = last is None or self._evidence.of_start is None or last.boot != reading.boot
        if is_new or last is None or reading.monotonic - last.monotonic >= _FRESH_SECONDS:
            self._was_set_at = self._set_at()
            self._add_evidence(last_trusted=reading, of_start=reading)

    def _notice(self, reading: Reading, doubt: Doubt | None) -> None:
        """Log a clock that was set while running, and every change of trust."""
        before, self._before = self._before, reading
        if before is not None and (step := trust.stepped(before, reading)):
            log.warning("the clock was set by %.0f s while running", step.total_seconds())
        if doubt is not self._doubted:
            self._doubted = doubt
            if doubt is None:
                log.info("the clock is trusted again")
            else:
                log.warning("the clock is not trusted (%s): taps are kept and dated later", doubt.value)


def day_bounds(connection: sa.Connection, rules: Rules) -> clock_facts.Bounds:
    """Return a function that gives the first moment of a day and of the next: of the calendar's day, or (`of_space`) of
    the space's day, which begins at a rule's hour; at midnight where its rules cannot be read.
    """

    def bounds(day: date, of_space: bool) -> tuple[datetime, datetime]:
        """Return the first moment of a day and of the next; by the rules' hour of beginning for a day of the space."""
        hour = 0
        if of_space:
            with suppress(Problem, KioskError, ValueError):
                hour = rules.on(connection, day).day_start_hour
        return days.bounds(day, rules.zone, hour)

    return bounds


def confirm(store: Store, timekeeper: Timekeeper, actor: str) -> None:
    """Record an officer's word that the clock is right as it reads now; earlier entries no longer speak against it.

    A machine without network or battery relies on this word, which ends any doubt. Raises RequestError `clock-wrong`
    for a time before the program was released.
    """
    reading = timekeeper.look().reading
    if reading.at < MADE_AFTER:
        raise RequestError(
            "clock-wrong", "the clock shows {day:%Y-%m-%d}, before this program was made: set it", day=reading.at
        )
    with store.writing() as connection:
        clock_facts.add(connection, reading, ledger.head(connection).number, actor)
