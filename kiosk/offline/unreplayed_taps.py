"""Sets aside taps that cannot be entered, for the treasurer: a file for French spreadsheets with each one's reason."""

import csv
import errno
import io
import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from kiosk.errors import MachineError

NAME = "journees-a-reprendre.csv"
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
    """A tap that was set aside: its id, the member's number, between which local moments it happened."""

    tap: str
    reason: Reason
    member: int | None = None
    earliest: datetime | None = None
    latest: datetime | None = None
    detail: str = ""


def add(folder: Path, found: UnreplayedTap) -> None:
    """Write one down, synced; nothing where it is there already. Raises MachineError `spool`."""
    path = folder / NAME
    try:
        written = {row[0] for row in _rows(path) if len(row) == len(_HEADER)}
        if found.tap in written:
            return
        row = (
            found.tap,
            found.member,
            _hour(found.earliest),
            _hour(found.latest),
            _FRENCH[found.reason],
            found.detail,
        )
        _append(path, [_HEADER, row] if not written else [row])
    except OSError as fault:
        raise MachineError("spool", f"{path} cannot be written: {fault.strerror}") from None


def count(folder: Path) -> int:
    """Count the taps that wait there for the treasurer, who moves the file away once they are settled."""
    try:
        return max(0, len(_rows(folder / NAME)) - 1)
    except OSError:
        return 0


def _rows(path: Path) -> list[list[str]]:
    """The rows that are whole: one that was being written when the power went has no end."""
    if not path.exists():
        return []
    text = path.read_text("utf-8-sig", "replace")
    rows: list[list[str]] = []
    for line in text.splitlines(keepends=True):  # no row of ours goes over two lines
        if line.endswith("\n") and line.count('"') % 2 == 0:
            rows += [row for row in csv.reader([line.rstrip("\r\n").replace("\0", "")], delimiter=";") if row]
    return rows


def _append(path: Path, rows: Iterable[tuple[object, ...]]) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(tuple(map(_one_line, row)) for row in rows)
    mark = "" if path.exists() else "\ufeff"  # spreadsheets read UTF-8 by it
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        size = os.fstat(descriptor).st_size
        try:
            whole = (mark + _ended(file.read()) + text.getvalue()).encode("utf-8")
            if file.write(whole) != len(whole):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(descriptor)
        except OSError:
            with suppress(OSError):
                os.ftruncate(descriptor, size)
            raise


def _ended(before: bytes) -> str:
    """What ends a row that was torn, so that the next one is a row of its own."""
    last = before.rpartition(b"\n")[2]
    if not last:
        return ""
    return "\n" if last.endswith(b"\r") else ('"' if last.count(b'"') % 2 else "") + "\r\n"


def _one_line(cell: object) -> object:
    return " ".join(cell.splitlines()) if isinstance(cell, str) else cell


def _hour(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d %H:%M}"
