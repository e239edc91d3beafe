"""Words what an officer asks of a second one as one canonical text, so that the yes is bound to all that was shown.

The text is the JSON of a frozen record, its fields in the order in which they are declared: the same wish is always the
same text, and any change is another one.
"""

import hashlib
from typing import Any

import msgspec
from msgspec import Struct

from kiosk.domain.chain import Json

_CANONICAL = msgspec.json.Encoder(order="sorted")  # what stands in `about` may come in any order


class Wish(Struct, frozen=True, kw_only=True):
    """What an officer wants to do. `cents` is what the account changes by; `about` has what else there is to agree to,
    by its name.
    """

    kind: str
    cents: int
    reason: str
    account: int | None = None
    entry: int | None = None
    method: str | None = None
    about: dict[str, Any] | None = None


class Asked(Struct, frozen=True):
    """A wish, in whose name, and under which act it will be written."""

    wish: Wish
    by: str
    act: str

    @property
    def text(self) -> str:
        """The canonical text: all that a second officer agrees to."""
        return _CANONICAL.encode(self).decode()

    @property
    def digest(self) -> str:
        """The SHA-256 of the text, in hexadecimal digits."""
        return digest(self.text)


def digest(text: str) -> str:
    """Return the SHA-256 of a canonical text, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(value: Struct | Json) -> str:
    """Return a record's canonical text."""
    return _CANONICAL.encode(value).decode()
