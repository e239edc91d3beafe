"""The file format of a copy of a home: a plain tar of a manifest, the database, kiosk.toml and, sealed for a recipient,
the keys.

The manifest comes first and gives size and digest of every other member; the chain's key seals it, so that a home
recognises its own copies. The reader trusts nothing in a copy: it accepts these four names, each once, as plain files,
never larger than the manifest says.
"""

import hashlib
import hmac
import json
import os
import stat
import tarfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tarfile import BLOCKSIZE, NUL
from typing import IO, Any

import msgspec
from msgspec import Struct

from kiosk import durable, root_files
from kiosk.domain.chain import Seal
from kiosk.domain.copies import names
from kiosk.errors import MachineError, RequestError
from kiosk.store.copying import Facts

FORM = 1  # of the manifest; a later program may write another one
MANIFEST, DATABASE, SETTINGS, KEYS = "manifest.json", "ledger.db", "kiosk.toml", "keys.age"
_NAMES = (MANIFEST, DATABASE, SETTINGS, KEYS)
_LONGEST = {MANIFEST: 1 << 20, SETTINGS: 1 << 20, KEYS: 4 << 20}  # bytes; the database may have any size
_CHUNK = 1 << 20  # bytes read at once
_AT_ONCE = 8 << 20  # bytes between two syncs, so that a tap's own sync is not delayed
_PURPOSE = b"kiosk: the manifest of a copy\n"  # sealed with it, so that no other seal of this key fits


class Member(msgspec.Struct, frozen=True):
    """One file in a copy: its size in bytes, and its digest in hexadecimal."""

    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a copy says about itself. `tells_hours` is True where it has door events and hours of coming and going."""

    form: int  # of the manifest
    home_id: str
    training: bool  # of a training home
    version: str  # of the program that made the copy
    revision: str  # of the database's schema
    made_at: datetime
    tells_hours: bool
    entry: int  # the number of the last entry; 0 without any
    mac: str  # that entry's seal in hexadecimal
    counts: dict[str, int]  # rows by table
    sums: dict[str, int]  # in cents: of all `entries`, and of all accounts' `balances`
    series: dict[str, int]  # the highest number given, by series, such as members or receipts
    members: dict[str, Member]  # the copy's files by name
    seal: str  # of this manifest, made with a key of the home

    @property
    def facts(self) -> Facts:
        """Return the facts of the copy's database: its home, schema, last entry, counts and sums."""
        head = bytes.fromhex(self.mac)
        return Facts(self.home_id, self.training, self.revision, self.entry, head, self.counts, self.sums, self.series)

    @property
    def has_keys(self) -> bool:
        """Return whether the copy has the home's sealed keys."""
        return KEYS in self.members


class CopyFacts(Struct, frozen=True):
    """What is known of a copy before it is packed."""

    facts: Facts  # of the database
    version: str
    made_at: datetime
    tells_hours: bool


def free_name(folder: Path, at: datetime) -> Path:
    """Return an unused path for a copy of a moment, named some seconds later where the name is taken."""
    while (path := folder / at.astimezone(UTC).strftime(names.STAMP)).exists():
        at += timedelta(seconds=1)
    return path


def next_name(folder: Path, at: datetime) -> Path:
    """Return a path like `free_name`, later than all copies named within the minute from `at`: a name between them may
    be of a deleted copy that still exists at the place it was carried to.

    Raises MachineError `backup`.
    """
    ahead = [moment for path in listed(folder) if (moment := stamp(path)) is not None]
    near = [moment for moment in ahead if timedelta(0) <= moment - at.replace(microsecond=0) < timedelta(minutes=1)]
    return free_name(folder, max(near, default=at))


def stamp(path: Path) -> datetime | None:
    """Return the moment in a copy's name; None for any other name."""
    return names.moment(path.name)


def listed(folder: Path) -> list[Path]:
    """Return the files of a folder that are named as copies, oldest first. Raises MachineError `backup`."""
    try:
        return sorted(path for path in folder.iterdir() if stamp(path) is not None)
    except OSError as fault:
        raise MachineError("backup", f"{folder} cannot be read: {fault.strerror}") from None


# --- made


def pack(
    files: Mapping[str, Path], target: Path, about: CopyFacts, seal: Seal, wait: Callable[[], object] = lambda: None
) -> Manifest:
    """Write a copy of files, read it back from the disk, put it in its place, durably, and return its manifest.

    The copy gets its name once `wait` has returned, which checks the files meanwhile. Raises what `wait` raises,
    OSError, or MachineError `copy-damaged` where the disk did not keep what was written.
    """
    draft = target.with_name(f".{target.name}.part")
    try:
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w+b") as file:
            _write(file, files, about, seal.key)
            file.flush()
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)  # `check` reads the disk, not memory
        written_manifest = check(draft)
        wait()
        draft.rename(target)
        durable.sync_folder(target.parent)
    finally:
        draft.unlink(missing_ok=True)
    return written_manifest


