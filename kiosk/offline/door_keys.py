"""Gives the entrance the keys that seal its files beside the ledger, its spool and its codes, as far as they are there.

What the door needs to recognise its members is sealed by a key derived from the badge key: wherever badges can be read,
so can the roster. The spool's key seals the spool and the door's journal and nothing else, so that a damaged one closes
no door; until it is made anew, a key derived from the badge key takes its place.
"""

import hmac
from collections.abc import Sequence
from contextlib import suppress

from msgspec import Struct

from kiosk import keys
from kiosk.errors import MachineError
from kiosk.home import Paths

# What each key is derived for: the text that goes into its derivation.
_SEALS = b"kiosk: seals beside the ledger"
_STANDS_IN = b"kiosk: for want of a spool's key"
_CODES = b"kiosk: for want of a codes' key"


class SealKeys(Struct, frozen=True):
    """The keys that seal a file beside the ledger: the current one, and those of `before`, which still read. `spool`
    lets the previous release read the file; None where that key cannot be read.
    """

    now: bytes
    before: tuple[bytes, ...] = ()
    spool: bytes | None = None

    @property
    def reading(self) -> tuple[bytes, ...]:
        """Return every key that a seal of this release may be of, the current one first."""
        return (self.now, *self.before)


class SpoolKeys(Struct, frozen=True):
    """The key that seals spool and journal from now on, and older ones that may have sealed what is there."""

    now: bytes
    before: tuple[bytes, ...] = ()


def seals(badge_key: bytes, older: Sequence[bytes] = (), spool_key: bytes | None = None) -> SealKeys:
    """Return the sealing keys derived from the badge key and from older badge keys."""
    return SealKeys(_derived(badge_key, _SEALS), tuple(_derived(key, _SEALS) for key in older), spool_key)


def seals_of(paths: Paths) -> SealKeys:
    """Return the sealing keys of a home that is not open. Raises MachineError `key` without its badge key."""
    older = [each.key for each in keys.of_badges(paths.old_badge_keys, may_lack=True)]
    return seals(keys.read_key(paths.badge_key), older, spool_key(paths))


def spool_key(paths: Paths) -> bytes | None:
    """Return the spool's own key; None where it cannot be read."""
    try:
        return keys.read_key(paths.spool_key)
    except MachineError:
        return None


def of_spool(paths: Paths, badge_key: bytes) -> SpoolKeys:
    """Return the keys of spool and journal. While the spool's key is missing a stand-in seals them, and it still reads
    what it sealed once the key is there again.
    """
    own, stand_in = spool_key(paths), _derived(badge_key, _STANDS_IN)
    return SpoolKeys(stand_in) if own is None else SpoolKeys(own, (stand_in,))


def codes(paths: Paths, badge_key: bytes) -> bytes:
    """Return the key that goes into the hashes of members' codes, so that the database alone reveals none.

    A home that has no file for it derives the key from the spool's. Without either it is derived from the badge key:
    then codes made before do not open, nor do codes made meanwhile once a key is there again.
    """
    with suppress(MachineError):
        return keys.read_key(paths.codes_key)
    own = spool_key(paths)
    return keys.made_for_codes(own) if own is not None else _derived(badge_key, _CODES)


def _derived(key: bytes, purpose: bytes) -> bytes:
    """Return the key that is derived from another one for a purpose."""
    return hmac.digest(key, purpose, "sha256")
