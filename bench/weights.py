"""Gives the programs of a measurement the processor weights of their units, by control groups made for its time.

Only root may; without them niceness has to do. Both versions of the kernel's interface are known: in the first a weight
of 100 is 1024 shares.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_UNITS = Path(__file__).parents[1] / "systemd"
_ROOT = Path("/sys/fs/cgroup")
_LEAST = 1  # of what sits at other machines in life
_REAL_TIME_US = 400_000  # of each second
_TIMES = 10  # of each: they stay to each other as the units do, and what else runs on the machine weighs less


class Weights:
    """The groups of a measurement, by the unit that each stands for; none where they cannot be made."""

    def __init__(self, groups: dict[str, Path]) -> None:
        self._groups = groups

    def put(self, process: int, unit: str) -> None:
        """Put a process, and what it starts from now on, into the group of a unit."""
        if unit in self._groups:
            (self._groups[unit] / "cgroup.procs").write_text(str(process), "ascii")


@contextmanager
def of_units(*units: str) -> Iterator[Weights]:
    """Make a group for each unit, with its CPUWeight, and one of least weight for what has no such unit."""
    parent = _controller()
    groups: dict[str, Path] = {}
    if parent is not None:
        for unit in units:
            groups[unit] = parent / f"bench-{os.getpid()}-{unit}"
            groups[unit].mkdir()
            _weigh(groups[unit], _weight(unit))
            _let_come_first(groups[unit], unit)
    told = ", ".join(f"{unit} {_weight(unit)}" for unit in groups)
    print(f"weights of the processor: {told or 'none, but niceness (root may set them)'}")
    try:
        yield Weights(groups)
    finally:
        for group in groups.values():
            for process in (group / "cgroup.procs").read_text("ascii").split():
                with suppress(OSError):  # it ended meanwhile
                    (group.parent / "cgroup.procs").write_text(process, "ascii")
            with suppress(OSError):
                group.rmdir()


def _controller() -> Path | None:
    """Return the folder below which groups of the processor can be made; None where none can."""
    if os.geteuid():
        return None
    if (_ROOT / "cpu" / "cpu.shares").exists() or (_ROOT / "cpu" / "cpu.stat").exists():
        return _ROOT / "cpu"
    with suppress(OSError):
        (_ROOT / "cgroup.subtree_control").write_text("+cpu", "ascii")
        return _ROOT
    return None


def _weigh(group: Path, weight: int) -> None:
    if (group / "cpu.shares").exists():
        (group / "cpu.shares").write_text(str(weight * _TIMES * 1024 // 100), "ascii")
    else:
        (group / "cpu.weight").write_text(str(weight * _TIMES), "ascii")


def _let_come_first(group: Path, unit: str) -> None:
    """Give real-time threads their time where the kernel shares that out by group, and the unit makes such."""
    share = group / "cpu.rt_runtime_us"
    if share.exists() and "/chrt " in _read(unit):
        with suppress(OSError):  # another measurement has it
            share.write_text(str(_REAL_TIME_US), "ascii")


def _weight(unit: str) -> int:
    named = re.search(r"^CPUWeight=(\d+)$", _read(unit), re.MULTILINE)
    return int(named[1]) if named else _LEAST


def _read(unit: str) -> str:
    path = _UNITS / f"{unit}.service"
    return path.read_text("utf-8") if path.exists() else ""
