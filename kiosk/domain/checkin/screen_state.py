"""Names what can stand before the screen, and the person it stands for, by which proof.

`screen_step.step` is the one function that makes a state of another. Cards, memos and decisions go through unread:
their types are the layers' above.
"""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

from kiosk.domain.checkin.aids import Aids
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.verdicts import Notice as VerdictNotice

NOTHING: Mapping[type, object] = MappingProxyType({})
NOBODY_S = b""  # owns what a person without a badge looks at; None owns the idle screen

# --- who somebody is, and by what that is known


class Nobody(Struct, frozen=True):
    """A person without a badge."""


class NewBadge(Struct, frozen=True):
    """A person with a badge without an owner."""

    mark: bytes
    tail: str


class Came(Struct, frozen=True):
    """A member whose badge has just let them in, and was not asked for again. `visit` is what that tap made."""

    mark: bytes
    number: int
    granted: object
    visit: int | None = None


class Refused(Struct, frozen=True):
    """A member whose badge was refused just now."""

    mark: bytes
    number: int


class Code(Struct, frozen=True):
    """A member who typed their code, at a moment (monotonic seconds; None: just now); `is_refused`: the door stays shut
    for them.
    """

    number: int
    is_refused: bool = False
    at: float | None = None


class Invited(Struct, frozen=True):
    """A member who came in on another's word."""

    number: int


class Telephone(Struct, frozen=True):
    """A member on a telephone of their own, away from the screen."""

    number: int


class Badge(Struct, frozen=True):
    """A member whose badge was seen for what they do here, last at a moment (monotonic seconds)."""

    mark: bytes
    number: int
    at: float


Proof = Nobody | NewBadge | Came | Refused | Code | Invited | Telephone | Badge


class Person(Struct, frozen=True):
    """How the screen speaks to them; `notices` is what their tap gave them to know."""

    name: str | None = None
    language: str | None = None
    aids: Aids = Aids.NONE
    notices: tuple[VerdictNotice, ...] = ()


# --- what stands before them


class Job(Struct, frozen=True):
    """Something slow that is being worked out for an act."""

    id: int
    act: Act
    value: str


class Idle(Struct, frozen=True):
    """Nothing stands, nothing waits: a badge enters."""


class Verdict(Struct, frozen=True):
    """The card of a member who has come in, with what it offers; `place` is how many acts stand on cards before."""

    came: Came
    person: Person
    ticket: str
    picture: object
    acts: tuple[Act, ...] = ()
    place: int = 0

    @property
    def proof(self) -> Came:
        """By what its member is known."""
        return self.came


class Page(Struct, frozen=True):
    """A page of a flow. `memo` is what the flow has noted so far, by its types; `since` the number of the first card of
    this very page, since which keys are taken that were typed faster than they are drawn.
    """

    proof: Proof
    person: Person
    ticket: str = ""
    memo: Mapping[type, object] = NOTHING
    act: Act | None = None
    since: int = 0
    job: Job | None = None


class AwaitsBadge(Struct, frozen=True):
    """A page that names an act, which the badge of `page.proof` does; and the waiting person it is for, if for one."""

    act: Act
    value: str
    page: Page
    request: "Request | None" = None


class Waiting(Struct, frozen=True):
    """The page of a person waiting for another's word."""

    page: Page


class Notice(Struct, frozen=True):
    """What is only read. `owner` is the badge that it is about."""

    owner: bytes | None = NOBODY_S


Front = Idle | Verdict | Page | AwaitsBadge | Waiting | Notice


class Request(Struct, frozen=True):
    """A person waiting for a member's word: what a yes does, under which name, from which page, and until when."""

    act: Act
    name: str
    page: Page
    card: object
    until: float


class Stage(Struct, frozen=True):
    """What stands, its card, and when it ends; `holds`: something is typed or chosen on it."""

    front: Front
    card: object
    ends_at: float
    holds: bool = False


class Recent(Struct, frozen=True):
    """A badge that was let in: its card, since when and until when it was seen."""

    front: Front
    picture: object
    decision: object
    since: float
    seen: float


class State(Struct, frozen=True):
    """All that is known of the screen. `stages` are what stands and what follows by itself: their ends are the only
    clock. `before` is whose card stood before; `lies` the badge on the reader; `back` the page that returns after a
    badge that came too soon for it.
    """

    number: int = 1
    stages: tuple[Stage, ...] = ()
    shown_at: float = 0.0
    before: bytes | None = None
    request: Request | None = None
    recent: Mapping[bytes, Recent] = MappingProxyType({})
    rang: Mapping[str, float] = MappingProxyType({})
    lies: bytes | None = None
    back: Stage | None = None
    jobs: int = 0

    @property
    def front(self) -> Front:
        """What stands."""
        return self.stages[0].front if self.stages else Idle()


def mark_of(proof: Proof) -> bytes | None:
    """The badge that a proof is made of."""
    return None if isinstance(proof, Nobody | Code | Invited | Telephone) else proof.mark


def stands(front: Front) -> Verdict | Page | None:
    """Return what a touch goes on from: a card with acts, a page, or the waiting person's page."""
    if isinstance(front, AwaitsBadge | Waiting):
        return front.page
    return front if isinstance(front, Verdict | Page) else None


def owner(front: Front) -> bytes | None:
    """Whose card this is: two fronts of one owner may follow each other under a finger."""
    if isinstance(front, Notice):
        return front.owner
    card = stands(front)
    return None if card is None else mark_of(card.proof) or NOBODY_S


def ticket(front: Front) -> str:
    """What a touch must know to act on it; empty where nothing can be touched."""
    card = stands(front)
    return "" if card is None else card.ticket


def is_by_badge(front: Front) -> bool:
    """Whether a member's badge brought what stands."""
    card = stands(front)
    return owner(front) not in (None, NOBODY_S) and not (card is not None and isinstance(card.proof, NewBadge))
