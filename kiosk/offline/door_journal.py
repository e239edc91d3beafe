"""The door's journal: a line for each member and day that the door opened for, in a file beside the ledger.

It lies on the spool's disk and is written before the pulse, without a sync of its own: it guards against a database
file that is exchanged or restored from an old copy, not against a power cut at that instant.
`kiosk.offline.door_comparison` finds what the ledger lacks of it.

One file a local day, with lines that are numbered, chained and sealed like the spool's, without names or badges. A file
is removed when the hours of its day are. No tap waits for a failing or slow disk: lines are then kept in memory until
`catch_up` writes them.
"""

import errno
import heapq
import hmac
import json
import logging
import os
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from kiosk import plain_files
from kiosk.domain import macs
from kiosk.offline.door_keys import SpoolKeys

log = logging.getLogger(__name__)

FOLDER = "door"  # below the spool's folder
MOST_BYTES = 256 << 10  # of a day's file: some thousand lines; up to twice as much is read
LONGEST_BYTES = 64 << 20  # a file of more bytes is not read at all
MOST_LATE = 1000  # lines that wait in memory
SLOW_SECONDS = 0.2  # after an append this slow, later lines wait in memory, as after a failed one
_START = "0" * 32  # stands before the first line of a file, in the place of a MAC
_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})\.journal")


class LineKind(StrEnum):
    """What the ledger wrote for an opening: a visit, more for today's visit, or nothing (`again`); or that the day was
    undone.
    """

    VISIT = "visit"
    MORE = "more"
    AGAIN = "again"
    UNDONE = "undone"


class DoorLine(Struct, frozen=True):
    """One opening, or the undoing of its day: the tap's id, the member's number, the local day and the moment."""

    kind: LineKind
    tap_id: bytes
    member: int
    day: date
    at: datetime


class DoorDay(Struct, frozen=True):
    """The lines of a day, and their MACs in `macs`. `damaged` is True where a file is not as it was written."""

    day: date
    lines: tuple[DoorLine, ...]
    damaged: bool
    macs: tuple[str, ...] = ()


@dataclass(slots=True)
class _OpenFile:
    """The file that is being written; `number` and `mac` are its last line's."""

    day: date
    path: Path
    descriptor: int
    identity: tuple[int, int]  # device and inode
    size: int
    number: int
    mac: str
    is_torn: bool = False  # a power cut tore its last line: begin the next on a new one


