"""Chains the officers' log: each line's digest includes the line before it, and has a MAC under the writer's key.

A *line* tells of one act of an officer: on which day, by which actor, which act, on which member, and details in words.
An altered, deleted or inserted line shows where it is, and a log written anew needs the writer's key. The member and
the words of a line are included as a salted digest, so that both can be erased, which the line's MAC then states. The
last line of each key, and the last *forgotten* one (deleted in time, with all before it), have MACs of their own, so
that a missing end or beginning shows too.
"""

import hashlib

from kiosk.domain import macs

START = bytes(32)  # the digest before the first line


def facts(salt: bytes, member_number: int | None, what: str | None) -> bytes:
    """Return the salted digest of the member and the words of a line."""
    text = f"{'' if member_number is None else member_number}\n{what or ''}"
    return hashlib.sha256(salt + text.encode()).digest()


def digest(before: bytes, line: int, at: str, actor: str, act: str, facts_: bytes) -> bytes:
    """Return the digest of a line and the digest before. `at` is the line's day, because its hour is erased in time.

    No field can hold a line break: the words, which may, are only in the digest `facts_`.
    """
    text = f"{line}\n{at}\n{actor}\n{act}\n{facts_.hex()}"
    return hashlib.sha256(before + text.encode()).digest()


def line_mac(key: bytes, home_id: str, line: int, digest_: bytes, *, is_erased: bool) -> bytes:
    """Return the MAC of a line: of its digest, and of whether its facts were erased."""
    return _mac(key, home_id, "erased line" if is_erased else "line", line, digest_)


def last_mac(key: bytes, home_id: str, line: int) -> bytes:
    """Return the MAC of the number of the last line that a key wrote."""
    return _mac(key, home_id, "last line", line, b"")


def start_mac(key: bytes, home_id: str, line: int, digest_: bytes) -> bytes:
    """Return the MAC of the last line that was forgotten."""
    return _mac(key, home_id, "forgotten line", line, digest_)


def _mac(key: bytes, home_id: str, what: str, line: int, digest_: bytes) -> bytes:
    """Return a MAC over the log's number of a line and its digest; `what` keeps the kinds of MACs apart."""
    return macs.of(key, f"kiosk: the officers' log\n{home_id}\n{what}\n{line}\n{digest_.hex()}".encode())
