"""Checks requests from the public pages, and decides how they proceed from confirmation to their end.

A request counts once its sender has followed the link in a mail. Until then no one at the desk sees it, and a day later
it is deleted.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.members import contacts
from kiosk.domain.problems import Problem
from kiosk.domain.slots import Slot

PROOF_HOURS = 24  # how long the link in the mail works
REQUESTS_A_DAY = 3  # from one address
ALL_REQUESTS_AN_HOUR = 60  # from all addresses: more is an attack on the mail server
DAYS_AHEAD = 60  # how far ahead a day at the space may be requested
LONGEST_NAME, LONGEST_TEXT = 80, 500  # characters
QUOTE_DAYS = 14  # how long a quote holds the time, unless the office chooses otherwise
CLIENTS = ("person", "association", "company")  # kinds of clients, for a room


class Kind(StrEnum):
    """The subject of a request."""

    VISIT = "visit"  # a day to work here
    JOIN = "join"  # a membership
    ROOM = "room"  # a room for some hours
    EVENT = "event"  # a seat at a training or an event


class State(StrEnum):
    """The state of a request."""

    UNPROVEN = "unproven"  # its sender has not followed the link
    WAITING = "waiting"  # for the office
    DONE = "done"  # granted
    DECLINED = "declined"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """A step of a request: its sender confirms or cancels it, the office grants or declines it."""

    PROVE = "prove"
    DO = "do"
    DECLINE = "decline"
    CANCEL = "cancel"


# the state after each step; a step that is missing is impossible
_STEPS: Mapping[tuple[State, Step], State] = {
    (State.UNPROVEN, Step.PROVE): State.WAITING,
    (State.WAITING, Step.DO): State.DONE,
    (State.WAITING, Step.DECLINE): State.DECLINED,
    (State.WAITING, Step.CANCEL): State.CANCELLED,
    (State.DONE, Step.CANCEL): State.CANCELLED,
}
_ENDS_WITH_THE_OFFICE = (Kind.JOIN, Kind.ROOM)  # a membership or a booking, once made, is cancelled at the office


def step(kind: Kind, state: State, move: Step) -> State:
    """Return the state after a step. Raises Problem `request-over` where the step is impossible."""
    after = _STEPS.get((state, move))
    if after is None or (kind in _ENDS_WITH_THE_OFFICE and (state, move) == (State.DONE, Step.CANCEL)):
        raise Problem("request-over", "a request that is {kind} has no step {kind_2}", kind=state, kind_2=move)
    return after


class Wish(Struct, frozen=True, kw_only=True):
    """The content of a request, in its sender's words.

    `client` is the kind of client, for a room; `day_on` the day that it is about: the visit's, the room's, the event's,
    or else the day of the request itself. `said` is the sender's message. `slot` and `room` are a room's, `event` an
    event's; both by id.
    """

    kind: Kind
    name: str
    email: str
    day_on: date
    language: str
    client: str = CLIENTS[0]
    organisation: str = ""
    said: str = ""
    slot: Slot | None = None
    room: int | None = None
    event: int | None = None


def checked(wish: Wish, today: date) -> Wish:
    """Return a request's content with cleaned words. Raises Problem `public-name`, `email`, `public-text`, `public-day`
    or `public-organisation`, with the field.
    """
    name, organisation = _line(wish.name), _line(wish.organisation)
    if sum(letter.isalpha() for letter in name) < 2 or not _fits(name, LONGEST_NAME):
        raise Problem("public-name", field="name", longest=LONGEST_NAME)
    email = contacts.email(wish.email)
    if email is None:
        raise Problem("email", "a request has an address", field="email")
    text = _line(wish.said)
    if not _fits(text, LONGEST_TEXT):
        raise Problem("public-text", field="said", longest=LONGEST_TEXT)
    if wish.client not in CLIENTS or not _fits(organisation, LONGEST_NAME):
        raise Problem("public-organisation", field="organisation", longest=LONGEST_NAME)
    if wish.kind is Kind.ROOM and wish.client != CLIENTS[0] and not organisation:  # a person has none
        raise Problem("public-organisation", field="organisation", longest=LONGEST_NAME)
    if wish.kind is Kind.VISIT and not today <= wish.day_on <= today + timedelta(days=DAYS_AHEAD):
        raise Problem("public-day", field="day", days=DAYS_AHEAD)
    return Wish(
        kind=wish.kind,
        name=name,
        email=email,
        day_on=wish.day_on,
        language=wish.language,
        client=wish.client,
        organisation=organisation,
        said=text,
        slot=wish.slot,
        room=wish.room,
        event=wish.event,
    )


def _line(text: str) -> str:
    """Return a text on one line, with single spaces."""
    return " ".join(text.split())


def _fits(text: str, longest: int) -> bool:
    """Tell whether a text is printable and not too long."""
    return len(text) <= longest and text.isprintable()


def unproven_since(now: datetime) -> datetime:
    """Return the moment before which unconfirmed requests have expired."""
    return now - timedelta(hours=PROOF_HOURS)
