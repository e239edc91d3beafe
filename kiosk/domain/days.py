"""Works out the local day: which day a moment belongs to, where that begins and ends, and which half it is.

A day begins at a policy hour of the wall clock, so that a tap at half past midnight still uses yesterday's day.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct


class Moment(Struct, frozen=True):
    """A point in time as the space sees it: `at` in UTC, `local` on the wall clock, `day` the day it counts for."""

    at: datetime
    local: datetime
    day: date

    def in_second_half(self, split_hour: int) -> bool:
        """Whether the second half of the day has begun; after midnight it still has."""
        return self.local.date() > self.day or self.local.hour >= split_hour


def moment(at: datetime, zone: ZoneInfo, start_hour: int) -> Moment:
    """The moment at which an aware `at` falls for a space in `zone` whose days begin at `start_hour` (0 to 23)."""
    local = at.astimezone(zone)
    day = local.date() if local.hour >= start_hour else local.date() - timedelta(days=1)
    return Moment(at.astimezone(UTC), local, day)


def bounds(day: date, zone: ZoneInfo, start_hour: int) -> tuple[datetime, datetime]:
    """First moment of the day and of the next one, in UTC. 23, 24 or 25 hours apart, as the clocks change."""
    return _begin(day, zone, start_hour), _begin(day + timedelta(days=1), zone, start_hour)


def _begin(day: date, zone: ZoneInfo, start_hour: int) -> datetime:
    # An hour that the spring change skips resolves, with fold 0, to the first moment after the gap.
    return datetime.combine(day, time(start_hour), tzinfo=zone).astimezone(UTC)


def month_of(day: date) -> tuple[date, date]:
    """First and last day of the calendar month."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
