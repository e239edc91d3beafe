"""Reads and makes keys: files of one line, of their folder's owner alone or of the home's group too."""

import hmac
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, tzinfo
from pathlib import Path

from kiosk import plain_files, root_files
from kiosk.domain.chain import Seal, key_id
from kiosk.domain.checkin.badges import OldKey
from kiosk.errors import MachineError

KEY_BYTES = 32
_LONGEST = 4096  # of a key's file, or a password's
NOTE = "mended"  # in `keys`: what was made anew, a line each


class NoSeal(Seal, frozen=True):
    """Stands where the chain's key is missing: nothing can be sealed, and so nothing entered."""

    def mac(self, previous: bytes, canonical: str) -> bytes:
        """Raises MachineError `key`."""
        raise MachineError("key", "the chain's key is missing or damaged: nothing can be entered")


def read_key(path: Path) -> bytes:
    """A key's 32 bytes. Raises MachineError `key` where it is missing, damaged or readable by everybody."""
    try:
        key = bytes.fromhex(plain_files.read(path, _LONGEST).decode("ascii"))
        everybody = path.lstat().st_mode & 0o007
    except FileNotFoundError:
        raise MachineError("key", f"the key {path} is missing or damaged: restore it from the backup") from None
    except OSError as fault:
        raise MachineError("key", f"the key {path} cannot be read: {fault.strerror}") from None
    except ValueError:
        raise MachineError("key", f"the key {path} is missing or damaged: restore it from the backup") from None
    if everybody:
        raise MachineError("key", f"the key {path} can be read by everybody: chmod 0600 {path}")
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
        raise MachineError("key", f"the password {path} can be read by everybody: chmod 0600 {path}")
    return word


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
    with (
        root_files.acting_in(path.parent),
        root_files.opened(path.parent) as folder,
        root_files.new(folder, path.name) as file,
    ):
        file.write(key.hex().encode("ascii"))
        file.flush()
        os.fsync(file.fileno())
        os.fsync(folder)
    return key


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


def seal(keys: tuple[bytes, ...] | MachineError, home_id: str, zone: tzinfo) -> Seal:
    """What seals a home's entries; where its key is missing, what refuses to."""
    if isinstance(keys, MachineError):
        return NoSeal(key=b"", key_id="", home_id=home_id, zone=zone)
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
