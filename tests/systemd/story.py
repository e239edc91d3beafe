"""What goes on from one start of a booted machine to the next, and what is looked at each time."""

import json
import random
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from tests.devices.pn532_emulator import Card, Pn532
from tests.faults.figures import Figures
from tests.systemd import virtual
from tests.systemd.virtual import TOLD, Disk, Virtual, until

PYTHON = "/opt/kiosk/current/venv/bin/python"
# How many days, and how many of these are of somebody who has one already: each badge is presented once.
_COUNT = """\
import sqlite3
database = sqlite3.connect("/var/lib/kiosk/db/ledger.db")
print(*database.execute(
    "SELECT count(*), count(*) - count(DISTINCT member_id) FROM visit WHERE state = 'kept'").fetchone())
"""
# How many copies are there, each read to its end: one that was cut has no name yet.
_COPIES = """\
from pathlib import Path
from kiosk.jobs.copies import copy_file
print(sum(bool(copy_file.check(path)) for path in copy_file.listed(Path("/var/lib/kiosk/backups"))))
"""
# Each change of the relay's line and each step of an update, and when: the chip is asked, not the program. Emulated, a
# look takes some hundredth of a second, in which the programs wait.
_WATCH = """\
import json, os, time
was, looks = {"relay": "0", "step": "none"}, 0
line = os.open("WATCHED", os.O_RDONLY)
def tell(what, now):
    if now != was[what]:
        print(what, now, time.monotonic(), file=told)
        was[what] = now
def step():
    try:
        with open("/opt/kiosk/update.json") as state:
            return json.load(state)["step"]
    except (OSError, ValueError):
        return "none"
with open("TOLD", "w", 1) as told:
    while True:
        tell("relay", "01"["HIGH" in os.pread(line, 9999, 0).decode()])
        if looks % 5 == 0:
            tell("step", step())
        looks += 1
        time.sleep(0.1)
"""
_LONGEST_SECONDS = 10.0 + 5.0  # `longest_pulse_seconds`, and what an emulated processor may be late
SYNCHRONIZED = "mkdir -p /run/systemd/timesync; touch /run/systemd/timesync/synchronized"  # as if time had come
PATIENCE_SECONDS = 900.0  # an emulated processor under load is some fifty times slower than a Pi


