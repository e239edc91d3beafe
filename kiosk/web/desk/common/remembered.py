"""Remembers sums over many years, as long as nothing was written that could change them.

The sums of past months are read in a thread as soon as the desk has started, so that the first page does not wait for
them: the newest month first, each in a snapshot of its own. Pages that are asked for meanwhile share the machine with
the thread; when the desk stops, the thread ends after the sum that it is reading.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TypeVar, cast

import sqlalchemy as sa
from flask import Flask, current_app

from kiosk.errors import KioskError
from kiosk.store.engine import Store
from kiosk.store.kept_sums import KeptSums, Sum, Sums
from kiosk.store.space.figure_rows import version

_log = logging.getLogger(__name__)
R = TypeVar("R")
# The first day that has records, if any has, and today.
Span = Callable[[sa.Connection], tuple[date | None, date]]

_EXTENSION, SUMS, _CLOSED = "kiosk.remembered", "kiosk.sums", "kiosk.closed"
_SCENARIOS, _MOST_SCENARIOS = "kiosk.scenarios", 6  # three are shown side by side
_MOST = 64  # values that `remembered` keeps
_DAY = timedelta(days=1)
_MOST_MONTHS = 600  # an entry dated centuries ago by a wrong clock is not searched for


def remembered(connection: sa.Connection, key: tuple[object, ...], make: Callable[[], R]) -> R:
    """Return what `make` returns for the books as they are now, remembered under `key` while the store's version stays
    the same; beyond `_MOST` values all are forgotten.

    Callers must not change what is returned, because later calls return the same object.
    """
    memory: dict[tuple[object, ...], tuple[object, object]] = current_app.extensions.setdefault(_EXTENSION, {})
    now = version(connection)
    at_version, value = memory.get(key, (None, None))
    if at_version == now:
        return cast(R, value)
    fresh = make()
    if len(memory) >= _MOST:
        memory.clear()
    memory[key] = now, fresh
    return fresh


def of_closed(name: str, closed: object, make: Callable[[], R]) -> R:
    """Return what `make` returns for a closed period, which no longer changes. `closed` identifies the period; only the
    last one is remembered under each `name`.
    """
    memory: dict[str, tuple[object, object]] = current_app.extensions.setdefault(_CLOSED, {})
    last = memory.get(name)
    if last is None or last[0] != closed:
        last = memory[name] = closed, make()
    return cast(R, last[1])


def sums(connection: sa.Connection, today: date) -> Sums:
    """Return the sums of the past as a snapshot has them; only what changed since the last call is read again."""
    kept_sums: KeptSums = current_app.extensions.setdefault(SUMS, KeptSums())
    return kept_sums.of(connection, today)


def scenario_sums(connection: sa.Connection, today: date) -> Sums:
    """Return sums as `sums` does, for scenarios over the past. Scenarios are told apart by what they change, and the
    last `_MOST_SCENARIOS` are remembered.
    """
    kept_sums: KeptSums = current_app.extensions.setdefault(_SCENARIOS, KeptSums(most=_MOST_SCENARIOS))
    return kept_sums.of(connection, today)


def forget(app: Flask, *, past: bool = False) -> None:
    """Forget what `remembered` keeps. Sums of the past stay, since they notice changes themselves; with `past` they are
    forgotten, too, and the next page reads them from the beginning.
    """
    for name in (_EXTENSION, *((SUMS, _SCENARIOS, _CLOSED) if past else ())):
        app.extensions.pop(name, None)


@contextmanager
def read_beside(app: Flask, store: Store, what: tuple[Sum, ...], span: Span) -> Iterator[None]:
    """Read the sums `what` of the past in a thread, until all are read or the `with` block ends. `span` tells which
    days the past has.
    """
    stopping = threading.Event()
    thread = threading.Thread(target=_read, args=(app, store, what, span, stopping), name="early sums", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


def _read(app: Flask, store: Store, what: tuple[Sum, ...], span: Span, stopping: threading.Event) -> None:
    """Read the sums as `read_early` does, and log what fails: the page that needs the sum will report it."""
    try:
        read_early(app, store, what, span, stopping)
    except Exception as fault:  # even a wrong value
        code = fault.code if isinstance(fault, KioskError) else type(fault).__name__
        _log.info("the past is read when a page asks for it: %s", code)


def read_early(app: Flask, store: Store, what: tuple[Sum, ...], span: Span, stopping: threading.Event) -> None:
    """Read the sums `what` month by month, the newest first, until all are read or `stopping` is set. Raises
    MachineError `database`.
    """
    with store.reading() as connection:
        begins, today = span(connection)
    for first_on, last_on in _months(begins or today, today - _DAY):
        with app.app_context(), store.reading() as connection:
            past = sums(connection, today)
            for past_sum in what:
                if stopping.is_set():
                    return
                past.rows(past_sum, first_on, last_on)  # keeps what it reads


def _months(begins: date, until_on: date) -> Iterator[tuple[date, date]]:
    """Yield the months back to `begins`, each with its first and last day; the newest ends at `until_on`."""
    for _ in range(_MOST_MONTHS):
        if until_on < begins:
            return
        first_on = until_on.replace(day=1)
        yield first_on, until_on
        until_on = first_on - _DAY
