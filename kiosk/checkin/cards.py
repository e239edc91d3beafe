"""Cards: what happened, as a value that a screen can show, with facts and codes but no words.

The words in both languages, the colours and the shapes are `kiosk.web.screen`'s, keyed by the codes in here.
"""

from datetime import date, datetime
from enum import Enum
from typing import Protocol

from msgspec import Struct

from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.verdicts import Denial, NextStep, Notice
from kiosk.language.texts import Said
from kiosk.offline.door_journal import DoorLine


class CardKind(Enum):
    """What a card says happened: one verdict, or one page of a dialogue."""

    GRANTED_DAY = "granted-day"  # a day is counted, whatever pays for it: the same card for every tariff
    GRANTED_PLAN = "granted-plan"  # a subscription: one glance
    AGAIN = "again"  # already here today
    SPOOLED = "spooled"  # let in, to be entered later: safe on a disk
    SPOOLED_IN_MEMORY = "spooled-in-memory"  # let in, to be entered later: lost if the power goes
    UNDONE = "undone"
    UNDO_REFUSED = "undo-refused"  # too many undone lately: the desk
    UNDO_OVER = "undo-over"  # too late, or undone already
    TOUCH_OVER = "touch-over"  # what was touched is over
    IN_FREE_CORNER = "in-free-corner"
    IN_COMFORT = "in-comfort"
    ZONE_REFUSED = "zone-refused"  # there is no room, or it is not for them: they stay where they are
    PASSING = "passing"
    GUEST = "guest-counted"
    GUEST_NAME = "guest-name"  # a first name, for who wants to give one
    HOST_BADGE = "host-badge"  # a guest is there, and the host's badge is waited for
    GUEST_ASKS = "guest-asks"  # who came in is asked whether this is their guest
    GUEST_UNDONE = "guest-undone"
    ONLY_ME = "only-me"  # who was asked said no
    GUEST_REFUSED = "guest-refused"  # too many today, or this one too often this year
    LEFT = "left-now"
    LAST_OUT = "last-out"  # nobody else is here: windows, heating, lights
    CONFIRM = "confirm"  # what is wanted, line by line, and its sum: nothing is bought yet
    BADGE_AGAIN = "badge-again"  # what was touched wants the badge, to be sure whose it is
    MORE = "more"  # the acts that there was no room for
    ACCOUNT = "account"  # the member's own pages
    OWN_LINES = "own-lines"
    OWN_SETTINGS = "own-settings"
    OWN_NAME = "own-name"
    OWN_DATA = "own-data"  # what is kept of the member
    PAY = "pay"
    CASH = "cash"
    CASH_SUM = "cash-sum"
    CASH_DECLARED = "cash-declared"
    CASH_WITHDRAWN = "cash-withdrawn"
    CASH_REFUSED = "cash-refused"  # more than can be declared, or no longer to be taken back
    TRANSFER = "transfer"
    BUY = "buy"
    PRICE = "price"
    BOUGHT = "bought"
    NOT_SOLD = "not-sold"  # beyond the tab's limit, or for another's account
    PRICE_CHOSEN = "price-chosen"
    DAY = "day"  # what else could pay for today
    DAY_CHOSEN = "day-chosen"
    RECEIPT = "receipt"
    EVENTS = "events"
    EVENT = "event"
    EVENT_KIND = "event-kind"
    EVENT_TITLE = "event-title"
    EVENT_REFUSED = "event-refused"
    TOPICS = "topics"
    TOPIC_TITLE = "topic-title"
    FORGOTTEN = "forgotten"
    WRONG = "wrong"
    REPORTED = "reported"
    NOT_REPORTED = "not-reported"  # it cannot be corrected from here
    VISIT = "visit"  # somebody without a badge: what for
    RUNG = "rung"  # it rang inside
    CALL = "call"  # nothing rings here: whom to call
    RUNG_LATER = "rung-later"  # a minute later nobody has come
    JOIN_NAME = "join-name"  # somebody new types a name
    JOIN_RULES = "join-rules"  # and accepts the texts
    VOUCHER_CODE = "voucher-code"  # types the code of a voucher
    SPONSOR = "sponsor"  # a member's badge is waited for, to welcome somebody new
    SPONSOR_REFUSED = "sponsor-refused"
    WELCOME_ASKS = "welcome-asks"  # who came in is asked whether they welcome somebody new
    JOINED = "joined"  # a member from today, and in
    WELCOME_UNDONE = "welcome-undone"
    JOIN_ASKED = "join-asked"  # the desk was asked, and the door stays shut
    JOIN_AT_DESK = "join-at-desk"
    PIN_NAME = "pin-name"  # who forgot the badge types a name
    PIN_WHO = "pin-who"
    PIN_CODE = "pin-code"
    PIN_REFUSED = "pin-refused"  # too many wrong codes, or none any more: the desk
    CAME_BY_PIN = "came-by-pin"  # in, without a badge
    PIN_NEW = "pin-new"
    PIN_AGAIN = "pin-again"
    EVACUATION_CODE = "evacuation-code"  # the house's code for the list
    EVACUATION = "evacuation"  # how many are inside, and who of them lets others see them
    EVACUATION_AT_DESK = "evacuation-at-desk"  # no code is chosen
    MEMBER_NAME = "member-name"  # a member with neither badge nor code types the whole name
    VOUCH = "vouch"  # a member's badge is waited for, to vouch for who waits
    VOUCH_ASKS = "vouch-asks"  # who came in is asked whether they vouch
    VOUCH_REFUSED = "vouch-refused"
    VOUCHED = "vouched"  # in, on another's word
    LOSE_BADGE = "lose-badge"
    BADGE_STOPPED = "badge-stopped"
    BADGE_KEPT = "badge-kept"  # declared lost by a slip of the finger, and taken back at once
    STEP = "step"  # what is missing for the door to open, to whoever stands before it
    HOUSE = "house"  # what members do together
    HOSTING = "hosting"
    SHIFT = "shift"
    SHIFT_SWAP = "shift-swap"
    PEOPLE = "people"
    SKILL_FIND = "skill-find"
    SKILL_FOUND = "skill-found"
    OWN_SKILLS = "own-skills"
    SKILL_NEW = "skill-new"
    NOTICES = "notices"
    NOTICE_NEW = "notice-new"
    FLOOR = "floor"
    SPOT_DAYS = "spot-days"
    THINGS = "things"
    THING = "thing"
    ROOM = "room"
    ROOM_WHEN = "room-when"
    ROOM_LONG = "room-long"
    ROOM_OWN = "room-own"
    HOUSE_DONE = "house-done"
    HOUSE_THANKS = "house-thanks"
    HOUSE_REFUSED = "house-refused"
    DENIED = "denied"
    BADGE_GIVEN = "badge-given-here"  # the desk waited for this badge: it is a member's now, and the door stays shut
    DOOR_FAULT = "door-fault"  # written, but the lock did not answer
    FAULT = "fault"  # one moment: something failed on our side


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
    `larger`: the member reads larger text. `opens_for`: for whom the door opens with a page's card; `takes_back`: the
    day that was taken back with it, for the door's journal; `rings`: what somebody without a badge rings for with it,
    `chimes` what else rings inside, where anything does.
    `then` is the card that stands after this one. `reminds`: a badge was shown before what was typed was kept.
    `confirms` is what was just done: what, how much, for whom.
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
    sheet: object | None = None
    options: tuple[Option, ...] = ()
    larger: bool = False
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
        return self.ticket is not None and self.kind in _HOLDING