def _document(about: CopyFacts, members: Mapping[str, Member]) -> dict[str, Any]:
    """Return the manifest as a dictionary, without its seal."""
    facts = about.facts
    return {
        "form": FORM,
        "home_id": facts.home_id,
        "training": facts.training,
        "version": about.version,
        "revision": facts.revision,
        "made_at": about.made_at.astimezone(UTC).isoformat(),
        "tells_hours": about.tells_hours,
        "entry": facts.entry,
        "mac": facts.mac.hex(),
        "counts": dict(facts.counts),
        "sums": dict(facts.sums),
        "series": dict(facts.series),
        "members": {name: msgspec.structs.asdict(member) for name, member in members.items()},
    }


def _mac(key: bytes, document: Mapping[str, Any]) -> str:
    """Return the manifest's seal: a code that only the home's key can make."""
    body = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hmac.digest(key, _PURPOSE + body.encode(), "sha256").hex()


def _write(file: IO[bytes], files: Mapping[str, Path], about: CopyFacts, key: bytes) -> None:
    """Write manifest and files, each file read once: the manifest is written again at the end, with the same length and
    the digests.
    """
    with ExitStack() as stack:
        sources = {name: stack.enter_context(_source(path)) for name, path in files.items()}
        _write_sources(file, sources, about, key)


def _write_sources(file: IO[bytes], files: Mapping[str, IO[bytes]], about: CopyFacts, key: bytes) -> None:
    """Write the files behind a manifest whose digests are filled in at the end, so that each file is read only once.

    A file that grows meanwhile is cut at its first size; one that shrinks makes the copy damaged, which `check` finds.
    """
    members = {name: Member(os.fstat(source.fileno()).st_size, "0" * 64) for name, source in files.items()}
    manifest = _manifest_text(about, members, key)
    _begin(file, MANIFEST, len(manifest), about.made_at)
    at = file.tell()
    file.write(manifest)
    _end(file, len(manifest))
    for name, source in files.items():
        size = members[name].size
        _begin(file, name, size, about.made_at)
        digest, left = hashlib.sha256(), size
        while left and (chunk := source.read(min(left, _CHUNK))):
            digest.update(chunk)
            file.write(chunk)
            left -= len(chunk)
            if (size - left) % _AT_ONCE < len(chunk):  # once for each `_AT_ONCE` bytes
                file.flush()
                os.fdatasync(file.fileno())
        members[name] = Member(size, digest.hexdigest())
        _end(file, size)
    file.write(NUL * BLOCKSIZE * 2)
    file.seek(at)
    file.write(_manifest_text(about, members, key))


def _source(path: Path) -> IO[bytes]:
    """Open a file to be copied, with the rights of its folder's owner."""
    with root_files.acting_in(path.parent), root_files.opened(path.parent) as folder:
        return os.fdopen(root_files.open_plain(folder, path.name), "rb")


def _manifest_text(about: CopyFacts, members: Mapping[str, Member], key: bytes) -> bytes:
    """Return the sealed manifest as the bytes of its file."""
    document = _document(about, members)
    return json.dumps({**document, "seal": _mac(key, document)}, indent=1).encode()


def _begin(file: IO[bytes], name: str, size: int, at: datetime) -> None:
    """Write the header of one file of the archive."""
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o600, int(at.timestamp())
    file.write(info.tobuf(tarfile.USTAR_FORMAT))


def _end(file: IO[bytes], size: int) -> None:
    """Fill the last block of a file of the archive with zeros, as tar's format wants."""
    file.write(NUL * (-size % BLOCKSIZE))


# --- read


def manifest(path: Path) -> Manifest:
    """Return the manifest of a copy, after checking that its members have the sizes that it gives; their content is not
    read.

    Raises RequestError `no-such-copy`, or `copy-newer` where a newer release made it, MachineError `copy-damaged`.
    """
    with _opened(path) as file:
        members = _members(file, path)
        read_manifest = _manifest(file, next(members, None), path)
        if {name: size for name, size in members} != {name: each.size for name, each in read_manifest.members.items()}:
            raise _damaged(path, "its members are not those of its manifest")
        return read_manifest


def is_of(path: Path, keys: Iterable[bytes]) -> bool:
    """Return whether a copy's manifest is sealed with one of these chain keys. Raises as `manifest`."""
    with _opened(path) as file:
        content = _content_of_manifest(file, next(_members(file, path), None), path)
    try:
        document = json.loads(content)
        seal = str(document.pop("seal"))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _damaged(path, "its manifest cannot be read") from None
    return any(hmac.compare_digest(seal.encode(), _mac(key, document).encode()) for key in keys)


def check(path: Path, step: Callable[[int], object] = lambda count: None) -> Manifest:
    """Read a copy to its end, check each member's digest, and return the manifest. `step` is called with the number of
    bytes just read. Raises as `manifest`.
    """
    return _read(path, None, step)


