"""The kiosk on a machine of its own: booted, tapped, cut from the power in the middle, updated, and looked at again.

`scripts/torture boot`, as root: it wants qemu-system-x86, mmdebstrap and e2fsprogs, fetches a Debian and the program's
packages once, and keeps both. Its reader hangs on a serial line, its relay on a line of the kernel's GPIO chip.
"""

import json
import os
import random
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from release import __main__, building, signing, wheels
from tests.devices.pn532_emulator import Card, Pn532
from tests.faults.figures import Figures
from tests.release.conftest import migrating
from tests.systemd import gpio_chip, virtual
from tests.systemd.virtual import Disk, Virtual, until

PROJECT = Path(__file__).parents[2]
OLD, NEW = "98.0.0", "98.1.0"
_MADE_AT = 1_790_000_000
_ANSWERS = 'reader = "tty:S1:pn532"\\ndisplay = false\\n'
_PYTHON = "/opt/kiosk/current/venv/bin/python"
_ASK = """\
import sys, urllib.request
print(urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/healthz", timeout=5).read().decode())
"""
_COUNT = """\
import sqlite3
database = sqlite3.connect("/var/lib/kiosk/db/ledger.db")
print(database.execute("SELECT count(*) FROM visit WHERE state = 'kept'").fetchone()[0])
"""
_DATED = 's/^source = .*/source = "battery"/'
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
_SETTINGS = "/var/lib/kiosk/kiosk.toml"
_PATIENCE_SECONDS = 900.0  # an emulated processor under load is some fifty times slower than a Pi


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
    def started(self, *brought: Path) -> Iterator[Virtual]:
        """The machine started, until both programs say that they are well."""
        began = time.monotonic()
        with virtual.running(self.disk, self.image, self.reader, brought) as machine:
            until(lambda: _is_well(machine), _PATIENCE_SECONDS)
            machine.says("sh", "-c", f"setsid python3 -I -c '{_WATCH}' > /dev/null 2>&1 &")
            self.starts.append(time.monotonic() - began)
            _say(f"both programs are well after {self.starts[-1]:.0f} s")
            yield machine

    def tap(self, machine: Virtual) -> None:
        """A badge that was not there yet today is presented until the door has opened for it."""
        before = _health(machine)["door"]["pulses"]
        with self.reader.holding(_badge(self.tapped)):
            self.tapped += 1
            until(lambda: _health(machine)["door"]["pulses"] > before, _PATIENCE_SECONDS)
        self.acknowledged += 1
        _say(f"tap {self.acknowledged} opened")

    def cut(self, machine: Virtual, most_seconds: float) -> None:
        """The power goes at some moment."""
        time.sleep(self.chance.uniform(0, most_seconds))
        machine.cut()
        self.reader.card = None
        _say("the power is cut")

    def look(self, machine: Virtual) -> None:
        """Nothing that opened the door is lost, and the books are whole."""
        until(lambda: _health(machine).get("spooled") == 0, _PATIENCE_SECONDS)
        found = int(machine.says(_PYTHON, "-I", "-c", _COUNT))
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
        if _health(machine)["door"]["pulses"] and not rises:
            self.figures.add("the door says that it opened, and the relay's line never rose")


def run(folder: Path, cuts: int = 1, update_cuts: int = 0, backup_cuts: int = 0, seed: int = 1) -> BootFigures:
    """A Debian of its own boots in QEMU, the kiosk is installed from a release, and the power goes again and again.

    The long form: --cuts 50 --update-cuts 20 --backup-cuts 20 --updated.
    """
    figures, kept = BootFigures(), folder.parent.parent
    disk = virtual.made(kept / "virtual")
    key = folder / "key"
    (folder / "release.pub").write_text(signing.new_key(key), "utf-8")
    older, newer = (_release(folder, version, key, kept / "wheels") for version in (OLD, NEW))
    image = folder / "machine.img"
    subprocess.run(["cp", "--sparse=always", "--reflink=auto", str(disk.image), str(image)], check=True)
    reader = Pn532(f"kioskpty{os.getpid()}")
    try:
        story = Story(disk, image, reader, figures, random.Random(seed))
        _install(story, older, members=2 * (cuts + update_cuts + backup_cuts) + 8)
        _first_tap(story)
        _cut_under_taps(story, cuts)
        _cut_backups(story, backup_cuts)
        _updated(story, newer, update_cuts)
        figures.taps_that_opened = story.acknowledged
    finally:
        reader.unplug()
    return figures


def _release(folder: Path, version: str, key: Path, kept: Path) -> Path:
    """This tree as a release for this kind of machine; the newer one has one table more."""
    tree, made = folder / "trees" / version, folder / "releases" / f"kiosk-{version}"
    building.export(PROJECT, building.WHEEL_OF, tree)
    own = tree / "kiosk" / "__init__.py"
    own.write_text(re.sub(r'__version__ = ".*"', f'__version__ = "{version}"', own.read_text("utf-8")), "utf-8")
    if version == NEW:
        for name, text in migrating().items():
            (tree / name).write_text(text, "utf-8")
    building.export(PROJECT, (*building.CARRIED, *building.CARRIED_SCRIPTS), made)
    building.wheel(tree, made, _MADE_AT)
    shutil.copy(folder / "release.pub", made)
    __main__.furnish(made, next(each for each in wheels.PLATFORMS if each.name == "amd64"), _MADE_AT, kept)
    __main__.seal(made, key)
    return building.archive(made, folder, _MADE_AT, "amd64")


