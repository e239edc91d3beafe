"""Keeps taps of people who were let in and could not be entered, until they are: the spool.

An append-only file of lines, each numbered, chained to the one before, sealed by a MAC, and synced before the door
opens. After a write or a sync that failed its file is left as it is and a new one begun: what a kernel says of a file
after a failed sync proves nothing. A file is deleted when all its taps are entered or set aside; one of which anything
is not understood is kept in quarantine instead. Where the folder cannot be written, another one in memory is the last
resort; what is in there is moved out as soon as that can be.

When a tap is spooled is decided by `kiosk.offline.offline_taps`; `kiosk.offline.replay` enters it.
"""

import hmac
import json
import logging
import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from kiosk import durable
from kiosk.domain import macs
from kiosk.errors import MachineError
from kiosk.offline import spool_damage, spool_folder, spool_records
from kiosk.offline.spool_records import Anchor, Damaged, Missing, Record, WaitingTap

log = logging.getLogger(__name__)

_SUFFIX = ".spool"
_TAP = re.compile(rb'"tap":"([0-9a-f]{32})"')
_START = "0" * 64  # the MAC before a file's first line


class Medium(Enum):
    """Where a tap waits."""

    DISK = "disk"
    MEMORY = "memory"
    NOWHERE = "nowhere"


@dataclass(eq=False, slots=True)
class Line:
    """A record that is not settled, and the file that holds it."""

    record: Record
    file: "_File"


@dataclass(eq=False, slots=True)
class _File:
    path: Path
    medium: Medium
    descriptor: int | None = None
    lines: list[Line] = field(default_factory=list)
    mac: str = _START
    size: int = 0  # of what was synced by us
    written: int = 0  # lines that it holds, settled ones too
    is_doubtful: bool = False  # something of it is not understood

    def cut(self) -> None:
        """Cut off what was written and not synced, as far as the disk obeys: its tap may open no door."""
        if self.descriptor is not None:
            with suppress(OSError):
                os.ftruncate(self.descriptor, self.size)

    def close(self) -> None:
        if self.descriptor is not None:
            with suppress(OSError):
                os.close(self.descriptor)
            self.descriptor = None


