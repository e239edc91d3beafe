"""The disk as it is after the power went, at any moment of a run, with what was not synced really lost.

A run under `environment()` has each of its disk operations and acknowledgements written down (shim.c); `rebuild_many()`
makes the folder as it would be found had the power gone after so many of them. It knows nothing of the program.

Content and size are safe once a sync that began later returned. A name that was made, changed or taken away stays so;
with `loses_names` it is safe, as are all earlier ones, once a folder was synced or the file that it names. Symbolic
links, changes of mode and mmap are not simulated: `unseen()` says whether a run wrote what the shim cannot see.
"""

import bisect
import mmap
import os
import random
import shutil
import stat
import struct
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from pathlib import Path
from typing import NamedTuple

SECTOR = 512
UNSAVED = "-shm"  # SQLite's shared memory: no part of the disk
HEADER = struct.Struct("=IIiIQQqII")
MAGIC = 0x31435750


class PowercutError(Exception):
    """The simulation cannot be had, or would not be true."""


class Form(Enum):
    """How much of what was not synced is on the disk nevertheless."""

    LOSE = "lose"  # nothing
    TORN = "torn"  # a random part, sector by sector
    KEEP = "keep"  # all: what a killed process leaves


class Kind(IntEnum):
    """The numbers of shim.c."""

    ROOTS = 1
    OPENED = 2
    EMPTIED = 3
    WRITTEN = 4
    RESIZED = 5
    SYNC_BEGAN = 6
    SYNCED = 7
    UNLINKED = 8
    RENAMED = 9
    LINKED = 10
    FOLDER = 11
    ACKED = 12
    FAILED = 13


class FileId(NamedTuple):
    """A file under whatever name, until its last name is gone."""

    device: int
    inode: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A file was opened for writing, and made if it was not there."""

    path: str
    file: FileId
    size: int
    mode: int
    emptied: bool


@dataclass(frozen=True, slots=True)
class Written:
    """Bytes went to a place in a file."""

    path: str
    file: FileId
    offset: int
    data: memoryview


@dataclass(frozen=True, slots=True)
class Resized:
    """A file was cut or lengthened."""

    path: str
    file: FileId
    size: int


@dataclass(frozen=True, slots=True)
class Synced:
    """A sync returned; it covers the records before `covers`, which is where it began."""

    path: str
    file: FileId
    covers: int


@dataclass(frozen=True, slots=True)
class FolderSynced:
    """A sync of a folder returned."""

    path: str
    covers: int


@dataclass(frozen=True, slots=True)
class Unlinked:
    """A file's name or a folder was taken away."""

    path: str


@dataclass(frozen=True, slots=True)
class Renamed:
    """A file or folder has a new name; an empty one lies outside the roots."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Linked:
    """A file has a second name."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class FolderMade:
    """A folder was made."""

    path: str
    mode: int


