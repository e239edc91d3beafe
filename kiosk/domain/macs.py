"""HMAC-SHA256 (RFC 2104) with keys that are used time and again: a key's two halves are begun once, and copied.

The library's own call begins anew each time. Where nothing else is done, that costs a little; a tap finds the
processor's caches empty, and waits 20 µs for it instead of 10 (`docs/decisions/speed.md`).
"""

import hashlib
from functools import lru_cache
from typing import Any

_BLOCK = 64  # bytes of a block of SHA-256 (FIPS 180-4)
_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))
_MOST_KEYS = 32  # a home has some ten


def of(key: bytes, message: bytes) -> bytes:
    """The MAC of a message: 32 bytes."""
    inner, outer = halves(key)
    inside, outside = inner.copy(), outer.copy()
    inside.update(message)
    outside.update(inside.digest())
    found: bytes = outside.digest()
    return found


@lru_cache(maxsize=_MOST_KEYS)
def halves(key: bytes) -> tuple[Any, Any]:
    """What a key begins inside and outside: to be copied."""
    padded = (key if len(key) <= _BLOCK else hashlib.sha256(key).digest()).ljust(_BLOCK, b"\0")
    return hashlib.sha256(padded.translate(_INNER)), hashlib.sha256(padded.translate(_OUTER))
