"""Writes files for people: they contain names and amounts, so only their owner may read them."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from kiosk import root_files
from kiosk.errors import MachineError


@contextmanager
def private(target: Path) -> Iterator[IO[bytes]]:
    """Open a new file of mode 0600 that gets its name once it is complete, replacing a file or a link of that name; a
    link is never followed. After an error no part of it stays. An existing pipe or device is written to as it is.
    Raises MachineError `foreign-file`, OSError.
    """
    with root_files.opened(target.parent) as folder:
        if _is_stream(folder, target.name):
            with os.fdopen(os.open(target.name, os.O_WRONLY | os.O_NOFOLLOW, dir_fd=folder), "wb") as stream:
                yield stream
            return
        draft = f".{target.name}.part"
        with suppress(FileNotFoundError):
            os.unlink(draft, dir_fd=folder)
        try:
            with root_files.new(folder, draft) as file:
                yield file
            os.rename(draft, target.name, src_dir_fd=folder, dst_dir_fd=folder)
        finally:
            with suppress(OSError):
                os.unlink(draft, dir_fd=folder)


def write(target: Path, content: bytes) -> None:
    """Write a file of mode 0600 in one piece, as `private` opens it. Raises MachineError `output`."""
    try:
        with private(target) as file:
            file.write(content)
    except OSError as fault:
        raise MachineError("output", f"{target} cannot be written: {fault.strerror}") from None


def _is_stream(folder: int, name: str) -> bool:
    """Return whether a pipe or a device, such as /dev/stdout, has this name in a folder."""
    with suppress(FileNotFoundError):
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
        return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode)
    return False
