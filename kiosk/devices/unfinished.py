"""Remembers, across any end of the program, what reader and door were doing: badges that lay there, a pulse.

A few bytes in one file, written without a sync: they survive a killed process, and a badge that lay there for a minute
is on the disk when the power fails. Badges are known by fingerprint. A disk that fails stops nothing.
"""

import logging
import os
from contextlib import suppress
from pathlib import Path
from threading import Lock

SIZE = 32  # bytes of a fingerprint, the keyed hash of a badge's number
MOST_BADGES = 4  # that are remembered: the newest

log = logging.getLogger(__name__)


class Unfinished:
    """What the previous run of the program left unfinished, and what this run is doing now.

    The file has one byte, 1 while the relay is driven, then up to four fingerprints of badges; empty places are zeros.
    """

    def __init__(self, path: Path) -> None:
        self._lock = Lock()
        self._descriptor: int | None = None
        content = b""
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            content = os.pread(self._descriptor, 1 + MOST_BADGES * SIZE, 0)
        except OSError as fault:
            log.warning("what reader and door are in the middle of is not remembered: %s", fault)
        self._left = frozenset(_pieces(content[1:]))  # fingerprints of badges there when the previous run ended
        self._there: list[bytes] = []  # fingerprints of badges there now, the newest last
        self.was_driven = content[:1] == b"\1"
        """Whether the door's relay was driven when the program before this one ended."""
        if self.was_driven:
            log.warning("the program before this one ended in the middle of a pulse: the relay is at rest now")
            self.driven(False)

    def is_left(self, fingerprint: bytes) -> bool:
        """Return whether a badge lay on the reader when the previous run of the program ended. If so, it is recorded as
        still there.
        """
        if fingerprint not in self._left:
            return False
        self.put(fingerprint)
        return True

    def put(self, fingerprint: bytes) -> None:
        """Record a badge that lies on the reader as the newest; beyond four, the oldest is forgotten."""
        with self._lock:
            self._there = [*(each for each in self._there if each != fingerprint), fingerprint][-MOST_BADGES:]
            self._write()

    def lifted(self, fingerprint: bytes) -> None:
        """Record that a badge is gone."""
        with self._lock:
            self._there = [each for each in self._there if each != fingerprint]
            self._write()

    def driven(self, driven: bool) -> None:
        """Record that the relay is about to be driven, or is at rest."""
        if self._descriptor is not None:
            with suppress(OSError):
                os.pwrite(self._descriptor, b"\1" if driven else b"\0", 0)

    def close(self) -> None:
        """Close the file. The records stay in it."""
        with self._lock:
            if self._descriptor is not None:
                os.close(self._descriptor)
            self._descriptor = None

    def _write(self) -> None:
        """Write the badges present into the file after its first byte, which tells of a pulse."""
        if self._descriptor is not None:
            text = b"".join(self._there)
            with suppress(OSError):
                os.pwrite(self._descriptor, text + bytes(MOST_BADGES * SIZE - len(text)), 1)


def _pieces(content: bytes) -> list[bytes]:
    """Return the fingerprints in a file, without empty places and a last one cut short."""
    pieces = [content[place : place + SIZE] for place in range(0, len(content), SIZE)]
    return [each for each in pieces if len(each) == SIZE and any(each)]