class Machine(Protocol):
    """What runs commands: a machine in QEMU, or a container with the same disk."""

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One command in it, to its end."""


@dataclass
class BootFigures(Figures):
    """Seconds, as this machine was loaded, and counts."""

    processor: str = ""
    install: str = ""
    start_to_ready: str = ""
    start_to_first_tap: str = ""
    reboot: str = ""
    cuts_under_taps: int = 0
    cuts_during_backups: int = 0
    cuts_during_an_update: int = 0
    cuts_during_its_migration: int = 0
    cuts_with_a_tap_on_its_way: int = 0
    cut_disks_that_were_well: int = 0
    cut_disks_that_were_started: int = 0
    cut_machines_that_came_back: int = 0
    release_after_cuts: str = ""
    taps_that_opened: int = 0
    days_in_the_ledger: int = 0
    update: str = ""
    restore: str = ""
    stopped_program_back: str = ""
    taps_in_trouble: int = 0
    copies_on_a_stick: int = 0
    hours_in_fast_motion: int = 0
    seen_from_the_network: str = ""
    seen_on_the_screen: str = ""
    dark_screen_back: str = ""
    relay: str = ""
    relay_rises: int = 0
    relay_longest_seconds: float = 0.0


@dataclass
class Story:
    """What goes on from one start of the machine to the next."""

    disk: Disk
    image: Path
    reader: Pn532
    figures: BootFigures
    chance: random.Random
    acknowledged: int = 0
    tapped: int = 0
    starts: list[float] = field(default_factory=list)

    @contextmanager
    def started(self, *brought: Path, more: tuple[str, ...] = ()) -> Iterator[Virtual]:
        """The machine started, until both programs say that they are well; `more` is QEMU's."""
        began = time.monotonic()
        with virtual.running(self.disk, self.image, self.reader, brought, more) as machine:
            until(lambda: is_well(machine), PATIENCE_SECONDS)
            board = self.disk.board
            watch = _WATCH.replace("TOLD", TOLD).replace("WATCHED", board.watched).replace("HIGH", board.high)
            machine.says("sh", "-c", f"setsid python3 -I -c '{watch}' > /dev/null 2>&1 &")
            self.starts.append(time.monotonic() - began)
            say(f"both programs are well after {self.starts[-1]:.0f} s")
            yield machine

    def tap(self, machine: Virtual) -> None:
        """A badge that was not there yet today is presented until the door has opened for it."""
        before = health(machine)["door"]["pulses"]
        with self.reader.holding(badge(self.tapped)):
            self.tapped += 1
            until(lambda: health(machine)["door"]["pulses"] > before, PATIENCE_SECONDS)
        self.acknowledged += 1
        say(f"tap {self.acknowledged} opened")

    def look(self, machine: Virtual) -> None:
        """Nothing that opened the door is lost, and the books are whole."""
        until(lambda: health(machine).get("spooled") == 0, PATIENCE_SECONDS)
        self.figures.days_in_the_ledger, _ = counted(machine)
        self.figures.add(*lacking(machine, self.acknowledged, self.tapped))
        self._look_at_the_relay(machine)

    def _look_at_the_relay(self, machine: Virtual) -> None:
        """Each opening rose the line, and none for longer than is allowed."""
        rises, falls = ([float(at) for *what, at in machine.told if what == ["relay", level]] for level in "10")
        longest = max((fall - rise for rise, fall in zip(rises, falls, strict=False)), default=0.0)
        self.figures.relay_rises += len(rises)
        self.figures.relay_longest_seconds = max(self.figures.relay_longest_seconds, round(longest, 1))
        if longest > _LONGEST_SECONDS:
            self.figures.add(f"the relay was activated for {longest} s")
        if health(machine)["door"]["pulses"] and not rises:
            self.figures.add("the door says that it opened, and the relay's line never rose")


def counted(machine: Machine) -> tuple[int, int]:
    """How many days the ledger has, and how many of them twice."""
    days, twice = machine.run(PYTHON, "-I", "-c", _COUNT).stdout.split()
    return int(days), int(twice)


def lacking(machine: Machine, acknowledged: int, tapped: int) -> list[str]:
    """What is lost or doubled of what was tapped, and what is wrong with the books."""
    (days, twice), verified = counted(machine), machine.run("/usr/local/bin/kiosk", "verify")
    copies = machine.run(PYTHON, "-I", "-c", _COPIES)
    found = [f"{days} days for {acknowledged} taps that opened and {tapped} presented"]
    return [
        *(found if not acknowledged <= days <= tapped else []),
        *([f"{twice} days are there twice"] if twice else []),
        *([f"verify: {verified.stdout[-300:]}{verified.stderr[-300:]}"] if verified.returncode else []),
        *([f"a copy is torn: {copies.stderr[-300:]}"] if copies.returncode else []),
    ]


def say(what: str) -> None:
    """Where a harness of hours is, by seconds since the machine's start: figures come at its end."""
    print(f"  {time.monotonic():.0f} s {what}", flush=True)


def badge(number: int) -> Card:
    return Card(bytes.fromhex(f"04A2000000{number:04X}"))


def date_by(machine: Virtual, source: str) -> None:
    """What the programs believe the clock by, from their next start on."""
    machine.says("sed", "-i", f's/^source = .*/source = "{source}"/', "/var/lib/kiosk/kiosk.toml")


def health(machine: Machine, port: int = 8080) -> dict[str, Any]:
    found = machine.run("curl", "-s", "-m", "10", f"http://127.0.0.1:{port}/healthz")  # sooner than a Python starts
    try:
        answer: dict[str, Any] = json.loads(found.stdout)
    except ValueError:
        return {"door": {"pulses": -1}}
    return answer


def is_well(machine: Virtual) -> bool:
    entrance, desk = health(machine), health(machine, 8081)
    return entrance.get("reader") == "online" and entrance.get("database") == "ok" and desk.get("database") == "ok"
