"""Writes and reads `status.json`: the state of the entrance, for the desk, which has no devices; and its age.

It contains no personal data. It lies in the runtime folder: memory on a Pi, a folder of the home elsewhere.
"""

import json
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from kiosk import root_files
from kiosk.devices.protocols import MachineClock
from kiosk.errors import MachineError
from kiosk.home import Paths
from kiosk.root_files import Holder

NAME = "status.json"
UPDATING = "updating"  # a file beside it while an update is installed: the screen says so
LONGEST_UPDATE_SECONDS = 900.0  # a file `updating` that is older was left by an interrupted update
LONGEST_BYTES = 1 << 16  # of a report that is read: its writer may be broken into, and its reader may be root
OLD_SECONDS = 30.0  # three times the pace at which the entrance writes it


class Status(Struct, frozen=True):
    """The last report of the entrance, and how old it is. `facts` are those of `/healthz`."""

    facts: Mapping[str, Any]
    age_seconds: float

    @property
    def answers(self) -> bool:
        """Tell whether the entrance still writes the file."""
        return self.age_seconds <= OLD_SECONDS


def save(path: Path, facts: Mapping[str, object], clock: MachineClock) -> None:
    """Write the facts with the date, the machine's start and the seconds since then, by which `load` finds their age.
    The file is replaced as a whole, so that no reader sees a part of it. Raises MachineError `status`.
    """
    now = clock.now().astimezone(UTC)
    stamped = {**facts, "at": now.isoformat(), "boot": clock.boot, "monotonic": clock.monotonic()}
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with root_files.acting_in(path.parent):  # root writes it with no more rights than the folder's owner
            root_files.put(path, json.dumps(stamped).encode(), Holder(0o644))
    except OSError as fault:
        raise MachineError("status", f"{path} cannot be written: {fault.strerror}") from None


def load(path: Path, clock: MachineClock) -> Status | None:
    """Return the last report of the entrance; None where there is none that can be read.

    Its age is measured by the monotonic clock within one start of the machine, else by the date; a report dated in the
    future is infinitely old.
    """
    try:
        facts = json.loads(root_files.read(path, LONGEST_BYTES))
        if facts["boot"] == clock.boot:
            age = clock.monotonic() - float(facts["monotonic"])
        else:
            age = (clock.now() - datetime.fromisoformat(facts["at"])).total_seconds()
    except (MachineError, OSError, ValueError, KeyError, TypeError):
        return None
    return Status(facts, age if age >= 0 else float("inf"))


def is_updating(runtime: Path, now: datetime) -> bool:
    """Tell whether a newer release is being installed now, by the file `updating`. One that an interrupted update left
    counts for `LONGEST_UPDATE_SECONDS`.
    """
    try:
        since = now.timestamp() - (runtime / UPDATING).lstat().st_mtime
    except OSError:
        return False
    return abs(since) <= LONGEST_UPDATE_SECONDS  # `since` is below 0 where the file was made by a clock that was ahead


class Disk(Struct, frozen=True):
    """Free and total space of the disk that holds the home."""

    free_bytes: int
    total_bytes: int

    @property
    def free_share(self) -> float:
        """Return the share of the disk that is free, from 0 to 1; 0 where its size is unknown."""
        return self.free_bytes / self.total_bytes if self.total_bytes else 0.0


def disk(paths: Paths) -> Disk | None:
    """Return the space of the home's disk; None where it cannot be read."""
    try:
        usage = shutil.disk_usage(paths.root)
    except OSError:
        return None
    return Disk(usage.free, usage.total)
