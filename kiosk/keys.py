"""Reads and makes keys: files of one line, of their folder's owner alone or of the home's group too."""

import hmac
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, tzinfo
from pathlib import Path

from msgspec import Struct

from kiosk import plain_files, root_files
from kiosk.domain.chain import Seal, door_of, key_id
from kiosk.domain.checkin.badges import OldKey
from kiosk.errors import MachineError
from kiosk.root_files import Holder

KEY_BYTES = 32
_LONGEST = 4096  # of a key's file, or a password's
_GONE = "the key {path} is missing or damaged: restore it from the backup"
NOTE = "mended"  # in `keys`: what was made anew, a line each


class DoorKey(Struct, frozen=True):
    """What a door seals with: the key's public name, and the key."""

    name: str
    key: bytes


class NoSeal(Seal, frozen=True):
    """Stands where the chain's key is missing: nothing can be sealed, and so nothing entered."""

    def of_door(self, number: int) -> Seal:
        """No key is made from none."""
        return self

    def mac(self, previous: bytes, canonical: str) -> bytes:
        """Raises MachineError `key`."""
        raise MachineError("key", "the chain's key is missing or damaged: nothing can be entered")


def read_key(path: Path) -> bytes:
    """A key's 32 bytes. Raises MachineError `key` where it is missing, damaged or readable by everybody."""
    try:
        key = bytes.fromhex(plain_files.read(path, _LONGEST).decode("ascii"))
        everybody = path.lstat().st_mode & 0o007
    except FileNotFoundError:
        raise MachineError("key", _GONE, path=path) from None
    except OSError as fault:
        why = fault.strerror or "input/output error"
        is_closed = isinstance(fault, PermissionError)
        message = "the key {path} cannot be read: {why}"
        raise MachineError("key", message, path=path, why=why, is_closed=is_closed) from None
    except ValueError:
        raise MachineError("key", _GONE, path=path) from None
    if everybody:
        raise MachineError("key", "the key {path} can be read by everybody: chmod 0600 {path}", path=path, is_open=1)
    if len(key) != KEY_BYTES:
        raise MachineError("key", f"the key {path} has {len(key)} bytes instead of {KEY_BYTES}")
    return key


def read_word(path: Path) -> str:
    """A password's one line. Raises MachineError `key` where it is missing, or readable by everybody."""
    try:
        word = plain_files.read(path, _LONGEST).decode("utf-8").strip()
        everybody = path.lstat().st_mode & 0o007
    except OSError as fault:
        raise MachineError("key", f"the password {path} cannot be read: {fault.strerror}") from None
    except ValueError:
        raise MachineError("key", f"the password {path} is damaged: write it anew, on one line") from None
    if everybody:
        raise MachineError("key", f"all accounts can read the password {path}: chmod 0600 {path}")
    return word


def write_word(path: Path, word: str) -> None:
    """Write a password's one line, in place of what is there: whole or not at all, its folder's owner's alone.

    Raises OSError, MachineError `foreign-file`.
    """
    root_files.write(path, f"{word}\n".encode(), root_files.owner_of(path.parent))


def hand_word(path: Path, word: str) -> None:
    """Write a password for the program whose folder it is: where that is another program, beside the one in use, where
    that program takes it (`take_word`). Raises as `write_word`.
    """
    if os.geteuid() in (0, path.parent.stat().st_uid):
        write_word(path, word)
    else:
        root_files.write(_handed(path), f"{word}\n".encode(), Holder(0o640))


def take_word(path: Path) -> bool:
    """Take a password that was handed over as one's own. Returns whether there was one.

    Raises OSError, MachineError `key` or `foreign-file`.
    """
    handed = _handed(path)
    try:
        handed.lstat()
    except FileNotFoundError:
        return False
    word = read_word(handed)
    own = root_files.owner_of(path.parent) if os.geteuid() == 0 else Holder(0o600)
    root_files.write(path, f"{word}\n".encode(), own)
    root_files.unmark(handed)
    return True


def _handed(path: Path) -> Path:
    return path.with_name(f"{path.name}.new")


