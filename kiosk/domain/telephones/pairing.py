"""Decides how a telephone is paired: by the first scan, the digits that are typed, and until when.

The telephone that scans the screen's QR shows two digits; its member types them at the screen and says yes by badge. So
a photographed QR opens nothing: the digits of a stranger's telephone are not those that the member reads on their own.
One try, and a second scan ends both.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

SHOWN_SECONDS = 60  # a QR can be scanned for so long
TYPED_SECONDS = 120  # from the QR on, the digits can be typed
BADGE_SECONDS = 20  # from the page that names the telephone on, the badge says yes
DIGITS = 2
CODE_DIGITS = 6
CODE_MINUTES = 10
CODE_TRIES = 5
CODES_AN_HOUR = 3  # for one address
ALL_CODES_AN_HOUR = 60  # for all of them: more is an attack on the mail server
MOST_TELEPHONES = 5  # of one member


class Ended(StrEnum):
    """Why a pairing is over."""

    PAIRED = "paired"
    TWICE = "twice"  # two telephones scanned one QR
    DIGITS = "digits"  # other digits were typed than the telephone shows
    LATE = "late"
    AGAIN = "again"  # a newer QR is on the screen
    TRIES = "tries"  # too many wrong codes of a mail


class Pairing(Struct, frozen=True, kw_only=True):
    """A pairing as far as it has come. `scanned_at` and `digits` are there once a telephone scanned."""

    id: int
    member: int | None
    made_at: datetime
    scanned_at: datetime | None = None
    digits: str = ""
    tries: int = 0
    ended: Ended | None = None


def why_not_scan(pairing: Pairing, now: datetime) -> Ended | None:
    """Return why a telephone cannot scan; None where it can. `TWICE` ends the pairing of the other, too."""
    if pairing.ended is not None:
        return pairing.ended if pairing.ended is Ended.TWICE else Ended.LATE
    if not _within(pairing.made_at, now, SHOWN_SECONDS):
        return Ended.LATE
    return None if pairing.scanned_at is None else Ended.TWICE


def why_not_pair(pairing: Pairing, digits: str, named_at: datetime, now: datetime) -> Ended | None:
    """Return why the digits that were typed at the screen pair nothing; None where they do. Any reason ends it.

    `named_at` is when the screen named the telephone: the badge follows soon.
    """
    if pairing.ended is not None:
        return pairing.ended
    if not (_within(pairing.made_at, now, TYPED_SECONDS) and _within(named_at, now, BADGE_SECONDS)):
        return Ended.LATE
    return None if pairing.scanned_at is not None and digits == pairing.digits else Ended.DIGITS


def is_over(pairing: Pairing, now: datetime) -> bool:
    """Tell whether a telephone waits in vain by now."""
    return pairing.ended is not None or not _within(pairing.made_at, now, TYPED_SECONDS)


def why_no_code(pairing: Pairing, now: datetime) -> Ended | None:
    """Return why no code of a mail is taken any more; None where one is."""
    if pairing.ended is not None:
        return pairing.ended
    if pairing.tries >= CODE_TRIES:
        return Ended.TRIES
    return None if _within(pairing.made_at, now, CODE_MINUTES * 60) else Ended.LATE


def _within(since: datetime, now: datetime, seconds: float) -> bool:
    return timedelta(0) <= now - since <= timedelta(seconds=seconds)
