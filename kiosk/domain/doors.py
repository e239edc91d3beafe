"""Describes a door, and the code by which another door is added to the home."""

import hashlib
import hmac
from enum import StrEnum

from msgspec import Struct

CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's alphabet, without letters that look alike
CODE_LENGTH = 12  # letters
CODE_SECONDS = 600  # how long a code may be used
MOST_TRIES = 5  # wrong codes, after which all open codes are refused
LONGEST_NAME = 40  # characters
ACTORS = ("kiosk", "replay")  # authors of the entries and log lines that a door's key seals
FIRST = 1  # number of the first door, and of the first site
_MEANT = str.maketrans("ILOU", "110V", " -.")  # letters that look alike, and separators


class Takes(StrEnum):
    """Whose badges a door takes."""

    ALL = "all"
    PERMANENTS = "permanents"  # subscribers, and members with a visit today


class Door(Struct, frozen=True):
    """The door at which a tap happens.

    `zone` is the zone of people coming in by it (None: their usual one); `day_site` is the site whose own local day a
    visit uses, 0 where a day holds at all sites; `is_one_of`: there are other sites.
    """

    id: int = FIRST
    site: int = FIRST
    zone: str | None = None
    takes: Takes = Takes.ALL
    is_revoked: bool = False
    day_site: int = 0
    is_one_of: bool = False


FIRST_DOOR = Door()  # the only door of most spaces


def typed(code: str) -> str:
    """Return a typed code in its normal form: capitals, no separators, look-alike letters replaced."""
    return code.upper().translate(_MEANT)


def shown(code: str) -> str:
    """Return a code in groups of four, to be read aloud."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def drawn(random: bytes) -> str:
    """Return a code made of random bytes, using five bits of each."""
    return "".join(CODE_LETTERS[byte & 31] for byte in random[:CODE_LENGTH])


def digest(home_id: str, code: str) -> bytes:
    """Return what is stored of a code: a keyed digest that is useless at another home."""
    return hmac.digest(home_id.encode(), f"door {typed(code)}".encode(), "sha256")


def key_digest(key: bytes) -> bytes:
    """Return the digest by which the database knows a door's own key."""
    return hashlib.sha256(b"kiosk: a door's own key\n" + key).digest()
