"""Power cuts by the dozen: what is on the disk of a machine in QEMU if its power goes at this moment.

QEMU is stopped where SIGKILL would end it, its disk's file is copied, and it goes on: the copy is what a kill leaves.
What the guest had not written is not in it. Nor is what it wrote and did not ask to be kept: new blocks are found by
tables that QEMU has in its memory until the guest flushes its disk, as a disk's own cache would lose them.

Each copy is mounted here, which replays its journal, and looked at by its own program. One that an update left in the
middle, or that lacks a day as it lies, is started: by its own systemd, in a container on this kernel, since an emulated
machine takes minutes for that. The container has no reader and no relay; its lock is one whose device is not there.
"""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.systemd import booted
from tests.systemd.story import PATIENCE_SECONDS, Machine, Story, badge, health, lacking, say
from tests.systemd.virtual import Virtual, until

_CLUSTER = "cluster_size=4k"  # the smaller, the less of what was not flushed is found again
_MOST_WAITING = 6
_ANOTHER_LOCK = ('\nlock = "relay"', '\nlock = "shelly"\naddress = "127.0.0.1"')


@dataclass(frozen=True)
class Cut:
    """A disk that was left, how many taps had opened until then, and how many badges were presented."""

    disk: Path
    when: str
    acknowledged: int
    tapped: int


@dataclass
class Cuts:
    """What becomes of each disk that a running machine would leave; one after the other comes back, beside it."""

    story: Story
    releases: tuple[str, ...]
    kept: list[Cut] = field(default_factory=list)  # for a start in QEMU
    after: dict[str, int] = field(default_factory=dict)  # how many ran which release then

    def __post_init__(self) -> None:
        self._beside = ThreadPoolExecutor(max_workers=1)
        self._looks: list[Future[None]] = []
        self._opened_before = self.story.acknowledged

    def cut(self, machine: Virtual, when: str, *, keep: bool = False) -> None:
        """The power goes now, for the copy alone. Waits then where too many are not looked at: each is a gigabyte."""
        story, disk = self.story, self.story.image.with_name(f"cut-{len(self._looks)}.qcow2")
        with machine.stands_still():
            shutil.copyfile(story.image, disk)
            story.acknowledged = self._opened_before + rises(machine)
        cut = Cut(disk, when, story.acknowledged, story.tapped)
        story.figures.cuts_with_a_tap_on_its_way += cut.acknowledged < cut.tapped
        if keep:
            self.kept.append(cut)
        self._looks.append(self._beside.submit(self._look, cut))
        waiting = [look for look in self._looks if not look.done()]
        if len(waiting) > _MOST_WAITING:
            waiting[0].result()

    def under_taps(self, machine: Virtual, count: int, when: str, keep: int = 0) -> None:
        """One badge after the other is presented, and the power goes at some moment on its way to the open door."""
        story, way = self.story, self._way_seconds(machine)
        say(f"from a badge on the reader to the open door: {way:.1f} s")
        for number in range(count):
            opened = rises(machine)
            with story.reader.holding(badge(story.tapped)):
                story.tapped += 1
                time.sleep(story.chance.uniform(0, 1.5 * way))
                self.cut(machine, when, keep=number < keep)
                until(partial(_has_risen, machine, opened + 1), PATIENCE_SECONDS)
            until(lambda: not _is_open(machine), PATIENCE_SECONDS)
        story.acknowledged = self._opened_before + rises(machine)
        say(f"{count} cuts {when}")

    def _way_seconds(self, machine: Virtual) -> float:
        """How long a tap takes here and now: one that nobody cuts."""
        story, opened, began = self.story, rises(machine), time.monotonic()
        with story.reader.holding(badge(story.tapped)):
            story.tapped += 1
            until(lambda: rises(machine) > opened, PATIENCE_SECONDS, pause=0.02)
        way = time.monotonic() - began
        until(lambda: not _is_open(machine), PATIENCE_SECONDS)
        return way

    def all_came_back(self) -> None:
        """Wait for what is still looked at."""
        for look in self._looks:
            look.result()
        self._beside.shutdown()
        self.story.figures.release_after_cuts = ", ".join(f"{each}: {n}" for each, n in sorted(self.after.items()))

    def _look(self, cut: Cut) -> None:
        figures, found = self.story.figures, self._found(cut)
        figures.add(*(f"{each} (cut {cut.when}: {cut.disk.name})" for each in found))
        figures.cut_disks_that_were_well += not found
        if not found and cut not in self.kept:
            cut.disk.unlink()

    def _found(self, cut: Cut) -> list[str]:
        with mounted(cut.disk) as tree:
            under_way = (tree.path / "opt/kiosk/update.json").exists()
            if not under_way and not (found := lacking(tree, cut.acknowledged, cut.tapped)):
                return []
            try:
                with booted.running(tree.path) as machine:
                    found = wrong(machine, cut, self.releases)
                    self.story.figures.cut_disks_that_were_started += 1
                    version = str(health(machine).get("version"))
                    self.after[version] = self.after.get(version, 0) + 1
            except (AssertionError, subprocess.TimeoutExpired) as fault:
                return [f"it did not come back: {fault}"]
        return found


