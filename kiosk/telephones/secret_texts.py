"""Makes what a telephone is known by, and what the database keeps of that: a hash, from which nothing is made again."""

import hashlib
import hmac
import re
import secrets

_FORM = re.compile(r"[A-Za-z0-9_-]{22,64}")
_BYTES = 32


def fresh() -> str:
    """Make a text that is guessed by no one."""
    return secrets.token_urlsafe(_BYTES)


def fresh_digits(count: int) -> str:
    """Make so many digits."""
    return f"{secrets.randbelow(10**count):0{count}}"


def is_possible(text: str) -> bool:
    """Tell whether a text can be one of ours: nothing else is looked for."""
    return _FORM.fullmatch(text) is not None


def hashed(text: str) -> bytes:
    """Return what the database keeps of a secret."""
    return hashlib.sha256(text.encode()).digest()


def code_hashed(code: str, bearer: str) -> bytes:
    """Return what the database keeps of a mailed code: without the bearer, which it does not have, a million tries at
    it tell nothing.
    """
    return hmac.digest(bearer.encode(), code.encode(), "sha256")