@dataclass(frozen=True, slots=True)
class Acked:
    """Somebody was told that it is done."""

    text: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A change of name that was refused."""


Naming = Unlinked | Renamed | Linked | FolderMade
Record = Opened | Written | Resized | Synced | FolderSynced | Naming | Acked | Failed


# ---- running a program ---------------------------------------------------------------------------------------------


def compile_shim(folder: Path) -> Path:
    """The library to preload, made in a folder."""
    shim = folder / "powercut_shim.so"
    command = ["gcc", "-shared", "-fPIC", "-O2", "-o", str(shim), str(Path(__file__).with_name("shim.c")), "-ldl"]
    advice = "the power-cut tests need a C compiler: apt-get install gcc libc6-dev"
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise PowercutError(advice) from None
    if done.returncode != 0:
        raise PowercutError(f"{advice}\n{done.stderr}")
    return shim


def environment(shim: Path, log: Path, roots: Sequence[Path]) -> dict[str, str]:
    """For programs whose operations below the roots go to the log, which goes on where there is one already."""
    preloaded = [str(shim), *filter(None, [os.environ.get("LD_PRELOAD")])]
    return os.environ | {
        "LD_PRELOAD": ":".join(preloaded),
        "POWERCUT_LOG": str(log.resolve()),
        "POWERCUT_ROOT": ":".join(str(root.resolve()) for root in roots),
    }


# ---- reading what it did -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Log:
    """What was done, in order. Paths are relative to the root; with several roots, each is a folder of its name."""

    roots: tuple[Path, ...]
    records: list[Record]
    acked: list[tuple[int, str]] = field(repr=False)  # by position

    @classmethod
    def read(cls, path: Path) -> "Log":
        """A log, its bytes left where they are. A last record that was cut short is left out."""
        if path.stat().st_size == 0:
            raise PowercutError(f"{path} is empty: the shim was not loaded")
        with path.open("rb") as file:
            return _Reader().read(memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)))


class _Reader:
    """The state of reading one log."""

    def __init__(self) -> None:
        self.roots: tuple[Path, ...] = ()
        self.records: list[Record] = []
        self.acked: list[tuple[int, str]] = []
        self._given = b""
        self._places: dict[bytes, str] = {}
        self._latest: dict[int, int] = {}  # each thread's last record, which is the one that failed if one did
        self._began: dict[int, int] = {}

    def read(self, content: memoryview) -> Log:
        at = 0
        while at + HEADER.size <= len(content):
            magic, kind, thread, mode, device, inode, number, path_size, data_size = HEADER.unpack_from(content, at)
            if magic != MAGIC:
                raise PowercutError(f"the log is damaged at byte {at}: a process was killed while it wrote a record")
            middle = at + HEADER.size + path_size
            end = middle + data_size
            if end > len(content):
                break
            path, data = bytes(content[at + HEADER.size : middle]), content[middle:end]
            self._take(Kind(kind), thread, FileId(device, inode), mode, number, path, data)
            at = end
        return Log(self.roots, self.records, self.acked)

    def _take(
        self, kind: Kind, thread: int, file: FileId, mode: int, number: int, path: bytes, data: memoryview
    ) -> None:
        began = self._began.pop(thread, None)
        if kind is Kind.SYNC_BEGAN:
            self._began[thread] = len(self.records)
        elif kind is Kind.FAILED:
            if began is None:
                self.records[self._latest[thread]] = Failed()
        elif kind is Kind.ROOTS:
            self._agree(bytes(data))
        else:
            self._latest[thread] = len(self.records)
            self.records.append(self._record(kind, file, mode, number, path, data, began))

    def _record(
        self, kind: Kind, file: FileId, mode: int, number: int, path: bytes, data: memoryview, began: int | None
    ) -> Record:
        place = self._place(path)
        match kind:
            case Kind.WRITTEN:
                return Written(place, file, number, data)
            case Kind.SYNCED if began is not None:
                return FolderSynced(place, began) if stat.S_ISDIR(mode) else Synced(place, file, began)
            case Kind.ACKED:
                return self._ack(bytes(data).decode())
            case Kind.OPENED | Kind.EMPTIED:
                return Opened(place, file, number, mode & 0o7777, kind is Kind.EMPTIED)
            case Kind.RESIZED:
                return Resized(place, file, number)
            case Kind.UNLINKED:
                return Unlinked(place)
            case Kind.RENAMED:
                return Renamed(place, self._place(bytes(data)))
            case Kind.LINKED:
                return Linked(place, self._place(bytes(data)))
            case Kind.FOLDER:
                return FolderMade(place, mode & 0o7777)
        raise PowercutError(f"the log holds a {kind.name} where none can be")

    def _ack(self, text: str) -> Acked:
        lines = [line.removeprefix("ACK ") for line in text.splitlines() if line.startswith("ACK ")]
        self.acked += [(len(self.records), line) for line in lines]
        return Acked(text)

    def _agree(self, roots: bytes) -> None:
        if self._given and self._given != roots:
            raise PowercutError("processes with different roots wrote into one log")
        self._given = roots
        self.roots = tuple(Path(root) for root in roots.decode().split(":"))
        if len({root.name for root in self.roots}) < len(self.roots):
            raise PowercutError("two roots have the same name")

    def _place(self, path: bytes) -> str:
        """A path within the rebuilt folder; empty when it lies outside."""
        if path not in self._places:
            self._places[path] = place_of(Path(os.fsdecode(path)), self.roots)
        return self._places[path]


def place_of(path: Path, roots: Sequence[Path]) -> str:
    """Where a path is found in a rebuilt folder; empty when it is in none of the roots."""
    if path.name.endswith(UNSAVED):
        return ""
    for root in roots:
        if path.is_relative_to(root):
            place = str(path.relative_to(root if len(roots) == 1 else root.parent))
            return "" if place == "." else place
    return ""


def acks(log: Log, point: int) -> list[str]:
    """What had been acknowledged when the power went: the words after ACK, in order."""
    return [text for _, text in log.acked[: bisect.bisect_left(log.acked, (point, ""))]]


def cut_points(log: Log, count: int, rng: random.Random) -> list[int]:
    """Moments for the power to go, ascending: each the number of records that were done.

    A quarter are just after an acknowledgement, a quarter just before a sync or just after one, the rest are spread.
    """
    size = len(log.records)
    after_acks = sorted({position + 1 for position, _ in log.acked})
    syncs = [position for position, record in enumerate(log.records) if isinstance(record, Synced | FolderSynced)]
    around_syncs = sorted({point for position in syncs for point in (position, position + 1)})
    points: set[int] = set()
    for kind in (after_acks, around_syncs):
        points.update(rng.sample(kind, min(len(kind), count // 4)))
    rest = [point for point in range(size + 1) if point not in points]
    wanted = min(count - len(points), len(rest))
    points.update(
        rest[rng.randrange(turn * len(rest) // wanted, (turn + 1) * len(rest) // wanted)] for turn in range(wanted)
    )
    return sorted(points)


# ---- the disk ------------------------------------------------------------------------------------------------------


def _resize(content: bytearray, size: int) -> None:
    if size < len(content):
        del content[size:]
    else:
        content.extend(bytes(size - len(content)))


def _put(content: bytearray, offset: int, data: bytes | bytearray | memoryview) -> None:
    if offset > len(content):
        _resize(content, offset)
    content[offset : offset + len(data)] = data


def _do(content: bytearray, change: Written | Resized) -> None:
    if isinstance(change, Written):
        _put(content, change.offset, change.data)
    else:
        _resize(content, change.size)


def _sectors(change: Written, is_torn: bool, rng: random.Random) -> tuple[int, int]:
    """From where to where a write came through: in whole sectors, of a torn one only the head or the tail."""
    first, last = change.offset // SECTOR, -(-(change.offset + len(change.data)) // SECTOR)
    if is_torn and last - first > 1:
        cut = rng.randrange(first + 1, last)
        first, last = (first, cut) if rng.random() < 0.7 else (cut, last)
    return first * SECTOR, last * SECTOR


class _Inode:
    """A file under whatever names: what is safe, and the changes since."""

    def __init__(self, mode: int, source: Path | None = None) -> None:
        self.mode = mode
        self.names = 0
        self.named = -1  # where a name of it was last made or changed
        self.file: FileId | None = None
        self.source = source  # in the base, as long as nobody wrote to it
        self._safe = bytearray()
        self._unsafe: list[tuple[int, Written | Resized]] = []

    def change(self, position: int, change: Written | Resized) -> None:
        if self.source is not None:
            self._safe = bytearray(self.source.read_bytes())
            self.source = None
        self._unsafe.append((position, change))

    def sync(self, covers: int) -> None:
        kept = bisect.bisect_left(self._unsafe, covers, key=lambda unsafe: unsafe[0])
        for _, change in self._unsafe[:kept]:
            _do(self._safe, change)
        del self._unsafe[:kept]

    def content(self, form: Form, rng: random.Random) -> bytes | bytearray:
        """What is found after the cut."""
        if self.source is not None:
            return self.source.read_bytes()
        if form is Form.LOSE or not self._unsafe:
            return self._safe
        if form is Form.TORN:
            return self._torn(rng)
        whole = bytearray(self._safe)
        for _, change in self._unsafe:
            _do(whole, change)
        return whole

    def _torn(self, rng: random.Random) -> bytearray:
        """Some of the changes came through: half of the time all up to one that is torn, else a random choice.

        A sector goes to the disk as the cache holds it: it takes along what earlier writes put there. Sizes go through
        the journal, in order: once a cut of the file is lost later ones are too, and so is what was written behind it.
        """
        disk, cache = bytearray(self._safe), bytearray(self._safe)
        latest = rng.randrange(len(self._unsafe)) if rng.random() < 0.5 else None
        share, behind = rng.random(), sys.maxsize
        for turn, (_, change) in enumerate(self._unsafe):
            is_cut = isinstance(change, Resized) and change.size < len(cache)
            _do(cache, change)
            survives = rng.random() < share if latest is None else turn <= latest
            if isinstance(change, Resized):
                if survives and behind == sys.maxsize:
                    _resize(disk, change.size)
                elif is_cut:
                    behind = min(behind, change.size)
            elif survives:
                is_torn = rng.random() < 0.4 if latest is None else turn == latest
                first, last = _sectors(change, is_torn, rng)
                if first < min(last, behind):
                    _put(disk, first, cache[first : min(last, behind)])
        return disk


class _Disk:
    """The files of the roots, as the records make them."""

    def __init__(self, log: Log, base: Path) -> None:
        self.names: dict[str, _Inode] = {}
        self.folders: dict[str, int] = {root.name: 0o700 for root in log.roots if len(log.roots) > 1}
        self._numbers: dict[FileId, _Inode] = {}
        self._position = -1
        for found in sorted(base.rglob("*")):
            place, mode = str(found.relative_to(base)), found.lstat().st_mode & 0o7777
            if found.is_symlink():
                raise PowercutError(f"{found}: symbolic links are not simulated")
            if found.is_dir():
                self.folders[place] = mode
            elif found.is_file() and not place.endswith(UNSAVED):
                self._name(place, _Inode(mode, found))
        self._namings = [(-1, self.names.copy(), self.folders.copy())]  # the first is safe, the last is now

    def do(self, position: int, record: Record) -> None:
        self._position = position
        match record:
            case Written() | Resized():
                self._inode(record).change(position, record)
            case Synced():
                inode = self._inode(record)
                inode.sync(record.covers)
                self._keep_names(min(inode.named + 1, record.covers))
            case FolderSynced():
                self._keep_names(record.covers)
            case Opened():
                self._open(record)
            case Unlinked() | Renamed() | Linked() | FolderMade():
                self._change_names(record)
                self._namings.append((position, self.names.copy(), self.folders.copy()))

    def _keep_names(self, covers: int) -> None:
        safe = bisect.bisect_left(self._namings, covers, key=lambda naming: naming[0]) - 1
        del self._namings[: max(safe, 0)]

    def _open(self, record: Opened) -> None:
        inode = self._inode(record)
        if record.emptied:
            inode.change(self._position, Resized(record.path, record.file, 0))
        if inode.named == self._position:  # it was made
            self._namings.append((self._position, self.names.copy(), self.folders.copy()))

    def _change_names(self, record: Naming) -> None:
        match record:
            case Unlinked():
                self._unname(record.path)
                self.folders.pop(record.path, None)
            case Renamed():
                self._rename(record)
            case Linked():
                self._name(record.new, self._at(record.old))
            case FolderMade():
                self.folders[record.path] = record.mode

    def _inode(self, record: Opened | Written | Resized | Synced) -> _Inode:
        """The file meant: known by its number, or else found by its path and known from now on."""
        known = self._numbers.get(record.file)
        if known is not None and known.names:
            return known
        inode = self.names.get(record.path)
        if inode is None and isinstance(record, Opened) and record.size == 0:
            inode = _Inode(record.mode)
            self._name(record.path, inode)
        if inode is None or inode.file is not None:
            if known is not None:  # a thread still wrote while another took the last name away
                return known
            raise PowercutError(f"{record.path} came or changed unseen: not in the base, or not made through the shim")
        inode.file = record.file
        self._numbers[record.file] = inode
        return inode

    def _at(self, place: str) -> _Inode:
        if place not in self.names:
            raise PowercutError(f"{place or 'a file'} came from outside the roots, its content unseen")
        return self.names[place]

    def _name(self, place: str, inode: _Inode) -> None:
        if not place or self.names.get(place) is inode:
            return
        self._unname(place)
        self.names[place] = inode
        inode.names += 1
        inode.named = self._position

    def _unname(self, place: str) -> None:
        inode = self.names.pop(place, None)
        if inode is not None:
            inode.names -= 1

    def _rename(self, record: Renamed) -> None:
        if record.old not in self.folders:
            inode = self._at(record.old)
            if self.names.get(record.new) is not inode:  # two names of one file: nothing happens
                self._name(record.new, inode)
                self._unname(record.old)
            return
        self.folders = {_moved(place, record): mode for place, mode in self.folders.items() if _moved(place, record)}
        for place in [place for place in self.names if _moved(place, record) != place]:
            self._name(_moved(place, record), self.names[place])
            self._unname(place)

    def write(self, into: Path, form: Form, rng: random.Random, loses_names: bool) -> None:
        """A new folder with what is found after the cut."""
        namings = {Form.LOSE: self._namings[:1], Form.TORN: self._namings, Form.KEEP: self._namings[-1:]}
        _, names, folders = rng.choice(namings[form] if loses_names else self._namings[-1:])
        into.mkdir(parents=True)
        for place, mode in sorted(folders.items()):
            (into / place).mkdir(parents=True, exist_ok=True)
            (into / place).chmod(mode)
        written: dict[_Inode, Path] = {}
        for place, inode in names.items():
            path = into / place
            path.parent.mkdir(parents=True, exist_ok=True)
            if inode in written:
                path.hardlink_to(written[inode])
                continue
            path.write_bytes(inode.content(form, rng))
            path.chmod(inode.mode)
            written[inode] = path


def _moved(place: str, record: Renamed) -> str:
    """A place after a folder's renaming; empty when it left the roots."""
    if place != record.old and not place.startswith(record.old + "/"):
        return place
    return record.new + place.removeprefix(record.old) if record.new else ""


