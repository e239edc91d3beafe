"""Keeps closed days, entered by hand or public holidays, and makes the calendar of them and the opening hours.

The holidays of many years are written as rows when the rules first close the space on them: what closes a door can then
be read, and changed by hand.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain import opening_hours
from kiosk.domain.opening_hours import Calendar, Week
from kiosk.domain.space import public_holidays
from kiosk.store.tables.entrance import closed_day

HORIZON_DAYS = 100  # so far ahead the door can say when the space opens again
HOLIDAY_YEARS = 20
LIBRARY = "holidays"  # the author of the rows of public holidays


class ClosedDay(Struct, frozen=True):
    """A day on which the space is closed, or open in spite of a holiday, and why; `is_holiday`: from the list of public
    holidays.
    """

    day_on: date
    is_closed: bool
    reason: str
    is_holiday: bool


def calendar(
    connection: sa.Connection, day: date, weeks: Mapping[date, Week | None], on_holidays: Mapping[date, bool]
) -> Calendar | None:
    """Return the calendar from the day before a day on. `weeks` and `on_holidays` are rules by the day from which they
    hold.
    """
    first, last = day - timedelta(days=1), day + timedelta(days=HORIZON_DAYS)
    by_hand, holidays = {}, {}
    for closed in between(connection, first, last):
        if closed.is_holiday:
            holidays[closed.day_on] = _in_force(on_holidays, closed.day_on)
        else:
            by_hand[closed.day_on] = closed.is_closed
    return opening_hours.calendar(first, (last - first).days + 1, weeks, by_hand, holidays)


def _in_force(values: Mapping[date, bool], day: date) -> bool:
    """Return the value of a rule on a day; False before its first one."""
    begun = [since for since in values if since <= day]
    return values[max(begun)] if begun else False


def between(connection: sa.Connection, first: date, last: date) -> list[ClosedDay]:
    """Return the closed days from `first` to `last`, both included: for each day the newest row by hand, then its
    holiday.
    """
    return [ClosedDay(*row) for row in connection.execute(_between(), {"first": first, "last": last})]


@cache  # asked with each policy: building the query takes longer than running it
def _between() -> sa.Select[date, bool, str, bool]:
    """Return the query for the closed days of a period."""
    c = closed_day.c
    is_holiday = c.actor == LIBRARY
    days = c.day_on.between(sa.bindparam("first"), sa.bindparam("last"))
    newest = sa.select(sa.func.max(c.id)).where(days).group_by(c.day_on, is_holiday).subquery()
    return (
        sa.select(c.day_on, c.is_closed, c.reason, is_holiday)
        .where(c.id.in_(sa.select(newest)))
        .order_by(c.day_on, is_holiday)
    )


def add(connection: sa.Connection, day: date, reason: str, at: datetime, actor: str, *, is_closed: bool) -> None:
    """Write that the space is closed or open on a day."""
    row = {"day_on": day, "is_closed": is_closed, "reason": reason, "actor": actor, "made_at": at}
    connection.execute(closed_day.insert(), row)


def add_holidays(connection: sa.Connection, today: date, at: datetime) -> None:
    """Write the public holidays of the coming years that are not there yet."""
    last = date(today.year + HOLIDAY_YEARS, 12, 31)
    known = {closed.day_on for closed in between(connection, today, last) if closed.is_holiday}
    for day, name in public_holidays.between(today, last).items():
        if day not in known:
            add(connection, day, name, at, LIBRARY, is_closed=True)
