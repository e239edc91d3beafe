"""Keeps the office's mark (the last entry that it saw) in a file with a MAC. A fault of the file stops no work.

The file is written beside and renamed, without a sync: a power cut may lose its last seconds, and the doors' marks then
still have these. If it cannot be written, this is logged once.
"""

import hmac
import logging
import os
from pathlib import Path

from kiosk import root_files
from kiosk.domain import macs
from kiosk.domain.chain import Seal
from kiosk.errors import MachineError
from kiosk.store.marks import file_marks
from kiosk.store.marks.marks import Mark

log = logging.getLogger(__name__)


class MarkFile:
    """The file of the mark, which all office programs of one home share."""

    def __init__(self, path: Path, seal: Seal) -> None:
        self._path, self._seal = path, seal
        self._as_read: tuple[int, int] | None = None  # inode and time of the file when it was last read
        self._mark: Mark | None = None  # as it was last read or written
        self._is_logged = False  # a fault of writing was logged already

    def read(self) -> Mark | None:
        """Return the mark in the file, which is read only if it was replaced since the last time.

        If there is no file, or it cannot be read, or its MAC is wrong, return the mark last read or written here; None
        before the first.
        """
        try:
            status = os.stat(self._path)  # noqa: PTH116  # each write of the desk does this
        except OSError:
            return self._mark
        if (status.st_ino, status.st_mtime_ns) != self._as_read:
            self._as_read = status.st_ino, status.st_mtime_ns
            self._mark = _read(self._path, self._seal) or self._mark
        return self._mark

    def write(self, mark: Mark) -> None:
        """Replace the mark in the file. If it cannot be written, the mark stays in memory, and the first fault is
        logged.
        """
        self._mark = mark
        draft = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        try:
            with root_files.acting_in(self._path.parent):
                draft.unlink(missing_ok=True)
                descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
                with os.fdopen(descriptor, "w", encoding="ascii") as file:
                    file.write(text_of(mark, self._seal))
                draft.replace(self._path)
        except (OSError, MachineError) as fault:
            if not self._is_logged:
                log.warning("which entry was seen last is not written to %s: %s", self._path, fault)
            self._is_logged = True


def text_of(mark: Mark, seal: Seal) -> str:
    """Return a mark as the file has it: one line of number, MAC, server ("-": none), earlier marks, and the line's
    MAC.
    """
    trail = "".join(f" {number}:{mac.hex()}" for number, mac in mark.trail)
    body = f"{mark.number} {mark.mac.hex()} {mark.server or '-'}{trail}"
    return f"{body} {_mac(seal, body)}\n"


def _read(path: Path, seal: Seal) -> Mark | None:
    """Return the mark in a file; None if it cannot be read, or no key of the chain fits its MAC."""
    try:
        text = file_marks.read(path).decode("ascii").strip()
    except (OSError, UnicodeDecodeError, MachineError):
        return None
    body, _, mac = text.rpartition(" ")
    if any(hmac.compare_digest(_mac(seal, body, key), mac) for key in seal.keys):
        number, digits, server, *trail_texts = body.split(" ")
        pieces = (text.partition(":") for text in trail_texts)
        trail = tuple((int(seen), bytes.fromhex(seen_digits)) for seen, _, seen_digits in pieces)
        return Mark(int(number), bytes.fromhex(digits), "" if server == "-" else server, trail)
    log.error("%s is not what was written: it is not used", path)
    return None


def _mac(seal: Seal, body: str, key: bytes | None = None) -> str:
    """Return the MAC of a mark's text, by default under the newest key: half of it, in hexadecimal digits."""
    return macs.of(key or seal.key, f"kiosk: the office's mark\n{seal.home_id}\n{body}".encode()).hex()[:32]
