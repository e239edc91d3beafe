"""Binds an officer's agreement to a passkey: what the passkey signs, and what an entry stores so that anyone can check
it.

A *wish* is an act of one officer that waits for the agreement of another (`kiosk.domain.members.wishes`). The challenge
is the SHA-256 of a random number and the digests of the texts that the agreement covers. Each digest is of the
canonical text of a wish, which contains its act: so one agreement covers a list of wishes and nothing else.
"""

import hashlib
from collections.abc import Sequence

from msgspec import Struct

RANDOM = 32  # bytes of the random number


class Key(Struct, frozen=True):
    """A passkey of an officer's account: its row's id, the officer's number, the id of its credential and its public
    key (COSE).
    """

    row: int
    officer: int
    credential: bytes
    public_key: bytes


class SignedYes(Struct, frozen=True, kw_only=True):
    """An agreement as a passkey signed it (WebAuthn Level 3, section 7.2). Bytes are base64url without padding.

    `row` is the id of the passkey's row, `officer` the number of its owner, `key` its public key; `data` the
    authenticator's data and `client` the browser's, as the standard names them. `site` is the relying party's id and
    `origin` the page's, as the desk knew them; `texts` are the digests of all texts covered.
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
    """Return what a passkey signs to agree to the texts with these digests, in any order."""
    return hashlib.sha256(random + "".join(sorted(digests)).encode()).digest()
