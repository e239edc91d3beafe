"""Names what happens to the screen, and what is to be done then: every effect's outcome is the next event.

`kiosk.checkin.tap` carries effects out, one after the other.
"""

from collections.abc import Mapping
from enum import Enum

from msgspec import Struct

from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.screen_state import Came, Front, Job, Page, Person, Proof, Request, State
from kiosk.domain.checkin.seen import Seen

# --- events


class Tapped(Struct, frozen=True):
    """A badge was sensed."""

    mark: bytes


class Lifted(Struct, frozen=True):
    """It is no longer there."""

    mark: bytes


class Finger(Struct, frozen=True):
    """A finger came down, on what it had seen."""

    seen: Seen


class Begun(Finger, frozen=True):
    """Something was touched that needs neither badge nor card."""

    act: Act
    ticket: str


class Touched(Finger, frozen=True):
    """Something on a card was touched."""

    act: Act
    value: str = ""


class Held(Finger, frozen=True):
    """A card was touched where it offers nothing: it is being read."""


class Closed(Finger, frozen=True):
    """A card was closed."""


class Over(Struct, frozen=True):
    """What was touched could not be done: a picture that says so takes the card's place."""

    ticket: str
    picture: object


class Entered(Struct, frozen=True):
    """A member was let in: it is written."""

    came: Came
    person: Person
    ticket: str
    picture: object
    line: object
    note: object


class StayedShut(Struct, frozen=True):
    """The door stays shut: a badge was refused, was read for the desk, or could not be served (without a mark). With a
    proof where something can be done about it here.
    """

    picture: object
    mark: bytes = b"fault"
    note: object | None = None
    proof: Proof | None = None
    person: Person = Person()
    ticket: str = ""


class Spooled(Struct, frozen=True):
    """A tap is kept for later: on a disk, in memory, or nowhere, which the picture then says."""

    mark: bytes
    picture: object
    decision: object


class Turned(Struct, frozen=True):
    """A page was run, and what it wrote is written. `opens` is for whom the door opens, with what the journal and the
    log keep of it; `waits` says that its person now waits for another's word, and under which name; `awaits` that the
    picture names the act, and a badge does it.
    """

    run: "Run"
    picture: object | None
    proof: Proof
    person: Person
    memo: Mapping[type, object]
    opens: tuple[object, object] | None = None
    takes_back: object | None = None
    stops: bytes | None = None
    rings: tuple[str, ...] = ()
    waits: tuple[Act, str] | None = None
    awaits: bool = False
    has_acts: bool = True


class Worked(Struct, frozen=True):
    """A job is done: the memo with what came of it, or None where nothing did."""

    job: int
    memo: Mapping[type, object] | None


class Pulsed(Struct, frozen=True):
    """The door was pulsed; `opened` is whether it obeyed."""

    opening: "Opening"
    opened: bool


class Drawn(Struct, frozen=True):
    """A card is made, with those that follow it by themselves: each with its own seconds, None for a page that stays as
    long as its flow; `holds`: something is typed or chosen on it.
    """

    front: Front
    cards: tuple[tuple[object, float | None], ...]
    holds: bool = False


Event = (
    Tapped | Lifted | Begun | Touched | Held | Closed | Over
    | Entered | StayedShut | Spooled | Turned | Worked | Pulsed | Drawn
)  # fmt: skip

# --- effects: what it does


class Enter(Struct, frozen=True):
    """Decide on a badge and write the decision: Entered, StayedShut or Spooled."""

    mark: bytes


class Run(Struct, frozen=True):
    """Run a page in a transaction: Turned. `confirmed`: a badge was just seen for this very act; `names`: only name
    what it would do, for a badge to do it.
    """

    act: Act
    value: str
    page: Page
    confirmed: bool = False
    names: bool = False
    request: Request | None = None


class Work(Struct, frozen=True):
    """Work something slow out, outside any transaction: Worked."""

    job: Job
    page: Page


class Opening(Struct, frozen=True):
    """What is shown once the door was pulsed, and what its log keeps."""

    front: Front
    picture: object
    decision: object
    note: object | None = None


class Pulse(Struct, frozen=True):
    """Open the door: Pulsed. It follows what is written, and nothing else."""

    opening: Opening


class Journal(Struct, frozen=True):
    """Keep a line beside the database."""

    line: object


class Note(Struct, frozen=True):
    """Keep an event in the door's log."""

    event: object


class Ring(Struct, frozen=True):
    """Ring inside, for a reason."""

    reason: str


class Signal(Struct, frozen=True):
    """Say by the lights what the card says; where it says nothing to them, whether the door `opened`."""

    opened: bool = False


class Draw(Struct, frozen=True):
    """Make a card of a picture: Drawn. `waits` is the waiting person's name."""

    picture: object
    front: Front
    waits: str | None = None


class Show(Struct, frozen=True):
    """Show what stands now."""


class Tend(Struct, frozen=True):
    """Do what was touched on the idle screen itself: it is lit, and counts lunches."""

    act: Act


class Refuse(Struct, frozen=True):
    """Answer with an error: what was asked cannot be."""

    code: str = "touch-over"


Effect = Enter | Run | Work | Pulse | Journal | Note | Ring | Signal | Draw | Show | Tend | Refuse
Step = tuple[State, tuple[Effect, ...]]

# --- pictures that the machine asks for


class Picture(Enum):
    """A card that is made of what stands alone."""

    ASK = "ask"  # for the badge, for the act that awaits it
    OTHERS = "others"  # the acts for which there was no room
    HELP = "help"  # of a person who rang for it
    TAKEN = "taken"  # another person waits already


class Again(Struct, frozen=True):
    """A card as it is; `reminds` says that a badge came before what was typed was kept."""

    card: object
    reminds: bool


class Shut(Struct, frozen=True):
    """A card whose door did not obey."""

    picture: object
