"""The power goes: the entrance's own parts under load, and the disk as it is found after a cut at any moment."""

import random
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from kiosk import founding
from kiosk.devices.clock import HostClock
from kiosk.founding import Wishes
from tests.faults import books, powercut, worker
from tests.faults.powercut import Form, Log


@dataclass
class Cuts:
    """What was found. `wrong` holds the problems of each point that has any, by form."""

    taps: int
    points: int
    wrong: dict[Form, list[list[str]]] = field(default_factory=lambda: {form: [] for form in Form})

    @property
    def violations(self) -> int:
        """Points at which something does not hold."""
        return sum(map(len, self.wrong.values()))


def run(*flags: str, taps: int, points: int, seed: int = 0) -> Cuts:
    """Cut the power `points` times in one run of the worker, in every form, names lost too."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        log, base = _recorded(folder, taps, seed, flags)
        chance = random.Random(seed)
        cuts = Cuts(taps=len(log.acked), points=0)
        at = powercut.cut_points(log, points, chance)
        disk = folder / "cut"
        for point, form in powercut.rebuild_many(log, base, at, list(Form), chance, disk, loses_names=True):
            cuts.points += 1
            found = _problems(disk, powercut.acks(log, point))
            if found:
                cuts.wrong[form].append(found)
        return cuts


def _recorded(folder: Path, taps: int, seed: int, flags: tuple[str, ...]) -> tuple[Log, Path]:
    """A run of the worker as the disk saw it, and the home from before."""
    root, base, log = folder / "home", folder / "base", folder / "log"
    founding.found(root, Wishes(), HostClock())
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
        timeout=120,
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
