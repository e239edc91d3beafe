"""A year of so many entries closed day by day, month by month and whole, and its FEC written: seconds and memory."""

import resource
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from bench import year
from bench.figures import asked
from kiosk import home
from kiosk.books import accounting_files
from kiosk.books.accounting_files import ExtractRequest
from kiosk.books.closing import Closings
from kiosk.domain.books.closings import Period
from kiosk.home import Home
from kiosk.store.space.policies import Rules

T = TypeVar("T")


def run(folder: Path, entries: int) -> None:
    """Make a year, close it, export it."""
    year.make_apart(folder / "home", entries)
    with home.opened(folder / "home") as opened:
        before = _memory_mb()
        rules = Rules(opened.config.zone)
        books = Closings(store=opened.store, rules=rules, seal=opened.seal, clock=year.NewYear(), actor="bench")
        days = _timed("its days closed", entries, books.close_days)
        _timed("its months and the year closed", entries, lambda: _close(books))
        size = _timed("its FEC written", entries, lambda: _write_fec(opened, folder / "fec.txt"))
        print(f"{len(days)} days, {size / 1e6:.0f} MB of FEC", flush=True)
        asked("memory, more than before", _memory_mb() - before, 32, " MB")


def _close(books: Closings) -> None:
    for month in range(1, 13):
        books.close(Period.MONTH, year.FIRST_ON.replace(month=month))
    books.close(Period.YEAR, year.FIRST_ON)


def _write_fec(opened: Home, target: Path) -> int:
    last_on = date(year.FIRST_ON.year, 12, 31)
    with opened.store.reading() as connection:
        found = accounting_files.find(connection, ExtractRequest(from_on=year.FIRST_ON, until_on=last_on))
    with target.open("wb") as file:
        return sum(
            file.write(piece) for piece in accounting_files.stream(opened.store, found, training=False, names=False)
        )


def _timed(what: str, entries: int, act: Callable[[], T]) -> T:
    began = time.process_time()
    done = act()
    seconds = time.process_time() - began
    print(f"{what:<40}{seconds:7.1f} s{entries / max(seconds, 1e-9):14,.0f} entries a second", flush=True)
    return done


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
