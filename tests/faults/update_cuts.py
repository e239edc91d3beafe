"""The power goes while a machine is brought to a newer release, or back: its disk as it is then, started again.

The machine's folders are on a disk of their own, which is a file. Whatever runs there is stopped, the file is copied,
and all goes on: the copy is what a cut at that moment leaves. What the kernel had not written is not in it, and it
writes only what somebody synced: the disk's journal waits for as long as an update takes (`commit=`).
"""

import json
import os
import random
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.install import services
from kiosk.install.machine import Machine
from tests.faults.figures import Figures
from tests.processes import free_port, rehouse
from tests.release import rig
from tests.release.conftest import NEWER, NO_DESK, PRESENT, changes_of
from tests.release.rig import CHECKOUT, NEWCOMERS, Installed, Workshop

_BYTES = 2 << 30
_WORKED_ON = ("stopping", "migrating", "starting", "going-back")
_DENSE_SECONDS, _SPARSE_SECONDS = (
    (0.02, 0.4),
    (0.5, 3.0),
)  # between two cuts, while the records are worked on and before
_SHORT_SECONDS = 12  # until a release that never becomes well is taken back
_PATIENCE_SECONDS = 40.0
_VISITS = "SELECT count(*) FROM visit WHERE state = 'kept'"
_NOVELTY = "SELECT count(*) FROM sqlite_master WHERE name = 'novelty'"


@dataclass
class UpdateFigures(Figures):
    """Cuts by what the update was at, and which release ran in the end."""

    updates: int = 0
    taps: int = 0
    before: int = 0
    stopping: int = 0
    migrating: int = 0
    starting: int = 0
    going_back: int = 0
    done: int = 0
    came_back_as_before: int = 0
    came_back_renewed: int = 0
    renewed_afterwards: int = 0


@dataclass(frozen=True)
class Cut:
    """A disk, what the update was at, and how many had come in by then."""

    disk: Path
    step: str
    visits: int


@dataclass
class Disk:
    """A file that is mounted at `at`."""

    at: Path

    @contextmanager
    def holding(self, image: Path) -> Iterator[None]:
        """With what a file has on it."""
        _run("mount", "-o", "loop,commit=1000,noatime", str(image), str(self.at))
        try:
            yield
        finally:
            _run("umount", "-l", str(self.at))

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Nothing runs there meanwhile."""
        stopped = set[int]()
        while found := self.processes() - stopped:
            for number in found:
                with suppress(ProcessLookupError):
                    os.kill(number, signal.SIGSTOP)
            stopped |= found
        try:
            yield
        finally:
            for number in stopped:
                with suppress(ProcessLookupError):
                    os.kill(number, signal.SIGCONT)

    def processes(self) -> set[int]:
        """Whatever runs there, or works on something there."""
        found, name = set[int](), os.fsencode(self.at)
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                is_there = (entry / "cwd").readlink().is_relative_to(self.at)
                if (is_there or name in (entry / "cmdline").read_bytes()) and int(entry.name) != os.getpid():
                    found.add(int(entry.name))
        return found

    def kill(self) -> None:
        """End all of it."""
        while found := self.processes():
            for number in found:
                with suppress(ProcessLookupError):
                    os.kill(number, signal.SIGKILL)
            time.sleep(0.05)


@dataclass
class Life:
    """A machine on a disk, the cuts of it, and what is found."""

    folder: Path
    chance: random.Random
    figures: UpdateFigures
    workshop: Workshop
    disk: Disk
    machine: Installed
    cuts: list[Cut] = field(default_factory=list)
    came: int = 0

    @property
    def base(self) -> Path:
        """The machine as each update finds it."""
        return self.folder / "base.img"

    def is_updated(self, version: str, wanted: Counter[str]) -> None:
        """One update, cut as long as cuts of its steps are wanted; somebody comes in now and then."""
        live = self.folder / "live.img"
        _copy(self.base, live)
        with self.disk.holding(live):
            self.machine.start()
            self.came = int(self.machine.ask(_VISITS))
            ended = threading.Event()
            comes = threading.Thread(target=self._come_in, args=(ended,))
            comes.start()
            line = self.machine.update_line(self.source(version), _SHORT_SECONDS if version == NO_DESK else 60)
            with subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
                self._is_cut(live, running, wanted)
            ended.set()
            comes.join()
            self.figures.updates += 1
            self.disk.kill()

    def _is_cut(self, live: Path, running: "subprocess.Popen[bytes]", wanted: Counter[str]) -> None:
        while running.poll() is None:
            step = self.step()
            time.sleep(self.chance.uniform(*(_DENSE_SECONDS if step in _WORKED_ON else _SPARSE_SECONDS)))
            with self.disk.standing_still():
                step, visits = self.step(), self.came
                if wanted[step] <= 0 or (step == "before" and visits == 0):
                    continue
                wanted[step] -= 1
                image = self.folder / f"cut-{len(self.cuts)}.img"
                _copy(live, image)
                self.cuts.append(Cut(image, step, visits))

    def step(self) -> str:
        """What the update is at."""
        try:
            return str(json.loads(self.machine.state.read_text("utf-8"))["step"])
        except (OSError, ValueError):
            return "before"

    def source(self, version: str) -> Path:
        """Where a release is to be had."""
        return self.workshop.root / "sources" / version

    def _come_in(self, ended: threading.Event) -> None:
        for badge in NEWCOMERS[:-4]:  # the last ones come when the power is there again
            if ended.wait(1.0):
                return
            with suppress(subprocess.TimeoutExpired):
                self.machine.kiosk("tap", badge)
            until = time.monotonic() + 5
            while time.monotonic() < until and not ended.is_set():
                with suppress(Exception):  # the records are being exchanged
                    now = int(self.machine.ask(_VISITS))
                    if now > self.came:
                        self.came = now
                        self.figures.taps += 1
                        break
                time.sleep(0.05)

    def comes_back(self, cut: Cut, is_renewed: bool) -> None:
        """The power is there again."""
        with self.disk.holding(cut.disk):
            try:
                found = self._wrong(cut, is_renewed)
            except Exception as fault:
                found = [repr(fault)]
            self.disk.kill()
        self.figures.add(*(f"{cut.disk.name}, {cut.step}: {each}" for each in found))
        if not found:
            cut.disk.unlink()

    def _wrong(self, cut: Cut, is_renewed: bool) -> list[str]:
        machine, found = self.machine, list[str]()
        for left in [*machine.root.glob("*.pid"), *(machine.home / "run").glob("*")]:
            left.unlink()  # what was in memory
        found += self._empty_units()
        done = machine.kiosk("update", "--resume")  # as a unit does at each start
        if done.returncode:
            return [f"it does not come back: {done.stderr.strip()}"]
        found += self._empty_units()
        machine.start()
        running = machine.versions()
        if len(set(running)) != 1 or running[0] not in (PRESENT, NEWER):
            found.append(f"{running} run")
        is_new = running[0] == NEWER
        self.figures.came_back_renewed += is_new
        self.figures.came_back_as_before += not is_new
        if machine.ask(_NOVELTY) != is_new:
            found.append(f"{running[0]} runs on the other one's records")
        found += self._lacks(cut)
        if machine.state.exists() or [*machine.opt.glob(".fetched-*")]:
            found.append("something is left of the update")
        if is_renewed and not is_new:
            self.figures.renewed_afterwards += 1
            again = machine.update(self.source(NEWER))
            if again.returncode or machine.versions() != [NEWER] * 3:
                found.append(f"it cannot be brought to {NEWER} any more: {again.stderr.strip()}")
            found += self._lacks(cut)
        return found

    def _empty_units(self) -> list[str]:
        """What systemd would take for masked."""
        placed = services.placed(Machine(self.machine.root, tell=lambda _line: None))
        return [f"{unit} is empty" for unit in placed if not (self.machine.root / unit.lstrip("/")).stat().st_size]

    def _lacks(self, cut: Cut) -> list[str]:
        """Whoever had come in is there, somebody more can come, and the books are whole."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until and self.machine.ask(_VISITS) < cut.visits:
            time.sleep(0.2)
        found, before = [], self.machine.ask(_VISITS)
        if before < cut.visits:
            found.append(f"{cut.visits} had come in, {before} are there")
        newcomer = next(self.machine.newcomers)
        self.machine.kiosk("tap", newcomer)
        while time.monotonic() < until and self.machine.ask(_VISITS) == before:
            time.sleep(0.2)
        if self.machine.ask(_VISITS) != before + 1:
            found.append("nobody comes in any more")
        verified = self.machine.kiosk("verify")
        return [*found, *([] if verified.returncode == 0 else [verified.stderr.strip() or verified.stdout.strip()])]


