"""Makes the secrets that identify telephones, and the hashes of them that the database stores."""

import hashlib
import hmac
import re
import secrets

_FORM = re.compile(r"[A-Za-z0-9_-]{22,64}")  # of a secret that a telephone presents
_BYTES = 32  # random bytes of a secret


def fresh() -> str:
    """Return a new secret: `_BYTES` random bytes as letters, digits, `-` and `_`."""
    return secrets.token_urlsafe(_BYTES)


def fresh_digits(count: int) -> str:
    """Return `count` random digits as text; zeros in front are digits, too."""
    return f"{secrets.randbelow(10**count):0{count}}"


def is_possible(text: str) -> bool:
    """Return whether a text has the form of a secret; callers search the database for no other."""
    return _FORM.fullmatch(text) is not None


def hashed(text: str) -> bytes:
    """Return the SHA-256 hash that the database stores in place of a secret or of an e-mail address."""
    return hashlib.sha256(text.encode()).digest()


def code_hashed(code: str, bearer: str) -> bytes:
    """Return the hash that the database stores of a mailed code of six digits. Its key is `bearer`, the telephone's own
    secret: the database has only its hash, so trying all million codes there reveals nothing.
    """
    return hmac.digest(bearer.encode(), code.encode(), "sha256")
