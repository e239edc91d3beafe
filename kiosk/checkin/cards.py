"""Cards: what happened, as a value that a screen can show, with facts and codes but no words.

What each kind of card says, looks like and does is its row in `kiosk.checkin.specs`; `kiosk.web.screen` draws it.
"""

from datetime import date, datetime
from typing import Protocol

from msgspec import Struct

from kiosk.checkin.kinds import CardKind
from kiosk.checkin.specs.lists import CARDS, REFUSALS
from kiosk.checkin.specs.rows import CardSpec, Row
from kiosk.domain.checkin.aids import Aids
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.verdicts import Denial, NextStep, Notice
from kiosk.language.texts import Said
from kiosk.offline.door_journal import DoorLine

__all__ = ["HELP", "Card", "CardKind", "Entrant", "Option", "Scene", "Screen", "Shown"]

HELP = "help"  # what somebody rings for who touched "Aide"


class Option(Struct, frozen=True):
    """A choice that a page offers: what it does, with which value, and its words; a name stands as it is."""

    act: Act
    value: str
    said: Said | str


class Entrant(Struct, frozen=True):
    """For whom the door opens with a card: the member's file, the line for the door's journal, how they came without a
    badge.
    """

    member: int
    line: DoorLine
    by: str | None = None


class Card(Struct, frozen=True):
    """One card. `name` is what the member chose to be called; `language` is theirs, None for the kiosk's own.

    `arrived_at` is the local time of the day's first tap (AGAIN); `since_on` the day a badge was declared lost or a
    membership ended (DENIED), `until` when a closed space next opens, or a visit in passing ends; `amount_cents` is
    there only if the association wants sums on its screen, or as what joining costs where it is offered. `acts` is what
    the card offers while it stands, with its `ticket`; `asked` is the act that wants the badge again. `sheet` is what a
    page of a dialogue shows, drawn by the template of its kind, and `options` are its own choices, each with a value.
    `aids`: how far the screen helps this member. `opens_for`: the member whom the door lets in with a page's card;
    `takes_back`: the day that was taken back with it, for the door's journal; `rings`: the reason for which a person
    without a badge rings with it, `chimes` what else rings inside, where anything does. `then` is the card that stands
    after this one. `reminds`: a badge was shown before what was typed was kept. `confirms` is what was just done, or is
    about to be: what, how much, for whom. `waits`: the name of the person waiting for this member's word.
    """

    kind: CardKind
    name: str | None = None
    language: str | None = None
    denial: Denial | None = None
    next_step: NextStep | None = None
    since_on: date | None = None
    until: datetime | None = None
    notices: tuple[Notice, ...] = ()
    arrived_at: datetime | None = None
    amount_cents: int | None = None
    ticket: str | None = None
    acts: tuple[Act, ...] = ()
    asked: Act | None = None
    waits: str | None = None
    sheet: object | None = None
    options: tuple[Option, ...] = ()
    aids: Aids = Aids.NONE
    opens_for: Entrant | None = None
    takes_back: DoorLine | None = None
    rings: str | None = None
    chimes: str | None = None
    then: "Card | None" = None
    reminds: bool = False
    confirms: Said | None = None

    @property
    def warns(self) -> bool:
        """Whether something typed or chosen would be lost with it: then its last 20 s are a warning."""
        return self.ticket is not None and self.spec.holds

    @property
    def spec(self) -> CardSpec:
        """The row of its kind."""
        return CARDS[self.kind]

    @property
    def row(self) -> Row:
        """The row that says what it is and looks like: the refusal's own, else that of its kind."""
        return self.spec if self.denial is None else REFUSALS[self.denial]


class Scene(Struct, frozen=True):
    """What is to be seen until a moment (monotonic seconds): a card, or the idle screen. `by_badge`: a member's badge
    brought it. `is_strange`: what stands before it belongs to another person.
    """

    card: Card | None = None
    ends_at: float = float("inf")
    by_badge: bool = False
    is_strange: bool = False


class Shown(Struct, frozen=True):
    """What is to be seen from a moment on: scenes, one after the other, the last without an end. `number` is the first
    one's, and the next have the next.
    """

    number: int = 1
    shown_at: float = 0.0
    scenes: tuple[Scene, ...] = (Scene(),)

    def at(self, now: float) -> tuple[int, Scene, float]:
        """What stands at a moment: its number, the scene, and since when."""
        since = self.shown_at
        for place, scene in enumerate(self.scenes):
            if now < scene.ends_at:
                return self.number + place, scene, since
            since = scene.ends_at
        raise ValueError("the last scene has no end")


class Screen(Protocol):
    """Shows cards."""

    def reading(self) -> None:
        """A badge was sensed; if its card is not there within 0.3 s the screen says "one moment"."""

    def show(self, shown: Shown) -> None:
        """Show this at once, in place of anything else."""
