"""Guesses which day or moment a page asks for now, from the one that it asked for earlier. Pure.

A page asks for today, for thirty days ago, for the first of this month. A wrong guess costs a question asked in vain;
the right one is then asked as usual.
"""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z")
_WHOLE_DAY = timedelta(days=1)
_NEAR = timedelta(days=1500)  # some four years: a day further away has nothing to do with the page's day, and stays


class MovedOn:
    """Moves days and moments that belonged to one moment to a later moment."""

    def __init__(self, before: datetime, now: datetime) -> None:
        self._before, self._now = before, now
        self._days = now.date() - before.date()  # between the two moments
        self._months = (now.year - before.year) * 12 + now.month - before.month  # between the two moments

    def of(self, bound: object) -> object:
        """Return a parameter's likely value at the later moment; anything but a day or a moment nearby is returned as
        it is.
        """
        if not isinstance(bound, str):
            return bound
        try:
            if _MOMENT.fullmatch(bound):
                return self._moment(datetime.fromisoformat(bound))
            if _DAY.fullmatch(bound):
                return self._day(date.fromisoformat(bound)).isoformat()
        except (ValueError, OverflowError):
            pass
        return bound

    def _moment(self, moment: datetime) -> str:
        """Return a moment moved on: with the page's moment if whole days lie between, else by its day, at the same time
        of the day in UTC.
        """
        away = moment - self._before
        if not away % _WHOLE_DAY:  # such as the moment itself, or the same time thirty days ago
            moved = self._now + away
        else:
            moved = datetime.combine(self._day(moment.date()), time.min, UTC) + (
                moment - datetime.combine(moment.date(), time.min, UTC)
            )
        return moved.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def _day(self, day: date) -> date:
        """Return a day moved on: first and last days of months and years stay such, others move by the days between the
        two moments.
        """
        if abs(day - self._before.date()) > _NEAR:
            return day
        if (day.month, day.day) in ((1, 1), (12, 31)):
            return day.replace(year=day.year + self._now.year - self._before.year)
        is_last = day.day == monthrange(day.year, day.month)[1]
        if day.day != 1 and not is_last:
            return day + self._days
        months = day.year * 12 + day.month - 1 + self._months
        year, month = divmod(months, 12)
        return date(year, month + 1, monthrange(year, month + 1)[1] if is_last else 1)
