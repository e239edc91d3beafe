"""Chains the officers' log: each line's digest is of itself and of the line before it.

A line that was altered, taken out or put in shows where it is; the ledger closes each day with the last digest,
so that a log made anew shows, too. Of whom and what a line speaks, there is a digest with a salt: both can be erased.
"""

import hashlib

START = bytes(32)  # what stands before the first line


def facts(salt: bytes, member_number: int | None, what: str | None) -> bytes:
    """The digest of whom and what a line speaks."""
    said = f"{'' if member_number is None else member_number}\n{what or ''}"
    return hashlib.sha256(salt + said.encode()).digest()


def digest(before: bytes, line: int, at: str, actor: str, act: str, facts_: bytes) -> bytes:
    """The digest of a line and the one before. No field but the act's own words can hold a line break."""
    said = f"{line}\n{at}\n{actor}\n{act}\n{facts_.hex()}"
    return hashlib.sha256(before + said.encode()).digest()
