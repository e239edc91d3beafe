"""Works out on which days an event is, for how long, and whether a visit of such a day was a part of it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct


class Sitting(Struct, frozen=True):
    """One day of an event: from when to when."""

    day: date
    starts_at: datetime
    ends_at: datetime

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return int((self.ends_at - self.starts_at) / timedelta(minutes=1))


def sittings(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> list[Sitting]:
    """The days of an event, each between the same hours of the wall clock.

    One that ends in the next morning, or within a day, is a single one.
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
    """Tell whether a participant with these moments of arrival and departure was there in these hours.

    An unknown hour counts in their favour.
    """
    came = arrived_at is None or arrived_at < sitting.ends_at
    stayed = left_at is None or left_at > sitting.starts_at
    return came and stayed
