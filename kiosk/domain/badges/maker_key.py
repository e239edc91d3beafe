"""Writes the maker's key as it is printed on paper, and reads it back as typed, with check digits against typing
errors.

Every badge's key 0, with which its other keys are changed, is derived from this key. It is kept on paper; a door that
writes badges is lent it for hours, in memory.
"""

import hmac

from kiosk.domain import macs
from kiosk.domain.badges.ev2 import KEY_BYTES
from kiosk.domain.problems import Problem

NAME_BYTES = 8  # of the name by which a key is known
_CHECK_BYTES, _GROUP = 2, 4  # bytes of the check; digits of a group
_NAMED, _CHECKED = b"name of the maker's key", b"check of the maker's key"  # what each digest is of


def written(key: bytes) -> str:
    """Return a key in groups of four digits; the last group checks the others."""
    digits = (key + _check(key)).hex().upper()
    return " ".join(digits[start : start + _GROUP] for start in range(0, len(digits), _GROUP))


def parse(text: str) -> bytes:
    """Return the key that was typed, with or without spaces. Raises Problem `maker-key`, whose message repeats no
    digit.
    """
    try:
        digits = bytes.fromhex("".join(text.split()))
    except ValueError:
        digits = b""
    key, check = digits[:KEY_BYTES], digits[KEY_BYTES:]
    if len(key) != KEY_BYTES or not hmac.compare_digest(check, _check(key)):
        raise Problem("maker-key", "this is no maker's key: its last four digits check the others, look at the sheet")
    return key


def name(key: bytes) -> bytes:
    """Return the name of a key, by which it is known where the key itself is not stored."""
    return macs.of(key, _NAMED)[:NAME_BYTES]


def _check(key: bytes) -> bytes:
    """Return the bytes that check a key."""
    return macs.of(key, _CHECKED)[:_CHECK_BYTES]
