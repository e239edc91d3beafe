"""Decides which backups are kept: the newest of each of the last hours, days, weeks and months that have one, and the
newest of all.

A backup that contains times of coming and going holds only those of its last days, and is deleted before they are older
than the table of personal data (`keeping`) allows; only backups without any times stay for months. The caller passes in
valid backups only, so that a damaged one takes no valid one's place.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from kiosk.domain import keeping

LONGEST_WITH_HOURS = timedelta(days=keeping.COPY_DAYS)  # how long a backup with times may be kept

Period = tuple[int, ...]  # an hour, a day, a week or a month, as numbers


class Keep(Struct, frozen=True):
    """For how many hours, days, weeks and months the newest backup of each is kept."""

    hours: int
    days: int
    weeks: int
    months: int


class Copy(Struct, frozen=True):
    """A valid backup. `tells_hours`: it contains door events and times of coming and going."""

    name: str
    made_at: datetime
    tells_hours: bool


def _hour(at: datetime) -> Period:
    """Return the hour of a moment, with its day."""
    return (*_day(at), at.hour)


def _day(at: datetime) -> Period:
    """Return the day of a moment."""
    return at.year, at.month, at.day


def _week(at: datetime) -> Period:
    """Return the week of a moment: ISO year and number."""
    return tuple(at.isocalendar()[:2])


def month(at: datetime) -> Period:
    """Return the month of a moment, in UTC."""
    return at.year, at.month


def is_over(copy: Copy, now: datetime) -> bool:
    """Tell whether a backup contains times that may not be stored any longer."""
    return copy.tells_hours and now - copy.made_at > LONGEST_WITH_HOURS


def leaving(copies: Collection[Copy], keep: Keep, now: datetime, just_made: str = "") -> dict[Copy, Copy]:
    """Return the backups to delete, each with the one that stays in its place.

    The backup just made stays, even if a clock that was ahead left newer ones, or one of the same second.
    """
    if not copies:
        return {}
    newest = max(copies, key=_age)
    chosen = {copy for copy in _chosen(copies, keep) if not is_over(copy, now)}
    stays = {newest, *chosen, *(copy for copy in copies if copy.name == just_made)}
    return {copy: _stands_for(copy, stays, newest) for copy in copies if copy not in stays}


def _age(copy: Copy) -> tuple[datetime, str]:
    """Return the key that sorts backups oldest first; those of the same second by name."""
    return copy.made_at, copy.name


def _chosen(copies: Collection[Copy], keep: Keep) -> Iterator[Copy]:
    """Yield the copies to keep: the newest of each hour, day and week with hours, and of each month without."""
    with_hours = [copy for copy in copies if copy.tells_hours]
    without = [copy for copy in copies if not copy.tells_hours]
    for period, count in ((_hour, keep.hours), (_day, keep.days), (_week, keep.weeks)):
        yield from _newest_of_each(with_hours, period)[:count]
    yield from _newest_of_each(without, month)[: keep.months]


def _newest_of_each(copies: Collection[Copy], period: Callable[[datetime], Period]) -> list[Copy]:
    """Return the newest backup of each period that has one, the newest period first."""
    newest: dict[Period, Copy] = {}
    for copy in sorted(copies, key=_age):
        newest[period(copy.made_at.astimezone(UTC))] = copy
    return sorted(newest.values(), key=_age, reverse=True)


def _stands_for(copy: Copy, stays: Collection[Copy], newest: Copy) -> Copy:
    """Return the backup that stays for the same hour, day, week or month; else the newest."""
    for period in (_hour, _day, _week, month):
        same = [other for other in stays if period(other.made_at) == period(copy.made_at)]
        if same:
            return max(same, key=_age)
    return newest
