"""The power goes: the entrance's own parts under load, and the disk as it is found after a cut at any moment."""

import random
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from kiosk.devices.clock import HostClock
from kiosk.setup import home_creation
from kiosk.setup.home_creation import NewHome
from tests.faults import books, powercut, worker
from tests.faults.figures import Figures
from tests.faults.powercut import Form, Log


@dataclass
class PowerFigures(Figures):
    """Cuts are counted by what became of writes that were not synced; names of files may be lost with them."""

    taps: int = 0
    points: int = 0
    wrong_with_unsynced_lost: int = 0
    wrong_with_some_kept_and_torn: int = 0
    wrong_with_all_kept: int = 0


_COUNTS = {
    Form.LOSE: "wrong_with_unsynced_lost",
    Form.TORN: "wrong_with_some_kept_and_torn",
    Form.KEEP: "wrong_with_all_kept",
}


def run(
    folder: Path, taps: int = 300, points: int = 150, seed: int = 0, outages: float = 0.2, weak: str = ""
) -> Figures:
    """Cut the power at `points` moments of one run, each in three forms. `weak`: normal or early, to see it caught."""
    flags = ["--outages", str(outages), *([f"--{weak}"] if weak else [])]
    log, base = _recorded(folder, taps, seed, flags)
    chance = random.Random(seed)
    figures = PowerFigures(taps=len(log.acked))
    at = powercut.cut_points(log, points, chance)
    disk = folder / "cut"
    for point, form in powercut.rebuild_many(log, base, at, list(Form), chance, disk, loses_names=True):
        figures.points += 1
        found = _problems(disk, powercut.acks(log, point))
        if found:
            setattr(figures, _COUNTS[form], getattr(figures, _COUNTS[form]) + 1)
            figures.add(*(f"{form.value}: {problem}" for problem in found[:3]))
    return figures


def _recorded(folder: Path, taps: int, seed: int, flags: list[str]) -> tuple[Log, Path]:
    """A run of the worker as the disk saw it, and the home from before."""
    root, base, log = folder / "home", folder / "base", folder / "log"
    home_creation.create(root, NewHome(), HostClock())
    settings = root / "kiosk.toml"
    settings.write_text(settings.read_text("utf-8").replace('"/dev/shm"', '""'), "utf-8")
    worker.populate(root)
    shutil.copytree(root, base)
    shim = powercut.compile_shim(folder)
    subprocess.run(
        [sys.executable, "-m", "tests.faults.worker", str(root), "--taps", str(taps), "--seed", str(seed), *flags],
        env=powercut.environment(shim, log, [root]),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
        timeout=600,
    )
    found = Log.read(log)
    unseen = powercut.unseen(found, base)
    if unseen:
        raise AssertionError(f"the recording missed writes to {unseen}: it proves nothing")
    return found, base


def _problems(disk: Path, acks: list[str]) -> list[str]:
    try:
        return books.problems(disk, books.parse([f"ACK {words}" for words in acks]))
    except Exception as error:  # a home that cannot even be opened
        return [repr(error)]
