"""The moment at which the command line's tests take place, whatever time it is."""

import sys
from datetime import UTC, date, datetime

from kiosk.devices.clock import HostClock

MOMENT = datetime(2031, 11, 26, 7, 52, tzinfo=UTC)  # 8 h 52 in Lille on a Wednesday, and no release is later for years
TODAY = date(2031, 11, 26)


def _stands(self: HostClock) -> datetime:
    return MOMENT


def command(code: str = "pass") -> list[str]:
    """`kiosk` as a process of its own that takes place at this moment, too; `code` goes before it."""
    here = f"from tests.cli import standing; standing.stand(); {code}; from kiosk.cli import main; main.main()"
    return [sys.executable, "-W", "error", "-c", here]


def stand() -> None:
    """Let the machine's clock stand still, in this process and for good."""
    HostClock.now = _stands  # type: ignore[method-assign]  # a process of the tests' own