def _install(story: Story, release: Path, members: int) -> None:
    """From the release's archive alone: the machine has no network."""
    with virtual.running(story.disk, story.image, story.reader, (release,)) as machine:
        _say("Debian is up")
        machine.says("sh", "-c", "mkdir -p /usr/src && tar -xzf /dev/vdb -C /usr/src")
        machine.says("sh", "-c", f"printf '{_ANSWERS}' > /root/answers.toml")
        began = time.monotonic()
        installer = f"/usr/src/kiosk-{OLD}/scripts/install"
        machine.says(installer, "--answers", "/root/answers.toml", "--language", "en")
        story.figures.install = f"{time.monotonic() - began:.0f} s"
        _say(f"installed in {story.figures.install}")
        machine.says("sed", "-i", _DATED, _SETTINGS)
        people = "\\n".join(f"Ami {number};{_badge(number).uid.hex().upper()}" for number in range(members))
        machine.says("sh", "-c", f"printf 'Nom;Badge\\n{people}\\n' > /root/people.csv")
        machine.says("/usr/local/bin/kiosk", "members", "import", "--fee", "/root/people.csv")
        machine.shut_down()


def _say(what: str) -> None:
    """Where a harness of hours is, by seconds since the machine's start: figures come at its end."""
    print(f"  {time.monotonic():.0f} s {what}", flush=True)


def _first_tap(story: Story) -> None:
    began = time.monotonic()
    with story.started() as machine:
        story.figures.start_to_ready = f"{story.starts[-1]:.0f} s"
        story.tap(machine)
        story.figures.start_to_first_tap = f"{time.monotonic() - began:.0f} s"
        failed = machine.says("systemctl", "--failed", "--plain", "--no-legend", "--no-pager")
        story.figures.add(*(f"{line.split()[0]} failed" for line in failed.splitlines() if "kiosk" in line))
        story.look(machine)
        machine.shut_down()
    with story.started() as machine:
        story.figures.reboot = f"{story.starts[-1]:.0f} s"
        story.tap(machine)
        story.look(machine)
        machine.shut_down()


def _cut_under_taps(story: Story, cuts: int) -> None:
    for _ in range(cuts):
        with story.started() as machine:
            story.look(machine)
            story.tap(machine)
            story.reader.card = _badge(story.tapped)  # nobody knows whether this one comes through
            story.tapped += 1
            story.cut(machine, 1.5)
        story.figures.cuts_under_taps += 1
    with story.started() as machine:
        story.look(machine)
        machine.shut_down()


def _cut_backups(story: Story, cuts: int) -> None:
    for _ in range(cuts):
        with story.started() as machine:
            story.tap(machine)
            machine.run("sh", "-c", "setsid /usr/local/bin/kiosk backup > /dev/null 2>&1 &")
            story.cut(machine, 4)
        story.figures.cuts_during_backups += 1
    with story.started() as machine:
        story.look(machine)
        machine.says("/usr/local/bin/kiosk", "backup")
        machine.says("sh", "-c", "systemctl stop kiosk-entrance.socket kiosk-desk.socket kiosk-entrance kiosk-desk")
        began = time.monotonic()
        newest = "$(ls -t /var/lib/kiosk/backups/kiosk-*.tar | head -n 1)"
        machine.says("sh", "-c", f"/usr/local/bin/kiosk restore {newest} --yes")
        story.figures.restore = f"{time.monotonic() - began:.0f} s"
        machine.shut_down()
    with story.started() as machine:
        story.look(machine)
        machine.shut_down()


def _updated(story: Story, newer: Path, cuts: int) -> None:
    """Cut at any moment, one release or the other runs; in the end the newer one."""
    archive = f"/root/kiosk-{NEW}-amd64.tar.gz"
    line = f"cat /dev/vdb > {archive}; /usr/local/bin/kiosk update --quiet 0 --from {archive}"
    took = 60.0
    for _ in range(cuts):
        with story.started(newer) as machine:
            _says_one_release(story, machine)
            if _health(machine)["version"] == NEW:
                break
            story.tap(machine)
            machine.run("sh", "-c", f"setsid sh -c '{line}' > /root/update.log 2>&1 &")
            story.cut(machine, took)
        story.figures.cuts_during_updates += 1
    with story.started(newer) as machine:
        story.look(machine)
        began = time.monotonic()
        done = machine.run("sh", "-c", line)
        if done.returncode or _health(machine).get("version") != NEW:
            story.figures.add(f"the update did not come: {done.stdout[-300:]}{done.stderr[-300:]}")
        story.figures.update = f"{time.monotonic() - began:.0f} s"
        story.tap(machine)
        story.look(machine)
        machine.shut_down()


def _says_one_release(story: Story, machine: Virtual) -> None:
    found = {str(_health(machine, port).get("version")) for port in (8080, 8081)}
    if len(found) != 1 or not found <= {OLD, NEW}:
        story.figures.add(f"after a cut, entrance and desk are {sorted(found)}")
    story.look(machine)


def _badge(number: int) -> Card:
    return Card(bytes.fromhex(f"04A2000000{number:04X}"))


def _health(machine: Virtual, port: int = 8080) -> dict[str, Any]:
    found = machine.run("/usr/bin/python3", "-I", "-c", _ASK, str(port))
    try:
        answer: dict[str, Any] = json.loads(found.stdout)
    except ValueError:
        return {"door": {"pulses": -1}}
    return answer


def _is_well(machine: Virtual) -> bool:
    entrance, desk = _health(machine), _health(machine, 8081)
    return entrance.get("reader") == "online" and entrance.get("database") == "ok" and desk.get("database") == "ok"