def read_door_seal(path: Path) -> DoorKey:
    """What a door seals with: one line, of its key's name and the key. Raises MachineError `key` as `read_key` does."""
    name, _, key = read_word(path).partition(" ")
    with suppress(ValueError):
        if door_of(name) is not None and len(bytes.fromhex(key)) == KEY_BYTES:
            return DoorKey(name, bytes.fromhex(key))
    raise MachineError("key", f"the key {path} is missing or damaged: kiosk mend")


def door_seal_text(seal: Seal) -> bytes:
    """What a file has of what a door seals with."""
    return f"{seal.key_id} {seal.key.hex()}\n".encode("ascii")


def is_whole(content: bytes) -> bool:
    """Whether this is a key, as its file has it."""
    try:
        return len(bytes.fromhex(content.decode("ascii"))) == KEY_BYTES
    except ValueError:
        return False


def made_for_codes(own: bytes) -> bytes:
    """Make the codes' key from the spool's, as homes without a file of it do: today's codes stay."""
    return hmac.digest(own, b"kiosk: members' codes", "sha256")


def make_key(path: Path, key: bytes | None = None) -> bytes:
    """Write a new key, random where none is given, readable by its owner only: by whose folder it is. It is on the disk
    when this returns. Raises OSError, FileExistsError where there is one.
    """
    key = key or secrets.token_bytes(KEY_BYTES)
    _write(path, key.hex().encode("ascii"))
    return key


def make_door_seal(path: Path, seal: Seal) -> None:
    """Write what a door seals with, in place of what is there, as `make_key` does. Raises OSError."""
    with root_files.acting_in(path.parent), root_files.opened(path.parent) as folder, suppress(FileNotFoundError):
        os.unlink(path.name, dir_fd=folder)
    _write(path, door_seal_text(seal))


def _write(path: Path, content: bytes) -> None:
    with (
        root_files.acting_in(path.parent),
        root_files.opened(path.parent) as folder,
        root_files.new(folder, path.name) as file,
    ):
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        os.fsync(folder)


def made_anew(root: Path) -> list[tuple[datetime, str]]:
    """What was made anew of a home's folders and keys, and when, as far as that can be read."""
    found = []
    with suppress(OSError, ValueError):
        for line in plain_files.read(root / "keys" / NOTE, 1 << 16).decode("utf-8").splitlines():
            at, _, what = line.partition(" ")
            found.append((datetime.fromisoformat(at), what))
    return found


def of_chain(older: Sequence[Path], path: Path, *, may_lack: bool) -> tuple[bytes, ...] | MachineError:
    """What sealed the entries, the key in use last; or why that cannot be read, for a door that lets in without it."""
    try:
        return (*(read_key(each) for each in older), read_key(path))
    except MachineError as fault:
        if not may_lack:
            raise
        return fault


def none() -> MachineError:
    """Return why a program that is given no keys seals nothing."""
    return MachineError("key", "this program is given no keys: it enters nothing")


def of_door(path: Path) -> DoorKey | None:
    """What a door seals with; None where it has no key yet, or it cannot be read: the chain's own is what it seals with
    then, as doors of earlier releases did, where it may read that.
    """
    with suppress(MachineError):
        return read_door_seal(path)
    return None


def seal(keys: tuple[bytes, ...] | DoorKey | MachineError, home_id: str, zone: tzinfo) -> Seal:
    """What seals a home's entries; where its key is missing, what refuses to."""
    if isinstance(keys, MachineError):
        return NoSeal(key=b"", key_id="", home_id=home_id, zone=zone)
    if isinstance(keys, DoorKey):
        return Seal(keys.key, keys.name, home_id, zone)
    *older, key = keys
    return Seal(key, key_id(key), home_id, zone, tuple(older))


def of_badges(found: Sequence[tuple[Path, date]], *, may_lack: bool) -> tuple[OldKey, ...]:
    """What badges were known by before. A door that `may_lack` one goes on without what only that one knows."""
    known = []
    for path, until in found:
        try:
            known.append(OldKey(read_key(path), until))
        except MachineError:
            if not may_lack:
                raise
    return tuple(known)
