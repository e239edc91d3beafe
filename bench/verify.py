"""The whole chain recomputed, and all that `kiosk verify` looks at: entries a second, on one core, and the memory.

Three years are closed day by day; what prices and gives rights is sealed with the first of these days.

Seconds are the processor's, so that what else runs on the machine is left out; but for what several processes do side
by side.
"""

import resource
import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from bench import year
from bench.figures import asked
from kiosk import home
from kiosk.books.closing import Closings
from kiosk.domain.books.entry_sums import EntrySums
from kiosk.home import Home
from kiosk.store import audit
from kiosk.store.books import closing_audit
from kiosk.store.chain import stretches
from kiosk.store.seals import seal_audit
from kiosk.store.space.policies import Rules

_LEAST = 200_000  # entries a second
_MOST_SECONDS = 10
_DAYS = 3 * year.DAYS


def run(folder: Path, rounds: int, entries: int) -> None:
    """Make a year of so many entries and walk along them so often."""
    year.make_apart(folder / "home", entries, _DAYS)
    with home.opened(folder / "home") as opened:
        before = _memory_mb()
        best = min(_chain(opened, entries) for _ in range(rounds))
        _side_by_side(opened, entries, rounds)
        asked("check of the chain, microseconds an entry, best of the rounds", best / entries * 1e6, 1e6 / _LEAST)
        asked("memory, more than before", _memory_mb() - before, 8, " MB")
        print(f"days closed: {_close(opened)}", flush=True)
        before, whole = _memory_mb(), 0.0
        with opened.store.reading() as connection:
            sums = audit.sums_of(connection)
            for name, check in _checks(opened, sums).items():
                seconds = _seconds(connection, check)
                whole += seconds
                print(f"{name}: {seconds:.2f} s", flush=True)
        asked("all of verify, seconds of the processor a million entries", whole / entries * 1e6, _MOST_SECONDS)
        asked("memory of the checks beside the chain, more than before", _memory_mb() - before, 8, " MB")


def _checks(opened: Home, sums: EntrySums) -> dict[str, Callable[[sa.Connection], object]]:
    return {
        "chain, with the sums of its entries": lambda connection: audit.check_chain(connection, opened.seal, sums=sums),
        "texts": audit.check_texts,
        "closings": lambda connection: closing_audit.check(connection, sums),
        "documents": audit.check_documents,
        "sums": lambda connection: audit.check_sums(connection, sums),
        "seals": lambda connection: seal_audit.check(connection, opened.seal),
    }


def _close(opened: Home) -> int:
    """Close every day. Returns how many there were."""
    rules = Rules(opened.config.zone)
    clock = year.Later(_DAYS)
    books = Closings(store=opened.store, rules=rules, seal=opened.seal, clock=clock, actor="bench")
    return len(books.close_days())


def _chain(opened: Home, entries: int) -> float:
    with opened.store.reading() as connection:
        seconds = _seconds(connection, lambda connection: audit.check_chain(connection, opened.seal))
    print(f"{entries} entries in {seconds:.2f} s: {entries / seconds:,.0f} a second", flush=True)
    return seconds


def _side_by_side(opened: Home, entries: int, rounds: int) -> None:
    """By the clock on the wall, which is what processes beside each other are for."""
    for processes in dict.fromkeys((1, stretches.cores())):
        best = min(_waited(opened, processes) for _ in range(rounds))
        print(f"by {processes} at a time: {best:.2f} s on the wall, {entries / best:,.0f} a second", flush=True)


def _waited(opened: Home, processes: int) -> float:
    began = time.monotonic()
    with opened.store.reading() as connection:
        stretches.check_chain(connection, opened.paths.database, opened.seal, processes=processes)
    return time.monotonic() - began


def _seconds(connection: sa.Connection, check: Callable[[sa.Connection], object]) -> float:
    began = time.process_time()
    check(connection)
    return time.process_time() - began


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
