"""A folder in which taps wait: whose it is, whether it can be written, and what it keeps for a full disk."""

import os
from contextlib import suppress
from pathlib import Path

RESERVE_BYTES = 1 << 20  # kept for a full disk: some three thousand taps
RESERVE = "reserve"


def is_ours(folder: Path) -> bool:
    """Whether a folder in memory is there and nobody else's: whoever may write beside it could have made it."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return False
    return found.st_uid == os.geteuid() and found.st_mode & 0o170077 == 0o040000


def can_write(folder: Path) -> bool:
    """Whether its disk takes something and says that it is there."""
    try:
        probe = folder / "probe"
        probe.write_bytes(b"1")
        descriptor = os.open(probe, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
            probe.unlink()
    except OSError:
        return False
    return True


def keep_reserve(folder: Path) -> bool:
    """Have a file that can be given up when the disk is full. Returns whether it is there."""
    reserve = folder / RESERVE
    with suppress(OSError):
        if reserve.exists():
            return True
        try:
            with reserve.open("xb") as file:
                os.fchmod(file.fileno(), 0o600)
                os.posix_fallocate(file.fileno(), 0, RESERVE_BYTES)
            return True
        except OSError:
            reserve.unlink(missing_ok=True)  # half a reserve would look like one
    return False
