"""Makes the secrets that identify telephones, and the hashes of them that the database stores."""

import hashlib
import hmac
import re
import secrets

_FORM = re.compile(r"[A-Za-z0-9_-]{22,64}")  # of a secret that a telephone presents
_BYTES = 32  # random bytes of a secret


def fresh() -> str:
    """Return a random text that cannot be guessed."""
    return secrets.token_urlsafe(_BYTES)


def fresh_digits(count: int) -> str:
    """Return so many random digits."""
    return f"{secrets.randbelow(10**count):0{count}}"


def is_possible(text: str) -> bool:
    """Return whether a text has the form of one of ours; others are not looked up."""
    return _FORM.fullmatch(text) is not None


def hashed(text: str) -> bytes:
    """Return the hash that the database stores of a secret."""
    return hashlib.sha256(text.encode()).digest()


def code_hashed(code: str, bearer: str) -> bytes:
    """Return the hash that the database stores of a mailed code. Its key is the bearer, which the database does not
    have, so that trying all million codes reveals nothing.
    """
    return hmac.digest(bearer.encode(), code.encode(), "sha256")