class DoorJournal:
    """Takes lines from the threads that open the door, and raises nothing to them. `catch_up` and `forget` are for one
    background thread. `spools` returns the folders that take taps, the first of which takes lines now.
    """

    def __init__(
        self,
        *,
        keys: SpoolKeys,
        home_id: str,
        spools: Callable[[], Sequence[Path]],
        is_whole: Callable[[], bool] = lambda: True,
        is_there: Callable[[], bool] = lambda: True,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keys, self._home_id = keys, home_id
        self._spools = spools
        self.is_whole = is_whole  # tells whether every folder with lines is there
        self._is_there_now = is_there  # tells whether the spool's folder is still the right one
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._open: _OpenFile | None = None  # the file that is being written
        self._late: deque[DoorLine] = deque(maxlen=MOST_LATE)  # lines that wait in memory for the disk
        self._day: date | None = None  # the day of the line that was added last
        self._members_of_day: set[int] = set()  # members with a line of that day
        self._full_on: date | None = None  # the day whose file is full, so that it is logged once
        self.is_silent = False  # True while the disk fails
        self.was_taken = False  # True once an open file was taken away; the reader of it resets it

    @property
    def folder(self) -> Path:
        """Return the folder where lines are written: below the one that takes taps now."""
        return self._spools()[0] / FOLDER

    @property
    def spools(self) -> list[Path]:
        """Return the folders that take taps, in the order in which they are tried."""
        return list(self._spools())

    @property
    def folders(self) -> list[Path]:
        """Return the folders that may have lines."""
        return [spool / FOLDER for spool in self._spools()]

    def add(self, line: DoorLine) -> None:
        """Write a line, or keep it in memory where the disk fails or is slow, or another thread writes. An opening that
        changed nothing (`AGAIN`) is left out if the member has a line of that day since the start.
        """
        if line.day != self._day:
            self._day, self._members_of_day = line.day, set()
        if line.kind is LineKind.AGAIN and line.member in self._members_of_day:
            return
        self._members_of_day.add(line.member)
        # Lines keep their order, and no tap waits for the background thread.
        if self._late or not self._lock.acquire(blocking=False):
            self._late.append(line)
            return
        try:
            began = self._monotonic()
            self._write(line)
            if self._monotonic() - began > SLOW_SECONDS:
                raise OSError("the disk is slow")
        except OSError as fault:
            self._note_failure(fault)
            self._late.append(line)  # even if it was written: a line twice does no harm
        finally:
            self._lock.release()

    def catch_up(self) -> None:
        """Put a file back that was taken away, and write the lines that wait in memory, as far as the disk takes
        them.
        """
        with self._lock:
            try:
                self._stay_in_place()
                if self.is_silent and self._open is None and self._day is not None:  # does the disk work again?
                    self._open = self._begin(self._day)
                while self._late:
                    self._write(self._late[0])
                    self._late.popleft()
            except OSError as fault:
                self._note_failure(fault)
                return
        if self.is_silent:
            log.info("what the door does is noted again in %s", self.folder)
        self.is_silent = False

    def forget(self, before: date) -> None:
        """Remove the files of the days before a date."""
        for folder in self.folders:
            with suppress(OSError):
                for path in folder.iterdir():
                    # A name begins with its day, and so sorts by it.
                    if _day_of(path) is not None and path.name < before.isoformat():
                        path.unlink()

    def days(self) -> list[DoorDay]:
        """Return the written lines by day, oldest first. Raises OSError where the disk cannot be read."""
        return read(self.folders, self._keys, self._home_id)

    @property
    def head(self) -> tuple[date, tuple[int, str]] | None:
        """Return the day of the open file, with its number of lines and its last line's MAC; None without a file or
        lines.
        """
        opened = self._open
        return None if opened is None or not opened.number else (opened.day, (opened.number, opened.mac))

    def settled(self) -> tuple[date, tuple[int, str]] | None:
        """Return the head like `head` once the file is synced; None where no file is open or the disk fails."""
        with self._lock:
            if self._open is None:
                return None
            try:
                os.fsync(self._open.descriptor)
            except OSError as fault:
                self._note_failure(fault)
                return None
            return self.head

    def close(self) -> None:
        """Close the open file."""
        with self._lock:
            self._close_file()

    def _note_failure(self, fault: OSError) -> None:
        """Log the first fault only, and close the file: the door goes on without its journal."""
        if not self.is_silent:
            log.warning("what the door does is not noted in %s: %s", self.folder, fault)
        self.is_silent = True
        self._close_file()

    def _close_file(self) -> None:
        """Close the file that is being written, if one is."""
        if self._open is not None:
            with suppress(OSError):
                os.close(self._open.descriptor)
        self._open = None

    def _write(self, line: DoorLine) -> None:
        """Append a line, sealed after the one before, to its day's file. A line beyond a full file is dropped. Raises
        OSError.
        """
        opened = self._open
        if opened is None or opened.day != line.day:
            self._close_file()
            opened = self._open = self._begin(line.day)
        body = (
            f'{{"n":{opened.number + 1},"after":"{opened.mac}","kind":"{line.kind.value}","tap":"{line.tap_id.hex()}",'
            f'"member":{line.member},"at":"{line.at.isoformat()}"}}'
        )
        mac = _mac(self._keys.now, self._home_id, line.day, body)
        text = (b"\n" if opened.is_torn else b"") + f"{body} {mac}\n".encode("ascii")
        if opened.size + len(text) > MOST_BYTES:
            if self._full_on != line.day:
                log.warning("the door's journal of %s is full: the rest is not noted", line.day)
            self._full_on = line.day
            return
        if os.write(opened.descriptor, text) != len(text):
            raise OSError("a part of a line only")
        opened.size, opened.number, opened.mac, opened.is_torn = opened.size + len(text), opened.number + 1, mac, False

    def _stay_in_place(self) -> None:
        """Put the open file back where its name is gone. Only the background thread looks: an open file can still be
        written, and read to be put back.
        """
        opened = self._open
        if opened is not None and not self._is_there(opened):
            self._open = self._put_back(opened)

    def _is_there(self, opened: _OpenFile) -> bool:
        """Return whether the open file is still at its path. Raises OSError where the disk cannot tell: then it counts
        as there.
        """
        try:
            there = opened.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        return (there.st_dev, there.st_ino) == opened.identity

    def _put_back(self, opened: _OpenFile) -> _OpenFile:
        """Write the content of a file that was taken away to its path again, read through its open descriptor, and
        return the new open file.
        """
        self.was_taken = True
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            with suppress(FileExistsError), os.fdopen(os.open(self._path(opened.day), flags, 0o600), "wb") as file:
                file.write(os.pread(opened.descriptor, 2 * MOST_BYTES, 0))
        finally:
            self._close_file()
        return self._begin(opened.day)

    def _path(self, day: date) -> Path:
        """Return the path of a day's file in the folder that takes lines now."""
        return self.folder / f"{day.isoformat()}.journal"

    def _begin(self, day: date) -> _OpenFile:
        """Open a day's file and return it, ready to continue after its last whole line. Raises OSError, also where the
        folder is not the spool's: below the mount point of a pulled stick no file is begun.
        """
        if not self._is_there_now():
            raise OSError(errno.ENODEV, "not the folder of the spool's record")
        self.folder.mkdir(mode=0o700, exist_ok=True)
        path = self._path(day)
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
        descriptor = os.open(path, flags, 0o600)
        try:
            content = os.pread(descriptor, 2 * MOST_BYTES, 0)
            number, mac = 0, _START
            for text in reversed(content.decode("ascii", "replace").splitlines()):
                document = _document(text, self._keys, self._home_id, day)
                if document is not None:
                    number, mac = int(document["n"]), text.rpartition(" ")[2]
                    break
            own = os.fstat(descriptor)
            is_torn = bool(content) and not content.endswith(b"\n")
            return _OpenFile(day, path, descriptor, (own.st_dev, own.st_ino), len(content), number, mac, is_torn)
        except BaseException:
            os.close(descriptor)
            raise


def read(folders: Sequence[Path], keys: SpoolKeys, home_id: str) -> list[DoorDay]:
    """Return the journal's lines by day, of all folders together. Raises OSError where one is there and cannot be
    read.
    """
    day_by_date: dict[date, DoorDay] = {}
    for folder in folders:
        for part in _read(folder, keys, home_id):
            day_by_date[part.day] = _merge(day_by_date[part.day], part) if part.day in day_by_date else part
    return [day_by_date[day] for day in sorted(day_by_date)]


def _merge(first: DoorDay, other: DoorDay) -> DoorDay:
    """Return one day from its parts in two folders, in the order of moments: part of it was written while the spool's
    own folder was away, and an undoing in one may follow a visit in the other.
    """
    lines = heapq.merge(first.lines, other.lines, key=lambda line: line.at)  # each file's own order stays
    return DoorDay(first.day, tuple(lines), first.damaged or other.damaged, (*first.macs, *other.macs))


def _read(folder: Path, keys: SpoolKeys, home_id: str) -> Iterator[DoorDay]:
    """Yield the days of the journal, oldest first."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        day = _day_of(path)
        if day is not None and path.is_file():
            yield _day(day, plain_files.read(path, LONGEST_BYTES)[: 2 * MOST_BYTES], keys, home_id)


def _day(day: date, content: bytes, keys: SpoolKeys, home_id: str) -> DoorDay:
    """Return a day from its file's content. A line without a right MAC is left out; it is no damage if a power cut tore
    it: the next line is then chained to the one before it, or it is the last and has no end or zeros.
    """
    lines: list[DoorLine] = []
    macs: list[str] = []
    mac_before, damaged, torn = _START, False, False
    for text in content.decode("ascii", "replace").split("\n"):
        if not text:
            continue
        document = _document(text, keys, home_id, day)
        if document is None:
            torn = True
            continue
        damaged = damaged or document["after"] != mac_before
        mac_before, torn = text.rpartition(" ")[2], False
        lines.append(_line(document, day))
        macs.append(mac_before)
    # A power cut leaves a last line without an end, or with zeros; any other last line without a right MAC is damage.
    whole = content.endswith(b"\n") or not content
    return DoorDay(day, tuple(lines), damaged or (torn and whole and b"\0" not in content), tuple(macs))


def _document(text: str, keys: SpoolKeys, home_id: str, day: date) -> dict[str, str] | None:
    """Return a line's fields; None for a line without a right MAC."""
    body, _, mac = text.rpartition(" ")
    given_mac = mac.encode("ascii", "replace")
    if not any(
        hmac.compare_digest(_mac(key, home_id, day, body).encode(), given_mac) for key in (keys.now, *keys.before)
    ):
        return None
    document: dict[str, str] = json.loads(body)
    return document


def _line(document: dict[str, str], day: date) -> DoorLine:
    """Return the line that a stored document holds."""
    return DoorLine(
        LineKind(document["kind"]),
        bytes.fromhex(document["tap"]),
        int(document["member"]),
        day,
        datetime.fromisoformat(document["at"]),
    )


def _mac(key: bytes, home_id: str, day: date, body: str) -> str:
    """Return the MAC of a line as 32 hexadecimal digits; it also binds the line to this home and to its day."""
    return macs.of(key, f"{home_id}\ndoor {day.isoformat()}\n{body}".encode()).hex()[:32]


def _day_of(path: Path) -> date | None:
    """Return the day in a file's name, None for another file."""
    match = _NAME.fullmatch(path.name)
    with suppress(ValueError):
        return None if match is None else date.fromisoformat(match[1])
    return None
