"""Cards: what the screen is to show, as values with facts and codes but no words.

What each kind of card says, looks like and offers is its row in `kiosk.checkin.specs`; `kiosk.web.screen` draws it.
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

HELP = "help"  # the reason for ringing of a person who touched "Aide"


class Option(Struct, frozen=True):
    """A choice that a page offers: its act, its value, and its words; a plain string is a name, shown in every
    language.
    """

    act: Act
    value: str
    said: Said | str


class Entrant(Struct, frozen=True):
    """The person for whom the door opens with a page's card: the member's row id, the line for the door's journal, and
    how they came in without a badge (`by`).
    """

    member: int
    line: DoorLine
    by: str | None = None


class Card(Struct, frozen=True):
    """One card of the screen.

    `name` is what the member chose to be called; `language` is theirs, None for the kiosk's own. `arrived_at` is the
    local time of the day's first tap (AGAIN); `since_on` the day when a badge was declared lost or a membership ended
    (DENIED); `until` when a closed space next opens, or a visit in passing ends. `amount_cents` is set only if the
    association shows amounts on its screen, or as the cost of joining where joining is offered. `acts` is what the card
    offers while it stands; a touch on one must carry its `ticket`, a random text (None: nothing can be touched).
    `asked` is the act that needs the badge again. `sheet` is what a page of a dialogue shows, drawn by the template of
    its kind, and `options` are its own choices, each with a value. `aids`: how much the screen helps this member.

    `opens_for`: the member for whom the door opens with this page's card; `takes_back`: the day that was undone with
    it, for the door's journal; `rings`: the reason for which a person without a badge rings with it, `chimes`: another
    reason to ring inside. `then` is the card that stands after this one, None for the idle screen. `reminds`: a badge
    was shown before what was typed was saved. `confirms` is a sentence on what was just done, or is about to be: what,
    how much, for whom. `waits`: the name of a guest or newcomer waiting until this member vouches for them.
    """

    kind: CardKind
    name: str | None = None
    language: str | None = None
    denial: Denial | None = None  # why the door stays shut
    next_step: NextStep | None = None  # what the refused member can do now
    since_on: date | None = None
    until: datetime | None = None
    notices: tuple[Notice, ...] = ()  # what an admitted member is told besides
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
        """Tell whether something typed or chosen would be lost when the card ends, so that its last 20 s show a
        warning: a card of a kind that holds such (`CardSpec.holds`) and that can be touched.
        """
        return self.ticket is not None and self.spec.holds

    @property
    def spec(self) -> CardSpec:
        """Return the row of its kind in `kiosk.checkin.specs`."""
        return CARDS[self.kind]

    @property
    def row(self) -> Row:
        """Return the row that says what the card says and looks like: the refusal's own row, else its kind's."""
        return self.spec if self.denial is None else REFUSALS[self.denial]


class Scene(Struct, frozen=True):
    """What the screen shows until a moment (monotonic seconds): a card, or the idle screen (None).

    `by_badge`: a member's badge brought it. `is_strange`: the scene before it belongs to another person, so that a
    touch right after the change may have aimed at that one.
    """

    card: Card | None = None
    ends_at: float = float("inf")
    by_badge: bool = False
    is_strange: bool = False


class Shown(Struct, frozen=True):
    """What the screen shows from a moment on: scenes one after the other, the last without an end. `number` is the
    number of the first scene, by which a touch names it; the others count on from it.
    """

    number: int = 1
    shown_at: float = 0.0
    scenes: tuple[Scene, ...] = (Scene(),)

    def at(self, now: float) -> tuple[int, Scene, float]:
        """Return what stands at a moment: its number, the scene, and since when; a scene's end belongs to the next."""
        since = self.shown_at
        for place, scene in enumerate(self.scenes):
            if now < scene.ends_at:
                return self.number + place, scene, since
            since = scene.ends_at
        raise ValueError("the last scene has no end")


class Screen(Protocol):
    """A screen that shows cards."""

    def reading(self) -> None:
        """Announce that a badge was sensed; if its card does not follow within 0.3 s, the screen says "one moment"."""

    def show(self, shown: Shown) -> None:
        """Show these scenes at once, in place of anything else."""
