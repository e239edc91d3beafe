"""Things that are lent, or taken for minutes: what they are, until when they are due, and when one is free."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.premises.floor import one_line
from kiosk.domain.problems import Problem

LONGEST_LABEL = 40
MOST_THINGS = 300
MOST_PLACES, MOST_MINUTES, MOST_DAYS = 200, 480, 366
_HALF_HOUR = 30


class ThingKind(StrEnum):
    """What a thing is."""

    BOOTH = "booth"
    LOCKER = "locker"
    BIKES = "bikes"
    KEY = "key"
    OTHER = "other"


class Terms(Struct, frozen=True):
    """How a thing is had: by so many at once, for so many minutes, or so many days, or until it is given back.

    Raises Problem `thing-terms`.
    """

    places: int = 1
    minutes: int | None = None
    days: int | None = None

    def __post_init__(self) -> None:
        wrong = not 1 <= self.places <= MOST_PLACES or (self.minutes is not None and self.days is not None)
        if wrong or not 1 <= (self.minutes or 1) <= MOST_MINUTES or not 1 <= (self.days or 1) <= MOST_DAYS:
            raise Problem("thing-terms", field="places", most=MOST_PLACES, minutes=MOST_MINUTES, days=MOST_DAYS)

    def due_on(self, day: date) -> date | None:
        """The day on which what is lent on `day` is due back."""
        return None if self.days is None else day + timedelta(days=self.days)


class Had(Struct, frozen=True):
    """A time for which a member has a thing; open where its return is not known."""

    from_at: datetime
    ended_at: datetime | None = None

    def meets(self, other: "Had") -> bool:
        """Whether both have a moment in common. What ends as the other begins does not meet it."""
        far = datetime.max.replace(tzinfo=UTC)
        return self.from_at < (other.ended_at or far) and other.from_at < (self.ended_at or far)


def label(text: str) -> str:
    """What a thing is called. Raises Problem `thing-label`."""
    found = one_line(text, LONGEST_LABEL)
    if not found:
        raise Problem("thing-label", field="label", longest=LONGEST_LABEL)
    return found


def kind(text: str) -> ThingKind:
    """What a thing is. Raises Problem `thing-kind`."""
    try:
        return ThingKind(text)
    except ValueError:
        raise Problem("thing-kind", field="kind", given=text, choices=", ".join(ThingKind)) from None


def is_free(had: Iterable[Had], wanted: Had, places: int) -> bool:
    """Whether one more may have it then."""
    return sum(each.meets(wanted) for each in had) < places


def starts(had: Iterable[Had], now: datetime, minutes: int, places: int, most: int) -> list[datetime]:
    """When one may have it for so many minutes today: now where it is free, then by the half hour."""
    taken, found = list(had), list[datetime]()
    step = now
    while len(found) < most and step < now + timedelta(hours=12):
        if is_free(taken, Had(step, step + timedelta(minutes=minutes)), places):
            found.append(step)
        step = _next_half_hour(step)
    return found


def _next_half_hour(at: datetime) -> datetime:
    begun = at.replace(minute=at.minute // _HALF_HOUR * _HALF_HOUR, second=0, microsecond=0)
    return begun + timedelta(minutes=_HALF_HOUR)
