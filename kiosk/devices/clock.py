"""Reads the machine's clock, and says what vouches for it: the only module that asks what time it is.

Whether the clock can be trusted is decided in `kiosk.domain.offline.trust`, from what is known here and in the ledger.
"""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

_BOOT = Path("/proc/sys/kernel/random/boot_id")
# systemd-timesyncd makes it at the first synchronisation after a start (systemd-timesyncd.service(8)).
TIMESYNC = Path("/run/systemd/timesync/synchronized")


class HostClock:
    """The clocks of the machine we run on."""

    def __init__(self) -> None:
        self.boot = _boot()

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that only grow, whatever happens to the date, and while a laptop sleeps, too."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)


def _boot() -> str:
    """Which start of the machine this is. Units that see processes only of /proc are told it by systemd."""
    try:
        return _BOOT.read_text("ascii").strip()
    except FileNotFoundError:
        if "KIOSK_BOOT_ID" not in os.environ:
            raise
        return str(UUID(os.environ["KIOSK_BOOT_ID"]))


def voucher(source: str) -> Callable[[], bool]:
    """Whether the `clock.source` of kiosk.toml stands for the clock at this moment."""
    if source in ("host", "battery"):
        return lambda: True
    return (TIMESYNC if source == "timesync" else Path(source.removeprefix("flag:"))).exists


def last_set(source: str) -> Callable[[], int]:
    """When what sets the clock last said that it is right: a value that changes then, 0 where it never did."""
    flag = Path(source.removeprefix("flag:")) if source.startswith("flag:") else TIMESYNC

    def asked() -> int:
        try:
            return flag.stat().st_mtime_ns
        except OSError:
            return 0

    return asked
