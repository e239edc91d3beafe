"""Badge numbers (UIDs): reads one as people write it, and makes the keyed hash that may be stored.

A UID identifies a badge and proves nothing, because a telephone can copy it. So the database stores only a keyed hash,
and the last two bytes for recognising a badge held in the hand.
"""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from kiosk.domain import macs
from kiosk.domain.badges import typed
from kiosk.domain.badges.products import Proof
from kiosk.domain.problems import Problem

UID_SIZES = (4, 7, 10)  # ISO/IEC 14443-3: single, double and triple size
_SEPARATORS = str.maketrans("", "", ":-. ")  # between a UID's digits, ignored
_RANDOM_FIRST_BYTE = 0x08  # ISO/IEC 14443-3: a 4-byte UID starting so is drawn anew at each tap (telephones)


class BadgeRead(Struct, frozen=True):
    """One reading of a badge: its UID of 4, 7 or 10 bytes. `repr` never shows the UID whole. With a `proof`, the badge
    has shown that it holds the site's key of version `key_version`. Raises Problem `uid-size` for another length.
    """

    uid: bytes
    proof: Proof = Proof.NONE
    key_version: int | None = None

    def __post_init__(self) -> None:
        if len(self.uid) not in UID_SIZES:
            raise Problem("uid-size", field="badge", count=2 * len(self.uid))  # hexadecimal digits, as people type them

    def __repr__(self) -> str:
        return f"BadgeRead(…{self.tail})"

    @property
    def tail(self) -> str:
        """Return the last two bytes of the UID as four capital hexadecimal digits."""
        return self.uid[-2:].hex().upper()

    @property
    def is_random(self) -> bool:
        """Tell whether this UID is drawn anew at each tap, as a telephone's is, so that it cannot be enrolled as a
        badge.
        """
        return len(self.uid) == 4 and self.uid[0] == _RANDOM_FIRST_BYTE

    @property
    def is_shared(self) -> bool:
        """Tell whether another card may have the same UID: four-byte UIDs are given out more than once (AN10927)."""
        return len(self.uid) == UID_SIZES[0]

    def fingerprint(self, key: bytes) -> bytes:
        """Return the HMAC-SHA256 of the UID under a key (32 bytes), by which the database knows the badge."""
        return macs.of(key, self.uid)


class OldKey(Struct, frozen=True):
    """A former badge key: fingerprints made with it are still recognised until the day `until`, that day included."""

    key: bytes
    until: date


def marks(read: BadgeRead, key: bytes, older: Iterable[OldKey], day: date) -> tuple[bytes, ...]:
    """Return the fingerprints under which the database may know a badge on a day: the current key's first, then those
    of former keys that are still valid.
    """
    return (read.fingerprint(key), *(read.fingerprint(former.key) for former in older if day <= former.until))


def parse(text: str) -> BadgeRead:
    """Read a UID written as hexadecimal digits in either case, with or without `:`, `-`, `.` or spaces between them.
    Raises Problem `uid-format` or `uid-size`.
    """
    digits = text.translate(_SEPARATORS)
    try:
        uid = bytes.fromhex(digits)
    except ValueError:
        raise Problem("uid-format", field="badge", given=text) from None
    return BadgeRead(uid)


def by_keys(digits: str, way: typed.Typing) -> BadgeRead:
    """Return the badge whose number was typed by a reader that works like a keyboard, in that reader's format `way`.
    Raises Problem `uid-typed`.
    """
    uid = typed.number(digits, way)
    if uid is None:
        raise Problem("uid-typed", "these digits are no badge's number as this reader is said to type it")
    return BadgeRead(uid)
