"""Describes a door to the people coming in by it, and the code by which another door is added."""

import hashlib
import hmac
from enum import StrEnum

from msgspec import Struct

CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: nothing that one takes for another
CODE_LENGTH = 12
CODE_SECONDS = 600
MOST_TRIES = 5  # wrong codes, after which none that is open now is taken any more
LONGEST_NAME = 40
ACTORS = ("kiosk", "replay")  # whose entries, and lines of the officers' log, a door's key seals
FIRST = 1  # the door, and the site, that every home begins with
_MEANT = str.maketrans("ILOU", "110V", " -.")


class Takes(StrEnum):
    """Whose badges a door's reader takes."""

    ALL = "all"
    PERMANENTS = "permanents"  # and who has today's visit already


class Door(Struct, frozen=True):
    """The door that a tap comes by. `zone` is the zone of people coming in by it, None for their usual one; `day_site`
    is the site whose own day it is, 0 where a day is one at all sites; `is_one_of` says whether there are other sites.
    """

    id: int = FIRST
    site: int = FIRST
    zone: str | None = None
    takes: Takes = Takes.ALL
    is_revoked: bool = False
    day_site: int = 0
    is_one_of: bool = False


FIRST_DOOR = Door()


def typed(code: str) -> str:
    """A code as it was meant: capitals, without what stands between, letters that look alike as the ones that count."""
    return code.upper().translate(_MEANT)


def shown(code: str) -> str:
    """A code in groups of four, as one reads it aloud."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def drawn(random: bytes) -> str:
    """A code from random bytes, five bits of each."""
    return "".join(CODE_LETTERS[byte & 31] for byte in random[:CODE_LENGTH])


def digest(home_id: str, code: str) -> bytes:
    """What is kept of a code: a keyed digest, of no use at another home."""
    return hmac.digest(home_id.encode(), f"door {typed(code)}".encode(), "sha256")


def key_digest(key: bytes) -> bytes:
    """What the records know a door's own key by."""
    return hashlib.sha256(b"kiosk: a door's own key\n" + key).digest()
