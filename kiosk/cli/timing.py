"""The time on the command line: the machine's clock where it is believed, else the day in an officer's words."""

import sys
from datetime import date, datetime

import click

from kiosk import home, roster
from kiosk.devices.clock import HostClock, voucher
from kiosk.devices.protocols import Clock
from kiosk.domain import days, spoken
from kiosk.errors import MachineError, RequestError
from kiosk.home import Home
from kiosk.store import clock_words
from kiosk.store.rules import Rules
from kiosk.timekeeping import Timekeeper


class SpokenClock:
    """The first moment of the day that an officer named, or the ledger's last if that is of the same day."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """That moment."""
        return self._at

    def monotonic(self) -> float:
        """Time stands still."""
        return 0.0


def timekeeper_of(opened: Home) -> Timekeeper:
    """A timekeeper that knows what this home knows."""
    keeper = Timekeeper(HostClock(), voucher(opened.config.clock.source))
    with opened.store.reading() as connection:
        keeper.learn(clock_words.known(connection))
    try:
        found = roster.load(opened.paths.roster, home.read_key(opened.paths.spool_key))
    except MachineError:
        found = None  # the entrance's key is not for everybody who works here
    keeper.remember(None if found is None else found.trusted)
    return keeper


def clock_of(opened: Home, today: str | None) -> Clock:
    """The clock to write by. `today` is the day in words; where it is wanted and missing, a terminal is asked.

    Raises RequestError `clock-not-trusted` or `day-before-ledger`, Problem `day-words`.
    """
    look = timekeeper_of(opened).look()
    if look.doubt is None:
        return HostClock()
    words = today
    if words is None and sys.stdin.isatty():
        words = click.prompt(
            "L'horloge n'est pas sûre. Quel jour sommes-nous, en toutes lettres ? (which day?)", err=True
        )
    if words is None:
        text = (
            f"the clock is not sure ({look.doubt.value}): kiosk clock confirm, or --today 'mercredi 25 novembre 2026'"
        )
        raise RequestError("clock-not-trusted", text)
    return SpokenClock(_moment(opened, spoken.parse(words)))


def _moment(opened: Home, day: date) -> datetime:
    rules = Rules(opened.config.zone)
    with opened.store.reading() as connection:
        begins, _ = days.bounds(day, rules.zone, rules.on(connection, day).day_start_hour)
        last = clock_words.known(connection).last_entry_at
        if last is None or last <= begins:
            return begins
        _, moment = rules.at(connection, last)
    if moment.day != day:
        raise RequestError("day-before-ledger", f"the ledger's last entry is of {moment.day}: {day} is before it")
    return last
