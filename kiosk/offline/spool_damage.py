"""Handles what the spool cannot read: moves whole files to quarantine, and picks what is still legible in a damaged
line.
"""

import os
import re
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from kiosk import plain_files

QUARANTINE = "quarantine"  # a folder within the spool's
_LONGEST_BYTES = 256 << 20  # read of a file, whatever it is
_MEMBER, _TAP = re.compile(r'"member":(\d{1,9})[,}]'), re.compile(r'"tap":"([0-9a-f]{32})"')
_AT = re.compile(r'"at":"([0-9T:.+-]{20,40})"')


class Legible(Struct, frozen=True):
    """What is still legible in a damaged line: the tap's id in hexadecimal, the member's number, the moment; None for
    what is not. Nothing of it is proven.
    """

    tap: str | None = None
    member: int | None = None
    at: datetime | None = None


def legible(text: str) -> Legible:
    """Return what is still legible in a damaged line."""
    tap, member, at = _TAP.search(text), _MEMBER.search(text), _AT.search(text)
    moment = None
    if at is not None:
        with suppress(ValueError):
            moment = datetime.fromisoformat(at[1])
    return Legible(
        None if tap is None else tap[1],
        None if member is None else int(member[1]),
        moment if moment is not None and moment.tzinfo is not None else None,
    )


def set_apart(path: Path, folder: Path) -> None:
    """Move a file that has something illegible, or what stands in its place, into a folder's quarantine, under a new
    name where its own is taken. From memory it is copied, synced and removed. Raises OSError.
    """
    aside = folder / QUARANTINE
    aside.mkdir(mode=0o700, exist_ok=True)
    target, count = aside / path.name, 1
    while target.exists() or target.is_symlink():
        count += 1
        target = aside / f"{path.stem}-{count}{path.suffix}"
    if path.lstat().st_dev == aside.stat().st_dev:
        path.rename(target)
        return
    with target.open("xb") as file:  # it comes from memory
        os.fchmod(file.fileno(), 0o600)
        file.write(plain_files.read(path, _LONGEST_BYTES))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
