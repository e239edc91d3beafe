"""Keeps the spool: taps that opened the door and could not be entered yet.

A spool file is append-only: each line is numbered, chained to the one before, sealed by a MAC, and synced before the
door opens. After a failed write or sync the file is left alone and a new one begun, because a kernel's word about a
file after a failed sync proves nothing. A file is deleted once all its taps are entered or set aside; one with anything
illegible goes to quarantine instead. Where no folder on a disk can be written, a folder in memory is the last resort,
and its taps move to a disk as soon as possible.

A *record* is what a line holds: a waiting tap, an anchor (a trusted reading of the clock), or, as read, a damaged or
missing line. It is *settled* once it was entered or set aside. The spool's record, `SpoolRecord`, tells which folder is
the spool's and how many lines its files had; that folder carries the record's mark.

`kiosk.offline.offline_taps` decides when a tap is spooled; `kiosk.offline.replay` enters it.
"""

import errno
import logging
import os
import re
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from kiosk import durable, plain_files
from kiosk.devices.protocols import MachineClock
from kiosk.errors import MachineError
from kiosk.offline import spool_damage, spool_folder
from kiosk.offline.door_keys import SpoolKeys
from kiosk.offline.spool_lines import START, SpoolLines
from kiosk.offline.spool_record import Files, SpoolRecord
from kiosk.offline.spool_records import Anchor, Damaged, Missing, Record, WaitingTap

log = logging.getLogger(__name__)

_SUFFIX = ".spool"  # of a spool file's name
_TAP = re.compile(rb'"tap":"([0-9a-f]{32})"')  # a tap's id in its line
_LONGEST_BYTES = 256 << 20  # a longer file is not read: it is none of ours


class Medium(Enum):
    """Where a tap waits."""

    DISK = "disk"
    MEMORY = "memory"  # lost when the machine stops
    NOWHERE = "nowhere"  # no folder takes it


@dataclass(eq=False, slots=True)
class Line:
    """A record that is not settled yet, and the file that has it."""

    record: Record
    file: "_File"


@dataclass(eq=False, slots=True)
class _File:
    """A spool file, and what is known of it."""

    path: Path
    medium: Medium
    descriptor: int | None = None
    lines: list[Line] = field(default_factory=list)  # those that are not settled yet
    mac: str = START  # of its last line
    size: int = 0  # bytes that we synced
    written: int = 0  # lines in it, settled ones included
    is_doubtful: bool = False  # something in it is illegible: it goes to quarantine instead of being deleted

    def cut(self) -> None:
        """Cut off what was written and not synced, if the disk obeys: such a tap opened no door."""
        if self.descriptor is not None:
            with suppress(OSError):
                os.ftruncate(self.descriptor, self.size)

    def close(self) -> None:
        """Close the file, if it is open."""
        if self.descriptor is not None:
            with suppress(OSError):
                os.close(self.descriptor)
            self.descriptor = None


@dataclass(frozen=True, slots=True)
class _Place:
    """A folder that takes spool files, and its medium."""

    path: Path
    medium: Medium


