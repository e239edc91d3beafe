"""A million rows as CSV: over `sqlite3 -csv` on the same query, the memory that it takes, and taps meanwhile.

The desk is a real one, asked over HTTP by a client that throws all of it away; `sqlite3` writes to a file. They take
turns. Seconds are told by the clock on the wall and by the processor, which leaves out what else runs on the machine:
what is asked is asked of the latter. Memory is the desk's highest during a download over what it had at rest before.
Taps come from the entrance's own parts in this process, by turns with nobody and with somebody who downloads at the
desk all the time.
"""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from flask_security import hash_password
from sqlalchemy.dialects import sqlite

from bench import rig, space
from bench.card import free_port
from bench.download import EMAIL, PASSWORD, Browser
from bench.figures import asked, percentiles
from bench.rig import Rig, Spent
from bench.space import Person
from kiosk import desk, home
from kiosk.domain.members.roles import Role
from kiosk.setup.home_creation import NewHome
from kiosk.store.books import export_queries
from kiosk.store.officers import desk_users

_PERIOD = {"from": "2000-01-01", "to": "2099-12-31"}
_FILE = f"/exports/file?what=day-passes&format=raw&from={_PERIOD['from']}&to={_PERIOD['to']}"
_A_DAY = "/exports/file?what=day-passes&format=raw&from=2026-06-01&to=2026-06-01"
_BLOCKS = 4  # of taps: so many without and so many with a download
_BETWEEN_TAPS = 0.01
_GIVE_UP_SECONDS = 60.0


class Took(NamedTuple):
    """Seconds by the clock on the wall, and of the processor."""

    lasted: float
    worked: float


def run(folder: Path, rounds: int, visits: int, taps: int) -> None:
    """Make the home, take turns, print."""
    root, port = folder / "home", free_port()
    people = space.make(root, visits, NewHome(screen_port=free_port(), desk_port=port))
    add_officer(root)
    with running_desk(root, port) as process:
        browser = Browser(port)
        browser.sign_in()
        browser.download(_A_DAY)
        _print_csv(process.pid, browser, root / "db" / "ledger.db", folder, rounds)
        with rig.opened(root) as door:
            _print_taps(door, people, port, taps)


def _print_csv(pid: int, browser: Browser, database: Path, folder: Path, rounds: int) -> None:
    at_rest = _megabytes(pid, "VmRSS")
    Path(f"/proc/{pid}/clear_refs").write_text("5")  # its highest so far is forgotten
    plain, ours, size = list[Took](), list[Took](), 0
    for _ in range(rounds):
        if shutil.which("sqlite3"):
            plain.append(_plainly(database, folder / "plain.csv"))
        began, worked = time.monotonic(), _worked(pid)
        size = browser.download(_FILE)
        ours.append(Took(time.monotonic() - began, _worked(pid) - worked))
    print(f"{size / 1e6:.0f} MB of CSV; at the desk, seconds (of the processor): {_told(ours)}")
    asked("memory over rest while it is sent", _megabytes(pid, "VmHWM") - at_rest, 40, " MB")
    if not plain:
        print("over sqlite3 -csv: not measured, it is not there (apt-get install sqlite3)")
        return
    print(f"sqlite3 -csv: {_told(plain)}")
    pairs = list(zip(ours, plain, strict=True))
    asked("a CSV at the desk over sqlite3 -csv, of the processor, median", _median(pairs, 1), 1.6)
    print(f"the same by the clock on the wall: {_median(pairs, 0):.2f}")


def _told(each: list[Took]) -> str:
    return ", ".join(f"{took.lasted:.2f} ({took.worked:.2f})" for took in each)


def _median(pairs: list[tuple[Took, Took]], place: int) -> float:
    return statistics.median(mine[place] / theirs[place] for mine, theirs in pairs)


