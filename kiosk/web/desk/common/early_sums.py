"""Reads the sums of a long past as soon as the desk has started, so that nobody waits for them at their first look.

The newest month first, each in a snapshot of its own: a page that is asked for meanwhile shares the machine with it, and
the desk stops as soon as ever. What it reads is kept as if a page had asked (`remembered`), and looked after as that is.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import sqlalchemy as sa
from flask import Flask

from kiosk.errors import KioskError
from kiosk.store.engine import Store
from kiosk.store.kept_sums import Sum
from kiosk.web.desk.common.remembered import sums

_log = logging.getLogger(__name__)
_DAY = timedelta(days=1)
_MOST_MONTHS = 600  # what a wrong clock dated centuries ago is not looked for

# The first day that has records, if any has, and today.
Span = Callable[[sa.Connection], tuple[date | None, date]]


@contextmanager
def read_beside(app: Flask, store: Store, what: tuple[Sum, ...], span: Span) -> Iterator[None]:
    """Read in a thread, until all is read or the block ends."""
    stopping = threading.Event()
    thread = threading.Thread(target=_read, args=(app, store, what, span, stopping), name="early sums", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


def _read(app: Flask, store: Store, what: tuple[Sum, ...], span: Span, stopping: threading.Event) -> None:
    try:
        read(app, store, what, span, stopping)
    except KioskError as fault:  # a page that is asked for says what is wrong
        _log.info("the past is read when a page asks for it: %s", fault.code)


def read(app: Flask, store: Store, what: tuple[Sum, ...], span: Span, stopping: threading.Event) -> None:
    """Read month by month. Raises MachineError `database`."""
    with store.reading() as connection:
        begins, today = span(connection)
    for first_on, last_on in _months(begins or today, today - _DAY):
        with app.app_context(), store.reading() as connection:
            past = sums(connection, today)
            for each in what:
                if stopping.is_set() or past.kept is None:  # of a server nothing is kept
                    return
                past.rows(each, first_on, last_on)


def _months(begins: date, until_on: date) -> Iterator[tuple[date, date]]:
    for _ in range(_MOST_MONTHS):
        if until_on < begins:
            return
        first_on = until_on.replace(day=1)
        yield first_on, until_on
        until_on = first_on - _DAY