def rebuild_many(
    log: Log,
    base: Path,
    points: Iterable[int],
    forms: Iterable[Form],
    rng: random.Random,
    into: Path,
    *,
    loses_names: bool = False,
) -> Iterator[tuple[int, Form]]:
    """The disk after a cut at each of the points, in each of the forms; one walk over the log.

    `base` is a copy of the folder from before the run, of the same shape as what is made (see `Log`). `into` is emptied
    and made anew each time: what is in it lasts until the next one is asked for.
    """
    disk, forms = _Disk(log, base), tuple(forms)
    done = 0
    for point in sorted(points):
        while done < point:
            disk.do(done, log.records[done])
            done += 1
        for form in forms:
            if into.exists():
                shutil.rmtree(into)
            disk.write(into, form, rng, loses_names)
            yield point, form


def rebuild(
    log: Log, base: Path, point: int, form: Form, rng: random.Random, into: Path, *, loses_names: bool = False
) -> None:
    """The disk after one cut."""
    for _ in rebuild_many(log, base, [point], [form], rng, into, loses_names=loses_names):
        pass


def unseen(log: Log, base: Path) -> list[str]:
    """Names below the roots that are not as the whole log makes them, after the programs ended by themselves.

    Empty, or the program did what the shim does not see, and what was proved with its log is worth nothing.
    """
    disk = _Disk(log, base)
    for position, record in enumerate(log.records):
        disk.do(position, record)
    rng = random.Random(0)
    told: dict[str, bytes | None] = dict.fromkeys(disk.folders)
    told |= {place: bytes(inode.content(Form.KEEP, rng)) for place, inode in disk.names.items()}
    real: dict[str, bytes | None] = {}
    for found in (found for root in log.roots for found in (root, *root.rglob("*"))):
        if place := place_of(found, log.roots):
            real[place] = found.read_bytes() if found.is_file() else None
    absent = object()
    return sorted(place for place in told | real if told.get(place, absent) != real.get(place, absent))
