"""Binds an officer's yes to a passkey: what it signs, and what an entry keeps so that anybody can check it later.

The challenge is SHA-256 of a random number and of the digest of each text that the yes covers. A digest is of a wish's
canonical text, in which its act stands (`kiosk.domain.members.wishes`): so one yes covers a list, and nothing but it.
"""

import hashlib
from collections.abc import Sequence

from msgspec import Struct

RANDOM = 32  # bytes


class Key(Struct, frozen=True):
    """A passkey of an officer's account: its row's id, its credential's id and its public key (COSE)."""

    row: int
    officer: int
    credential: bytes
    public_key: bytes


class SignedYes(Struct, frozen=True, kw_only=True):
    """A yes as a passkey signed it (WebAuthn Level 3, section 7.2). Bytes are base64url without padding, in `key` too.

    `site` is the relying party's id and `origin` the page's, as the desk knew them; `texts` are the digests of all that
    it covers.
    """

    row: int
    officer: int
    credential: str
    key: str
    data: str
    client: str
    signature: str
    random: str
    site: str
    origin: str
    texts: Sequence[str]


def challenge(random: bytes, digests: Sequence[str]) -> bytes:
    """Return what a passkey signs for a yes to the texts of these digests, in whatever order they come."""
    return hashlib.sha256(random + "".join(sorted(digests)).encode()).digest()
