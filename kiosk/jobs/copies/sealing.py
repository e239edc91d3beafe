"""Seals what leaves the house with Debian's age, for a recipient whose identity is not on this machine.

An *identity* is age's secret key, its *recipient* the public address. Files and keys go through pipes, an identity is
only named by its file, and no secret is on a command line or in an environment. A target file appears completely or not
at all.
"""

import io
import os
import re
import stat
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk import durable
from kiosk.domain.copies import age_words
from kiosk.errors import MachineError, RequestError
from kiosk.home import Paths
from kiosk.jobs import running

# The folders of `keys` that are sealed. The folder `backup` is left out: its keys open or reach the copies themselves.
FOLDERS = ("shared", "entrance", "desk", "outside")
_MOST_KEYS, _LONGEST_KEY, _MOST_BYTES = 32, 64 << 10, 4 << 20  # keys, bytes of one, and of all when sealed
# The files that may be in a sealed archive of keys.
_NAME = re.compile(r"keys/(?:shared|entrance|desk|outside)/[a-z0-9][a-z0-9._-]{0,63}")
_MINUTE, _LONG = 60.0, 3 * 3600.0  # seconds that age may take: for keys, for a whole copy


def seal_keys(paths: Paths, recipient: str) -> bytes:
    """Return the home's keys in one sealed tar. Raises RequestError `recipient`, MachineError `key`, `age`,
    `tool-missing`.
    """
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in home_keys(paths).items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o600
            tar.addfile(entry, io.BytesIO(content))
    done = running.run(_seal_command(recipient), seconds=_MINUTE, stdin=plain.getvalue())
    if not done.ok:
        raise MachineError("age", f"the keys could not be sealed: {done.complaint}")
    return done.out


def open_keys(sealed: bytes, identity: Path) -> dict[str, bytes]:
    """Return the keys that `seal_keys` sealed, each by its path in the home, like `keys/shared/chain`.

    Raises RequestError `identity` where the identity is invalid or another's, MachineError `sealed` where the sealed
    keys are damaged, `tool-missing`.
    """
    if len(sealed) > _MOST_BYTES:
        raise MachineError("sealed", f"the sealed keys are {len(sealed)} bytes, more than keys ever are")
    done = running.run(_open_command(identity), seconds=_MINUTE, stdin=sealed)
    _check_decryption(done, "the sealed keys")
    try:
        with tarfile.open(fileobj=io.BytesIO(done.out), mode="r:") as tar:
            return dict(_read_keys(tar))
    except (tarfile.TarError, UnicodeDecodeError, OSError) as fault:
        raise MachineError("sealed", f"the sealed keys are no tar of keys: {fault}") from None


def seal_file(source: Path, target: Path, recipient: str) -> None:
    """Seal a file for a recipient; `target` is durable when this returns. Raises as `seal_keys`, and `output`."""
    words = _seal_command(recipient)
    with _open_source(source) as readable, _write_whole(target) as draft:
        done = running.run(words, seconds=_LONG, stdin=readable, out=draft)
        if not done.ok:
            raise MachineError("age", f"{source.name} could not be sealed: {done.complaint}")


def open_file(source: Path, target: Path, identity: Path) -> None:
    """Open a sealed file with an identity's file. Raises as `open_keys`, and `output`."""
    words = _open_command(identity)
    with _open_source(source) as readable, _write_whole(target) as draft:
        _check_decryption(running.run(words, seconds=_LONG, stdin=readable, out=draft), source.name)


@contextmanager
def held(text: str) -> Iterator[Path]:
    """Yield a path at which age can read a typed or scanned identity, which is in memory only and gone afterwards.
    Raises RequestError `identity`.
    """
    identity = age_words.identity_in(text)
    if identity is None:
        raise RequestError(
            "identity", "this is not an identity: AGE-SECRET-KEY-1 and 58 characters, as on the paper copy"
        )
    descriptor = os.memfd_create("identity")
    try:
        os.write(descriptor, f"{identity}\n".encode("ascii"))
        yield Path(f"/proc/{os.getpid()}/fd/{descriptor}")
    finally:
        os.close(descriptor)


def identity_of(path: Path) -> str:
    """Return the identity in a file. Raises RequestError `identity`."""
    try:
        with path.open("rb") as file:
            text = file.read(4096).decode("ascii")  # age-keygen's file has three lines; no more of another is read
    except (OSError, UnicodeDecodeError):
        raise RequestError("identity", f"{path} cannot be read as an identity: give age-keygen's file") from None
    identity = age_words.identity_in(text)
    if identity is None:
        raise RequestError("identity", f"{path} contains no identity: AGE-SECRET-KEY-1 and 58 characters")
    return identity