class Spool:
    """The taps that wait, in order. The thread of the badge reader adds them, that of the replay settles them.

    They go into the folder that kiosk.toml names while it carries the mark of `record`, else into the home's own
    folder, else into one in memory below `last_resort` (None: never there). `part` ends the name of the folder in
    memory, where several doors of one home share a machine.
    """

    def __init__(
        self, *, keys: SpoolKeys, home_id: str, record: SpoolRecord, last_resort: Path | None, part: str = ""
    ) -> None:
        self._lines_of = SpoolLines(keys, home_id)  # seals and reads lines
        self.record = record
        self.folder = record.folder
        self._folder, self._own = _Place(record.folder, Medium.DISK), _Place(record.own, Medium.DISK)
        self._memory = (
            None if last_resort is None else _Place(last_resort / f"kiosk-{home_id[:16]}{part}", Medium.MEMORY)
        )
        self._lock = threading.Lock()
        self._open: dict[Path, _File] = {}  # the files being written, by folder
        self._lines: list[Line] = []  # those that are not settled yet, in order
        self._known: set[Path] = set()  # files that were read or written here
        # Settled files that stay until the stored record no longer lists them: else a start would call them missing.
        self._settled: list[_File] = []
        self._looked: dict[Path, int] = {}  # by folder, when its content last changed as it was read; 0: unreadable
        self._next = 1 + record.last_line  # the number of the next line
        self.unread: set[Path] = set()  # files that could not be read
        self.medium = Medium.DISK  # where the next tap would go, as last seen
        self.has_reserve = True  # for a full disk, as last seen
        has_record = record.is_read
        self.is_taken_up = record.settle()  # whether the folder is the one of the record
        self._read_folders(has_record=has_record)
        self._record_files(self._lines_by_file(self._folder), self._lines_by_file(self._own))
        if self._memory is not None and spool_folder.is_there(self._memory.path):
            self._read(self._memory, {})
        self._lines = _in_order(self._lines)

    def __len__(self) -> int:
        """Return how many taps wait; a damaged line counts as one, and so do all missing lines of a file together."""
        return sum(not isinstance(line.record, Anchor) for line in self._lines)

    @property
    def place(self) -> Path:
        """Return the folder that takes taps: the one that kiosk.toml names, or the home's own in its place."""
        return self.folder if self.is_taken_up else self.record.own

    @property
    def last_resort(self) -> Path | None:
        """Return the folder in memory that takes taps where no disk does; None where none is configured."""
        return None if self._memory is None else self._memory.path

    @property
    def places(self) -> tuple[Path, ...]:
        """Return every folder on a disk that takes taps, in the order in which they are tried."""
        return tuple(dict.fromkeys((self.place, self.record.own)))

    def waiting(self) -> list[Line]:
        """Return the records that are not settled yet, in the order in which they came."""
        with self._lock:
            return list(self._lines)

    def oldest_seconds(self, clock: MachineClock) -> float:
        """Return for how many seconds the oldest tap has waited; 0 where none waits. Monotonic time tells it for a tap
        of this start of the machine, the wall clock for one of an earlier start.
        """
        readings = [line.record.reading for line in self.waiting() if isinstance(line.record, WaitingTap)]
        now, monotonic = clock.now() if readings else None, clock.monotonic()
        ages = [
            monotonic - reading.monotonic if reading.boot == clock.boot else (now - reading.at).total_seconds()
            for reading in readings
            if now is not None
        ]
        return max(0.0, *ages) if ages else 0.0

    def add(self, record: WaitingTap | Anchor) -> Medium:
        """Store a record, synced, in the first folder that takes it, disks before memory, and return that medium.
        Raises MachineError `spool` where none takes it.
        """
        with self._lock:
            for place in self._places():
                file = self._append(place, record)
                if file is not None:
                    self._note_medium(place.medium)
                    line = Line(record, file)
                    file.lines.append(line)
                    self._lines.append(line)
                    return place.medium
            self._note_medium(Medium.NOWHERE)
            raise MachineError("spool", f"neither {self.folder} nor memory takes a tap: free or replace the disk")

    def settle(self, line: Line) -> None:
        """Drop a record that was entered or set aside, and its file after the last record in it."""
        with self._lock:
            self._lines.remove(line)
            line.file.lines.remove(line)
            if not line.file.lines:
                self._discard(line.file)

    def look_again(self) -> None:
        """Look at the folders again: read files that came back or were brought in, move taps from memory to a disk that
        can be written, delete settled files, and restore the reserve (a file that keeps room for taps on a full disk).
        """
        with self._lock:
            self._look_for_folder()
            if self._read_folders():
                self._lines = _in_order(self._lines)
            if self.medium is not Medium.DISK and any(map(spool_folder.can_write, self.places)):
                self._note_medium(Medium.DISK)
            if self.medium is Medium.DISK:
                self._move_from_memory()
                self._record_files(self._lines_by_file(self._folder), self._lines_by_file(self._own))
                if self.record.is_written:
                    while self._settled:
                        self._remove_file(self._settled.pop())
                self.has_reserve = spool_folder.keep_reserve(self.place)

    def close(self) -> None:
        """Close the open files. What waits in them stays."""
        with self._lock:
            for file in self._open.values():
                file.close()
            self._open.clear()

    def _look_for_folder(self) -> None:
        """Notice that the folder is no longer the one of the record, that it is back, or that a person adopted another
        one; then both folders are read again.
        """
        before, is_there = self.record.identity, self.record.carries_mark()
        if is_there != self.is_taken_up or self.record.identity != before:
            if is_there:
                log.warning("the spool's folder %s is there", self.folder)
            else:
                log.error(
                    "the spool's folder %s is not the one that it was: taps go to %s", self.folder, self.record.own
                )
            self.is_taken_up = is_there
            for folder in (self.folder, self.record.own):
                self._looked.pop(folder, None)
            open_there = self._open.pop(self.folder, None)
            if open_there is not None:
                open_there.close()  # its descriptor still leads to the stick that was there

    def _places(self) -> Iterator[_Place]:
        """Yield the folders to try, those on disks first; memory is examined only when it is reached."""
        if self.is_taken_up:
            yield self._folder
        if not (self.is_taken_up and self.record.is_one):
            yield self._own
        if not self.is_taken_up and self.record.carries_mark():
            yield self._folder  # it is back since the last look
        if self._memory is not None and spool_folder.is_ours(self._memory.path):
            yield self._memory

    def _append(self, place: _Place, record: Record) -> _File | None:
        """Append a record, synced, and return the file; None where the folder takes none. A second try, in a new file,
        first deletes the reserve, whose room a full disk needs. What a failed try wrote is cut off.
        """
        for is_second in (False, True):
            try:
                if is_second:
                    (place.path / spool_folder.RESERVE).unlink(missing_ok=True)
                file = self._open.get(place.path) or self._begin(place)
                text, mac = self._lines_of.sealed(self._next, file.mac, record)
                self._next += 1
                self._write(file, text)
                file.mac, file.size, file.written = mac, file.size + len(text), file.written + 1
                return file
            except OSError as fault:
                log.error("the spool %s: %s", place.path, fault)
                failed = self._open.pop(place.path, None)
                if failed is not None:
                    failed.cut()
                    failed.close()
                    if not failed.lines:
                        with suppress(OSError):
                            failed.path.unlink()  # it opened no door
        return None

    def _begin(self, place: _Place) -> _File:
        """Begin a file, named by the number of its first line, and return it; a number whose name is taken is skipped.
        Raises OSError, also where the folder that kiosk.toml names is not the spool's: it may be the empty mount point
        of a pulled stick.
        """
        if place is self._folder and not self.record.carries_mark():
            raise OSError(errno.ENODEV, "not the folder of the spool's record")
        path = place.path / f"{self._next:08}{_SUFFIX}"
        while path.exists() or path.is_symlink():
            self._next += 1
            path = place.path / f"{self._next:08}{_SUFFIX}"
        file = _File(path, place.medium, spool_folder.begin(path))
        self._open[place.path] = file
        self._known.add(path)
        durable.sync_folder(place.path)
        return file

    def _write(self, file: _File, text: bytes) -> None:
        """Write a line to a file and sync it. Raises OSError where the disk does not take all of it."""
        if file.descriptor is None:
            raise OSError(f"{file.path} is closed")
        spool_folder.write(file.descriptor, text)

    def _read_folders(self, *, has_record: bool = True) -> bool:
        """Read the files that an earlier run left, that came back with a stick, or that were brought in, and return
        whether there was any line.

        Anything but a plain file counts as a file with a line, and so does each file without a record: what is damaged
        is reported, and not taken for a file whose only line a power failure tore before the door opened.
        """
        before = len(self._lines)
        for place, name in ((self._folder, "folder"), (self._own, "own")):
            if place is self._folder and (not self.is_taken_up or self.record.is_one):
                continue
            is_first = place.path not in self._looked
            known = self.record.files.get(name, {})
            if is_first:
                known = {**_doubtful_names(place.path, has_record=has_record), **known}
            self._read(place, known)
            if is_first:
                self._list_missing(place, known)
        return len(self._lines) != before

    def _read(self, place: _Place, known: Files) -> None:
        """Read the new files of a folder, if the folder changed since the last look or a file was unreadable."""
        try:
            changed = place.path.stat().st_mtime_ns
            if self._looked.get(place.path) == changed and not self.unread:
                return
            self._looked[place.path] = changed
            for path in sorted(place.path.glob(f"*{_SUFFIX}")):
                if path not in self._known:
                    self._read_file(path, place.medium, known.get(path.name, 0))
        except OSError as fault:
            if self._looked.get(place.path) != 0:
                log.error("the spool %s cannot be read: %s", place.path, fault)
            self._looked[place.path] = 0

    def _read_file(self, path: Path, medium: Medium, known_lines: int) -> None:
        """Read the lines of a new file, which had `known_lines` by the record; discard a file without any. One that
        cannot be read is tried again at the next look.
        """
        try:
            content = plain_files.read(path, _LONGEST_BYTES)
        except OSError as fault:
            if path not in self.unread:
                log.error("the spool's %s cannot be read: %s", path, fault)
            self.unread.add(path)
            return
        self.unread.discard(path)
        self._known.add(path)
        read = self._lines_of.read(content, path.name, known_lines)
        file = _File(path, medium, written=read.written, is_doubtful=read.is_doubtful)
        self._next = max(self._next, read.last + 1)
        file.lines = [Line(record, file) for record in read.records]
        self._lines += file.lines
        if not file.lines:
            self._discard(file)

    def _list_missing(self, place: _Place, known: Files) -> None:
        """Note the lines of files that are in the record and not in the folder as missing; a link or a folder may stand
        in their place.
        """
        in_memory = {line.file.path.name for line in self._lines}
        for name, count in known.items():
            path = place.path / name
            if name not in in_memory and spool_folder.is_gone(path):
                log.error("the spool %s: %d lines were taken away with it", path, count)
                file = _File(path, Medium.DISK, written=count, is_doubtful=os.path.lexists(path))
                file.lines = [Line(Missing(name, count), file)]
                self._lines += file.lines

    def _lines_by_file(self, place: _Place) -> dict[str, int]:
        """Return the number of lines by name of the files in a folder; of an unreadable one, that of the record, else
        1.
        """
        files = {id(line.file): line.file for line in self._lines}
        written = {file.path.name: file.written for file in files.values() if file.path.parent == place.path}
        known = self.record.files.get("own" if place is self._own else "folder", {})
        return {path.name: known.get(path.name, 1) for path in self.unread if path.parent == place.path} | written

    def _record_files(self, folder: dict[str, int], own: dict[str, int]) -> None:
        """Store which files there are and how many lines each has, before one is removed or after one has grown."""
        if self.record.is_one:
            self.record.tell({}, own)
        else:
            self.record.tell(folder if self.is_taken_up else None, own)

    def _move_from_memory(self) -> None:
        """Move the records that wait in memory to a disk, as long as one takes them."""
        for line in [line for line in self._lines if line.file.medium is Medium.MEMORY]:
            file = None
            for place in [place for place in self._places() if place.medium is Medium.DISK]:
                file = file or self._append(place, line.record)
            if file is None:
                self._note_medium(Medium.MEMORY)
                return
            old, line.file = line.file, file
            file.lines.append(line)
            old.lines.remove(line)
            if not old.lines:
                self._discard(old)

    def _discard(self, file: _File) -> None:
        """Take a settled file off the record, then remove it; while the record cannot be written, it waits."""
        place = file.path.parent
        if self._open.get(place) is file:
            del self._open[place]
        file.close()
        if file.medium is Medium.DISK:
            folder, own = dict(self.record.files.get("folder", {})), dict(self.record.files.get("own", {}))
            (own if place == self.record.own else folder).pop(file.path.name, None)
            self._record_files(folder, own)
            if not (self.record.is_written or self.record.lacks_room):  # on a full disk its removal makes the room
                self._settled.append(file)
                return
        self._remove_file(file)

    def _remove_file(self, file: _File) -> None:
        """Remove a settled file; keep a damaged one aside."""
        place = file.path.parent
        with suppress(OSError):
            if file.is_doubtful:
                spool_damage.set_apart(file.path, place if file.medium is Medium.DISK else self.place)
            else:
                file.path.unlink()
            self._known.discard(file.path)  # another file of this name may be brought in
            self.unread.discard(file.path)
            if file.medium is Medium.MEMORY:
                place.rmdir()  # fails while another file is in it

    def _note_medium(self, medium: Medium) -> None:
        """Log a change of the medium that taps are kept on."""
        if medium is not self.medium:
            level = logging.INFO if medium is Medium.DISK else logging.ERROR
            log.log(level, "taps that must wait are kept on: %s", medium.value)
            self.medium = medium