def rises(machine: Virtual) -> int:
    """How often the relay's line rose since the start."""
    return _levels(machine).count("1")


def _has_risen(machine: Virtual, times: int) -> bool:
    """A machine that is quick may have let go of it again, before the copy is made."""
    return rises(machine) >= times


def _is_open(machine: Virtual) -> bool:
    return _levels(machine)[-1:] == ["1"]


def _levels(machine: Virtual) -> list[str]:
    return [said[1] for said in machine.told if said[0] == "relay"]


def overlay(base: Path, path: Path) -> Path:
    """A disk on which all is as on another, which it leaves as it is."""
    kind = ("-F", "qcow2" if base.suffix == ".qcow2" else "raw")
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-o", _CLUSTER, *kind, "-b", base, path], check=True)
    return path


def wrong(machine: Machine, cut: Cut, releases: tuple[str, ...]) -> list[str]:
    """What is not as it was when the power went, after the machine came back alone."""
    try:
        until(lambda: _serves(machine), PATIENCE_SECONDS)
    except AssertionError:
        return ["it did not come back"]
    found = {str(health(machine, port).get("version")) for port in (8080, 8081)}
    mixed = [f"entrance and desk are {sorted(found)}"] if len(found) != 1 or not found <= {*releases} else []
    return mixed + lacking(machine, cut.acknowledged, cut.tapped)


def _serves(machine: Machine) -> bool:
    entrance, desk = health(machine), health(machine, 8081)
    ended = machine.run("test", "-e", "/opt/kiosk/update.json").returncode != 0
    return ended and entrance.get("database") == desk.get("database") == "ok" and entrance.get("spooled") == 0


@dataclass(frozen=True)
class Tree:
    """A disk's files, and its programs, run beside this machine's own."""

    path: Path

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One command, to its end."""
        own = ["unshare", "--mount", "--pid", "--fork", f"--root={self.path}", "--mount-proc", "--kill-child"]
        return subprocess.run([*own, *words], capture_output=True, text=True, check=False)


@contextmanager
def mounted(disk: Path) -> Iterator[Tree]:
    """What is on a disk, which itself stays as it was left."""
    with tempfile.TemporaryDirectory(dir=disk.parent) as scratch:
        file, path = Path(scratch, "raw"), Path(scratch, "tree")
        file.touch()
        path.mkdir()
        with _exported(overlay(disk, Path(scratch, "over.qcow2")), file):
            subprocess.run(["mount", "-o", "loop", str(file), str(path)], check=True)
            try:
                for name in ("kiosk.toml", "kiosk.toml.accepted"):
                    settings = path / "var/lib/kiosk" / name
                    settings.write_text(settings.read_text("utf-8").replace(*_ANOTHER_LOCK), "utf-8")
                yield Tree(path)
            finally:
                subprocess.run(["umount", str(path)], check=True)


@contextmanager
def _exported(disk: Path, file: Path) -> Iterator[None]:
    nodes = [("--blockdev", f"driver=file,node-name=file,filename={disk}")]
    nodes += [("--blockdev", "driver=qcow2,node-name=disk,file=file")]
    export = ("--export", f"fuse,id=disk,node-name=disk,mountpoint={file},writable=on")
    words = ["qemu-storage-daemon", *(word for node in nodes for word in node), *export]
    with subprocess.Popen(words, stdin=subprocess.DEVNULL) as process:
        try:
            until(lambda: process.poll() is not None or file.stat().st_size)
            yield
        finally:
            process.terminate()
