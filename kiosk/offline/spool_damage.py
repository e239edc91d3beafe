"""Keeps what the spool cannot understand: files whole in a folder of their own, and what can be read of a damaged line.

A sealed manifest beside the spool says which files there were and how many lines each had: a file that was taken away,
or cut at a line's end, is missed by it. It is written behind the taps, so what the power cuts is not in it.
"""

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from kiosk.offline import sealed_file

QUARANTINE = "quarantine"
MANIFEST = "manifest"
_LABEL = "spool's manifest"
_MEMBER, _TAP = re.compile(r'"member":(\d{1,9})[,}]'), re.compile(r'"tap":"([0-9a-f]{32})"')
_AT = re.compile(r'"at":"([0-9T:.+-]{20,40})"')

Manifest = Mapping[str, int]
"""How many lines each file has, by its name."""


class Legible(Struct, frozen=True):
    """What can still be read of a damaged line. Nothing of it is proven."""

    tap: str | None = None
    member: int | None = None
    at: datetime | None = None


def legible(text: str) -> Legible:
    """What a damaged line still says."""
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


def load(folder: Path, key: bytes) -> Manifest:
    """The manifest of a folder; empty where there is none that we wrote."""
    match sealed_file.load(folder / MANIFEST, key, _LABEL):
        case {"form": 1, "files": dict(files)}:
            return {str(name): int(count) for name, count in files.items()}
    return {}


def save(folder: Path, key: bytes, files: Manifest) -> bool:
    """Replace the manifest; without files there is none. Returns False where the disk takes none."""
    try:
        if files:
            sealed_file.save(folder / MANIFEST, key, _LABEL, {"form": 1, "files": dict(files)})
        else:
            (folder / MANIFEST).unlink(missing_ok=True)
    except OSError:
        return False
    return True


def set_apart(path: Path, folder: Path) -> None:
    """Move a file that is not understood whole into the folder's quarantine. Raises OSError where it cannot be."""
    aside = folder / QUARANTINE
    aside.mkdir(mode=0o700, exist_ok=True)
    target, count = aside / path.name, 1
    while target.exists():
        count += 1
        target = aside / f"{path.stem}-{count}{path.suffix}"
    if path.stat().st_dev == aside.stat().st_dev:
        path.rename(target)
        return
    with target.open("xb") as file:  # from memory
        os.fchmod(file.fileno(), 0o600)
        file.write(path.read_bytes())
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
