"""Defines the rows: what is to be said of a kind of card, of a refusal, of an act; and the looks that many share."""

from enum import Enum, StrEnum
from typing import Final

from msgspec import Struct

from kiosk.checkin.kinds import CardKind
from kiosk.devices.protocols import Signal
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.verdicts import Denial
from kiosk.language.texts import Text


class Words(Struct, frozen=True, kw_only=True):
    """The verdict, what it means, what else there is to know."""

    title: Text
    lead: Text
    lines: tuple[Text, ...] = ()


class Look(Struct, frozen=True):
    """The colours of a card and the shape that says the same. `mark` is a small icon before its first line.

    With the role `alert` a screen reader says it at once, in the place of what it is saying.
    """

    tone: str
    shape: str
    icon: str
    role: str = "status"
    mark: str = ""


class Sound(Struct, frozen=True):
    """A tone, and the recorded sentence that a screen with a voice says after it."""

    tone: str
    says: str


class Says(Enum):
    """Where the lines below a card's lead come from."""

    WORDS = "words"  # the row
    DAY = "day"  # that the day is counted, with its sum where sums are shown
    SINCE = "since"  # since when it is
    UNTIL = "until"  # when a visit in passing is over
    ASKED = "asked"  # what the badge is wanted for
    COSTS = "costs"  # what it cost, in the place of the row's first where that is said
    BEYOND = "beyond"  # why it is not sold, then the row
    NUMBER = "number"  # whom to call, where the association has said its number


class Aloud(Enum):
    """What a screen reader says of a card beside its title."""

    WHOLE = "whole"
    SUM = "sum"  # the sum that is typed, and nothing else
    WHEN_EMPTY = "when-empty"  # the lines only where there is nothing to choose


class Chooses(Enum):
    """What a page has to be chosen: leaving is not what such a page is for."""

    NOTHING = "nothing"
    ANY = "any"  # all as likely
    FIRST = "first"  # the first by far


class Rank(StrEnum):
    """How a button stands out, as the style sheet calls it: one is primary, dark and first; leaving comes last."""

    PRIMARY = "primary"
    BESIDE = ""
    LEAVE = "leave"


class Row(Words, frozen=True, kw_only=True):
    """What cards and refusals have alike. `seconds` is how long it stays untouched, None: as long as any page of its
    flow; `light` is what lamps and buzzer at the door say with it.
    """

    look: Look
    seconds: float | None = None
    sound: Sound | None = None
    light: Signal | None = None


class CardSpec(Row, frozen=True, kw_only=True):
    """A kind of card. `opens`: its lead says that the door is open. `holds`: something typed or chosen would be lost
    with it, so that its last 20 s are a warning. `closable`: without acts of its own it may be closed. `helps`: whether
    help is offered beside; None: where it is no page of a dialogue. `goes_on`: the act with which a page goes on.
    """

    kind: CardKind
    opens: bool = False
    says: Says = Says.WORDS
    aloud: Aloud = Aloud.WHOLE
    holds: bool = False
    closable: bool = False
    helps: bool | None = None
    goes_on: tuple[Act, ...] = ()
    chooses: Chooses = Chooses.NOTHING

    @property
    def offers_help(self) -> bool:
        """Whether help stands among its buttons, where there is room."""
        return self.look.shape != "sheet" if self.helps is None else self.helps


class RefusalSpec(Row, frozen=True, kw_only=True):
    """A reason why the door stays shut. `missing`: what the page behind it says is missing; `without_day`: the same, or
    its lead, where the day is not known; `step_help`: what to do where the screen cannot.
    """

    denial: Denial
    seconds: float | None = 20
    missing: Text | None = None
    without_day: Text | None = None
    step_help: Text | None = None


class ActSpec(Struct, frozen=True, kw_only=True):
    """An act. `label`: the words of its button; a page's own choice brings others. `choice_icon`: where such a choice
    has another icon. `asked`: what a card says that asks for the badge before it.
    """

    act: Act
    label: Text | None = None
    icon: str = ""
    choice_icon: str | None = None
    rank: Rank = Rank.BESIDE
    counts_down: bool = False
    asked: Text | None = None

    @property
    def words(self) -> Text:
        """The words of its button. Raises LookupError for an act that stands only among a page's own choices."""
        if self.label is None:
            raise LookupError(f"{self.act} has no button of its own")
        return self.label

    @property
    def option_icon(self) -> str:
        """Its icon among a page's own choices."""
        return self.icon if self.choice_icon is None else self.choice_icon


def among_choices(icon: str, *acts: Act) -> tuple[ActSpec, ...]:
    """Rows of acts that stand only among a page's own choices, which bring their words."""
    return tuple(ActSpec(act=act, icon=icon) for act in acts)


RISING: Final = Sound("rising", "open")
ONE: Final = Sound("one", "open")
FALLING: Final = Sound("falling", "undone")
MIDDLE: Final = Sound("middle", "step")
LOW: Final = Sound("low", "refused")
SOUNDS: Final = {sound.tone: sound for sound in (RISING, ONE, FALLING, MIDDLE, LOW)}

GRANTED: Final = Look("granted", "circle", "check")
GRANTED_LATER: Final = Look("granted striped", "circle", "check", mark="clock-alert")
OUT: Final = Look("out", "square", "unplug", "alert")
WAIT: Final = Look("choice", "drop", "hourglass")


def paper(icon: str) -> Look:
    """The look of what a touch came to."""
    return Look("paper", "circle", icon)


def sheet(icon: str) -> Look:
    """The look of a page that has a template of its own."""
    return Look("paper", "sheet", icon)


def choice(icon: str) -> Look:
    """Return the look of what waits for an answer."""
    return Look("choice", "drop", icon)


def warning(icon: str) -> Look:
    """The look of a refusal that can be mended."""
    return Look("choice", "drop", icon, "alert")


def refusal(icon: str) -> Look:
    """The look of a refusal that cannot be mended here."""
    return Look("refused", "octagon", icon, "alert")


STEP_FIRST: Final = warning("footprints")

HELLO: Final = Text("Bonjour {name}", "Hello {name}")
YES_BY_BADGE: Final = Text(
    "Votre badge, encore une fois, dit oui.",
    "Tap your badge again to say yes.",
)
ASK: Final = Text("Demandez à une personne membre ou à l’accueil.", "Ask a member or the host.")
ONE_STEP: Final = Text("Une étape avant d’entrer", "One step before entry")
BACK_SOON: Final = Text("Un instant, nous reprenons", "One moment, we will be right back")
ASK_IF_IT_LASTS: Final = Text(
    "Si cela dure, demandez à une personne membre ou à l’accueil.", "If this lasts, ask a member or the host."
)