def _doubtful_names(folder: Path, *, has_record: bool) -> dict[str, int]:
    """Return the names in a folder that count as files of one line: those at which no plain file stands, and all of
    them without a record. Empty where the folder cannot be read.
    """
    with suppress(OSError):
        return {path.name: 1 for path in folder.glob(f"*{_SUFFIX}") if not has_record or spool_folder.is_gone(path)}
    return {}


def count(folder: Path) -> int:
    """Return how many taps are in the files of a folder, without checking MACs; 0 where one file cannot be read."""
    with suppress(OSError):
        return sum(plain_files.read(path, _LONGEST_BYTES).count(b'"kind":"tap"') for path in folder.glob(f"*{_SUFFIX}"))
    return 0


def tap_ids(folder: Path) -> set[bytes]:
    """Return the ids of the taps in the files of a folder, without checking MACs; none where a file cannot be read."""
    with suppress(OSError):
        return {
            bytes.fromhex(tap_id.decode())
            for path in folder.glob(f"*{_SUFFIX}")
            for tap_id in _TAP.findall(plain_files.read(path, _LONGEST_BYTES))
        }
    return set()


def _in_order(lines: list[Line]) -> list[Line]:
    """Return lines in the order in which their records came: by starts of the machine as the files have them, then by
    monotonic time.
    """
    boots: dict[str, int] = {}
    last_place = (0, 0.0)
    lines = sorted(lines, key=lambda line: line.file.path.name)  # files are numbered as they were begun

    def place(line: Line) -> tuple[int, float]:
        """Return a line's place: its start of the machine and its time; without a time, the line before's."""
        nonlocal last_place
        if not isinstance(line.record, (Damaged, Missing)):
            reading = line.record.reading
            last_place = (boots.setdefault(reading.boot, len(boots)), reading.monotonic)
        return last_place

    return sorted(lines, key=place)
