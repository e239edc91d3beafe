"""A time from one moment to another (`Slot`), as for rooms, desks and events: its length, overlaps, and local time.

Stored in UTC and shown on the space's wall clock, so that changes of summer time come out right: 14 h to 15 h lasts an
hour on every day, and an hour that a night skips cannot be booked.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from kiosk.domain.problems import Problem

DAY_MINUTES = 24 * 60
LONGEST = timedelta(days=31)  # a longer use is a tenancy


class Slot(Struct, frozen=True, order=True):
    """A time from a moment to a later one, in UTC; the end is not included. Raises Problem `slot` or `slot-long`."""

    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        if self.starts_at.tzinfo is None or self.ends_at.tzinfo is None:
            raise Problem("slot", "a time is said with its offset from UTC", field="until")
        if self.ends_at <= self.starts_at:
            raise Problem(
                "slot",
                "{until} is not after {since}: it would last no time",
                field="until",
                until=self.ends_at,
                since=self.starts_at,
            )
        if self.ends_at - self.starts_at > LONGEST:
            raise Problem("slot-long", field="until", days=LONGEST.days)

    @property
    def minutes(self) -> int:
        """Return how long the time lasts, in minutes, rounded up."""
        return -(-int((self.ends_at - self.starts_at).total_seconds()) // 60)

    def meets(self, other: "Slot") -> bool:
        """Tell whether two times overlap. One that ends as the other begins does not."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def with_room_after(self, minutes: int) -> "Slot":
        """Return the time with its end later by the minutes of setting up the room afterwards; 0 changes nothing."""
        return Slot(self.starts_at, self.ends_at + timedelta(minutes=minutes)) if minutes else self

    def on_days(self, zone: ZoneInfo) -> Iterator[tuple[date, int, int]]:
        """Yield `(day, since, until)` for each local day: minutes from midnight on the wall clock, 1440 for its end.

        A time that ends at midnight does not touch the day that begins then.
        """
        starts, ends = self.starts_at.astimezone(zone), self.ends_at.astimezone(zone)
        day = starts.date()
        while day <= ends.date():
            since = starts.hour * 60 + starts.minute if day == starts.date() else 0
            until = ends.hour * 60 + ends.minute if day == ends.date() else DAY_MINUTES
            if until > since:
                yield day, since, until
            day += timedelta(days=1)

    def minutes_on(self, zone: ZoneInfo) -> Iterator[tuple[date, int]]:
        """Yield each local day with the minutes that elapse on it, which a change of summer time does not distort."""
        day, begins = self.starts_at.astimezone(zone).date(), self.starts_at
        while begins < self.ends_at:
            next_day = datetime.combine(day + timedelta(days=1), time(0), tzinfo=zone).astimezone(UTC)
            ends = min(self.ends_at, next_day)
            yield day, int((ends - begins).total_seconds()) // 60
            day, begins = day + timedelta(days=1), ends


def at_wall(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return the moment at which the wall clock shows a minute of a day; the first of two where an hour comes twice.

    Minutes from 1440 on are on the following days. Raises Problem `slot-skipped` where clocks are put forward past it.
    """
    on, minute = day + timedelta(days=minute // DAY_MINUTES), minute % DAY_MINUTES
    local = datetime.combine(on, time(minute // 60, minute % 60), tzinfo=zone)
    at = local.astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Problem("slot-skipped", field="from", day=on, given=f"{minute // 60:02}:{minute % 60:02}")
    return at


def on_wall(day: date, since: int, until: int, zone: ZoneInfo) -> Slot:
    """Return the time between two minutes of a day's wall clock; an end before the beginning is on the next morning.

    Raises Problem `slot`, `slot-long` or `slot-skipped`.
    """
    if until == since:
        raise Problem("slot", "it would last no time", field="until")
    return Slot(at_wall(day, since, zone), at_wall(day, until if until > since else until + DAY_MINUTES, zone))


def free(taken: Iterable[Slot], within: Slot, minutes: int) -> Iterator[Slot]:
    """Yield the gaps of at least so many minutes in `within`, earliest first; taken times may overlap, in any order."""
    begins, least = within.starts_at, timedelta(minutes=minutes)
    for use in sorted(taken):
        if not use.meets(within):
            continue
        if use.starts_at - begins >= least:
            yield Slot(begins, use.starts_at)
        begins = max(begins, use.ends_at)
    if within.ends_at - begins >= least:
        yield Slot(begins, within.ends_at)
