"""Gives commands their time: the machine's clock where it is trusted, else the day in an officer's words.

A `Timekeeper` judges the machine's clock: by what sets it (`voucher`), when that last did (`last_set`), and the times
that the home's records name. Its `look` gives a reason for doubt, or None.
"""

import sys
from datetime import date
from pathlib import Path

import click

from kiosk import home
from kiosk.devices.clock import HostClock, last_set, voucher
from kiosk.devices.protocols import Clock
from kiosk.domain.offline import spoken_days
from kiosk.errors import RequestError
from kiosk.home import Home
from kiosk.offline import office_clock
from kiosk.offline.clock_trust import Timekeeper
from kiosk.store.space.policies import Rules


def timekeeper_of(opened: Home) -> Timekeeper:
    """Return a timekeeper that knows what this home's records say about the clock."""
    source = opened.config.clock.source
    return office_clock.teach(Timekeeper(HostClock(), voucher(source), set_at=last_set(source)), opened)


def clock_of(opened: Home, today: str | None) -> Clock:
    """Return the clock to write by. `today` is the day in words; while the clock is not trusted and `today` is missing,
    a person at the terminal is asked.

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
    return office_clock.spoken(opened, spoken_days.parse(words))  # a clock that stands on that day


def space_day(root: Path, today: str | None) -> date:
    """Return the present day of the space in `root`, by the hour at which its days begin. `today` and errors as for
    `clock_of`.
    """
    with home.opened(root) as opened:
        now = clock_of(opened, today).now()
        with opened.store.reading() as connection:
            return Rules(opened.config.zone).at(connection, now)[1].day
