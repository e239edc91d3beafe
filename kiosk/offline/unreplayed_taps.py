"""Lists taps that cannot be entered for the treasurer, in a file for French spreadsheets with the reason of each."""

import csv
import errno
import io
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from io import FileIO
from pathlib import Path

from msgspec import Struct

from kiosk import plain_files
from kiosk.errors import MachineError

NAME = "journees-a-reprendre.csv"
OTHER_NAME = "journees-a-reprendre-2.csv"  # used where the first cannot be appended to
_LONGEST_BYTES = 64 << 20  # read of a file, whatever it is
_HEADER = ("passage", "membre", "au plus tôt", "au plus tard", "raison", "précision")


class Reason(StrEnum):
    """Why a tap could not be entered."""

    NO_MEMBER = "no-member"
    OTHER_MEMBER = "other-member"
    NO_DATE = "no-date"
    DAMAGED = "damaged"
    MISSING = "missing"
    REFUSED = "refused"


_FRENCH = {
    Reason.NO_MEMBER: "membre inconnu ou effacé",
    Reason.OTHER_MEMBER: "badge attribué depuis à quelqu'un d'autre",
    Reason.NO_DATE: "jour impossible à établir",
    Reason.DAMAGED: "ligne abîmée",
    Reason.MISSING: "lignes disparues de la file",
    Reason.REFUSED: "refusé par les comptes",
}


class UnreplayedTap(Struct, frozen=True):
    """A tap that was set aside: its id, the reason, the member's number, the local moments between which it happened,
    and what else is known of it (`detail`).
    """

    tap: str
    reason: Reason
    member: int | None = None
    earliest: datetime | None = None
    latest: datetime | None = None
    detail: str = ""


def add(folders: Iterable[Path], aside: UnreplayedTap) -> None:
    """Append a tap to the treasurer's list, synced, unless a file that can be read lists it already.

    Where the file cannot be appended to, the other one in its folder takes the row, or one in the next folder, so that
    the replay goes on. Raises MachineError `spool` where no folder takes it.
    """
    row = (aside.tap, aside.member, _hour(aside.earliest), _hour(aside.latest), _FRENCH[aside.reason], aside.detail)
    paths, faults = list(files(folders)), []
    for path in paths:
        with suppress(OSError):
            if aside.tap in _listed_taps(path):
                return
    for path in paths:
        try:
            _append(path, [row] if _listed_taps(path) else [_HEADER, row])
            return
        except OSError as fault:
            faults.append(f"{path} cannot be written: {fault.strerror or fault}")
    raise MachineError("spool", "; ".join(faults))


def files(folders: Iterable[Path]) -> Iterator[Path]:
    """Yield the files that may take a row, in the order in which they are tried."""
    for folder in folders:
        yield folder / NAME
        yield folder / OTHER_NAME


def count(folders: Iterable[Path]) -> int:
    """Return how many taps are listed for the treasurer, without files that cannot be read. Settled files are moved
    away by hand.
    """
    taps: set[str] = set()
    for path in files(folders):
        with suppress(OSError):
            taps |= _listed_taps(path)
    return len(taps)


def blocked(folders: Iterable[Path]) -> Path | None:
    """Return the first file that exists and cannot be appended to; None for none. Nothing is written."""
    for path in files(folders):
        try:
            path.lstat()
            with _opened(path) as file:
                os.fsync(file.fileno())
        except FileNotFoundError:
            continue
        except OSError:
            return path
    return None


def _listed_taps(path: Path) -> set[str]:
    """Return the ids of the taps that a file lists, none for a missing file; rows of another width are left out. Raises
    OSError.
    """
    return {row[0] for row in _rows(path) if len(row) == len(_HEADER) and row != list(_HEADER)}


def _rows(path: Path) -> list[list[str]]:
    """Return the whole rows of a file; a row torn by a power failure has no end and is left out."""
    if not (path.exists() or path.is_symlink()):
        return []
    text = plain_files.read(path, _LONGEST_BYTES).decode("utf-8-sig", "replace")
    rows: list[list[str]] = []
    for line in text.splitlines(keepends=True):  # rows have no line breaks within
        if line.endswith("\n") and line.count('"') % 2 == 0:
            rows += [row for row in csv.reader([line.rstrip("\r\n").replace("\0", "")], delimiter=";") if row]
    return rows


def _append(path: Path, rows: Iterable[tuple[object, ...]]) -> None:
    """Append rows to the treasurer's file, all or none."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(tuple(map(_one_line, row)) for row in rows)
    mark = "" if path.exists() else "\ufeff"  # marks the file as UTF-8 for spreadsheets
    with _opened(path, os.O_CREAT) as file:
        descriptor = file.fileno()
        size = os.fstat(descriptor).st_size
        try:
            content = (mark + _end_of_torn_row(file.read()) + text.getvalue()).encode("utf-8")
            if file.write(content) != len(content):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(descriptor)
        except OSError:
            with suppress(OSError):
                os.ftruncate(descriptor, size)
            raise


def _opened(path: Path, more: int = 0) -> FileIO:
    """Return a plain file, open for reading and appending. Raises OSError, at once where a pipe stands in its place."""
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC | more, 0o600)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "no plain file", str(path))
    return FileIO(descriptor, "r+b")


def _end_of_torn_row(before: bytes) -> str:
    """Return the text that ends a torn row, so that the next row stands on its own line."""
    last_row = before.rpartition(b"\n")[2]
    if not last_row:
        return ""
    return "\n" if last_row.endswith(b"\r") else ('"' if last_row.count(b'"') % 2 else "") + "\r\n"


def _one_line(cell: object) -> object:
    """Return a cell without line breaks, so that each row is one line of the file."""
    return " ".join(cell.splitlines()) if isinstance(cell, str) else cell


def _hour(at: datetime | None) -> str:
    """Return a moment to the minute, as the list has it; empty for none."""
    return "" if at is None else f"{at:%Y-%m-%d %H:%M}"
