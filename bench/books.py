"""So many entries in three years, closed by day, month and year; each year's FEC and archive: seconds, memory."""

import resource
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

from bench import year
from bench.figures import asked
from kiosk import home
from kiosk.books import accounting_files
from kiosk.books.accounting_files import ExtractRequest
from kiosk.books.archiving import Archives
from kiosk.books.closing import Closings
from kiosk.domain.books.closings import Period
from kiosk.home import Home
from kiosk.store.space.policies import Rules

T = TypeVar("T")
_YEARS = 3


def run(folder: Path, entries: int) -> None:
    """Make three years, close them, export them."""
    year.make_apart(folder / "home", entries, _YEARS * year.DAYS)
    with home.opened(folder / "home") as opened:
        before = _memory_mb()
        rules, clock = Rules(opened.config.zone), year.Later(_YEARS * year.DAYS)
        books = Closings(store=opened.store, rules=rules, seal=opened.seal, clock=clock, actor="bench")
        days = _timed("its days closed", entries, books.close_days)
        a_year = entries // _YEARS
        for number in range(year.FIRST_ON.year, year.FIRST_ON.year + _YEARS):
            first_on = year.FIRST_ON.replace(year=number)
            _timed(f"months and year {number} closed", a_year, partial(_close, books, first_on))
            size = _timed(f"FEC of {number} written", a_year, partial(_write_fec, opened, first_on))
            # All that was ever written is looked at before a year is signed.
            packed = _timed(f"archive of {number} made", entries, partial(_archive, opened, first_on))
            print(f"{size / 1e6:.0f} MB of FEC, {packed / 1e6:.0f} MB of archive", flush=True)
        print(f"{len(days)} days", flush=True)
        asked("memory, more than before", _memory_mb() - before, 32, " MB")


def _close(books: Closings, first_on: date) -> None:
    for month in range(1, 13):
        books.close(Period.MONTH, first_on.replace(month=month))
    books.close(Period.YEAR, first_on)


def _write_fec(opened: Home, first_on: date) -> int:
    wish = ExtractRequest(from_on=first_on, until_on=first_on.replace(month=12, day=31))
    with opened.store.reading() as connection:
        found = accounting_files.find(connection, wish)
    with (opened.paths.root / "fec.txt").open("wb") as file:
        return sum(
            file.write(piece) for piece in accounting_files.stream(opened.store, found, training=False, names=False)
        )


def _archive(opened: Home, first_on: date) -> int:
    clock = year.Later(_YEARS * year.DAYS)
    archives = Archives(home=opened, rules=Rules(opened.config.zone), clock=clock, actor="bench")
    with (opened.paths.root / "archive").open("w+b") as file:
        archives.make(archives.find(first_on.year), file)
        return file.tell()


def _timed(what: str, entries: int, act: Callable[[], T]) -> T:
    began = time.process_time()
    done = act()
    seconds = time.process_time() - began
    print(f"{what:<40}{seconds:7.1f} s{entries / max(seconds, 1e-9):14,.0f} entries a second", flush=True)
    return done


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
