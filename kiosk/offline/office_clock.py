"""Gives office and command line a time to write by: the machine's clock where it is trusted, else a day that an officer
names.

A home's *roster* is the file of the members that may come in while the database takes no taps; it has the last trusted
reading of the clock, too.
"""

import os
from datetime import date, datetime

from kiosk.domain import days
from kiosk.domain.offline.trust import Doubt
from kiosk.errors import MachineError, RequestError
from kiosk.home import Home
from kiosk.offline import clock_trust, door_keys, roster
from kiosk.offline.clock_trust import Timekeeper
from kiosk.store.offline import clock_facts
from kiosk.store.space.policies import Rules


class SpokenClock:
    """A clock that stands still at the first moment of a named day, or at the ledger's last entry if that is of the
    same day.
    """

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """Return the moment at which this clock stands."""
        return self._at

    def monotonic(self) -> float:
        """Return 0: this clock stands still."""
        return 0.0


class UnsureClock:
    """A clock that refuses to tell the time because of a doubt, so that nothing can be written by it."""

    def __init__(self, doubt: Doubt) -> None:
        self._doubt = doubt

    def now(self) -> datetime:
        """Refuse to tell the time. Raises RequestError `clock-not-trusted`."""
        raise RequestError(
            "clock-not-trusted",
            "the clock is not sure ({why}): kiosk clock confirm, or say the day in words",
            why=self._doubt.value,
        )

    def monotonic(self) -> float:
        """Return 0: this clock stands still."""
        return 0.0


def teach(keeper: Timekeeper, opened: Home) -> Timekeeper:
    """Feed a timekeeper what a home knows about time, from its database and its roster, and return it. A roster that
    this program may not read tells nothing. Raises MachineError `database`.
    """
    with opened.store.reading() as connection:
        keeper.learn(clock_facts.known(connection, clock_trust.day_bounds(connection, Rules(opened.config.zone))))
    try:
        if not os.access(opened.paths.roster, os.R_OK):
            raise MachineError("roster", "it is not for everybody who works here")
        loaded = roster.load(opened.paths.roster, door_keys.seals_of(opened.paths))
    except MachineError:
        loaded = None
    keeper.remember(None if loaded is None else loaded.trusted)
    return keeper


def spoken(opened: Home, day: date) -> SpokenClock:
    """Return a clock for a day that an officer named: at the day's first moment, or at the ledger's last entry where
    that is later. Raises RequestError `day-before-ledger` where the ledger has entries of a later day.
    """
    rules = Rules(opened.config.zone)
    with opened.store.reading() as connection:
        begins, _ = days.bounds(day, rules.zone, rules.on(connection, day).day_start_hour)
        last = clock_facts.known(connection, clock_trust.day_bounds(connection, rules)).last_entry_at
        last_day = day if last is None else clock_facts.last_day(connection)
        if last is None or (last <= begins and last_day <= day):
            return SpokenClock(begins)
        _, moment = rules.at(connection, last)
    last_day = max(moment.day, last_day)  # on which the last entry was written, or for which it counts
    if last_day != day:
        raise RequestError("day-before-ledger", since=last_day, day=day)
    return SpokenClock(max(last, begins))
