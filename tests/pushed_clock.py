"""An entrance as a process whose clock a test can push on: a card that stays twenty seconds is over when they say so.

The seconds that the clock is ahead lie in a file that both processes have mapped. The date stays the machine's: what is
written is dated as ever. Only the waiting is cut: while somebody acts, a card stays as long as it does at the door.

    python -m tests.pushed_clock HOME FILE
"""

import mmap
import struct
import sys
from pathlib import Path

from kiosk import entrance
from kiosk.devices.clock import HostClock

_AHEAD = struct.Struct("d")


class Ahead:
    """How many seconds a clock is ahead, known to all who map the same file."""

    def __init__(self, file: Path) -> None:
        if not file.exists():
            file.write_bytes(_AHEAD.pack(0.0))
        with file.open("r+b") as opened:
            self._mapped = mmap.mmap(opened.fileno(), _AHEAD.size)

    @property
    def seconds(self) -> float:
        """All that it was pushed so far."""
        return float(_AHEAD.unpack_from(self._mapped)[0])

    def push(self, seconds: float) -> None:
        """Let so many seconds pass at once."""
        assert seconds >= 0, "time never runs back"
        _AHEAD.pack_into(self._mapped, 0, self.seconds + seconds)


class PushedClock(HostClock):
    """The machine's clock, ahead of it in all that is waited for."""

    def __init__(self, ahead: Ahead) -> None:
        super().__init__()
        self._ahead = ahead

    def monotonic(self) -> float:
        """Seconds since the machine's start, and those that it was pushed on."""
        return super().monotonic() + self._ahead.seconds


if __name__ == "__main__":
    entrance.run(Path(sys.argv[1]), clock=PushedClock(Ahead(Path(sys.argv[2]))))
