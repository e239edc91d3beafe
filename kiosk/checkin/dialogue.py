"""The pages of the screen's flows: what a page is, and the context that it works with.

A page is a function that takes a `PageContext` and returns the next card; None ends the flow. What it keeps for later
pages (`keep`) is a value of a type of its own flow, and counts once the page's transaction is committed. A *word* is a
member's answer, by badge and touch, for a guest, a newcomer or a member without a badge, waiting at the screen. « Le
lieu » is the page of what members do together; its entries are called *ways*.
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

LONGEST_VALUE = 300  # characters of a touched choice's value
ACTOR, TELEPHONE = "kiosk", "telephone"  # authors, as entries and the log give them
Memo = TypeVar("Memo", bound=Struct)
Work = Callable[[], "tuple[Struct, ...]"]  # slow, without the database; what it returns is kept for the page


class NamedAct(Struct, frozen=True):
    """The id of the act that was offered last, so that doing it twice counts once."""

    id: bytes


@dataclass(slots=True)
class Turn:
    """What running one page changes in its flow. `proof` is how the person before the screen is known, `person` how the
    screen addresses them. `memo` is what the flow keeps for later pages, by type; `stops` is the fingerprint of a badge
    that must open no more, None for none. `waits` is the act that a member's yes would do, with the name of the person
    waiting for it; None where the page leads to no waiting.
    """

    proof: Proof
    person: Person
    memo: dict[type, object]
    stops: bytes | None = None
    waits: tuple[Act, str] | None = None


class PagesAddress(Struct, frozen=True):
    """The web address of the members' pages, and whether a telephone must be in the house's Wi-Fi to reach it."""

    address: str
    needs_wifi: bool = True

    @property
    def is_safe(self) -> bool:
        """Tell whether the address is encrypted; without that, no telephone is paired."""
        return self.address.startswith("https://")


class Ways(Protocol):
    """Counts touches on the entries of « Le lieu », to order them by use."""

    def touched(self, act: Act) -> None:
        """Count a touch on an act, if the act is one of these entries."""

    def order(self, day: date) -> tuple[Act, ...]:
        """Return all these acts in the order of a day."""


class PageContext(Struct, frozen=True):
    """What a page works with: a transaction, the rules, the moment, its flow, and what was touched.

    `confirmed`: the badge or code was just given for this very act. `request` is the request that waits for this
    member's word. `ways` are the acts of « Le lieu » in today's order; empty where the page does not need them.
    """

    connection: sa.Connection
    seal: Seal
    policy: Policy
    moment: Moment
    turn: Turn
    flows: "Flows"
    value: str = ""  # of the choice that was touched
    act: Act | None = None
    confirmed: bool = False
    request: Request | None = None
    ways: tuple[Act, ...] = ()

    @property
    def number(self) -> int:
        """Return the number of the member before the screen. Raises RequestError `touch-over` where it is not known
        which member that is: without a badge, or with one that has no owner.
        """
        if isinstance(self.turn.proof, Nobody | NewBadge):
            raise RequestError("touch-over", "a badge comes first")
        return self.turn.proof.number

    @property
    def is_member(self) -> bool:
        """Tell whether it is known which member stands before the screen."""
        return not isinstance(self.turn.proof, Nobody | NewBadge)

    @property
    def is_by_badge(self) -> bool:
        """Tell whether the member is known by their badge: not by a code, another member's word, or a telephone."""
        return not isinstance(self.turn.proof, Nobody | NewBadge | Code | Invited | Telephone)

    @property
    def actor(self) -> str:
        """Return the author of what the member does here, for entries and the log: the kiosk or a telephone."""
        return ACTOR if self.is_here else TELEPHONE

    @property
    def is_here(self) -> bool:
        """Tell whether the member stands before the screen, and does not use a telephone elsewhere."""
        return not isinstance(self.turn.proof, Telephone)

    @property
    def mark(self) -> bytes | None:
        """Return the fingerprint of the badge that was shown, also of one without an owner; None without a badge."""
        return mark_of(self.turn.proof)

    @property
    def name(self) -> str | None:
        """Return what the screen calls the person; None where that is not known."""
        return self.turn.person.name

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Return the notices of the member's tap."""
        return self.turn.person.notices

    @property
    def member(self) -> Standing | None:
        """Return the standing, read in this transaction, of the member whose badge was shown; None where the badge has
        no owner by now. Raises RequestError `touch-over` without the badge of a member.
        """
        if self.mark is None or not self.is_by_badge:
            raise RequestError("touch-over", "a member's badge comes first")
        return standing.find(self.connection, self.mark, self.policy, self.moment.day)

    def recall(self, kind: type[Memo]) -> Memo | None:
        """Return the value of this type that the flow has kept, or None."""
        kept = self.turn.memo.get(kind)
        return kept if isinstance(kept, kind) else None

    def keep(self, noted: Struct) -> None:
        """Keep a value for later pages, replacing an earlier one of its type."""
        self.turn.memo[type(noted)] = noted

    def drop(self, *kinds: type) -> None:
        """Forget what the flow has kept of these types."""
        for kind in kinds:
            self.turn.memo.pop(kind, None)

    def take(self, kind: type[Memo]) -> Memo | None:
        """Return the value of this type that the flow has kept, or None, and forget it, so that it is used once."""
        kept = self.recall(kind)
        self.drop(kind)
        return kept

    def become(self, proof: Proof, person: Standing, notices: tuple[Notice, ...] = ()) -> None:
        """Continue the flow as this member's, known by this proof, in the member's language or else in that of the flow
        so far.
        """
        language = person.language or self.turn.person.language
        self.turn.proof, self.turn.person = proof, Person(person.name, language, person.aids, notices)

    def speak(self, language: str | None, name: str | None, aids: Aids = Aids.NONE) -> None:
        """Continue the flow in this language (None: the kiosk's), with this name and these aids; the proof stays."""
        self.turn.person = replace(self.turn.person, language=language, name=name, aids=aids)

    @property
    def named_act(self) -> bytes | None:
        """Return the id of the act that was offered last; None where none has one."""
        named = self.recall(NamedAct)
        return None if named is None else named.id

    def name_the_act(self) -> None:
        """Give the act about to be offered a new id, so that doing it twice counts once."""
        self.keep(NamedAct(self.fresh_id()))

    def fresh_id(self) -> bytes:
        """Return a new id for an entry or visit."""
        return ids.new(self.moment.at, secrets.token_bytes(16))


class Page(Struct, frozen=True):
    """A page of a flow: the function that shows it, and whether it writes.

    `show` returns the next card; None ends the flow. `names` makes the card that names what the page would do, before a
    badge confirms it, with the act as its `asked`; without it the card only asks for the badge. `before` reads what a
    slow computation needs and returns that computation, or None: it runs outside the transaction while the reader goes
    on, and what it returns is kept for the page.
    """

    show: Callable[[PageContext], Card | None]
    writes: bool = False
    names: Callable[[PageContext], Card] | None = None
    before: Callable[[PageContext], Work | None] | None = None


class Flows(Struct, frozen=True):
    """What all flows of one home share.

    `pages` returns the page for each act, and is called when the first flow begins; `code_key` goes into the hashes of
    members' codes (PINs for a forgotten badge); `has_mail`: this home can send e-mail; `pages_at` is the address of the
    members' pages, None where there are none; `ways` gives the counter of touches in « Le lieu ».
    """

    pages: Callable[[], Mapping[Act, Page]]
    code_key: bytes = b""
    has_mail: bool = True
    pages_at: PagesAddress | None = None
    ways: Callable[[], Ways] | None = None
