"""Defines the rows that describe a kind of card, a refusal or an act, and the looks and sounds that
many of them share.
"""

from enum import Enum, StrEnum
from typing import Final

from msgspec import Struct

from kiosk.checkin.kinds import CardKind
from kiosk.devices.protocols import Signal
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.verdicts import Denial
from kiosk.language.texts import Text


class Words(Struct, frozen=True, kw_only=True):
    """The words of a card: its title (the verdict), its lead (what it means), and further lines."""

    title: Text
    lead: Text
    lines: tuple[Text, ...] = ()


class Look(Struct, frozen=True):
    """The colours of a card (`tone`, classes of the style sheet), and the `shape` around its icon that says the same
    without colour; the shape `sheet` is a page with a template of its own. `mark` is a small icon before its first
    line, empty for none.

    With the role `alert`, a screen reader reads the card at once, interrupting what it is reading.
    """

    tone: str
    shape: str
    icon: str
    role: str = "status"
    mark: str = ""


class Sound(Struct, frozen=True):
    """A tone, and the recorded sentence that a screen with a voice says after it, both by their names."""

    tone: str
    says: str


class Says(Enum):
    """Where the lines below a card's lead come from."""

    WORDS = "words"  # the row itself, in which they are written
    DAY = "day"  # the day is counted, with its amount where amounts are shown
    SINCE = "since"  # when the day was first counted
    UNTIL = "until"  # when a visit in passing ends
    ASKED = "asked"  # what the badge is asked for
    COSTS = "costs"  # the cost, which replaces the row's first line where it is known
    BEYOND = "beyond"  # why it is not sold, then the row's lines
    NUMBER = "number"  # the number to call, where the association has set one


class Aloud(Enum):
    """What a screen reader reads of a card besides its title."""

    WHOLE = "whole"  # all of it
    SUM = "sum"  # the typed amount alone
    WHEN_EMPTY = "when-empty"  # the lines, only where there is nothing to choose


class Chooses(Enum):
    """Whether a page asks the person to choose something, so that leaving is not its main button."""

    NOTHING = "nothing"
    ANY = "any"  # all choices are equally likely
    FIRST = "first"  # the first choice is by far the likeliest


class Rank(StrEnum):
    """How much a button stands out, as the style sheet names it: one is primary, dark and first; leaving comes last."""

    PRIMARY = "primary"
    BESIDE = ""
    LEAVE = "leave"


class Row(Words, frozen=True, kw_only=True):
    """What the rows of cards and refusals have in common.

    `seconds` is how long the card stays untouched (None: as long as any page of its flow); `light` is what the lamps
    and the buzzer at the door signal with it.
    """

    look: Look
    seconds: float | None = None
    sound: Sound | None = None
    light: Signal | None = None


class CardSpec(Row, frozen=True, kw_only=True):
    """The row of a kind of card.

    `opens`: its lead says that the door is open. `holds`: something typed or chosen would be lost with it, so that its
    last 20 s show a warning. `closable`: without acts of its own, it has a button to close it. `helps`: whether help is
    offered beside it (None: on all but pages with a template of their own). `goes_on`: the acts with which a page goes
    on.
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
        """Tell whether help stands among its buttons, where there is room."""
        return self.look.shape != "sheet" if self.helps is None else self.helps


class RefusalSpec(Row, frozen=True, kw_only=True):
    """The row of a refusal.

    `missing`: the sentence of the page behind it, "one step before entry", on what is missing; `without_day`: that
    sentence, or the lead, where the day in it is not known; `step_help`: what to do where the screen cannot mend it.
    """

    denial: Denial
    seconds: float | None = 20
    missing: Text | None = None
    without_day: Text | None = None
    step_help: Text | None = None


class ActSpec(Struct, frozen=True, kw_only=True):
    """The row of an act.

    `label`: the words of its button; a page's own choice brings words of its own. `choice_icon`: the icon of such a
    choice, where it differs. `asked`: what the card says that asks for the badge before the act. `counts_down`: its
    button shows for how many seconds the act is still offered.
    """

    act: Act
    label: Text | None = None
    icon: str = ""
    choice_icon: str | None = None
    rank: Rank = Rank.BESIDE  # how much its button stands out
    counts_down: bool = False
    asked: Text | None = None

    @property
    def words(self) -> Text:
        """Return the words of its button. Raises LookupError for an act that is only ever a page's own choice."""
        if self.label is None:
            raise LookupError(f"{self.act} has no button of its own")
        return self.label

    @property
    def option_icon(self) -> str:
        """Return its icon among a page's own choices."""
        return self.icon if self.choice_icon is None else self.choice_icon


def among_choices(icon: str, *acts: Act) -> tuple[ActSpec, ...]:
    """Return rows with one icon for acts that are only ever a page's own choices, which bring their words."""
    return tuple(ActSpec(act=act, icon=icon) for act in acts)


RISING: Final = Sound("rising", "open")  # the door opens and a day is counted
ONE: Final = Sound("one", "open")  # the door opens and nothing more is counted
FALLING: Final = Sound("falling", "undone")
MIDDLE: Final = Sound("middle", "step")
LOW: Final = Sound("low", "refused")
SOUNDS: Final = {sound.tone: sound for sound in (RISING, ONE, FALLING, MIDDLE, LOW)}  # by their tones

GRANTED: Final = Look("granted", "circle", "check")
GRANTED_LATER: Final = Look("granted striped", "circle", "check", mark="clock-alert")
OUT: Final = Look("out", "square", "unplug", "alert")  # something is out of order
WAIT: Final = Look("choice", "drop", "hourglass")


def paper(icon: str) -> Look:
    """Return the look of a card that reports what was done."""
    return Look("paper", "circle", icon)


def sheet(icon: str) -> Look:
    """Return the look of a page that has a template of its own."""
    return Look("paper", "sheet", icon)


def choice(icon: str) -> Look:
    """Return the look of a card that waits for an answer."""
    return Look("choice", "drop", icon)


def warning(icon: str) -> Look:
    """Return the look of a refusal that can be mended."""
    return Look("choice", "drop", icon, "alert")


def refusal(icon: str) -> Look:
    """Return the look of a refusal that cannot be mended here."""
    return Look("refused", "octagon", icon, "alert")


STEP_FIRST: Final = warning("footprints")  # the look of "one step before entry", and of what cannot be done here

HELLO: Final = Text("Bonjour {name}", "Hello {name}")
YES_BY_BADGE: Final = Text(
    "Badgez encore une fois pour dire oui.",
    "Tap your badge again to say yes.",
)
ASK: Final = Text("Demandez à une personne membre ou à l’accueil.", "Ask a member or the host.")
ONE_STEP: Final = Text("Une étape avant d’entrer", "One step before entry")
BACK_SOON: Final = Text("Un instant, nous reprenons", "One moment, we will be right back")
ASK_IF_IT_LASTS: Final = Text(
    "Si cela dure, demandez à une personne membre ou à l’accueil.", "If this continues, ask a member or the host."
)
