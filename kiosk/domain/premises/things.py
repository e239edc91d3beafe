"""Things that are lent, or used for minutes: their kinds, when they are due back, and when one is free."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from kiosk.domain import inputs
from kiosk.domain.problems import Problem

LONGEST_LABEL = 40  # characters
MOST_THINGS = 300
MOST_PLACES, MOST_MINUTES, MOST_DAYS = 200, 480, 366  # of a thing's terms
_HALF_HOUR = 30  # minutes


class ThingKind(StrEnum):
    """The kind of a thing."""

    BOOTH = "booth"
    LOCKER = "locker"
    BIKES = "bikes"
    KEY = "key"
    OTHER = "other"


class Terms(Struct, frozen=True):
    """How a thing may be had: by so many members at once (`places`), and for minutes, or for days, or until it is
    returned.

    Raises Problem `thing-terms` for minutes and days together, and for a number below 1 or above its most.
    """

    places: int = 1
    minutes: int | None = None
    days: int | None = None

    def __post_init__(self) -> None:
        wrong = not 1 <= self.places <= MOST_PLACES or (self.minutes is not None and self.days is not None)
        if wrong or not 1 <= (self.minutes or 1) <= MOST_MINUTES or not 1 <= (self.days or 1) <= MOST_DAYS:
            raise Problem("thing-terms", field="places", most=MOST_PLACES, minutes=MOST_MINUTES, days=MOST_DAYS)

    def due_on(self, day: date) -> date | None:
        """Return the day on which a thing lent on `day` is due back; None where no day is set."""
        return None if self.days is None else day + timedelta(days=self.days)


class Had(Struct, frozen=True):
    """The time for which a member has a thing; `ended_at` is None until its return."""

    from_at: datetime
    ended_at: datetime | None = None

    def meets(self, other: "Had") -> bool:
        """Tell whether two times overlap. One that ends as the other begins does not."""
        far = datetime.max.replace(tzinfo=UTC)
        return self.from_at < (other.ended_at or far) and other.from_at < (self.ended_at or far)


def label(text: str) -> str:
    """Return the name of a thing. Raises Problem `thing-label`."""
    words = inputs.one_line(text, LONGEST_LABEL)
    if not words:
        raise Problem("thing-label", field="label", longest=LONGEST_LABEL)
    return words


def kind(text: str) -> ThingKind:
    """Return the kind of a thing by its name. Raises Problem `thing-kind`."""
    try:
        return ThingKind(text)
    except ValueError:
        raise Problem("thing-kind", field="kind", given=text, choices=", ".join(ThingKind)) from None


def is_free(had: Iterable[Had], period: Had, places: int) -> bool:
    """Tell whether one more member may have the thing in that time."""
    return sum(other.meets(period) for other in had) < places


def starts(had: Iterable[Had], now: datetime, minutes: int, places: int, most: int) -> list[datetime]:
    """Return up to `most` moments in the next twelve hours at which a thing is free for so many minutes: now, then on
    each half hour.
    """
    taken, moments = list(had), list[datetime]()
    moment = now
    while len(moments) < most and moment < now + timedelta(hours=12):
        if is_free(taken, Had(moment, moment + timedelta(minutes=minutes)), places):
            moments.append(moment)
        moment = _next_half_hour(moment)
    return moments


def _next_half_hour(at: datetime) -> datetime:
    """Return the next full or half hour."""
    half_hour = at.replace(minute=at.minute // _HALF_HOUR * _HALF_HOUR, second=0, microsecond=0)
    return half_hour + timedelta(minutes=_HALF_HOUR)
