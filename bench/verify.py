"""The whole chain recomputed: how many entries a second, on one core, and the memory that it takes.

Seconds are the processor's, so that what else runs on the machine is left out.
"""

import resource
import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from bench import year
from bench.figures import asked
from kiosk import home
from kiosk.home import Home
from kiosk.store import audit

_LEAST = 200_000  # entries a second


def run(folder: Path, rounds: int, entries: int) -> None:
    """Make a year of so many entries and walk along them so often."""
    year.make_apart(folder / "home", entries)
    with home.opened(folder / "home") as opened:
        before = _memory_mb()
        best = min(_chain(opened, entries) for _ in range(rounds))
        asked("check of the chain, microseconds an entry, best of the rounds", best / entries * 1e6, 1e6 / _LEAST)
        asked("memory, more than before", _memory_mb() - before, 8, " MB")
        for check in (audit.check_texts, audit.check_sums):
            print(f"{check.__name__}: {_seconds(opened, check):.2f} s", flush=True)


def _chain(opened: Home, entries: int) -> float:
    seconds = _seconds(opened, lambda connection: audit.check_chain(connection, opened.seal))
    print(f"{entries} entries in {seconds:.2f} s: {entries / seconds:,.0f} a second", flush=True)
    return seconds


def _seconds(opened: Home, check: Callable[[sa.Connection], object]) -> float:
    with opened.store.reading() as connection:
        began = time.process_time()
        check(connection)
        return time.process_time() - began


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
