"""Stores which badges no roster may let in, as an append-only list in two folders.

An old roster, from a restored copy or one that could not be replaced, still lists badges that were declared lost since.
So each badge that is stopped or given back is a line, on disk before the roster that leaves it out or lists it again; a
badge's last line counts. Each line has a number, by which both files make one list, and a MAC, without which it is
ignored.

After the stops a line tells how far the records went: records that do not go that far are an older copy, and cannot
give a badge back.
"""

import hmac
import logging
import os
import re
import stat
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from kiosk import durable, plain_files
from kiosk.domain import macs
from kiosk.offline.door_keys import SealKeys

log = logging.getLogger(__name__)

STOPPED, GIVEN_BACK = "stopped", "given-back"  # the acts of a line about a badge
_RECORDS = bytes(32)  # in the place of a badge, for a position's line; an earlier release ignores it
_POSITION = re.compile(r"at-(\d{1,18})-(\d{1,18})")
_LONGEST_BYTES = 64 << 20  # read of a file, whatever it is
_APPEND = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY | os.O_CLOEXEC


class Position(Struct, frozen=True):
    """How far the records go: the numbers of their last entry and of the last line in the desk's log."""

    entry: int
    log_line: int

    def is_behind(self, other: "Position") -> bool:
        """Return whether these records are an older copy than the other."""
        return self.entry < other.entry or self.log_line < other.log_line


class _Line(Struct, frozen=True, order=True):
    """A line of the list: what was done with a badge, known by its fingerprint `mark`; or how far the records went."""

    number: int
    act: str
    mark: bytes


class StoppedBadges:
    """The stopped badges, by their fingerprints. One thread changes them; any may read `marks`."""

    def __init__(self, paths: tuple[Path, Path], keys: SealKeys) -> None:
        self._paths, self._keys = paths, keys
        self._lines: set[_Line] = set()  # of both files together
        self._there: dict[Path, set[_Line]] = {}  # the lines that each file has
        self.failing: tuple[Path, ...] = ()  # files that cannot be written
        for path in paths:
            self._there[path] = set(self._read(path))
            self._lines |= self._there[path]
        self.marks = _stopped(self._lines)
        self._position = _position(self._lines)

    def contradicts(self, position: Position) -> bool:
        """Return whether the records are older than those of the last stop, so that they cannot give a badge back."""
        return self._position is not None and position.is_behind(self._position)

    def note(self, stopped: Collection[bytes], active: Collection[bytes], position: Position) -> None:
        """Stop badges that are not stopped yet, and give back stopped ones that are `active` now. The list is synced
        when this returns; `position` tells how far the records go.

        A line that one file lacks is added to it. Raises OSError where neither file takes a line: the stops still hold
        in memory.
        """
        acts = [(STOPPED, mark) for mark in sorted(set(stopped) - self.marks)]
        acts += [(GIVEN_BACK, mark) for mark in sorted(self.marks & set(active) - set(stopped))]
        # Records that are behind at this point have been brought up to the stops: their position counts from now on.
        is_noted = self._position is not None and not position.is_behind(self._position)
        if acts or (self._lines and not is_noted):
            acts += [(f"at-{position.entry}-{position.log_line}", _RECORDS)]
            self._position = position
        number = max((line.number for line in self._lines), default=0)
        self._lines |= {_Line(number + count, *act) for count, act in enumerate(acts, 1)}
        self.marks = _stopped(self._lines)
        self._write()

    def _write(self) -> None:
        """Write to each copy of the list what it lacks. Raises the fault where no copy can be written."""
        faults: dict[Path, OSError] = {}
        for path in self._paths:
            lacking = sorted(self._lines - self._there[path])
            try:
                if lacking or (self._lines and not path.is_file()):
                    self._append(path, sorted(self._lines) if not path.is_file() else lacking)
                    self._there[path] = set(self._lines)
            except OSError as fault:
                faults[path] = fault
        for path in faults.keys() - set(self.failing):
            log.error("the list of stopped badges %s cannot be written: %s", path, faults[path])
        self.failing = tuple(faults)
        if len(faults) == len(self._paths):
            raise next(iter(faults.values()))

    def _append(self, path: Path, lines: Iterable[_Line]) -> None:
        """Append lines to a copy, on the disk when this returns; a torn last line is ended first."""
        descriptor = os.open(path, _APPEND, 0o600)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise OSError(f"{path} is no plain file")
            size = os.fstat(descriptor).st_size
            is_torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
            text = ("\n" if is_torn else "") + "".join(map(self._text, lines))
            if os.write(descriptor, text.encode("ascii")) != len(text):
                raise OSError(f"{path} took a part only")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if size == 0:
            durable.sync_folder(path.parent)

    def _read(self, path: Path) -> Iterable[_Line]:
        """Yield the lines of a copy whose MAC is right; none where the file is missing or cannot be read."""
        try:
            text = plain_files.read(path, _LONGEST_BYTES).decode("ascii", "replace")
        except FileNotFoundError:
            return
        except OSError as fault:
            log.error("the list of stopped badges %s cannot be read: %s", path, fault)
            return
        for line in text.split("\n"):
            body, _, mac = line.rpartition(" ")
            given_mac = mac.encode("ascii", "replace")
            if any(hmac.compare_digest(_mac(key, body).encode(), given_mac) for key in self._keys.reading):
                number, act, mark = body.split(" ")
                with suppress(ValueError):
                    yield _Line(int(number), act, bytes.fromhex(mark))

    def _text(self, line: _Line) -> str:
        """Return a line as it is written, with its MAC."""
        body = f"{line.number} {line.act} {line.mark.hex()}"
        return f"{body} {_mac(self._keys.now, body)}\n"


def _mac(key: bytes, body: str) -> str:
    """Return the MAC of a line's text, as 32 hexadecimal digits."""
    return macs.of(key, f"stopped badge\n{body}".encode()).hex()[:32]


def _stopped(lines: Iterable[_Line]) -> frozenset[bytes]:
    """Return the badges with a stop as their last line; of two lines with one number the stop counts."""
    acts: dict[bytes, str] = {}
    for line in sorted(lines):  # in the order of their numbers; given-back sorts before stopped
        acts[line.mark] = line.act
    return frozenset(mark for mark, act in acts.items() if act == STOPPED)


def _position(lines: Iterable[_Line]) -> Position | None:
    """Return how far the records went at the last stop; None for a list of an earlier release."""
    matches = [_POSITION.fullmatch(line.act) for line in sorted(lines) if line.mark == _RECORDS]
    positions = [Position(int(match[1]), int(match[2])) for match in matches if match is not None]
    return positions[-1] if positions else None
