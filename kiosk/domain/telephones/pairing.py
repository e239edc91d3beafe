"""Decides how a telephone is paired with a member: by the screen's QR code and digits, or by a code in a mail.

The telephone that scans the screen's QR code shows two digits; the member types them at the screen and confirms by
badge. So a photographed QR code is useless: a stranger's telephone shows other digits than the member reads on their
own. There is one try, and a second scan ends the pairing for both. A code in a mail may be tried several times.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

SHOWN_SECONDS = 60  # how long a QR code can be scanned
TYPED_SECONDS = 120  # from the QR code on, how long the digits can be typed
BADGE_SECONDS = 20  # from the page that names the telephone on, how long the badge can confirm
DIGITS = 2  # shown on the telephone, typed at the screen
CODE_DIGITS = 6  # of a code in a mail
CODE_MINUTES = 10  # how long a code works
CODE_TRIES = 5  # wrong codes
CODES_AN_HOUR = 3  # for one address
ALL_CODES_AN_HOUR = 60  # for all addresses: more is an attack on the mail server
MOST_TELEPHONES = 5  # of one member


class Ended(StrEnum):
    """Why a pairing has ended."""

    PAIRED = "paired"
    TWICE = "twice"  # two telephones scanned the same QR code
    DIGITS = "digits"  # other digits were typed than the telephone shows
    LATE = "late"
    AGAIN = "again"  # a newer QR is on the screen
    TRIES = "tries"  # too many wrong codes from a mail


class Pairing(Struct, frozen=True, kw_only=True):
    """The state of a pairing. `member` is None where a code was asked for by an address that no file has. `scanned_at`
    and `digits` are set once a telephone has scanned; `tries` counts wrong codes.
    """

    id: int
    member: int | None
    made_at: datetime
    scanned_at: datetime | None = None
    digits: str = ""
    tries: int = 0
    ended: Ended | None = None


def why_not_scan(pairing: Pairing, now: datetime) -> Ended | None:
    """Return why a telephone cannot scan; None where it can. `TWICE` also ends the first telephone's pairing. Any other
    pairing that has ended is `LATE` to a telephone that scans now.
    """
    if pairing.ended is not None:
        return pairing.ended if pairing.ended is Ended.TWICE else Ended.LATE
    if not _within(pairing.made_at, now, SHOWN_SECONDS):
        return Ended.LATE
    return None if pairing.scanned_at is None else Ended.TWICE


def why_not_pair(pairing: Pairing, digits: str, named_at: datetime, now: datetime) -> Ended | None:
    """Return why the typed digits do not pair a telephone; None where they do. Any reason ends the pairing.

    `named_at` is when the screen named the telephone; the badge must follow soon after.
    """
    if pairing.ended is not None:
        return pairing.ended
    if not (_within(pairing.made_at, now, TYPED_SECONDS) and _within(named_at, now, BADGE_SECONDS)):
        return Ended.LATE
    return None if pairing.scanned_at is not None and digits == pairing.digits else Ended.DIGITS


def is_over(pairing: Pairing, now: datetime) -> bool:
    """Tell whether a pairing can no longer succeed."""
    return pairing.ended is not None or not _within(pairing.made_at, now, TYPED_SECONDS)


def why_no_code(pairing: Pairing, now: datetime) -> Ended | None:
    """Return why a code from a mail is no longer accepted; None where it is."""
    if pairing.ended is not None:
        return pairing.ended
    if pairing.tries >= CODE_TRIES:
        return Ended.TRIES
    return None if _within(pairing.made_at, now, CODE_MINUTES * 60) else Ended.LATE


def _within(since: datetime, now: datetime, seconds: float) -> bool:
    """Tell whether a moment has passed, but no more than so many seconds ago."""
    return timedelta(0) <= now - since <= timedelta(seconds=seconds)
