"""Reads and makes keys: files of one line, readable by their folder's owner alone or by the home's group too.

A *key* is 32 bytes in hexadecimal; a *word* is a password. The chain's key seals the ledger's entries; a door seals
with a key derived from it, whose name says the door's number.
"""

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
_LONGEST = 4096  # bytes of a key's or a password's file
_GONE = "the key {path} is missing or damaged: restore it from the backup"
NOTE = "mended"  # in `keys`: a line for each thing made anew


class DoorKey(Struct, frozen=True):
    """What a door seals with: its key, and the key's public name."""

    name: str
    key: bytes


class NoSeal(Seal, frozen=True):
    """A seal that refuses to seal, for a program without the chain's key: it can enter nothing."""

    def of_door(self, number: int) -> Seal:
        """Return this seal itself, since no door's key can be derived."""
        return self

    def mac(self, previous: bytes, canonical: str) -> bytes:
        """Refuse to seal. Raises MachineError `key`."""
        raise MachineError("key", "the key that seals the ledger is missing or damaged: no entry can be recorded")


def read_key(path: Path) -> bytes:
    """Return a key's 32 bytes. Raises MachineError `key` where the file is missing, damaged or readable by everyone."""
    try:
        key = bytes.fromhex(plain_files.read(path, _LONGEST).decode("ascii"))
        everybody = path.lstat().st_mode & 0o007  # any right of accounts outside owner and group
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
        raise MachineError("key", f"the key {path} has the wrong size in bytes: {len(key)} instead of {KEY_BYTES}")
    return key


def read_word(path: Path) -> str:
    """Return a password, its file's one line. Raises MachineError `key` where it is missing, or readable by
    everyone.
    """
    try:
        word = plain_files.read(path, _LONGEST).decode("utf-8").strip()
        everybody = path.lstat().st_mode & 0o007
    except OSError as fault:
        raise MachineError("key", f"the password {path} cannot be read: {fault.strerror}") from None
    except ValueError:
        raise MachineError("key", f"the password {path} is damaged: write it again, on one line") from None
    if everybody:
        raise MachineError("key", f"every account can read the password {path}: run chmod 0600 {path}")
    return word


def write_word(path: Path, word: str) -> None:
    """Write a password as the one line of its file, completely or not at all, readable by the folder's owner alone.

    Raises OSError, MachineError `foreign-file`.
    """
    root_files.write(path, f"{word}\n".encode(), root_files.owner_of(path.parent))


def hand_word(path: Path, word: str) -> None:
    """Write a password for the program that owns the folder. If that is another program, the new password goes beside
    the current one, until that program takes it (`take_word`). Raises as `write_word`.
    """
    if os.geteuid() in (0, path.parent.stat().st_uid):
        write_word(path, word)
    else:
        root_files.write(_handed_path(path), f"{word}\n".encode(), Holder(0o640))


def take_word(path: Path) -> bool:
    """Replace our password by one that was handed over, and return whether there was one.

    Raises OSError, MachineError `key` or `foreign-file`.
    """
    handed = _handed_path(path)
    try:
        handed.lstat()
    except FileNotFoundError:
        return False
    word = read_word(handed)
    own = root_files.owner_of(path.parent) if os.geteuid() == 0 else Holder(0o600)
    root_files.write(path, f"{word}\n".encode(), own)
    root_files.unmark(handed)
    return True


def _handed_path(path: Path) -> Path:
    """Return the path of a new password that another program wrote beside the current one."""
    return path.with_name(f"{path.name}.new")


def read_door_seal(path: Path) -> DoorKey:
    """Return what a door seals with, from a file with the key's name and the key on one line. Raises MachineError `key`
    as `read_key`.
    """
    name, _, key = read_word(path).partition(" ")
    with suppress(ValueError):
        if door_of(name) is not None and len(bytes.fromhex(key)) == KEY_BYTES:
            return DoorKey(name, bytes.fromhex(key))
    raise MachineError("key", f"the key {path} is missing or damaged: run kiosk mend")