def _worked(pid: int) -> float:
    """Seconds that a process has had of the processor."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _plainly(database: Path, target: Path) -> Took:
    """The same query in SQLite's own shell."""
    query = export_queries.DAY_PASSES.params(
        {export_queries.FROM: _PERIOD["from"], export_queries.UNTIL: _PERIOD["to"], export_queries.AFTER: -1}
    ).compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    with target.open("wb") as file:
        subprocess.run(["sqlite3", "-csv", "-readonly", str(database), f"{query};"], stdout=file, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(time.monotonic() - began, worked)


def _print_taps(door: Rig, people: list[Person], port: int, taps: int) -> None:
    comers, alone, meanwhile = coming(door, people), list[float](), list[float]()
    tap(door, comers, taps // 10)  # rules are read, caches warm
    for _ in range(_BLOCKS):
        alone += tap(door, comers, taps // _BLOCKS)
        with _downloading(port):
            meanwhile += tap(door, comers, taps // _BLOCKS)
    print(f"{'a tap, us':<34}{'p50':>8}{'p95':>8}{'p99':>8}")
    for what, seconds in (("alone", alone), ("while a file is sent at the desk", meanwhile)):
        print(f"{what:<34}" + "".join(f"{value * 1e6:>8.0f}" for value in percentiles(seconds)))
    ratio = percentiles(meanwhile)[1] / percentiles(alone)[1]
    asked("a tap's p95 while a file is sent at the desk, over alone", ratio, 1.2)


def tap(door: Rig, comers: Iterator[Person], count: int) -> list[float]:
    """So many taps, some time apart, each with its line of the door's log. Returns their seconds."""
    found = []
    for _ in range(count):
        door.clock.skip(10)
        time.sleep(_BETWEEN_TAPS)
        found.append(door.tap(next(comers).read))
        door.write_log()
    return found


def print_spent(when: str, spent: Sequence[Spent]) -> None:
    """Where the time of taps went: what a tail is made of."""
    parts = {"on a processor": 0, "waiting for one": 1, "asleep (disk, locks)": 2}
    rows = [(each.worked, each.waited, each.slept) for each in spent]
    told = ", ".join(
        f"{1e3 * percentiles([row[place] for row in rows])[1]:.2f} {what}" for what, place in parts.items()
    )
    print(f"of a tap {when}, p95 of each, ms: {told}")


def coming(door: Rig, people: list[Person]) -> Iterator[Person]:
    """Everybody once a day. The first of a day is one more person than is measured: rules are read."""
    while True:
        door.tap(people[0].read)
        yield from people[1:]
        door.clock.skip(86400)


def add_officer(root: Path) -> None:
    """Somebody who may do everything, and signs in by a password."""
    with home.opened(root) as opened:
        with desk.application(opened).app_context():
            hashed = hash_password(PASSWORD)
        with opened.store.writing() as connection:
            desk_users.add(connection, EMAIL, "", [role.value for role in Role], space.Fixed().now(), hashed)


@contextmanager
def running_desk(root: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A desk that answers, and ends with the block. As nice as its unit's weight beside the entrance's makes it: 13, of
    which it takes 5 by itself.
    """
    command = ["nice", "-n", str(13 - desk.NICER), sys.executable, "-m", "kiosk", "--home", str(root), "desk"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            _await(port)
            yield process
        finally:
            process.terminate()


def _await(port: int) -> None:
    began = time.monotonic()
    while time.monotonic() - began < _GIVE_UP_SECONDS:
        try:
            Browser(port).download("/healthz")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the desk does not get ready")


@contextmanager
def _downloading(port: int) -> Iterator[None]:
    # In life the one who downloads sits at another machine: here they take what the others leave.
    command = ["nice", "-n", "19", sys.executable, "-m", "bench.download", str(port), _FILE]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            if process.stdout is None or process.stdout.readline() != b"ready\n":
                raise RuntimeError("nobody downloads")
            time.sleep(0.5)
            yield
            if process.poll() is not None:
                raise RuntimeError("the download ended by itself")
        finally:
            process.terminate()


def _megabytes(pid: int, what: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise RuntimeError("the process has no memory any more")
