"""Reads and writes a head of the chain as people note it: an entry's number and the beginning of its seal,
`812:3f9a1c2e`.
"""

import re

from msgspec import Struct

from kiosk.domain.problems import Problem

SHORTEST = 8  # digits: as many as a receipt shows
_NOTED = re.compile(rf"([1-9][0-9]{{0,17}})[:\s]+([0-9a-f]{{{SHORTEST},64}})")


class NotedHead(Struct, frozen=True):
    """A noted head: an entry's number, and the first hexadecimal digits of its seal."""

    entry: int
    digits: str

    def is_of(self, mac: bytes) -> bool:
        """Tell whether a seal begins with the noted digits."""
        return mac.hex().startswith(self.digits)

    def __str__(self) -> str:
        return f"{self.entry}:{self.digits}"


def head_note(entry: object, mac: bytes, length: int = SHORTEST) -> str:
    """Return a head as it is noted."""
    return f"{entry}:{mac.hex()[:length]}"


def parse(text: str) -> NotedHead:
    """Read a noted head; spaces inside the digits do not matter. Raises Problem `head`."""
    entry, separator, digits = text.strip().casefold().partition(":")
    match = _NOTED.fullmatch(f"{entry.strip()}{separator}{''.join(digits.split())}")
    if match is None:
        raise Problem("head", shortest=SHORTEST)
    return NotedHead(int(match[1]), match[2])
