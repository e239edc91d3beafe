"""Works out the local day: the day that a moment belongs to, when a day begins and ends, and its halves.

A day begins at an hour set in the rules, so that a tap at half past midnight still uses yesterday's day.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct


class Moment(Struct, frozen=True):
    """A point in time for the space: `at` in UTC, `local` on the wall clock, `day` the local day that it belongs to."""

    at: datetime
    local: datetime
    day: date

    def in_second_half(self, split_hour: int) -> bool:
        """Tell whether the second half of the day has begun; it lasts until the day ends, also after midnight."""
        return self.local.date() > self.day or self.local.hour >= split_hour


def moment(at: datetime, zone: ZoneInfo, start_hour: int) -> Moment:
    """Return the moment of an aware `at`, for a space in `zone` whose days begin at `start_hour` (0 to 23)."""
    local = at.astimezone(zone)
    day = local.date() if local.hour >= start_hour else local.date() - timedelta(days=1)
    return Moment(at.astimezone(UTC), local, day)


def bounds(day: date, zone: ZoneInfo, start_hour: int) -> tuple[datetime, datetime]:
    """Return the first moment of a day and of the next day, in UTC: 23, 24 or 25 hours apart, as clocks change."""
    return _begin(day, zone, start_hour), _begin(day + timedelta(days=1), zone, start_hour)


def _begin(day: date, zone: ZoneInfo, start_hour: int) -> datetime:
    """Return the first moment of a day, in UTC."""
    # An hour that the spring change skips resolves, with fold 0, to the first moment after the gap.
    return datetime.combine(day, time(start_hour), tzinfo=zone).astimezone(UTC)


def month_of(day: date) -> tuple[date, date]:
    """Return the first and last day of the calendar month."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
