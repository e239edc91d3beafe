"""What a closing records about its lines in the accounting file: a digest of all of them, and a short mark of each
écriture.

The digest shows whether any line has changed; the marks say which line and what aspect of it, but are too short to
prove anything. The lettering is not included: a later payment letters a closed charge.
"""

import hashlib
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kiosk.domain.books.ecritures import Ecriture

ASPECTS = ("piece", "label", "accounts", "sums")  # what a mark tells apart, in the order of its digits
_DIGITS = 2  # hexadecimal digits for each aspect: the lowest byte of its CRC-32
_MARK = _DIGITS * len(ASPECTS)  # of one écriture


class Lines:
    """The lines of a day, or of a fiscal year's opening, added one by one."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._marks: list[str] = []

    def add(self, of: Ecriture) -> None:
        """Add an écriture."""
        aspects = _recorded(of)
        self._digest.update(_sealed(aspects))
        self._marks.append("".join(f"{zlib.crc32(aspect.encode()) & 0xFF:02x}" for aspect in aspects))

    @property
    def detail(self) -> dict[str, str]:
        """Return digest and marks as a closing's entry has them."""
        return {"fec": self._digest.hexdigest(), "fec_marks": "".join(self._marks)}


def of(ecritures: Iterable[Ecriture]) -> Lines:
    """Return the lines of some écritures."""
    lines = Lines()
    for ecriture in ecritures:
        lines.add(ecriture)
    return lines


def difference(closing: Mapping[str, Any], ecritures: Sequence[Ecriture]) -> str | None:
    """Return in words how some écritures differ from what a closing recorded; None where they agree, or nothing was
    recorded.
    """
    if "fec" not in closing or _digest(ecritures) == closing["fec"]:
        return None
    now_recorded = of(ecritures).detail
    before, now = _split(closing["fec_marks"]), _split(now_recorded["fec_marks"])
    # two different lines may have one mark by chance: then no place is found, though the digests differ
    for place, (old, new) in enumerate(zip(before, now, strict=False)):
        if old != new:
            ecriture = ecritures[place]
            return f"écriture {ecriture.number} (piece {ecriture.piece}): {_aspects(old, new)} changed since"
    if len(before) != len(now):
        return f"{len(now)} écritures instead of {len(before)}"
    return "one of its lines changed since"


def all_of(parts: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return what a month or a year records: the digest of its parts' digests, in their order. Empty where a part has
    none.
    """
    digest = hashlib.sha256()
    for part in parts:
        if "fec" not in part:
            return {}
        digest.update(bytes.fromhex(part["fec"]))
    return {"fec": digest.hexdigest()}


def _digest(ecritures: Sequence[Ecriture]) -> str:
    """Return the digest of some écritures' lines, without their marks."""
    return hashlib.sha256(b"".join([_sealed(_recorded(ecriture)) for ecriture in ecritures])).hexdigest()


def _sealed(aspects: tuple[str, ...]) -> bytes:
    """Return the bytes of an écriture that the digest covers; the last one, 0, ends it."""
    return "\n".join(aspects).encode() + b"\0"


def _recorded(of: Ecriture) -> tuple[str, ...]:
    """Return the recorded texts of an écriture, one for each aspect, in the order of ASPECTS."""
    return (
        f"{of.journal.code}\t{of.journal.label}\t{of.day_on}\t{of.piece}\t{of.piece_on}",
        of.label,
        "\t".join(f"{line.account.number}\t{line.account.label}\t{line.party or ''}" for line in of.lines),
        "\t".join(f"{line.debit}\t{line.credit}" for line in of.lines),
    )


def _split(marks: str) -> list[str]:
    """Return the mark of each écriture."""
    return [marks[at : at + _MARK] for at in range(0, len(marks), _MARK)]


def _aspects(old: str, new: str) -> str:
    """Return the aspects in which two marks of an écriture differ, in words."""
    places = range(0, _MARK, _DIGITS)
    names = [name for name, i in zip(ASPECTS, places, strict=True) if old[i : i + _DIGITS] != new[i : i + _DIGITS]]
    return " and ".join(names)
