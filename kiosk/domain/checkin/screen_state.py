"""Names the states of the screen: what can stand on it, for which person, and by which proof that person is known.

`screen_step.step` is the only function that makes one state from another. Cards, memos and decisions pass through
unread (typed `object`): their types belong to the layers above. A badge's *mark* is its fingerprint, by which the
records know it, its *tail* the last digits of its number. A member's *word* is their answer for a person waiting. A
*picture* says which card is to be made; a *ticket* is a random text that a touch must carry.
"""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

from kiosk.domain.checkin.aids import Aids
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.verdicts import Notice as VerdictNotice

NOTHING: Mapping[type, object] = MappingProxyType({})  # the memo of a flow that has kept nothing
NOBODY_S = b""  # owner of the cards of a person without a badge; the idle screen's owner is None

# --- proofs: how the person before the screen is known


class Nobody(Struct, frozen=True):
    """A person without a badge."""


class NewBadge(Struct, frozen=True):
    """A person with a badge that has no owner."""

    mark: bytes
    tail: str


class Came(Struct, frozen=True):
    """A member whose badge has just let them in, and was not shown again. `visit` is the visit that the tap made."""

    mark: bytes
    number: int
    granted: object  # the decision
    visit: int | None = None


class Refused(Struct, frozen=True):
    """A member whose badge was just refused."""

    mark: bytes
    number: int


class Code(Struct, frozen=True):
    """A member known by their typed code, `at` a moment in monotonic seconds (None: just now). `is_refused`: the door
    stays shut for this member.
    """

    number: int
    is_refused: bool = False
    at: float | None = None


class Invited(Struct, frozen=True):
    """A member let in because another member vouched for them."""

    number: int


class Telephone(Struct, frozen=True):
    """A member on a telephone of their own, away from the screen."""

    number: int


class Badge(Struct, frozen=True):
    """A member known by their badge for a session at the screen, last shown `at` a moment in monotonic seconds."""

    mark: bytes
    number: int
    at: float


Proof = Nobody | NewBadge | Came | Refused | Code | Invited | Telephone | Badge


class Person(Struct, frozen=True):
    """How the screen addresses the person: name, language, aids; `notices` are those of their tap."""

    name: str | None = None
    language: str | None = None
    aids: Aids = Aids.NONE
    notices: tuple[VerdictNotice, ...] = ()


# --- fronts: what stands on the screen


class Job(Struct, frozen=True):
    """A slow computation in progress for an act."""

    id: int
    act: Act
    value: str  # of the choice that was touched


class Idle(Struct, frozen=True):
    """The idle screen: a badge enters."""


class Verdict(Struct, frozen=True):
    """The card of an admitted member and the acts it offers; `place` is the position of the first act on this card."""

    came: Came
    person: Person
    ticket: str
    picture: object
    acts: tuple[Act, ...] = ()
    place: int = 0

    @property
    def proof(self) -> Came:
        """Return the proof by which its member is known."""
        return self.came


class Page(Struct, frozen=True):
    """A page of a flow.

    `since` is the number of the first card of this page: keys typed faster than cards are drawn are taken from that
    number on.
    """

    proof: Proof
    person: Person
    ticket: str = ""  # that a touch must carry; empty: nothing can be touched
    memo: Mapping[type, object] = NOTHING  # what the flow has kept so far, by type
    act: Act | None = None  # that made the page
    since: int = 0
    job: Job | None = None  # the slow computation that it waits for


class AwaitsBadge(Struct, frozen=True):
    """A page that names an act and waits for the badge of `page.proof` to do it. `request` is the waiting person's
    request that the act answers, where there is one.
    """

    act: Act
    value: str
    page: Page
    request: "Request | None" = None


class Waiting(Struct, frozen=True):
    """The page of a person waiting for a member's word."""

    page: Page


class Notice(Struct, frozen=True):
    """A card that is only read. `owner` is the badge that it is about."""

    owner: bytes | None = NOBODY_S


Front = Idle | Verdict | Page | AwaitsBadge | Waiting | Notice


class Request(Struct, frozen=True):
    """A person waiting for a member's word: the act that a yes does, the name shown, the page it came from, and its
    end.
    """

    act: Act
    name: str
    page: Page
    card: object
    until: float  # monotonic seconds


class Stage(Struct, frozen=True):
    """One thing to show: what stands, its card, and when it ends; `holds`: something is typed or chosen on it."""

    front: Front
    card: object
    ends_at: float
    holds: bool = False


class Recent(Struct, frozen=True):
    """A badge that was let in: its card and decision, since when and when last it was seen."""

    front: Front
    picture: object
    decision: object
    since: float
    seen: float


class State(Struct, frozen=True):
    """The whole state of the screen. Times are monotonic seconds."""

    number: int = 1  # counts cards: that of the one that stands
    stages: tuple[Stage, ...] = ()  # what stands and what follows by itself: their ends are the only clock
    shown_at: float = 0.0  # when what stands came
    before: bytes | None = None  # the owner of the card before
    request: Request | None = None  # a person who waits for a member's word
    recent: Mapping[bytes, Recent] = MappingProxyType({})  # the badges let in lately, by mark
    rang: Mapping[str, float] = MappingProxyType({})  # when it last rang for each reason
    lies: bytes | None = None  # the mark of the badge on the reader
    back: Stage | None = None  # the page to return to after a badge that came too soon for it
    jobs: int = 0  # counts slow computations, whose ids these are

    @property
    def front(self) -> Front:
        """Return what stands on the screen now."""
        return self.stages[0].front if self.stages else Idle()


def mark_of(proof: Proof) -> bytes | None:
    """Return the fingerprint of the badge that a proof rests on; None for a proof without a badge."""
    return None if isinstance(proof, Nobody | Code | Invited | Telephone) else proof.mark


def stands(front: Front) -> Verdict | Page | None:
    """Return what a touch goes on from: a card with acts, a page, or the waiting person's page. None where there is
    nothing to touch.
    """
    if isinstance(front, AwaitsBadge | Waiting):
        return front.page
    return front if isinstance(front, Verdict | Page) else None


def owner(front: Front) -> bytes | None:
    """Return the badge that a card belongs to; None for the idle screen. A finger may touch a card at once if the card
    before had the same owner.
    """
    if isinstance(front, Notice):
        return front.owner
    card = stands(front)
    return None if card is None else mark_of(card.proof) or NOBODY_S


def ticket(front: Front) -> str:
    """Return the ticket that a touch must carry to act on this card; empty where nothing can be touched."""
    card = stands(front)
    return "" if card is None else card.ticket


def is_by_badge(front: Front) -> bool:
    """Tell whether a member's badge brought what stands."""
    card = stands(front)
    return owner(front) not in (None, NOBODY_S) and not (card is not None and isinstance(card.proof, NewBadge))
