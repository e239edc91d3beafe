"""Works out when the space is open: hours of each weekday on the wall clock, closed days, and when it next opens.

Everything follows calendar and wall clock, so that "8 h" stays 8 h when summer time begins. Hours past midnight belong
to the day on which they begin.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from msgspec import Struct

from kiosk.domain.problems import Problem

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # as a rule's JSON names them
MOST_RANGES = 4  # a day
_DAY_MINUTES = 24 * 60
_RANGE = re.compile(r"([0-9]{1,2}):([0-9]{2})-([0-9]{1,2}):([0-9]{2})")


class Hours(Struct, frozen=True, order=True):
    """An opening time in minutes since midnight; `until` is above 24 h where it passes midnight."""

    since: int
    until: int

    def __str__(self) -> str:
        """Return the form that is stored: `08:00-12:30`; the end of the day is `24:00`."""
        until = self.until if self.until <= _DAY_MINUTES else self.until - _DAY_MINUTES
        return f"{self.since // 60:02}:{self.since % 60:02}-{until // 60:02}:{until % 60:02}"


Day = tuple[Hours, ...]
Week = tuple[Day, ...]  # seven days, Monday first; a day without hours is shut
ALL_DAY: Day = (Hours(0, _DAY_MINUTES),)


def hours(text: str) -> Hours:
    """Return an opening time from `8:00-12:30`. An end before the beginning is on the next morning. Raises Problem
    `opening`.
    """
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        raise Problem("opening", "a time of opening is like 08:00-19:00, not {given!r}", given=text)
    from_hour, from_minute, until_hour, until_minute = map(int, match.groups())
    since, until = from_hour * 60 + from_minute, until_hour * 60 + until_minute
    if from_minute > 59 or until_minute > 59 or since >= _DAY_MINUTES or until > _DAY_MINUTES:
        raise Problem("opening", "{given!r} is no time of a day", given=text)
    if since == until:
        raise Problem("opening", "{given!r} begins when it ends", given=text)
    return Hours(since, until if until > since else until + _DAY_MINUTES)


def day(texts: list[str]) -> Day:
    """Return the opening times of a day in order. Raises Problem `opening` where they overlap, are more than four, or
    are not written like `8:00-12:30`.
    """
    times = tuple(sorted(hours(text) for text in texts))
    if len(times) > MOST_RANGES:
        raise Problem("opening", "a day has at most {most} times of opening", most=MOST_RANGES)
    for earlier, later in pairwise(times):
        if later.since < earlier.until:
            raise Problem("opening", "{since} and {until} meet", since=earlier, until=later)
    return times


def week(rule: object) -> Week | None:
    """Return the week in a rule's JSON: `{"mon": ["08:00-19:00"], ...}`; a missing day is closed; None is always open.

    Raises Problem `opening`.
    """
    if rule is None:
        return None
    if not isinstance(rule, Mapping) or not set(rule) <= set(DAYS):
        raise Problem("opening", "opening hours are null or named by {kind}", kind=", ".join(DAYS))
    days = []
    for name in DAYS:
        texts = rule.get(name, [])
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise Problem("opening", "the opening hours of {kind} are a list like 08:00-19:00", kind=name)
        days.append(day(texts))
    if not any(days):
        raise Problem("opening", "a week without any opening hours would never open")
    return tuple(days)


def plain(of: Week | None) -> dict[str, list[str]] | None:
    """Return a week as a rule's JSON."""
    return None if of is None else {name: [str(hours_) for hours_ in day] for name, day in zip(DAYS, of, strict=True)}


class Calendar(Struct, frozen=True):
    """The opening hours of each day from rules and closed days, for as many days as it was made for.

    Days beyond these count as open, so that no one is shut out without a rule.
    """

    days: Mapping[date, Day]

    def is_open(self, local: datetime) -> bool:
        """Tell whether the space is open at a local time."""
        yesterday = local.date() - timedelta(days=1)
        return self._has(local.date(), _minute(local)) or self._has(yesterday, _minute(local) + _DAY_MINUTES)

    def reopens(self, local: datetime) -> datetime | None:
        """Return the next beginning of opening hours after a local time; None where the calendar has none left."""
        for day in sorted(self.days):
            for hours_ in self.days[day]:
                begins = datetime.combine(day, time(hours_.since // 60, hours_.since % 60), tzinfo=local.tzinfo)
                if begins > local:
                    return begins
        return None

    def _has(self, on: date, minute: int) -> bool:
        """Tell whether a day's hours include a minute, counted from that day's midnight."""
        return any(hours_.since <= minute < hours_.until for hours_ in self.days.get(on, ALL_DAY))


def _minute(local: datetime) -> int:
    """Return the minute of the day."""
    return local.hour * 60 + local.minute


def calendar(
    first: date,
    count: int,
    weeks: Mapping[date, Week | None],
    closed: Mapping[date, bool],
    holidays: Mapping[date, bool],
) -> Calendar | None:
    """Return the calendar of `count` days from `first` on; None where the space is never closed in them.

    `weeks` are the rules by their first day: the latest holds, and before the first, or with None, the space is always
    open. `closed` are the days set by hand (False: open although a holiday), `holidays`
    the public holidays, each with whether the rules close the space on it.
    """
    days = {}
    for day in (first + timedelta(days=number) for number in range(count)):
        past_rules = [since for since in weeks if since <= day]
        of_week = weeks[max(past_rules)] if past_rules else None
        is_closed = closed.get(day, holidays.get(day, False))
        days[day] = () if is_closed else ALL_DAY if of_week is None else of_week[day.weekday()]
    return None if all(day == ALL_DAY for day in days.values()) else Calendar(days)
