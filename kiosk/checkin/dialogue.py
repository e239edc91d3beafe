"""Pages of the flows at the screen: what one is, and what it works with.

A page is a function that takes a `PageContext` and returns the next card; None ends the flow. What it notes for the
pages after it, it `keep`s as a value of a type of its own flow: that counts once its transaction is committed.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin.cards import Card
from kiosk.domain import ids
from kiosk.domain.chain import Seal
from kiosk.domain.checkin.aids import Aids
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.screen_state import (
    Code,
    Invited,
    NewBadge,
    Nobody,
    Person,
    Proof,
    Request,
    Telephone,
    mark_of,
)
from kiosk.domain.checkin.standing import Standing
from kiosk.domain.checkin.verdicts import Notice
from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import Policy
from kiosk.errors import RequestError
from kiosk.store.checkin import standing

LONGEST_VALUE = 300
ACTOR, TELEPHONE = "kiosk", "telephone"
Memo = TypeVar("Memo", bound=Struct)
Work = Callable[[], "tuple[Struct, ...]"]  # slow, and of nothing but its own; what it makes is kept


class NamedAct(Struct, frozen=True):
    """The id of the act that was offered last: done twice, it is one."""

    id: bytes


@dataclass(slots=True)
class Turn:
    """What a page makes of its flow. `stops` is a badge that opens no more; `waits` which act a member's word is waited
    for, and under which name.
    """

    proof: Proof
    person: Person
    memo: dict[type, object]
    stops: bytes | None = None
    waits: tuple[Act, str] | None = None


class PagesAddress(Struct, frozen=True):
    """Where members find their pages, and whether a telephone needs the house's Wi-Fi for them."""

    address: str
    needs_wifi: bool = True

    @property
    def is_safe(self) -> bool:
        """Whether nothing on the way reads along: without, no telephone is paired."""
        return self.address.startswith("https://")


class Ways(Protocol):
    """Counts the ways of « Le lieu » that are touched."""

    def touched(self, act: Act) -> None:
        """Count a touch, where it is one of a way."""

    def order(self, day: date) -> tuple[Act, ...]:
        """Return all ways in a day's order."""


class PageContext(Struct, frozen=True):
    """What a page works with: a transaction, the rules, the moment, its flow, all flows' own, and what was touched.

    `confirmed`: the badge, or the code, was just given for this very act. `request` is the request that waits for this
    member's word. `ways` are those of « Le lieu » in today's order; empty where the page asks for none.
    """

    connection: sa.Connection
    seal: Seal
    policy: Policy
    moment: Moment
    turn: Turn
    flows: "Flows"
    value: str = ""
    act: Act | None = None
    confirmed: bool = False
    request: Request | None = None
    ways: tuple[Act, ...] = ()

    @property
    def number(self) -> int:
        """The number of the member before the screen. Raises RequestError `touch-over` where none is known."""
        if isinstance(self.turn.proof, Nobody | NewBadge):
            raise RequestError("touch-over", "this wants a badge first")
        return self.turn.proof.number

    @property
    def is_member(self) -> bool:
        """Whether it is known which member stands there."""
        return not isinstance(self.turn.proof, Nobody | NewBadge)

    @property
    def is_by_badge(self) -> bool:
        """Whether that is known by their badge."""
        return not isinstance(self.turn.proof, Nobody | NewBadge | Code | Invited | Telephone)

    @property
    def actor(self) -> str:
        """By what this is done, as entries and the log say it."""
        return ACTOR if self.is_here else TELEPHONE

    @property
    def is_here(self) -> bool:
        """Whether the member stands before the screen, and not elsewhere with a telephone."""
        return not isinstance(self.turn.proof, Telephone)

    @property
    def mark(self) -> bytes | None:
        """The badge that was seen."""
        return mark_of(self.turn.proof)

    @property
    def name(self) -> str | None:
        """What the screen calls them."""
        return self.turn.person.name

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What their tap gave them to know."""
        return self.turn.person.notices

    @property
    def member(self) -> Standing | None:
        """The member whose badge was seen, as they stand in this very transaction. Raises RequestError `touch-over`."""
        if self.mark is None or not self.is_by_badge:
            raise RequestError("touch-over", "this wants a member's badge")
        return standing.find(self.connection, self.mark, self.policy, self.moment.day)

    def recall(self, kind: type[Memo]) -> Memo | None:
        """What the flow has noted of this type."""
        noted = self.turn.memo.get(kind)
        return noted if isinstance(noted, kind) else None

    def keep(self, noted: Struct) -> None:
        """Note something for the pages that come, in the place of what was noted of its type."""
        self.turn.memo[type(noted)] = noted

    def drop(self, *kinds: type) -> None:
        """Note nothing of these types any more."""
        for kind in kinds:
            self.turn.memo.pop(kind, None)

    def take(self, kind: type[Memo]) -> Memo | None:
        """What the flow has noted of this type, and notes no more: so it is done once."""
        noted = self.recall(kind)
        self.drop(kind)
        return noted

    def become(self, proof: Proof, person: Standing, notices: tuple[Notice, ...] = ()) -> None:
        """Let the flow go on as this member's."""
        language = person.language or self.turn.person.language
        self.turn.proof, self.turn.person = proof, Person(person.name, language, person.aids, notices)

    def speak(self, language: str | None, name: str | None, aids: Aids = Aids.NONE) -> None:
        """Let the flow go on in a language and with these aids, and by a name."""
        self.turn.person = replace(self.turn.person, language=language, name=name, aids=aids)

    @property
    def named_act(self) -> bytes | None:
        """The id of the act that was offered last."""
        named = self.recall(NamedAct)
        return None if named is None else named.id

    def name_the_act(self) -> None:
        """Name what is about to be offered: done twice, it is one."""
        self.keep(NamedAct(self.fresh_id()))

    def fresh_id(self) -> bytes:
        """A new id for what is written."""
        return ids.new(self.moment.at, secrets.token_bytes(16))


class Page(Struct, frozen=True):
    """A page: what it does, and whether that writes. `names` makes the card that names what it would do, before a badge
    does it: with the act as its `asked`; without, the card asks for the badge alone.

    `before` reads what something slow needs and returns that work, if there is any: it is done outside the transaction,
    while the reader goes on, and what it makes is kept for the page.
    """

    show: Callable[[PageContext], Card | None]
    writes: bool = False
    names: Callable[[PageContext], Card] | None = None
    before: Callable[[PageContext], Work | None] | None = None


class Flows(Struct, frozen=True):
    """What all flows of a home work with. `pages` says which page an act leads to, and is asked when the first flow
    begins; `code_key` goes into the hashes of codes; `has_mail`: e-mail leaves this home at all; `pages_at` is where
    members find their pages, None where this home has none; `ways` gives what counts those of « Le lieu ».
    """

    pages: Callable[[], Mapping[Act, Page]]
    code_key: bytes = b""
    has_mail: bool = True
    pages_at: PagesAddress | None = None
    ways: Callable[[], Ways] | None = None
