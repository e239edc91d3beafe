"""The periods that are sold: a membership's year, a subscription's week or month. First and last
day are both included.
"""

from calendar import monthrange
from datetime import date, timedelta
from enum import StrEnum

from kiosk.domain.problems import Problem


class Year(StrEnum):
    """How the association counts a membership's year."""

    ROLLING = "rolling"  # twelve months from its first day
    CALENDAR = "calendar"  # until 31 December
    SCHOOL = "school"  # 1 September to 31 August


class Unit(StrEnum):
    """The unit by which a product is sold."""

    HOUR = "hour"
    HALF_DAY = "half-day"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    SEAT = "seat"  # at an event of any length


def membership_end(kind: Year, start: date) -> date:
    """Return the last day of a membership that begins on `start`."""
    if kind is Year.CALENDAR:
        return date(start.year, 12, 31)
    if kind is Year.SCHOOL:
        return date(start.year if start.month < 9 else start.year + 1, 8, 31)
    return months_end(start, 12)


def end(unit: Unit, start: date) -> date:
    """Return the last day of a day, week, month or rolling year that begins on `start`. Raises Problem `unit` for
    hours, half days and seats.
    """
    if unit is Unit.DAY:
        return start
    if unit is Unit.WEEK:
        return start + timedelta(days=6)
    if unit is Unit.MONTH:
        return months_end(start, 1)
    if unit is Unit.YEAR:
        return months_end(start, 12)
    raise Problem("unit", field="unit", given=unit)


def holds(until: date | None, day: date) -> bool:
    """Tell whether something granted until a day still holds on another day; None (never granted) does not."""
    return until is not None and day <= until


def months_end(start: date, months: int) -> date:
    """Return the last day of `months` months that begin on `start`: the day before the same day of the later month, or
    that month's last day when it has no such day.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    if start.day > last:
        return date(year, month + 1, last)
    return date(year, month + 1, start.day) - timedelta(days=1)
