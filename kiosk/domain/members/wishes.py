"""Words what an officer asks of a second one as one canonical text, so that the yes is bound to all that was shown.

The text is the JSON of a frozen record, its fields in the order in which they are declared: the same wish is always the
same text, and any change is another one.
"""

import hashlib
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import Struct

from kiosk.domain import chain
from kiosk.domain.chain import Json
from kiosk.domain.days import Moment
from kiosk.domain.members.two_hands import WAITS

_CANONICAL = msgspec.json.Encoder(order="sorted", enc_hook=chain.plain)  # what stands in `about` may come in any order


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


OUTSIDER, OWN_FILE = "outsider", "own-file"
"""Kinds of wishes that say whose file an officer's account names."""

OPEN, DONE, DECLINED, WITHDRAWN = "open", "done", "declined", "withdrawn"


class Waiting(Struct, frozen=True):
    """What waits for a second officer or was decided, in whose name it is done and under which act. What is asked
    stands in each kind's own fields.
    """

    id: int
    act: bytes
    kind: str
    asked_by: str
    asked_at: datetime
    state: str
    decided_by: str | None

    @property
    def wish(self) -> Wish:
        """What was asked."""
        raise NotImplementedError

    @property
    def asked(self) -> Asked:
        """The wish with whose it is: what a second officer agrees to."""
        return Asked(self.wish, self.asked_by, self.act.hex())

    def may_be_alone(self, moment: Moment, asked_on: date | None = None) -> bool:
        """Tell whether it has waited so long that its asker may do it alone: by the moment in its row and, to do it, by
        the day that was sealed with it.
        """
        return moment.at >= self.asked_at + WAITS and (asked_on is None or moment.day >= asked_on + WAITS)


def digest(text: str) -> str:
    """Return the SHA-256 of a canonical text, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(value: Struct | Json) -> str:
    """Return a record's canonical text."""
    return _CANONICAL.encode(value).decode()
