"""Gives the entrance its keys: what seals files beside the ledger, the spool, and codes, as far as they are there.

What the door needs to know its members is sealed by a key that is made from the badges' own: where that one is there,
the roster can be read. The spool's key seals the spool and the door's journal and nothing else, so that a damaged one
shuts no door; until it is made anew, a key made from the badges' stands in for it.
"""

import hmac
from collections.abc import Sequence
from contextlib import suppress

from msgspec import Struct

from kiosk import keys
from kiosk.errors import MachineError
from kiosk.home import Paths

_SEALS = b"kiosk: seals beside the ledger"
_STANDS_IN = b"kiosk: for want of a spool's key"
_CODES = b"kiosk: for want of a codes' key"


class SealKeys(Struct, frozen=True):
    """What seals a file beside the ledger: the key in use, and those of `before` that still read it. By `spool` the
    release before reads it; None where that key cannot be read.
    """

    now: bytes
    before: tuple[bytes, ...] = ()
    spool: bytes | None = None

    @property
    def reading(self) -> tuple[bytes, ...]:
        """Every key that a seal of this release's may be of, the one in use first."""
        return (self.now, *self.before)


class SpoolKeys(Struct, frozen=True):
    """What seals spool and journal from `now` on, and what may have sealed what is there."""

    now: bytes
    before: tuple[bytes, ...] = ()


def seals(badge_key: bytes, older: Sequence[bytes] = (), spool_key: bytes | None = None) -> SealKeys:
    """Make the seals' keys from the badges', the one in use and those of before."""
    return SealKeys(_made(badge_key, _SEALS), tuple(_made(key, _SEALS) for key in older), spool_key)


def seals_of(paths: Paths) -> SealKeys:
    """Return the seals' keys of a home that is not open. Raises MachineError `key` without its badge key."""
    older = [each.key for each in keys.of_badges(paths.old_badge_keys, may_lack=True)]
    return seals(keys.read_key(paths.badge_key), older, spool_key(paths))


def spool_key(paths: Paths) -> bytes | None:
    """The spool's own key; None where it cannot be read."""
    try:
        return keys.read_key(paths.spool_key)
    except MachineError:
        return None


def of_spool(paths: Paths, badge_key: bytes) -> SpoolKeys:
    """The keys of spool and journal. Taps that waited under the stand-in are read when the key is there again."""
    own, stand_in = spool_key(paths), _made(badge_key, _STANDS_IN)
    return SpoolKeys(stand_in) if own is None else SpoolKeys(own, (stand_in,))


def codes(paths: Paths, badge_key: bytes) -> bytes:
    """What goes into the hashes of members' codes: a key of the entrance's own, so that the database gives none away.

    Homes made before it had a file make it from the spool's. Without either, codes are made and known by a key that is
    made from the badges': no code of before opens then, and none of those made meanwhile does afterwards.
    """
    with suppress(MachineError):
        return keys.read_key(paths.codes_key)
    own = spool_key(paths)
    return keys.made_for_codes(own) if own is not None else _made(badge_key, _CODES)


def _made(key: bytes, purpose: bytes) -> bytes:
    return hmac.digest(key, purpose, "sha256")
