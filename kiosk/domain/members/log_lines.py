"""Chains the officers' log: each line's digest is of itself and of the line before it, under the writer's key.

A line that was altered, taken out or put in shows where it is, and a log made anew needs the key that wrote it. Of whom
and what a line speaks, there is a digest with a salt: both can be erased, which the line's MAC says. The last line of
each key and the last that was forgotten have MACs of their own: so a tail or a beginning that was cut off shows, too.
"""

import hashlib

from kiosk.domain import macs

START = bytes(32)  # what stands before the first line


def facts(salt: bytes, member_number: int | None, what: str | None) -> bytes:
    """The digest of whom and what a line speaks."""
    said = f"{'' if member_number is None else member_number}\n{what or ''}"
    return hashlib.sha256(salt + said.encode()).digest()


def digest(before: bytes, line: int, at: str, actor: str, act: str, facts_: bytes) -> bytes:
    """The digest of a line and the one before. No field but the act's own words can hold a line break."""
    said = f"{line}\n{at}\n{actor}\n{act}\n{facts_.hex()}"
    return hashlib.sha256(before + said.encode()).digest()


def line_mac(key: bytes, home_id: str, line: int, digest_: bytes, *, is_erased: bool) -> bytes:
    """Make the MAC of a line: of its digest, and of whether its facts were erased."""
    return _mac(key, home_id, "erased line" if is_erased else "line", line, digest_)


def last_mac(key: bytes, home_id: str, line: int) -> bytes:
    """Make the MAC of the number of the last line that a key wrote."""
    return _mac(key, home_id, "last line", line, b"")


def start_mac(key: bytes, home_id: str, line: int, digest_: bytes) -> bytes:
    """Make the MAC of the last line that was forgotten."""
    return _mac(key, home_id, "forgotten line", line, digest_)


def _mac(key: bytes, home_id: str, what: str, line: int, digest_: bytes) -> bytes:
    return macs.of(key, f"kiosk: the officers' log\n{home_id}\n{what}\n{line}\n{digest_.hex()}".encode())
