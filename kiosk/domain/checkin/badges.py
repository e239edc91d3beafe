"""Badge numbers: how a UID is written, cleaned once at the edge, and turned into what may be stored.

A UID identifies and does not authenticate: it can be copied with a telephone. So only a keyed hash is stored, with its
last two bytes for the secretary who holds the badge in her hand.
"""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from kiosk.domain import macs
from kiosk.domain.badges import typed
from kiosk.domain.badges.products import Proof
from kiosk.domain.problems import Problem

UID_SIZES = (4, 7, 10)  # ISO/IEC 14443-3: single, double and triple size
_SEPARATORS = str.maketrans("", "", ":-. ")
_RANDOM_FIRST_BYTE = 0x08  # ISO/IEC 14443-3: a single size UID that starts so is drawn anew at each tap (telephones)


class BadgeRead(Struct, frozen=True):
    """What a reader yields: the UID of one badge, 4, 7 or 10 bytes. `repr` never shows it whole.

    With a `proof`, the badge has shown that it has the site's key of that version.
    """

    uid: bytes
    proof: Proof = Proof.NONE
    key_version: int | None = None

    def __post_init__(self) -> None:
        if len(self.uid) not in UID_SIZES:
            raise Problem("uid-size", field="badge", count=2 * len(self.uid))

    def __repr__(self) -> str:
        return f"BadgeRead(…{self.tail})"

    @property
    def tail(self) -> str:
        """The last two bytes as four capital hexadecimal digits."""
        return self.uid[-2:].hex().upper()

    @property
    def is_random(self) -> bool:
        """Whether the number changes at each tap, as a telephone's does: no badge to enrol."""
        return len(self.uid) == 4 and self.uid[0] == _RANDOM_FIRST_BYTE

    @property
    def is_shared(self) -> bool:
        """Whether another card may have the same number: those of four bytes are given out more than once (AN10927)."""
        return len(self.uid) == UID_SIZES[0]

    def fingerprint(self, key: bytes) -> bytes:
        """HMAC-SHA256 of the UID (32 bytes): what the database knows a badge by."""
        return macs.of(key, self.uid)


class OldKey(Struct, frozen=True):
    """A key of before: badges are still known by it up to a day, that one too."""

    key: bytes
    until: date


def marks(read: BadgeRead, key: bytes, older: Iterable[OldKey], day: date) -> tuple[bytes, ...]:
    """What the database may know a badge by on a day: the key's own fingerprint first, then those of keys of before."""
    return (read.fingerprint(key), *(read.fingerprint(each.key) for each in older if day <= each.until))


def parse(text: str) -> BadgeRead:
    """The badge written as hexadecimal digits in either case, with or without `:`, `-`, `.` or spaces between.

    Raises Problem `uid-format` or `uid-size`.
    """
    digits = text.translate(_SEPARATORS)
    try:
        uid = bytes.fromhex(digits)
    except ValueError:
        raise Problem("uid-format", field="badge", given=text) from None
    return BadgeRead(uid)


def by_keys(digits: str, way: typed.Typing) -> BadgeRead:
    """The badge whose number a keyboard-like reader typed, in its way. Raises Problem `uid-typed`."""
    uid = typed.number(digits, way)
    if uid is None:
        raise Problem("uid-typed", "these digits are no badge's number as this reader is said to type it")
    return BadgeRead(uid)
