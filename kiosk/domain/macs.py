"""HMAC-SHA256 (RFC 2104) for keys that are used again and again: the start of both hashes is computed once per key and
copied.

The standard library starts anew for each message. Within a tap, whose processor caches are cold, that takes 20 µs
instead of 10 (`docs/decisions/speed.md`).
"""

import hashlib
from functools import lru_cache
from typing import Any

_BLOCK = 64  # bytes of a block of SHA-256 (FIPS 180-4)
_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))
_MOST_KEYS = 32  # a home has some ten


def of(key: bytes, message: bytes) -> bytes:
    """Return the MAC of a message, 32 bytes."""
    inner, outer = halves(key)
    inside, outside = inner.copy(), outer.copy()
    inside.update(message)
    outside.update(inside.digest())
    mac: bytes = outside.digest()
    return mac


@lru_cache(maxsize=_MOST_KEYS)
def halves(key: bytes) -> tuple[Any, Any]:
    """Return the inner and outer hash begun with a key, to be copied."""
    padded = (key if len(key) <= _BLOCK else hashlib.sha256(key).digest()).ljust(_BLOCK, b"\0")
    return hashlib.sha256(padded.translate(_INNER)), hashlib.sha256(padded.translate(_OUTER))
