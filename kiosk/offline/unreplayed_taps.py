"""Sets aside taps that cannot be entered, for the treasurer: a file for French spreadsheets with each one's reason."""

import csv
import io
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from kiosk.errors import MachineError

NAME = "journees-a-reprendre.csv"
_HEADER = ("passage", "membre", "au plus tôt", "au plus tard", "raison", "précision")


class Reason(StrEnum):
    """Why a tap could not be entered."""

    NO_MEMBER = "no-member"
    OTHER_MEMBER = "other-member"
    NO_DATE = "no-date"
    DAMAGED = "damaged"
    REFUSED = "refused"


_FRENCH = {
    Reason.NO_MEMBER: "membre inconnu ou effacé",
    Reason.OTHER_MEMBER: "badge attribué depuis à quelqu'un d'autre",
    Reason.NO_DATE: "jour impossible à établir",
    Reason.DAMAGED: "ligne abîmée",
    Reason.REFUSED: "refusé par les comptes",
}


@dataclass(frozen=True, slots=True)
class UnreplayedTap:
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
        written = {row[0] for row in _rows(path)}
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
    if not path.exists():
        return []
    return [row for row in csv.reader(io.StringIO(path.read_text("utf-8-sig")), delimiter=";") if row]


def _append(path: Path, rows: Iterable[tuple[object, ...]]) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(rows)
    mark = "" if path.exists() else "\ufeff"  # spreadsheets read UTF-8 by it
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write((mark + text.getvalue()).encode("utf-8"))
        file.flush()
        os.fsync(descriptor)


def _hour(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d %H:%M}"