class Spool:
    """The taps that wait, in order. The reader's thread adds them, the replay's settles them."""

    def __init__(self, *, key: bytes, home_id: str, folder: Path, last_resort: Path | None, part: str = "") -> None:
        self._key, self._home_id = key, home_id
        self.folder = folder
        self._memory = None if last_resort is None else last_resort / f"kiosk-{home_id[:16]}{part}"
        self._lock = threading.Lock()
        self._open: dict[Medium, _File] = {}  # the files that grow
        self._lines: list[Line] = []
        self._next = 1
        self.medium = Medium.DISK  # where the next tap would go, as far as was seen
        self.has_reserve = True  # for a full disk, as far as was seen
        self._manifest = spool_damage.load(folder, key)
        self._read(Medium.DISK, folder)
        self._miss()
        if self._memory is not None and self._memory.exists() and spool_folder.is_ours(self._memory):
            self._read(Medium.MEMORY, self._memory)
        self._lines = _in_order(self._lines)

    def __len__(self) -> int:
        """How many taps wait."""
        return sum(not isinstance(line.record, Anchor) for line in self._lines)

    def waiting(self) -> list[Line]:
        """The records that are not settled yet, in the order in which they came."""
        with self._lock:
            return list(self._lines)

    def add(self, record: WaitingTap | Anchor) -> Medium:
        """Keep a record; it is on its medium when this returns. Raises MachineError `spool` where none takes it."""
        with self._lock:
            for medium, place in self._places():
                file = self._append(medium, place, record)
                if file is not None:
                    self._note(medium)
                    line = Line(record, file)
                    file.lines.append(line)
                    self._lines.append(line)
                    return medium
            self._note(Medium.NOWHERE)
            raise MachineError("spool", f"neither {self.folder} nor memory takes a tap: free or replace the disk")

    def settle(self, line: Line) -> None:
        """Drop a record that was entered or set aside, and its file with the last one in it."""
        with self._lock:
            self._lines.remove(line)
            line.file.lines.remove(line)
            if not line.file.lines:
                self._discard(line.file)

    def look_again(self) -> None:
        """Move taps from memory to the folder if it can be written by now, and make the reserve again."""
        with self._lock:
            if self.medium is not Medium.DISK and spool_folder.can_write(self.folder):
                self._note(Medium.DISK)
            if self.medium is Medium.DISK:
                self._move_out()
                self._tell({name: count for name, count in self._written()})
                self.has_reserve = spool_folder.keep_reserve(self.folder)

    def close(self) -> None:
        """Close the files that are open. What waits stays."""
        with self._lock:
            for file in self._open.values():
                file.close()
            self._open.clear()

    def _places(self) -> Iterator[tuple[Medium, Path]]:
        """The folder first; memory is looked for only when it is needed."""
        yield Medium.DISK, self.folder
        if self._memory is not None and spool_folder.is_ours(self._memory):
            yield Medium.MEMORY, self._memory

    def _append(self, medium: Medium, place: Path, record: Record) -> _File | None:
        """The file that took a record, synced; None where the place takes none."""
        for is_second in (False, True):
            try:
                if is_second:
                    (place / spool_folder.RESERVE).unlink(missing_ok=True)
                file = self._open.get(medium) or self._begin(medium, place)
                text, mac = self._sealed(record, file.mac)
                self._write(file, text)
                file.mac, file.size, file.written = mac, file.size + len(text), file.written + 1
                return file
            except OSError as fault:
                log.error("the spool %s: %s", place, fault)
                failed = self._open.pop(medium, None)
                if failed is not None:
                    failed.cut()
                    failed.close()
                    if not failed.lines:
                        with suppress(OSError):
                            failed.path.unlink()  # nobody was let in by it
        return None

    def _begin(self, medium: Medium, place: Path) -> _File:
        path = place / f"{self._next:08}{_SUFFIX}"
        while path.exists():
            self._next += 1
            path = place / f"{self._next:08}{_SUFFIX}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        file = _File(path, medium, os.open(path, flags, 0o600))
        self._open[medium] = file
        durable.sync_folder(place)
        return file

    def _write(self, file: _File, text: bytes) -> None:
        if file.descriptor is None:
            raise OSError(f"{file.path} is closed")
        if os.write(file.descriptor, text) != len(text):
            raise OSError(f"{file.path} took a part of a line only")
        os.fdatasync(file.descriptor)

    def _sealed(self, record: Record, previous: str) -> tuple[bytes, str]:
        body = json.dumps(
            {"n": self._next, "previous": previous, **spool_records.fields(record)}, separators=(",", ":")
        )
        mac = self._mac(body)
        self._next += 1
        return f"{body} {mac}\n".encode("ascii"), mac

    def _mac(self, body: str) -> str:
        return macs.of(self._key, f"{self._home_id}\n{body}".encode()).hex()

    def _read(self, medium: Medium, place: Path) -> None:
        """Take up what an earlier run left."""
        try:
            for path in sorted(place.glob(f"*{_SUFFIX}")):
                file = _File(path, medium)
                known = self._manifest.get(path.name, 0) if medium is Medium.DISK else 0
                file.lines = [Line(record, file) for record in self._records(path.read_bytes(), file, known)]
                self._lines += file.lines
                if not file.lines:
                    self._discard(file)
        except OSError as fault:
            log.error("the spool %s cannot be read: %s", place, fault)

    def _miss(self) -> None:
        """Miss the files that are in the manifest and not in the folder."""
        for name, count in self._manifest.items():
            path = self.folder / name
            if not path.exists():
                log.error("the spool %s: %d lines were taken away with it", path, count)
                file = _File(path, Medium.DISK, written=count)
                file.lines = [Line(Missing(name, count), file)]
                self._lines += file.lines

    def _records(self, content: bytes, file: _File, known: int) -> list[Record]:
        """The lines of a file, of which so many were known to be there.

        Beyond those, a last one without an end or one with holes opened no door: it was being written when the power
        went. What is there of it stays in quarantine.
        """
        found: list[Record] = []
        unwhole: list[str] = []  # as the power leaves them, as far as nothing comes after
        previous, missing = _START, 0
        *lines, rest = content.decode("ascii", "replace").split("\n")
        for text in [*lines, rest] if rest else lines:
            read = self._document(text)
            if read is None and ("\0" in text or text is rest):
                unwhole.append(text)
                continue
            found += map(Damaged, unwhole)
            is_after_damage = bool(found) and isinstance(found[-1], Damaged)
            unwhole.clear()
            if read is None:
                found.append(Damaged(text))
                continue
            record, number, mac, before = read
            if before != previous and not is_after_damage:
                log.error("the spool %s: before line %d one is missing", file.path, number)
                missing += 1
            previous = mac
            self._next = max(self._next, number + 1)
            found.append(record)
        answered = unwhole[: max(0, known - len(found))]
        found += map(Damaged, answered)
        damaged = sum(isinstance(record, Damaged) for record in found)
        missing = max(missing, known - len(found))
        if damaged or missing or unwhole:
            log.error("the spool %s: %d lines damaged, %d missing", file.path, damaged, missing)
            file.is_doubtful = True
        if len(unwhole) > len(answered):
            log.warning("the spool %s: a line that is not whole was never answered for", file.path)
        if missing:
            found.append(Missing(file.path.name, missing))
        file.written = max(known, len(found))
        return found

    def _document(self, text: str) -> tuple[Record, int, str, str] | None:
        """A line's record, number, MAC and the one before; None where it is not what was written, or not understood."""
        body, _, mac = text.rpartition(" ")
        if not hmac.compare_digest(self._mac(body).encode(), mac.encode()):
            return None
        try:
            document = json.loads(body)
            return spool_records.record(document), int(document["n"]), mac, str(document["previous"])
        except (ValueError, KeyError, TypeError):
            return None

    def _written(self) -> Iterator[tuple[str, int]]:
        files = {id(line.file): line.file for line in self._lines}
        return ((file.path.name, file.written) for file in files.values() if file.medium is Medium.DISK)

    def _tell(self, files: Mapping[str, int]) -> None:
        """Write down which files there are, before one goes or after one has grown."""
        if files != self._manifest and spool_damage.save(self.folder, self._key, files):
            self._manifest = files

    def _move_out(self) -> None:
        for line in [line for line in self._lines if line.file.medium is Medium.MEMORY]:
            file = self._append(Medium.DISK, self.folder, line.record)
            if file is None:
                self._note(Medium.MEMORY)
                return
            old, line.file = line.file, file
            file.lines.append(line)
            old.lines.remove(line)
            if not old.lines:
                self._discard(old)

    def _discard(self, file: _File) -> None:
        if self._open.get(file.medium) is file:
            del self._open[file.medium]
        file.close()
        if file.medium is Medium.DISK:
            self._tell({name: count for name, count in self._manifest.items() if name != file.path.name})
        with suppress(OSError):
            if file.is_doubtful:
                spool_damage.set_apart(file.path, self.folder)
            else:
                file.path.unlink()
            if file.medium is Medium.MEMORY:
                file.path.parent.rmdir()  # not while another file is in it

    def _note(self, medium: Medium) -> None:
        if medium is not self.medium:
            level = logging.INFO if medium is Medium.DISK else logging.ERROR
            log.log(level, "taps that must wait are kept on: %s", medium.value)
            self.medium = medium


def count(folder: Path) -> int:
    """Count the taps in the files of a folder, without the key to read them."""
    with suppress(OSError):
        return sum(path.read_bytes().count(b'"kind":"tap"') for path in folder.glob(f"*{_SUFFIX}"))
    return 0


def tap_ids(folder: Path) -> set[bytes]:
    """The ids of the taps in the files of a folder, without the key that proves them."""
    with suppress(OSError):
        return {
            bytes.fromhex(found.decode())
            for path in folder.glob(f"*{_SUFFIX}")
            for found in _TAP.findall(path.read_bytes())
        }
    return set()


def _in_order(lines: list[Line]) -> list[Line]:
    """Records in the order in which they came: by the machine's starts in the files' order, then by monotonic time."""
    boots: dict[str, int] = {}
    last = (0, 0.0)

    def place(line: Line) -> tuple[int, float]:
        nonlocal last
        if not isinstance(line.record, (Damaged, Missing)):
            reading = line.record.reading
            last = (boots.setdefault(reading.boot, len(boots)), reading.monotonic)
        return last

    return sorted(lines, key=place)
