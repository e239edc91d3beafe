"""The kinds of record in the spool, and how a line of JSON has each.

A *reading* is what the machine's clocks showed at one moment: the wall clock, the seconds since a start of the machine,
and the id of that start.
"""

from datetime import datetime

from msgspec import Struct

from kiosk.domain.offline.trust import Reading


class WaitingTap(Struct, frozen=True, kw_only=True):
    """A tap whose member was let in. `reading.at` is its time if `dated`; otherwise it happened at `earliest` or later,
    when `last_entry` was the ledger's last (None where that could not be read).

    It has neither name nor UID: `fingerprint` is the badge's keyed hash, `member` a number.
    """

    tap_id: bytes
    fingerprint: bytes
    member: int
    reading: Reading
    dated: bool
    earliest: datetime
    last_entry: int | None


class Anchor(Struct, frozen=True):
    """A trusted reading, which dates every tap of the same start of the machine."""

    reading: Reading


class Damaged(Struct, frozen=True):
    """A line that is not as it was written, by its text as read."""

    text: str


class Missing(Struct, frozen=True):
    """Lines of a file that are gone, by the file's name and their number: it was cut short, or taken away."""

    file: str
    count: int


Record = WaitingTap | Anchor | Damaged | Missing


def fields(record: Record) -> dict[str, object]:
    """Return a record as the fields of its line."""
    if isinstance(record, Damaged):
        return {"kind": "damaged", "text": record.text}
    if isinstance(record, Missing):
        return {"kind": "missing", "file": record.file, "count": record.count}
    reading = record.reading
    clock = {"at": reading.at.isoformat(), "monotonic": reading.monotonic, "boot": reading.boot}
    if isinstance(record, Anchor):
        return {"kind": "anchor", **clock}
    return {
        "kind": "tap",
        **clock,
        "tap": record.tap_id.hex(),
        "badge": record.fingerprint.hex(),
        "member": record.member,
        "dated": record.dated,
        "earliest": record.earliest.isoformat(),
        "last_entry": record.last_entry,
    }


def record(document: dict[str, object]) -> Record:
    """Return the record of a line's fields. Raises KeyError or ValueError where it is not a record."""

    def text(name: str) -> str:
        """Return a field as text."""
        return str(document[name])

    if document["kind"] == "damaged":
        return Damaged(text("text"))
    if document["kind"] == "missing":
        return Missing(text("file"), int(text("count")))
    reading = Reading(datetime.fromisoformat(text("at")), float(text("monotonic")), text("boot"))
    if document["kind"] == "anchor":
        return Anchor(reading)
    return WaitingTap(
        tap_id=bytes.fromhex(text("tap")),
        fingerprint=bytes.fromhex(text("badge")),
        member=int(text("member")),
        reading=reading,
        dated=document["dated"] is True,
        earliest=datetime.fromisoformat(text("earliest")),
        last_entry=None if document["last_entry"] is None else int(text("last_entry")),
    )
