"""Makes what the chain holds of a row that prices, posts or gives a right: a digest of it, and of each column a mark.

The digest says whether the row is another one; the marks, of twelve bits, say which column, and prove nothing. Both are
salted by what only the chain's key gives, so that an old entry does not help to guess what an erased row said. A row
that is gone has an empty seal. Columns are only ever added at the end: an older seal speaks of the first ones alone.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence

from kiosk.domain import macs

DIGEST = 24  # hexadecimal digits
_MARK = 3
SALT = 16
GONE = ""
YES_FROM = "yes_from"  # in an entry's detail: from it on, an officer's yes is signed by their passkey


def salt(key: bytes, table: str, row: str) -> str:
    """The salt of a row under a chain's key, in hexadecimal digits."""
    return macs.of(key, f"kiosk: sealed row\n{table}\n{row}".encode()).hex()[:SALT]


def hidden(key: bytes, table: str, row: str) -> str:
    """A row's name where the name itself must not stand in an entry: a badge's."""
    return macs.of(key, f"kiosk: name of a row\n{table}\n{row}".encode()).hex()[:DIGEST]


def seal(salted: str, table: str, row: str, values: Sequence[object]) -> str:
    """A row's seal: its digest, then a mark for each value."""
    told = [_told(value) for value in values]
    return _digest(salted, table, row, told) + "".join(_mark(salted, each) for each in told)


def columns(sealed: str) -> int:
    """Of how many columns a seal speaks."""
    return (len(sealed) - DIGEST) // _MARK


def differing(salted: str, table: str, row: str, values: Sequence[object], sealed: str) -> list[int] | None:
    """Which of a row's values are not what was sealed, by their places; none where the digest alone says so. None
    where the row is what was sealed.
    """
    told = [_told(value) for value in values[: columns(sealed)]]
    if hmac.compare_digest(_digest(salted, table, row, told), sealed[:DIGEST]):
        return None
    return [at for at, (each, mark) in enumerate(zip(told, _marks(sealed), strict=True)) if _mark(salted, each) != mark]


def _told(value: object) -> str:
    return json.dumps(value.hex() if isinstance(value, bytes) else value, ensure_ascii=False)


def _digest(salted: str, table: str, row: str, told: Sequence[str]) -> str:
    return hashlib.sha256("\n".join((salted, table, row, *told)).encode()).hexdigest()[:DIGEST]


def _mark(salted: str, told: str) -> str:
    return hashlib.sha256(f"{salted}\n{told}".encode()).hexdigest()[:_MARK]


def _marks(sealed: str) -> Iterator[str]:
    return (sealed[at : at + _MARK] for at in range(DIGEST, len(sealed), _MARK))
