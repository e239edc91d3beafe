"""What goes on from one start of a booted machine to the next, and what is looked at each time."""

import json
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.devices.pn532_emulator import Card, Pn532
from tests.faults.figures import Figures
from tests.systemd import gpio_chip, virtual
from tests.systemd.virtual import Disk, Virtual, until

PYTHON = "/opt/kiosk/current/venv/bin/python"
_COUNT = """\
import sqlite3
database = sqlite3.connect("/var/lib/kiosk/db/ledger.db")
print(database.execute("SELECT count(*) FROM visit WHERE state = 'kept'").fetchone()[0])
"""
# Each change of the relay's line, and when: the chip is asked, not the program.
_WATCH = f"""\
import time
was = "0"
with open("/run/relay", "w", 1) as seen:
    while True:
        with open("{gpio_chip.CHIP}/sim_gpio17/value") as line:
            now = line.read().strip()
        if now != was:
            was = now
            print(now, time.monotonic(), file=seen)
        time.sleep(0.05)
"""
_LONGEST_SECONDS = 10.0 + 5.0  # `longest_pulse_seconds`, and what an emulated processor may be late
PATIENCE_SECONDS = 900.0  # an emulated processor under load is some fifty times slower than a Pi


@dataclass
class BootFigures(Figures):
    """Seconds, as this machine was loaded, and counts."""

    processor: str = field(default_factory=lambda: "by KVM" if virtual.has_kvm() else "emulated")
    install: str = ""
    start_to_ready: str = ""
    start_to_first_tap: str = ""
    reboot: str = ""
    cuts_under_taps: int = 0
    cuts_during_backups: int = 0
    cuts_during_updates: int = 0
    taps_that_opened: int = 0
    days_in_the_ledger: int = 0
    update: str = ""
    restore: str = ""
    stopped_program_back: str = ""
    taps_in_trouble: int = 0
    copies_on_a_stick: int = 0
    hours_in_fast_motion: int = 0
    seen_from_the_network: str = ""
    seen_on_the_screen: str = "not looked at: emulated"
    relay: str = "gpio-sim, by lgpio"
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
            machine.says("sh", "-c", f"setsid python3 -I -c '{_WATCH}' > /dev/null 2>&1 &")
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

    def cut(self, machine: Virtual, most_seconds: float) -> None:
        """The power goes at some moment."""
        time.sleep(self.chance.uniform(0, most_seconds))
        machine.cut()
        self.reader.card = None
        say("the power is cut")

    def look(self, machine: Virtual) -> None:
        """Nothing that opened the door is lost, and the books are whole."""
        until(lambda: health(machine).get("spooled") == 0, PATIENCE_SECONDS)
        found = int(machine.says(PYTHON, "-I", "-c", _COUNT))
        self.figures.days_in_the_ledger = found
        if not self.acknowledged <= found <= self.tapped:
            self.figures.add(f"{found} days for {self.acknowledged} taps that opened and {self.tapped} presented")
        self._look_at_the_relay(machine)
        verified = machine.run("/usr/local/bin/kiosk", "verify")
        if verified.returncode:
            self.figures.add(f"verify: {verified.stdout[-300:]}{verified.stderr[-300:]}")

    def _look_at_the_relay(self, machine: Virtual) -> None:
        """Each opening rose the line, and none for longer than is allowed."""
        seen = [line.split() for line in machine.says("cat", "/run/relay").splitlines()]
        rises = [float(at) for level, at in seen if level == "1"]
        falls = [float(at) for level, at in seen if level == "0"]
        longest = max((fall - rise for rise, fall in zip(rises, falls, strict=False)), default=0.0)
        self.figures.relay_rises += len(rises)
        self.figures.relay_longest_seconds = max(self.figures.relay_longest_seconds, round(longest, 1))
        if longest > _LONGEST_SECONDS:
            self.figures.add(f"the relay was driven for {longest} s")
        if health(machine)["door"]["pulses"] and not rises:
            self.figures.add("the door says that it opened, and the relay's line never rose")


def say(what: str) -> None:
    """Where a harness of hours is, by seconds since the machine's start: figures come at its end."""
    print(f"  {time.monotonic():.0f} s {what}", flush=True)


def badge(number: int) -> Card:
    return Card(bytes.fromhex(f"04A2000000{number:04X}"))


def date_by(machine: Virtual, source: str) -> None:
    """What the programs believe the clock by, from their next start on."""
    machine.says("sed", "-i", f's/^source = .*/source = "{source}"/', "/var/lib/kiosk/kiosk.toml")


def health(machine: Virtual, port: int = 8080) -> dict[str, Any]:
    found = machine.run("curl", "-s", "-m", "10", f"http://127.0.0.1:{port}/healthz")  # sooner than a Python starts
    try:
        answer: dict[str, Any] = json.loads(found.stdout)
    except ValueError:
        return {"door": {"pulses": -1}}
    return answer


def is_well(machine: Virtual) -> bool:
    entrance, desk = health(machine), health(machine, 8081)
    return entrance.get("reader") == "online" and entrance.get("database") == "ok" and desk.get("database") == "ok"
