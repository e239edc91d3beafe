"""Reads a small file that something else may stand in for: a link, a folder, or a FIFO that would never answer.

The files without which a home cannot work are read here only: its configuration, its keys, and what is kept for when
the database cannot be read. None of them may hang a start, or end it with a message that names neither file nor remedy.
"""

import errno
import os
import stat
from pathlib import Path

LONGEST_BYTES = 1 << 20  # where the caller names no other length
_PLAIN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def read(path: Path, longest: int = LONGEST_BYTES) -> bytes:
    """Return the content of the plain file at `path`. Raises OSError, whose `strerror` says what is in its place.

    A link is refused even if it leads to such a file, because other users could exchange its target. It never waits.
    """
    with os.fdopen(_opened(path), "rb") as file:
        kind = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(kind):
            raise OSError(errno.EINVAL, f"it is no plain file but {_NAMES.get(stat.S_IFMT(kind), 'a device')}")
        content = file.read(longest + 1)
    if len(content) > longest:
        raise OSError(errno.EFBIG, f"it is longer than {longest} bytes")
    return content


_NAMES = {stat.S_IFIFO: "a FIFO", stat.S_IFSOCK: "a socket"}  # for messages


def _opened(path: Path) -> int:
    """Open a plain file for reading, and return its descriptor; refuse a folder, a link and a socket in words."""
    try:
        if stat.S_ISDIR(os.lstat(path).st_mode):
            raise OSError(errno.EISDIR, "it is a folder: remove it, and restore the file")
        return os.open(path, _PLAIN)
    except ValueError:
        raise OSError(errno.EINVAL, "its name holds a NUL, which no name can") from None
    except OSError as fault:
        if fault.errno == errno.ELOOP:
            raise OSError(errno.ELOOP, "it is a link: put the file itself in its place") from None
        if fault.errno == errno.ENXIO:
            raise OSError(errno.ENXIO, "it is no plain file but a socket") from None
        raise