def recipient_of(identity: Path) -> str:
    """Return the recipient that an identity's file belongs to. Raises RequestError `identity`, MachineError
    `tool-missing`.
    """
    keygen = running.find("age-keygen", "age")
    done = running.run([keygen, "-y"], seconds=_MINUTE, stdin=f"{identity_of(identity)}\n".encode("ascii"))
    recipient = done.out.decode(errors="replace").strip()
    if not done.ok or not age_words.is_recipient(recipient):
        raise RequestError("identity", f"{identity} is no identity that age takes: {done.complaint}")
    return recipient


def home_keys(paths: Paths) -> dict[str, bytes]:
    """Return every key that a restored home needs, by its path in the home; names that begin with a dot, such as keys
    moved aside, are left out. Raises MachineError `key`, also for a file that is no key, or too many.
    """
    keys: dict[str, bytes] = {}
    for folder in FOLDERS:
        place = paths.root / "keys" / folder
        if folder == "outside" and not place.is_dir():
            continue  # homes made by earlier releases have no such folder
        try:
            names = sorted(each.name for each in place.iterdir() if not each.name.startswith("."))
        except OSError as fault:
            raise MachineError("key", f"the keys of {place} cannot be read: {fault.strerror}") from None
        for name in names:
            keys[f"keys/{folder}/{name}"] = _read_key_file(place / name)
    wrong = [name for name in keys if not _NAME.fullmatch(name)]
    if wrong or len(keys) > _MOST_KEYS:
        raise MachineError("key", f"not only keys lie in {paths.root / 'keys'}: take {', '.join(wrong) or 'some'} away")
    return keys


def _read_key_file(path: Path) -> bytes:
    """Return a key's content, never through a link, which a less trusted owner of the folder may have put there. Raises
    MachineError `key`.
    """
    try:
        # O_NONBLOCK: a pipe in the key's place must not make this wait.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            is_file = stat.S_ISREG(os.fstat(descriptor).st_mode)
            content = file.read(_LONGEST_KEY + 1) if is_file else b""
    except OSError as fault:
        raise MachineError("key", f"the key {path} cannot be read: {fault.strerror}") from None
    if not is_file or len(content) > _LONGEST_KEY:
        raise MachineError("key", f"{path} is not a key: remove it")
    return content


def _read_keys(tar: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of each key in a tar that cannot be trusted. Raises MachineError `sealed` for anything but
    plain files with a key's path, each once, and within the bounds on number and size.
    """
    seen: set[str] = set()
    for entry in tar:
        if not entry.isreg() or not _NAME.fullmatch(entry.name) or entry.name in seen or len(seen) == _MOST_KEYS:
            raise MachineError("sealed", "the sealed keys contain something that is not a key")
        file = tar.extractfile(entry)
        if file is None or entry.size > _LONGEST_KEY:
            raise MachineError("sealed", "the sealed keys contain something that is not a key")
        seen.add(entry.name)
        yield entry.name, file.read()


def _seal_command(recipient: str) -> list[str]:
    """Return the command line that seals for a recipient. Raises RequestError `recipient`."""
    if not age_words.is_recipient(recipient):
        raise RequestError("recipient", "a recipient is age1 and 58 characters, as `kiosk keys new` prints it")
    return [running.find("age"), "--encrypt", "--recipient", recipient]


def _open_command(identity: Path) -> list[str]:
    """Return the command line that opens what was sealed, with an identity file. Raises RequestError `identity`."""
    identity_of(identity)  # refuses identities with a passphrase or a plug-in
    return [running.find("age"), "--decrypt", "--identity", str(identity.absolute())]


def _check_decryption(done: running.ProgramResult, what: str) -> None:
    """Raise the fault of a decryption that failed, `identity` for another recipient's or `sealed`; do nothing after one
    that worked.
    """
    if done.ok:
        return
    if "no identity matched" in done.complaint:
        raise RequestError("identity", f"{what} was sealed for another identity: take the paper copy of its time")
    raise MachineError("sealed", f"{what} cannot be opened, it is damaged: take another copy ({done.complaint})")


@contextmanager
def _open_source(source: Path) -> Iterator[io.BufferedReader]:
    """Open a file for reading and yield it. Raises MachineError `sealed` where it cannot be read."""
    try:
        file = source.open("rb")
    except OSError as fault:
        raise MachineError("sealed", f"{source} cannot be read: {fault.strerror}") from None
    with file:
        yield file


@contextmanager
def _write_whole(target: Path) -> Iterator[io.BufferedWriter]:
    """Yield a draft that takes the target's place once it is on disk; after a fault the draft is removed and the target
    stays as it was. Raises MachineError `output`.
    """
    draft = target.with_name(f".{target.name}.part")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(descriptor)
        draft.replace(target)
        durable.sync_folder(target.parent)
    except OSError as fault:
        raise MachineError("output", f"{target} cannot be written: {fault.strerror}") from None
    finally:
        draft.unlink(missing_ok=True)
