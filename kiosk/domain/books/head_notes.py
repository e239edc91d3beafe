"""Reads and writes a head of the chain as people note it: entry's number and beginning of its seal, `812:3f9a1c2e`."""

import re

from msgspec import Struct

from kiosk.domain.problems import Problem

SHORTEST = 8  # digits: as many as stand on a receipt
_NOTED = re.compile(rf"([1-9][0-9]{{0,17}})[:\s]+([0-9a-f]{{{SHORTEST},64}})")


class NotedHead(Struct, frozen=True):
    """An entry's number, and how its seal begins in hexadecimal digits."""

    entry: int
    digits: str

    def is_of(self, mac: bytes) -> bool:
        """Whether a seal begins so."""
        return mac.hex().startswith(self.digits)

    def __str__(self) -> str:
        return f"{self.entry}:{self.digits}"


def head_note(entry: object, mac: bytes, length: int = SHORTEST) -> str:
    """A head as it is told."""
    return f"{entry}:{mac.hex()[:length]}"


def parse(text: str) -> NotedHead:
    """Read a typed head; spaces inside the digits do not matter. Raises Problem `head`."""
    entry, separator, digits = text.strip().casefold().partition(":")
    found = _NOTED.fullmatch(f"{entry.strip()}{separator}{''.join(digits.split())}")
    if found is None:
        raise Problem("head", shortest=SHORTEST)
    return NotedHead(int(found[1]), found[2])
