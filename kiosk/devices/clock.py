"""Reads the machine's clock, and tells whether its source vouches for it: the only module that asks for the time.

Whether the clock is trusted is decided in `kiosk.domain.offline.trust`, from these facts and from the ledger.
"""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

_BOOT = Path("/proc/sys/kernel/random/boot_id")  # a text that is new at each start of the machine
# systemd-timesyncd makes it at the first synchronisation after a start (systemd-timesyncd.service(8)).
TIMESYNC = Path("/run/systemd/timesync/synchronized")


class HostClock:
    """The clocks of the machine we run on."""

    def __init__(self) -> None:
        self.boot = _boot()

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that only grow, whatever happens to the date, also while a laptop sleeps."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)


def _boot() -> str:
    """Return the id of this start of the machine. systemd passes it to units that may not read this file of /proc."""
    try:
        return _BOOT.read_text("ascii").strip()
    except FileNotFoundError:
        if "KIOSK_BOOT_ID" not in os.environ:
            raise
        return str(UUID(os.environ["KIOSK_BOOT_ID"]))


def voucher(source: str) -> Callable[[], bool]:
    """Return a function that tells whether `clock.source` of kiosk.toml vouches for the clock at the moment of the
    call.
    """
    if source in ("host", "battery"):
        return lambda: True
    return (TIMESYNC if source == "timesync" else Path(source.removeprefix("flag:"))).exists


def last_set(source: str) -> Callable[[], int]:
    """Return a function that tells when the source last set the clock: a number that changes each time, 0 where it
    never did.
    """
    flag = Path(source.removeprefix("flag:")) if source.startswith("flag:") else TIMESYNC

    def asked() -> int:
        """Return the time of the flag that the time service touches, in nanoseconds; 0 where there is none."""
        try:
            return flag.stat().st_mtime_ns
        except OSError:
            return 0

    return asked
