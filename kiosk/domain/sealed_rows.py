"""Makes the seal of a database row that affects prices, postings or rights: a digest of the row, and a mark of each
column, which the chain stores.

The digest shows whether the row has changed; the marks of twelve bits show which column, but prove nothing. Both are
salted with a value derived from the chain's key, so that an old entry does not help to guess the content of an erased
row. A deleted row has an empty seal. Columns are only ever added at the end: an older seal covers the first ones.

The *chain* is the ledger, each of whose entries is sealed with the one before. A row's *name* is its key in the table.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence

from kiosk.domain import macs

DIGEST = 24  # hexadecimal digits
_MARK = 3  # hexadecimal digits of a column's mark
SALT = 16  # hexadecimal digits
GONE = ""  # the seal of a deleted row
YES_FROM = "yes_from"  # in an entry's detail: from this entry on, officers' agreements are signed by passkey


def salt(key: bytes, table: str, row_name: str) -> str:
    """Return the salt of a row under a chain's key, in hexadecimal digits."""
    return macs.of(key, f"kiosk: sealed row\n{table}\n{row_name}".encode()).hex()[:SALT]


def hidden(key: bytes, table: str, row_name: str) -> str:
    """Return a keyed name in hexadecimal digits for a row whose own name must not stand in an entry, as a badge's."""
    return macs.of(key, f"kiosk: name of a row\n{table}\n{row_name}".encode()).hex()[:DIGEST]


def seal(salted: str, table: str, row_name: str, values: Sequence[object]) -> str:
    """Return a row's seal: its digest, then a mark for each value."""
    texts = [_as_json(value) for value in values]
    return _digest(salted, table, row_name, texts) + "".join(_mark(salted, text) for text in texts)


def columns(sealed: str) -> int:
    """Return how many columns a seal covers."""
    return (len(sealed) - DIGEST) // _MARK


def differing(salted: str, table: str, row_name: str, values: Sequence[object], sealed: str) -> list[int] | None:
    """Return the positions, from 0, of a row's values that differ from its seal; None where the row is unchanged.

    An empty list means that the digest differs and no mark does: the change happens to give the same marks. Values of
    columns that were added after the sealing are not compared.
    """
    texts = [_as_json(value) for value in values[: columns(sealed)]]
    if hmac.compare_digest(_digest(salted, table, row_name, texts), sealed[:DIGEST]):
        return None
    return [
        at for at, (text, mark) in enumerate(zip(texts, _marks(sealed), strict=True)) if _mark(salted, text) != mark
    ]


def _as_json(value: object) -> str:
    """Return a value as the text that is sealed: JSON, bytes in hexadecimal digits."""
    return json.dumps(value.hex() if isinstance(value, bytes) else value, ensure_ascii=False)


def _digest(salted: str, table: str, row_name: str, texts: Sequence[str]) -> str:
    """Return the digest of a row's name and values."""
    return hashlib.sha256("\n".join((salted, table, row_name, *texts)).encode()).hexdigest()[:DIGEST]


def _mark(salted: str, text: str) -> str:
    """Return the short mark of one value."""
    return hashlib.sha256(f"{salted}\n{text}".encode()).hexdigest()[:_MARK]


def _marks(sealed: str) -> Iterator[str]:
    """Yield the marks of a seal, in the order of the columns."""
    return (sealed[at : at + _MARK] for at in range(DIGEST, len(sealed), _MARK))
