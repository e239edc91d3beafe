"""Works out the days and hours of an event, and whether a visit of such a day was part of it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct


class Sitting(Struct, frozen=True):
    """One day of an event, with its beginning and end."""

    day: date
    starts_at: datetime
    ends_at: datetime

    @property
    def minutes(self) -> int:
        """Return how long it takes, in minutes."""
        return int((self.ends_at - self.starts_at) / timedelta(minutes=1))


def sittings(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> list[Sitting]:
    """Return the days of an event, each between the same hours of the wall clock.

    An event shorter than a day, or one that ends by the clock earlier than it began, is a single sitting.
    """
    starts, ends = starts_at.astimezone(zone), ends_at.astimezone(zone)
    if ends_at - starts_at < timedelta(days=1) or ends.time() <= starts.time():
        return [Sitting(starts.date(), starts_at, ends_at)]
    days = (starts.date() + timedelta(days=count) for count in range((ends.date() - starts.date()).days + 1))
    return [
        Sitting(
            day,
            datetime.combine(day, starts.time(), tzinfo=zone).astimezone(UTC),
            datetime.combine(day, ends.time(), tzinfo=zone).astimezone(UTC),
        )
        for day in days
    ]


def was_there(sitting: Sitting, arrived_at: datetime | None, left_at: datetime | None) -> bool:
    """Tell whether a participant with these moments of arrival and departure was there during a sitting. An unknown
    time counts in their favour.
    """
    came = arrived_at is None or arrived_at < sitting.ends_at
    stayed = left_at is None or left_at > sitting.starts_at
    return came and stayed
