"""Keeps what must be there after a power cut, and reads what may be anything by now."""

import errno
import os
import stat
from pathlib import Path

_PLAIN = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def sync_folder(folder: Path) -> None:
    """See that the names in a folder are on the disk: a file that is synced has none of its own. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(path: Path, longest: int) -> bytes:
    """Return what a plain file holds, without waiting for anything.

    Raises OSError, also for a pipe, a device or a folder in its place, for a file that is longer, and for a path with a
    NUL: none of these may hold up a start, or end it by an error of another kind.
    """
    try:
        descriptor = os.open(path, _PLAIN)
    except ValueError:  # a NUL in the path
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL)) from None
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "no plain file", str(path))
        content = file.read(longest + 1)
    if len(content) > longest:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return content
