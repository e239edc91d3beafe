"""Writes an officer's request to a second officer as one canonical text, so that the agreement covers all that was
shown.

A *wish* is an act that waits for a second officer. The text is the JSON of a frozen record with sorted keys: the same
request always gives the same text.
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

_CANONICAL = msgspec.json.Encoder(order="sorted", enc_hook=chain.plain)  # sorted, because `about` may come in any order


class Wish(Struct, frozen=True, kw_only=True):
    """What an officer asks to do. `cents` is the change of the account; `about` has further values to agree to, by
    name.
    """

    kind: str
    cents: int
    reason: str
    account: int | None = None
    entry: int | None = None
    method: str | None = None
    about: dict[str, Any] | None = None


class Asked(Struct, frozen=True):
    """A wish with its asker (`by`) and the act under which it will be written."""

    wish: Wish
    by: str
    act: str

    @property
    def text(self) -> str:
        """Return the canonical text: all that a second officer agrees to."""
        return _CANONICAL.encode(self).decode()

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the text, in hexadecimal digits."""
        return digest(self.text)


OUTSIDER, OWN_FILE = "outsider", "own-file"
"""Kinds of wishes about the file that an officer's account names."""

OPEN, DONE, DECLINED, WITHDRAWN = "open", "done", "declined", "withdrawn"


class Waiting(Struct, frozen=True):
    """A request to a second officer, waiting or decided: its asker, its act, its state. The wish itself is in each
    kind's own fields.
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
        """Return what was asked; each kind of request defines it."""
        raise NotImplementedError

    @property
    def asked(self) -> Asked:
        """Return the wish with its asker and act: what a second officer agrees to."""
        return Asked(self.wish, self.asked_by, self.act.hex())

    def may_be_alone(self, moment: Moment, asked_on: date | None = None) -> bool:
        """Tell whether it has waited long enough for its asker to do it alone: by the moment in its row, and by the day
        `asked_on` sealed with it, where the caller has that day (to do the act, not merely to show it).
        """
        return moment.at >= self.asked_at + WAITS and (asked_on is None or moment.day >= asked_on + WAITS)


def digest(text: str) -> str:
    """Return the SHA-256 of a canonical text, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(record: Struct | Json) -> str:
    """Return the canonical text of a record."""
    return _CANONICAL.encode(record).decode()