# Pages of a dialogue that hold what somebody typed or chose, and waits for a badge with it.
_HOLDING = frozenset(
    {
        CardKind.BADGE_AGAIN,
        CardKind.GUEST_NAME,
        CardKind.CASH_SUM,
        CardKind.EVENT_TITLE,
        CardKind.TOPIC_TITLE,
        CardKind.JOIN_NAME,
        CardKind.JOIN_RULES,
        CardKind.VOUCHER_CODE,
        CardKind.SPONSOR,
        CardKind.SPONSOR_REFUSED,
        CardKind.MEMBER_NAME,
        CardKind.VOUCH,
        CardKind.VOUCH_REFUSED,
        CardKind.PIN_NAME,
        CardKind.PIN_WHO,
        CardKind.PIN_CODE,
        CardKind.PIN_NEW,
        CardKind.PIN_AGAIN,
        CardKind.SKILL_FIND,
        CardKind.SKILL_NEW,
        CardKind.NOTICE_NEW,
    }
)


class Screen(Protocol):
    """Shows cards."""

    def reading(self) -> None:
        """A badge was sensed; if its card is not there within 0.3 s the screen says "one moment"."""

    def show(self, card: Card) -> None:
        """Show a card at once, in place of any other."""

    def clear(self) -> None:
        """Take away whatever is shown and go back to the idle screen."""

    def refresh(self) -> None:
        """Something around the cards changed (the reader came or went): draw again."""
