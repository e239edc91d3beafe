"""Examines a folder in which taps wait: its owner, whether it can be written, and its reserve for a full disk."""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

RESERVE_BYTES = 1 << 20  # room for some three thousand taps on a full disk
RESERVE = "reserve"  # the name of its file


def is_there(folder: Path) -> bool:
    """Return whether a folder in memory exists and is our own; unlike `is_ours`, make none."""
    try:
        folder.lstat()
    except OSError:
        return False
    return is_ours(folder)


def is_ours(folder: Path) -> bool:
    """Make a folder in memory if it is missing, and return whether it is our own and private: another program could
    have made it first.
    """
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        status = folder.lstat()
    except OSError:
        return False
    # A folder, not a link to one, with no rights for others.
    return status.st_uid == os.geteuid() and status.st_mode & 0o170077 == 0o040000


def can_write(folder: Path) -> bool:
    """Return whether a folder's disk takes a byte, synced, in a probe file that is removed again."""
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
    """Begin a file with a line, synced like a tap's. Raises OSError where it exists or cannot be written."""
    descriptor = begin(path)
    try:
        write(descriptor, text)
    finally:
        os.close(descriptor)


def begin(path: Path) -> int:
    """Return the descriptor of a new file of lines. Raises OSError, also where the file exists."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)


def write(descriptor: int, text: bytes) -> None:
    """Append a line; it is synced when this returns. Raises OSError."""
    if os.write(descriptor, text) != len(text):
        raise OSError(errno.ENOSPC, "it took a part of a line only")
    os.fdatasync(descriptor)


def keep_reserve(folder: Path) -> bool:
    """Make the reserve, a file that can be deleted when the disk is full, unless it is there, and return whether it is
    there at full size.
    """
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
            reserve.unlink(missing_ok=True)  # a smaller file would look like a reserve
    return False


def is_whole_reserve(reserve: Path) -> bool:
    """Return whether a path is a reserve: a plain file of full size."""
    try:
        status = reserve.lstat()
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size >= RESERVE_BYTES


def is_gone(path: Path) -> bool:
    """Return whether no plain file is at a path any more. Where the path cannot be examined, the file counts as
    there.
    """
    try:
        return not stat.S_ISREG(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False


def _clear(reserve: Path) -> None:
    """Remove what stands in the place of the reserve. Raises OSError, also for a folder that is not empty."""
    if stat.S_ISDIR(reserve.lstat().st_mode):
        reserve.rmdir()
    else:
        reserve.unlink()