def door_seal_text(seal: Seal) -> bytes:
    """Return the content of the file of a door's seal: the key's name, and the key in hexadecimal."""
    return f"{seal.key_id} {seal.key.hex()}\n".encode("ascii")


def is_whole(content: bytes) -> bool:
    """Return whether a file's content is a whole key."""
    try:
        return len(bytes.fromhex(content.decode("ascii"))) == KEY_BYTES
    except ValueError:
        return False


def made_for_codes(spool_key: bytes) -> bytes:
    """Return the codes' key derived from the spool's, as homes without a file for it have always had it: codes that
    members chose there keep working.
    """
    return hmac.digest(spool_key, b"kiosk: members' codes", "sha256")


def make_key(path: Path, key: bytes | None = None) -> bytes:
    """Write a new key durably, random unless one is given, readable by the folder's owner alone, and return it. Raises
    OSError, FileExistsError where there is one.
    """
    key = key or secrets.token_bytes(KEY_BYTES)
    _write(path, key.hex().encode("ascii"))
    return key


def make_door_seal(path: Path, seal: Seal) -> None:
    """Write a door's key with its name durably, readable by the folder's owner alone, in place of a former file. Raises
    OSError.
    """
    with root_files.acting_in(path.parent), root_files.opened(path.parent) as folder, suppress(FileNotFoundError):
        os.unlink(path.name, dir_fd=folder)
    _write(path, door_seal_text(seal))


def _write(path: Path, content: bytes) -> None:
    """Write a new file with its bytes on the disk, as the owner of its folder; an existing file is never
    overwritten.
    """
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
    """Return when and which folders and keys of a home were made anew, as far as that can be read."""
    renewals = []
    with suppress(OSError, ValueError):
        for line in plain_files.read(root / "keys" / NOTE, 1 << 16).decode("utf-8").splitlines():
            at, _, what = line.partition(" ")
            renewals.append((datetime.fromisoformat(at), what))
    return renewals


def of_chain(older: Sequence[Path], path: Path, *, may_lack: bool) -> tuple[bytes, ...] | MachineError:
    """Return the keys that sealed entries, oldest first and the current one last. Raises MachineError `key` where one
    cannot be read; with `may_lack`, as for a door that opens without it, that fault is returned instead.
    """
    try:
        return (*(read_key(each) for each in older), read_key(path))
    except MachineError as fault:
        if not may_lack:
            raise
        return fault


def none() -> MachineError:
    """Return the fault of a program that is given no keys, and so seals nothing."""
    return MachineError("key", "this program is given no keys: it enters nothing")


def of_door(path: Path) -> DoorKey | None:
    """Return what a door seals with; None where it has no key yet or the key cannot be read: then it uses the chain's
    key, like doors of earlier releases, where it may read that.
    """
    with suppress(MachineError):
        return read_door_seal(path)
    return None


def seal(keys: tuple[bytes, ...] | DoorKey | MachineError, home_id: str, zone: tzinfo) -> Seal:
    """Return the seal of a home's entries; where the key is missing, a seal that refuses."""
    if isinstance(keys, MachineError):
        return NoSeal(key=b"", key_id="", home_id=home_id, zone=zone)
    if isinstance(keys, DoorKey):
        return Seal(keys.key, keys.name, home_id, zone)
    *older, key = keys
    return Seal(key, key_id(key), home_id, zone, tuple(older))


def of_badges(files: Sequence[tuple[Path, date]], *, may_lack: bool) -> tuple[OldKey, ...]:
    """Return the earlier badge keys, each with its last day. With `may_lack`, as for a door, one that cannot be read is
    left out.
    """
    known = []
    for path, until in files:
        try:
            known.append(OldKey(read_key(path), until))
        except MachineError:
            if not may_lack:
                raise
    return tuple(known)
