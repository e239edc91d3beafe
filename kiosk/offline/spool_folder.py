"""A folder in which taps wait: whose it is, whether it can be written, and what it keeps for a full disk."""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

RESERVE_BYTES = 1 << 20  # kept for a full disk: some three thousand taps
RESERVE = "reserve"


def is_there(folder: Path) -> bool:
    """Return whether a folder in memory is there already, can be reached, and is our own."""
    try:
        folder.lstat()
    except OSError:
        return False
    return is_ours(folder)


def is_ours(folder: Path) -> bool:
    """Return whether a folder in memory is there and our own: another program that writes there could have made it."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return False
    return found.st_uid == os.geteuid() and found.st_mode & 0o170077 == 0o040000


def can_write(folder: Path) -> bool:
    """Whether its disk takes something and says that it is there."""
    probe = folder / "probe"
    try:
        descriptor = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NONBLOCK | os.O_NOFOLLOW, 0o600)
        try:
            os.write(descriptor, b"1")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
            probe.unlink()
    except OSError:
        return False
    return True


def append_synced(path: Path, text: bytes) -> None:
    """Begin a file with a line, synced as a tap's. Raises OSError."""
    descriptor = begin(path)
    try:
        write(descriptor, text)
    finally:
        os.close(descriptor)


def begin(path: Path) -> int:
    """A descriptor of a new file of lines. Raises OSError."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)


def write(descriptor: int, text: bytes) -> None:
    """Append a line, on the disk when this returns. Raises OSError."""
    if os.write(descriptor, text) != len(text):
        raise OSError(errno.ENOSPC, "it took a part of a line only")
    os.fdatasync(descriptor)


def keep_reserve(folder: Path) -> bool:
    """Have a file that can be given up when the disk is full. Returns whether it is there, as large as it must be."""
    reserve = folder / RESERVE
    with suppress(OSError):
        if is_whole_reserve(reserve):
            return True
        with suppress(FileNotFoundError):
            _clear(reserve)
        try:
            with reserve.open("xb") as file:
                os.fchmod(file.fileno(), 0o600)
                os.posix_fallocate(file.fileno(), 0, RESERVE_BYTES)
            return True
        except OSError:
            reserve.unlink(missing_ok=True)  # half a reserve would look like one
    return False


def is_whole_reserve(reserve: Path) -> bool:
    """Whether a reserve can be given up: a plain file of its size."""
    try:
        found = reserve.lstat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size >= RESERVE_BYTES


def is_gone(path: Path) -> bool:
    """Whether a file is there no more: nothing is, or what is in its place is none. What may not be looked at is."""
    try:
        return not stat.S_ISREG(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False


def _clear(reserve: Path) -> None:
    """Take away what is no reserve. Raises OSError, where it is a folder that holds something, too."""
    if stat.S_ISDIR(reserve.lstat().st_mode):
        reserve.rmdir()
    else:
        reserve.unlink()
