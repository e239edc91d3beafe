"""A verified copy of so many visits beside a plain copy of the file; taps meanwhile.

Both copies are durable in the end and take turns; `kiosk backup` is one process from its start to its end. Taps come
from the entrance's own parts in this process, by turns with nobody and with one backup after the other, as nice as its
unit makes it. What time takes away was taken away before, as every night: a copy has little left to forget.
"""

import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bench import rig, space
from bench.csv import coming, print_spent, tap
from bench.figures import asked, percentiles
from bench.rig import Spent
from kiosk import home
from kiosk.books.due import Due, DuePass
from kiosk.devices.clock import HostClock
from kiosk.domain import chain
from kiosk.store.retention import RETENTION_RULES
from kiosk.store.space.policies import Rules

_BLOCKS = 4  # of taps: so many without and so many with backups
_NICE = ["nice", "-n", "15", "ionice", "-c", "3"]


def run(folder: Path, rounds: int, visits: int, taps: int) -> None:
    """Make the home, take turns, print."""
    root = folder / "home"
    people = space.make(root, visits)
    _seal(root)
    _forget(root)
    command = [sys.executable, "-m", "kiosk", "--home", str(root), "backup"]
    print(f"the database has {(root / 'db' / 'ledger.db').stat().st_size / 1e6:.0f} MB", flush=True)
    first = _seconds(command)
    print(f"the first copy, whose chain is recomputed whole, and the month's without hours: {first:.2f} s", flush=True)
    plain, ours = list[float](), list[float]()
    for _ in range(rounds):
        plain.append(_plainly(root / "db" / "ledger.db", folder / "plain.db"))
        ours.append(_seconds(command))
    print(f"seconds of a plain copy: {', '.join(f'{value:.2f}' for value in plain)}")
    print(f"seconds of a verified one: {', '.join(f'{value:.2f}' for value in ours)}")
    pairs = [mine / theirs for mine, theirs in zip(ours, plain, strict=True)]
    asked("a verified copy over a plain one, median", statistics.median(pairs), 10)
    with rig.opened(root) as door:
        comers, alone, meanwhile = coming(door, people), list[float](), list[float]()
        spent_alone, spent_meanwhile = list[Spent](), list[Spent]()
        tap(door, comers, taps // 10)  # rules are read, caches warm
        for _ in range(_BLOCKS):
            door.spent.clear()
            alone += tap(door, comers, taps // _BLOCKS)
            spent_alone += door.spent
            with _copying([*_NICE, *command]):
                door.spent.clear()
                meanwhile += tap(door, comers, taps // _BLOCKS)
                spent_meanwhile += door.spent
    print(f"{'a tap, us':<34}{'p50':>8}{'p95':>8}{'p99':>8}")
    for what, seconds in (("alone", alone), ("while copies are made", meanwhile)):
        print(f"{what:<34}" + "".join(f"{value * 1e6:>8.0f}" for value in percentiles(seconds)))
    print_spent("alone", spent_alone)
    print_spent("meanwhile", spent_meanwhile)
    asked("a tap's p99 while copies are made, over alone", percentiles(meanwhile)[2] / percentiles(alone)[2], 3)


def _seal(root: Path) -> None:
    """The space's chain, made valid: what a backup follows."""
    with home.opened(root) as opened:
        seal, database = opened.seal, opened.paths.database
    with closing(sqlite3.connect(database, isolation_level=None)) as raw:
        raw.executescript("PRAGMA synchronous=OFF; BEGIN; DROP TRIGGER entry_never_changed")
        previous, sealed = chain.START, list[tuple[str, bytes, int]]()
        for row in raw.execute("SELECT * FROM entry ORDER BY number"):
            previous = seal.mac(previous, chain.canonical(*(*row[:16], seal.key_id)))
            sealed.append((seal.key_id, previous, row[0]))
        raw.executemany("UPDATE entry SET key_id = ?, mac = ? WHERE number = ?", sealed)
        raw.execute("COMMIT")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()


def _forget(root: Path) -> None:
    """Take away what was kept for a time, as `kiosk rgpd purge` does."""
    began = time.monotonic()
    with home.opened(root) as opened:
        due = Due(store=opened.store, rules=Rules(opened.config.zone), seal=opened.seal, clock=HostClock())
        done = DuePass()
        for rule in RETENTION_RULES:
            due.forget_rule(rule, done)
    print(f"what was kept for long enough was forgotten in {time.monotonic() - began:.0f} s", flush=True)


def _plainly(source: Path, target: Path) -> float:
    began = time.monotonic()
    shutil.copyfile(source, target)
    descriptor = os.open(target, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
    found = time.monotonic() - began
    target.unlink()
    return found


def _seconds(command: list[str]) -> float:
    began = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


@contextmanager
def _copying(command: list[str]) -> Iterator[None]:
    """One backup after the other, for as long as the block."""
    loop = ["bash", "-c", 'while "$@"; do :; done', "copies", *command]
    with subprocess.Popen(loop, stdout=subprocess.DEVNULL, start_new_session=True) as process:
        try:
            time.sleep(1.0)
            yield
            if process.poll() is not None:
                raise RuntimeError("the copies ended by themselves")
        finally:
            os.killpg(process.pid, 15)
