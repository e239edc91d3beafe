"""Durable syncs a tap, counted by strace around a child that taps.

What a process syncs at its start and end cancels out: two children differ by so many taps, and by nothing else.
Checkpoints are switched off in a first pair and left as they are in a second.
"""

import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench import rig
from kiosk.checkin.door_log import DoorLog
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.store import log_care

_TAPS = 150  # of the 200 members who still come, on the day after the measured ones


Meanwhile = Callable[[Path], AbstractContextManager[None]]


def _nothing(_copy: Path) -> AbstractContextManager[None]:
    return nullcontext()


def per_tap(root: Path, folder: Path, *, checkpoints: bool, meanwhile: Meanwhile = _nothing) -> float | None:
    """Syncs a tap in copies of the home at `root`, with something else going on in them; None without strace."""
    if shutil.which("strace") is None:
        return None
    few, many = (_count(root, folder, taps, checkpoints, meanwhile) for taps in (10, 10 + _TAPS))
    return (many - few) / _TAPS


def _count(root: Path, folder: Path, taps: int, checkpoints: bool, meanwhile: Meanwhile) -> int:
    copy, report = folder / "counted", folder / "strace.txt"
    shutil.copytree(root, copy)
    child = [sys.executable, "-m", "bench.syncs", str(copy), str(taps), "on" if checkpoints else "off"]
    trace = ["strace", "-f", "-c", "-e", "trace=fsync,fdatasync", "-o", str(report)]
    with meanwhile(copy):
        subprocess.run([*trace, *child], check=True)
    shutil.rmtree(copy)
    rows = [line.split() for line in report.read_text().splitlines()]
    return sum(int(row[3]) for row in rows if row and row[-1] in ("fsync", "fdatasync"))


def _child(root: Path, taps: int, checkpoints: bool) -> None:
    """Tap so often, with the door's log written by its thread meanwhile, as in the entrance."""
    if not checkpoints:
        sa.event.listen(sa.Engine, "connect", _no_checkpoints)
        log_care.TRANSACTIONS = sys.maxsize
    with rig.opened(root) as door:
        log = DoorLog(door.home.store, door.clock)
        writer = threading.Thread(target=log.run, args=(lambda _seconds: None,))
        writer.start()
        for number in range(taps):
            door.clock.skip(10)
            door.tap(BadgeRead(b"\x04" + number.to_bytes(6, "big")))
            log.add(door.noted.pop())
        log.stop()
        writer.join()


def _no_checkpoints(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA wal_autocheckpoint=0").close()


if __name__ == "__main__":
    _child(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "on")
