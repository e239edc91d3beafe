"""Works out fiscal years: twelve months from the first of a month that the association chose."""

from collections.abc import Callable
from datetime import date, timedelta

from msgspec import Struct

from kiosk.domain import days


class FiscalYear(Struct, frozen=True):
    """A fiscal year, by its first and last day."""

    first_on: date
    last_on: date

    @property
    def name(self) -> str:
        """Return `2026`, or `2026-2027` for one that is not a calendar year."""
        first, last = self.first_on.year, self.last_on.year
        return str(first) if first == last else f"{first}-{last}"

    @property
    def next(self) -> "FiscalYear":
        """Return the following fiscal year, beginning in the same month."""
        return year_of(self.last_on + timedelta(days=1), self.first_on.month)


def year_of(day: date, first_month: int = 1) -> FiscalYear:
    """Return the fiscal year that a day belongs to."""
    return of(day.year if day.month >= first_month else day.year - 1, first_month)


def of(year: int, first_month: int = 1) -> FiscalYear:
    """Return the fiscal year that begins in a calendar year."""
    first = date(year, first_month, 1)
    return FiscalYear(first, first.replace(year=year + 1) - timedelta(days=1))


def shares(cents: int, from_on: date, until_on: date, first_month: int) -> list[tuple[FiscalYear, int]]:
    """Return the sum of a period, split by days over its fiscal years; the parts add up to the sum."""
    days, year, parts, done, given = (until_on - from_on).days + 1, year_of(from_on, first_month), [], 0, 0
    while year.first_on <= until_on:
        done = (min(until_on, year.last_on) - from_on).days + 1
        until_here = (2 * cents * done + days) // (2 * days)  # the part up to that day, halves rounded up
        parts.append((year, until_here - given))
        given, year = until_here, year.next
    return parts


def ruled(day: date, month_on: Callable[[date], int]) -> FiscalYear:
    """Return the fiscal year of a day, also where the rule for the first month changed: the year in between is short or
    long.

    `month_on` returns the first month of fiscal years by the rule in force on a day. A year ends on the last day of a
    month if the rule in force on that day makes the next month the first of a year.
    """
    first_on, last_on = days.month_of(day)
    while month_on(last_on) != (last_on + timedelta(days=1)).month:
        last_on = days.month_of(last_on + timedelta(days=1))[1]
    while month_on(first_on - timedelta(days=1)) != first_on.month:
        first_on = days.month_of(first_on - timedelta(days=1))[0]
    return FiscalYear(first_on, last_on)
