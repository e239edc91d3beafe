"""Names the screen's events (what happened) and effects (what to do): the outcome of each effect is the next event.

`kiosk.checkin.tap` carries the effects out, one after the other; `screen_step.step` turns an event into effects.

A badge's *mark* is its fingerprint; a *picture* says which card is to be made; the *front* is what stands on the
screen; a *ticket* is a random text that a touch must carry. The *journal* is a file with a line for each day that the
door opened for; the *log* is the database's table of what the door did. A member's *word* is their answer for a person
waiting at the screen. A *memo* is what the pages of one flow remember, by type; a *proof* is what identified the
person at the screen: a badge, a code, a telephone.
"""

from collections.abc import Mapping
from enum import Enum

from msgspec import Struct

from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.screen_state import Came, Front, Job, Page, Person, Proof, Request, State
from kiosk.domain.checkin.seen import Seen

# --- events


class Tapped(Struct, frozen=True):
    """A badge was sensed by the reader."""

    mark: bytes


class Lifted(Struct, frozen=True):
    """A badge was taken off the reader."""

    mark: bytes


class Finger(Struct, frozen=True):
    """A finger came down; `seen` says which card it aimed at."""

    seen: Seen


class Begun(Finger, frozen=True):
    """An act was touched that needs neither badge nor card."""

    act: Act
    ticket: str


class Touched(Finger, frozen=True):
    """A choice on a card was touched."""

    act: Act
    value: str = ""


class Held(Finger, frozen=True):
    """A card was touched where it offers nothing, because it is being read."""


class Closed(Finger, frozen=True):
    """A card was closed by the person before it."""


class Over(Struct, frozen=True):
    """A touched act could not be done: a picture that says so takes the card's place."""

    ticket: str
    picture: object


class Entered(Struct, frozen=True):
    """A member was let in, and the visit is written. `line` is for the journal, `note` the event for the door's log."""

    came: Came
    person: Person
    ticket: str
    picture: object
    line: object
    note: object


class StayedShut(Struct, frozen=True):
    """The door stays shut: a badge was refused, was read for the desk, or could not be served (then `mark` is the
    default). With a `proof`, the person can do something about it here.
    """

    picture: object
    mark: bytes = b"fault"
    note: object | None = None
    proof: Proof | None = None
    person: Person = Person()
    ticket: str = ""


class Spooled(Struct, frozen=True):
    """A tap is stored for later: on a disk, in memory, or nowhere, as the picture says."""

    mark: bytes
    picture: object
    decision: object


class Turned(Struct, frozen=True):
    """A page was run, and what it wrote is committed.

    A `picture` of None: the flow is over. With `awaits` the picture names an act, and asks for the badge that does it.
    """

    run: "Run"
    picture: object | None
    proof: Proof
    person: Person
    memo: Mapping[type, object]
    opens: tuple[object, object] | None = None  # the door opens for the person: the journal's line, the log's event
    takes_back: object | None = None  # the journal's line of a visit undone
    stops: bytes | None = None  # the mark of a badge that no longer opens
    rings: tuple[str, ...] = ()  # reasons to ring inside
    waits: tuple[Act, str] | None = None  # the person now waits for another member's word: its act, the name shown
    awaits: bool = False
    has_acts: bool = True  # the card offers something to touch


class Worked(Struct, frozen=True):
    """A slow job has ended: `memo` holds its outcome, None where there is none."""

    job: int
    memo: Mapping[type, object] | None


class Pulsed(Struct, frozen=True):
    """The door was pulsed; `opened` tells whether it responded."""

    opening: "Opening"
    opened: bool


class Drawn(Struct, frozen=True):
    """A card was made, with the cards that follow it by themselves.

    `cards` pairs each with its seconds, None for a page that stays as long as its flow. `holds`: something is typed or
    chosen on it.
    """

    front: Front
    cards: tuple[tuple[object, float | None], ...]
    holds: bool = False


Event = (
    Tapped | Lifted | Begun | Touched | Held | Closed | Over
    | Entered | StayedShut | Spooled | Turned | Worked | Pulsed | Drawn
)  # fmt: skip

# --- effects: what is to be done


class Enter(Struct, frozen=True):
    """Decide on a badge and write the decision. Followed by Entered, StayedShut or Spooled."""

    mark: bytes


class Run(Struct, frozen=True):
    """Run a page in a transaction. Followed by Turned.

    `confirmed`: a badge was just shown for this very act. `names`: show a card that names the act, for a badge to
    confirm it, and do not carry the act out.
    """

    act: Act
    value: str
    page: Page
    confirmed: bool = False
    names: bool = False
    request: Request | None = None


class Work(Struct, frozen=True):
    """Compute something slow, outside any transaction. Followed by Worked."""

    job: Job
    page: Page


class Opening(Struct, frozen=True):
    """The card to show once the door was pulsed, the `decision` that the tap returns, and the `note` for the door's
    log.
    """

    front: Front
    picture: object
    decision: object
    note: object | None = None


class Pulse(Struct, frozen=True):
    """Open the door. Followed by Pulsed. It is made only after the entry is written."""

    opening: Opening


class Journal(Struct, frozen=True):
    """Write a line to the journal beside the database."""

    line: object


class Note(Struct, frozen=True):
    """Write an event to the door's log."""

    event: object


class Ring(Struct, frozen=True):
    """Ring inside, for a reason."""

    reason: str


class Signal(Struct, frozen=True):
    """Signal by the lights what the card says; a card without a light of its own shows whether the door `opened`."""

    opened: bool = False


class Draw(Struct, frozen=True):
    """Make a card of a picture. Followed by Drawn. `waits` is the name of the person waiting for a member's word."""

    picture: object
    front: Front
    waits: str | None = None


class Show(Struct, frozen=True):
    """Send the current stages to the screen."""


class Tend(Struct, frozen=True):
    """Do an act on the idle screen itself: light it, or count lunches."""

    act: Act


class Refuse(Struct, frozen=True):
    """Answer a touch with an error code: the act is not possible."""

    code: str = "touch-over"


Effect = Enter | Run | Work | Pulse | Journal | Note | Ring | Signal | Draw | Show | Tend | Refuse
Step = tuple[State, tuple[Effect, ...]]

# --- pictures that the state machine itself asks for


class Picture(Enum):
    """A card that is made from the state alone."""

    ASK = "ask"  # asks for the badge, for the act that awaits it
    OTHERS = "others"  # the acts that did not fit on the card
    HELP = "help"  # for a person ringing for help
    TAKEN = "taken"  # another person is already waiting


class Again(Struct, frozen=True):
    """The same card once more; `reminds`: a badge came before what was typed was saved."""

    card: object
    reminds: bool


class Shut(Struct, frozen=True):
    """The card of an entry whose lock did not respond."""

    picture: object
