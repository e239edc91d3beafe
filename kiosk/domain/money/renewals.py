"""Works out the periods of a running subscription: when each begins, how long it is, and how much of it is charged.

Without pro rata, a period begins on the subscription's own day of the month (the 29th to the 31st on the last day of a
shorter month) and is charged in full, unless it begins during a pause. With pro rata, periods are those of the
calendar, and only the days covered by the subscription are charged: at its start, at its end, around a pause.

Rounding: to the nearest cent, half a cent up. All days are exactly the price, no day is 0; two parts of a period may
together differ from its price by one cent, never more.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from msgspec import Struct

from kiosk.domain.periods import Unit
from kiosk.domain.problems import Problem

_A_DAY = timedelta(days=1)
_A_MONDAY = date(2001, 1, 1)  # and a first of January: weeks, months and years from it are the calendar's


class Pause(Struct, frozen=True):
    """Days on which a subscription neither covers nor costs, both included; `until_on` of None: until it is resumed."""

    from_on: date
    until_on: date | None = None

    def covers(self, day: date) -> bool:
        """Tell whether a day is in the pause."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


class Terms(Struct, frozen=True):
    """The terms of a subscription: its unit, first day, last day (None: until ended), and pauses."""

    unit: Unit
    from_on: date
    until_on: date | None = None
    pauses: tuple[Pause, ...] = ()

    def covers(self, day: date) -> bool:
        """Tell whether the subscription pays for a day: first to last day, both included, outside its pauses."""
        ends = self.until_on is not None and day > self.until_on
        return self.from_on <= day and not ends and not any(pause.covers(day) for pause in self.pauses)


class Period(Struct, frozen=True):
    """The first and last day of a period; `of_days` is the length of the whole period of which this may be a part."""

    first_on: date
    last_on: date
    of_days: int

    @property
    def days(self) -> int:
        """Return how many days it has."""
        return (self.last_on - self.first_on).days + 1


def period(terms: Terms, pro_rata: bool, first_on: date) -> Period:
    """Return the period from a day up to the day before the next one begins. Raises Problem `unit`.

    Where the day is inside a period, `of_days` is still the length of the whole one.
    """
    anchor = _A_MONDAY if pro_rata else terms.from_on
    begun, following = _around(terms.unit, anchor, first_on)
    return Period(first_on, following - _A_DAY, (following - begun).days)


def charged_days(terms: Terms, pro_rata: bool, part: Period) -> int:
    """Return how many days of a period are charged: with pro rata those covered, else all, or 0 if the first is not."""
    if pro_rata:
        return sum(terms.covers(part.first_on + timedelta(days=offset)) for offset in range(part.days))
    return part.days if terms.covers(part.first_on) else 0


def share(cents: int, days: int, of_days: int) -> int:
    """Return the price of `days` out of `of_days`, where all of them cost `cents`. Raises Problem `share`."""
    if cents < 0 or not 0 <= days <= of_days or of_days < 1:
        raise Problem("share", count=days, most=of_days, sum_cents=cents)
    return (2 * cents * days + of_days) // (2 * of_days)


def following(
    terms: Terms, after: date | None, horizon: date, pro_rata: Callable[[date], bool]
) -> Iterator[tuple[Period, int]]:
    """Yield each period that begins up to the horizon, with its charged days. `after` is the first day of the last
    period already charged (None: none was); `pro_rata` returns the rule in force on a day.
    """
    first_on = terms.from_on if after is None else period(terms, pro_rata(after), after).last_on + _A_DAY
    while first_on <= horizon and (terms.until_on is None or first_on <= terms.until_on):
        rule = pro_rata(first_on)
        part = period(terms, rule, first_on)
        yield part, charged_days(terms, rule, part)
        first_on = part.last_on + _A_DAY


def _around(unit: Unit, anchor: date, day: date) -> tuple[date, date]:
    """Return the last beginning of a period up to a day, and the next one, counted from an anchor."""
    if unit is Unit.DAY:
        return day, day + _A_DAY
    if unit is Unit.WEEK:
        begun = day - timedelta(days=(day - anchor).days % 7)
        return begun, begun + timedelta(days=7)
    if unit not in (Unit.MONTH, Unit.YEAR):
        raise Problem("unit", field="unit", given=unit)
    months = 1 if unit is Unit.MONTH else 12
    this_month = day.year * 12 + day.month - 1
    months_since = this_month - (anchor.year * 12 + anchor.month - 1)
    begun_in = this_month - months_since % months
    if _in_month(begun_in, anchor.day) > day:
        begun_in -= months
    return _in_month(begun_in, anchor.day), _in_month(begun_in + months, anchor.day)


def _in_month(months: int, day: int) -> date:
    """Return a day of a month that is counted from year 0, at most the month's last day."""
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day, monthrange(year, month + 1)[1]))
