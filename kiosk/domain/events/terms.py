"""Checks an event's terms: kind and title, hours, places, threshold and deadline.

Signing up agrees to the terms in force then (date and price). Changed terms must be agreed to again.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.problems import Problem

LONGEST_TITLE, LONGEST_ABOUT, LONGEST_PLACE = 100, 2000, 100  # characters
LONGEST = timedelta(days=14)  # of an event, from its beginning to its end
FARTHEST = timedelta(days=730)  # ahead: about two years
MOST_PLACES = 1000  # seats
_SHORTEST_TITLE = 3  # characters


class EventKind(StrEnum):
    """The kind of an event."""

    TRAINING = "training"
    CONFERENCE = "conference"
    ROUND_TABLE = "round-table"
    WORKSHOP = "workshop"
    UNCONFERENCE = "unconference"  # the participants choose the topics


class EventState(StrEnum):
    """The state of an event."""

    PROPOSED = "proposed"  # by a member: others may say that they are interested
    DECLINED = "declined"
    OPEN = "open"  # with a day and a price; held once enough have signed up
    HELD = "held"  # certain to take place, or over
    NOT_HELD = "not-held"  # too few signed up until the deadline
    CANCELLED = "cancelled"


LIVE = frozenset({EventState.PROPOSED, EventState.OPEN, EventState.HELD})  # proposed, open, or certain
OVER = frozenset({EventState.DECLINED, EventState.NOT_HELD, EventState.CANCELLED})  # those that will not take place
# Those in the public calendar: a cancelled one says so.
PUBLISHED = frozenset({EventState.OPEN, EventState.HELD, EventState.NOT_HELD, EventState.CANCELLED})


class Terms(Struct, frozen=True, kw_only=True):
    """An event's hours, numbers of seats and conditions.

    Without a threshold it takes place with any number of participants; without places there is no limit. `rent_percent`
    is the share of each price that pays for the space's rent. `includes_day`: participants pay no day besides their
    seat.
    """

    starts_at: datetime
    ends_at: datetime
    places: int | None = None
    threshold: int | None = None
    deadline_at: datetime | None = None
    rent_percent: int = 0
    includes_day: bool = False


def check(terms: Terms, now: datetime) -> None:
    """Check terms at a moment. Raises Problem `event-past`, `event-period`, `event-places`, `event-threshold`,
    `event-deadline` or `event-rent` where they are impossible.
    """
    if terms.starts_at <= now:
        raise Problem("event-past", field="starts")
    if not terms.starts_at < terms.ends_at <= terms.starts_at + LONGEST or terms.starts_at > now + FARTHEST:
        raise Problem("event-period", field="ends", most=LONGEST.days)
    if terms.places is not None and not 1 <= terms.places <= MOST_PLACES:
        raise Problem("event-places", field="places", most=MOST_PLACES)
    most = terms.places or MOST_PLACES
    if terms.threshold is not None and not 1 <= terms.threshold <= most:
        raise Problem("event-threshold", field="threshold", most=most)
    if (terms.threshold is None) is not (terms.deadline_at is None):
        raise Problem("event-deadline", "a threshold and its deadline go together", field="deadline")
    if terms.deadline_at is not None and not now < terms.deadline_at <= terms.starts_at:
        raise Problem("event-deadline", field="deadline")
    if not 0 <= terms.rent_percent <= 100:
        raise Problem("event-rent", field="rent")


def clean_title(text: str) -> str:
    """Return a title on one line. Raises Problem `event-title`."""
    folded = " ".join(text.split())
    if not _SHORTEST_TITLE <= len(folded) <= LONGEST_TITLE or not folded.isprintable():
        raise Problem("event-title", field="title", shortest=_SHORTEST_TITLE, longest=LONGEST_TITLE)
    return folded


def clean_about(text: str) -> str:
    """Return the description of an event, on several lines; empty for none. Raises Problem `event-about`."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    whole = "\n".join(lines).strip("\n")
    if len(whole) > LONGEST_ABOUT or not whole.replace("\n", "").isprintable():
        raise Problem("event-about", field="about", longest=LONGEST_ABOUT)
    return whole


def clean_place(text: str) -> str:
    """Return the place of an event, on one line; empty for none. Raises Problem `event-place`."""
    folded = " ".join(text.split())
    if len(folded) > LONGEST_PLACE or not folded.isprintable():
        raise Problem("event-place", field="place", longest=LONGEST_PLACE)
    return folded