def run(folder: Path, cuts: int = 20, seed: int = 0) -> UpdateFigures:
    """Cut the power so many times in each step of updates, and of one that is taken back. As root."""
    return in_steps(folder, dict.fromkeys(("before", *_WORKED_ON, "done"), cuts), seed)


def in_steps(folder: Path, cuts: dict[str, int], seed: int = 0) -> UpdateFigures:
    """Cut it so many times in these steps; as often after them as there is time for."""
    figures, chance = UpdateFigures(), random.Random(seed)
    life, steps = _life(folder, chance, figures), Counter(cuts)
    for turn in range(3 * max(cuts.values())):
        if not any(count > 0 for step, count in steps.items() if step != "done"):
            break
        life.is_updated(NO_DESK if steps["going-back"] > 0 and turn % 2 else NEWER, steps)
    counted = Counter(cut.step.replace("-", "_") for cut in life.cuts)
    for name, count in counted.items():
        setattr(figures, name, count)
    for number, cut in enumerate(life.cuts):
        life.machine.newcomers = iter(reversed(NEWCOMERS))
        life.comes_back(cut, is_renewed=number % 5 == 0)
    return figures


def _life(folder: Path, chance: random.Random, figures: UpdateFigures) -> Life:
    """A machine with members and units, on a disk that has all of it."""
    workshop = Workshop.new(folder / "workshop")
    for version in (PRESENT, NEWER, NO_DESK):
        workshop.release(version, changes_of(version))
    disk = Disk(folder / "disk")
    disk.at.mkdir()
    root = disk.at / "root"
    life = Life(folder, chance, figures, workshop, disk, Installed(root, free_port(), free_port(), workshop, root))
    with life.base.open("wb") as file:
        file.truncate(_BYTES)
    _run("mkfs.ext4", "-q", "-F", str(life.base))
    with disk.holding(life.base):
        rig.installed(workshop, root, PRESENT)
        rig.furnish(workshop, root, PRESENT)
        services.copy_units(Machine(root, tell=lambda _line: None), CHECKOUT / "systemd", display=True)
        rehouse(life.machine.home, free_port(socket.SOCK_DGRAM), life.machine.screen, life.machine.desk)
        os.sync()
    return life


def _copy(image: Path, to: Path) -> None:
    to.unlink(missing_ok=True)
    _run("cp", "--sparse=always", str(image), str(to))


def _run(*words: str) -> None:
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