def unpack(path: Path, folder: Path, step: Callable[[int], object] = lambda count: None) -> Manifest:
    """Check a copy like `check` and write its members into a folder. Raises as `manifest`, and OSError."""
    return _read(path, folder, step)


def _read(path: Path, folder: Path | None, step: Callable[[int], object]) -> Manifest:
    """Check every file against the manifest, unpacking it where a folder is given, and return the manifest. A copy is
    whole with the files that its manifest names, the database at least. Raises as `manifest`.
    """
    with _opened(path) as file:
        members = _members(file, path)
        read_manifest = _manifest(file, next(members, None), path)
        seen = set()
        for name, size in members:
            promised = read_manifest.members.get(name)
            if promised is None or promised.size != size:
                raise _damaged(path, f"{name} is not as long as its manifest says")
            if _digest(file, size, None if folder is None else folder / name, step) != promised.sha256:
                raise _damaged(path, f"{name} is not what was written")
            seen.add(name)
        if seen != set(read_manifest.members) or DATABASE not in seen:
            raise _damaged(path, "it ends too soon")
        return read_manifest


def _digest(file: IO[bytes], size: int, target: Path | None, step: Callable[[int], object]) -> str:
    """Return the digest of the next `size` bytes, and write them to `target` if one is given."""
    digest = hashlib.sha256()
    with _target(target) as written:
        while size and (chunk := file.read(min(size, _CHUNK))):
            digest.update(chunk)
            if written is not None:
                written.write(chunk)
            size -= len(chunk)
            step(len(chunk))
    return digest.hexdigest()


@contextmanager
def _target(path: Path | None) -> Iterator[IO[bytes] | None]:
    """Open the file to unpack into, with the rights of its folder's owner; None where files are only checked."""
    if path is None:
        yield None
        return
    with root_files.acting_in(path.parent), root_files.opened(path.parent) as folder:
        target = root_files.new(folder, path.name)
    with target as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _opened(path: Path) -> IO[bytes]:
    """Open a copy for reading; a pipe in its place is refused at once."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError as fault:
        raise RequestError("no-such-copy", f"{path} cannot be read: {fault.strerror}") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise RequestError("no-such-copy", f"{path} cannot be read: it is no plain file")
    return os.fdopen(descriptor, "rb")


def _members(file: IO[bytes], path: Path) -> Iterator[tuple[str, int]]:
    """Yield each member's name and size, with the file positioned at its content, up to the archive's first empty
    block; the caller may read from there. Raises MachineError `copy-damaged` for any other name, a second one of the
    same name, a link or folder, or a size beyond the file's end or the name's bound.
    """
    end, at, seen = os.fstat(file.fileno()).st_size, 0, set[str]()
    while True:
        file.seek(at)
        block = file.read(BLOCKSIZE)
        if len(block) < BLOCKSIZE:
            raise _damaged(path, "it ends too soon")
        if block == NUL * BLOCKSIZE:
            return
        try:
            info = tarfile.TarInfo.frombuf(block, "ascii", "strict")
        except (tarfile.HeaderError, UnicodeDecodeError):
            raise _damaged(path, "it is not a tar archive made by this program") from None
        name, size = info.name, info.size
        if name not in _NAMES or name in seen or info.type != tarfile.REGTYPE:
            raise _damaged(path, "it holds what no copy holds")
        seen.add(name)
        at += BLOCKSIZE
        if not 0 <= size <= min(end - at, _LONGEST.get(name, end)):
            raise _damaged(path, "it ends too soon")
        yield name, size
        at += size + (-size % BLOCKSIZE)


def _content_of_manifest(file: IO[bytes], first: tuple[str, int] | None, path: Path) -> bytes:
    """Return the manifest's bytes. Raises MachineError `copy-damaged` where it is not the first file."""
    if first is None or first[0] != MANIFEST:
        raise _damaged(path, "it has no manifest")
    return file.read(first[1])


def _manifest(file: IO[bytes], first: tuple[str, int] | None, path: Path) -> Manifest:
    """Return the copy's manifest. Raises `copy-damaged`, or `copy-newer` where its form is not this release's."""
    content = _content_of_manifest(file, first, path)
    try:
        decoded = msgspec.json.decode(content, type=Manifest)
        bytes.fromhex(decoded.mac)
    except (msgspec.MsgspecError, ValueError):
        raise _damaged(path, "its manifest cannot be read") from None
    if decoded.form != FORM:
        raise RequestError("copy-newer", f"{path} was made by a newer release: update this one")
    if decoded.made_at.tzinfo is None:
        raise _damaged(path, "its manifest cannot be read")
    return decoded


def _damaged(path: Path, why: str) -> MachineError:
    """Return the fault of a copy that cannot be used, with the reason."""
    return MachineError("copy-damaged", f"{path} is damaged: {why}; take another copy")
