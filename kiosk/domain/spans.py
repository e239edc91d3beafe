"""Periods that have a name: this month, last month, this year, the school year. Both days are included."""

from datetime import date, timedelta
from enum import StrEnum

from kiosk.domain.days import month_of


class Span(StrEnum):
    """The name of a period."""

    MONTH = "month"
    LAST_MONTH = "last-month"
    YEAR = "year"
    LAST_YEAR = "last-year"
    SCHOOL_YEAR = "school-year"  # 1 September to 31 August
    LAST_SCHOOL_YEAR = "last-school-year"


def days_of(span: Span, today: date) -> tuple[date, date]:
    """Return the first and last day of the period that has this name today."""
    if span is Span.MONTH:
        return month_of(today)
    if span is Span.LAST_MONTH:
        return month_of(today.replace(day=1) - timedelta(days=1))
    if span in (Span.YEAR, Span.LAST_YEAR):
        year = today.year - (span is Span.LAST_YEAR)
        return date(year, 1, 1), date(year, 12, 31)
    begun = today.year - (today.month < 9) - (span is Span.LAST_SCHOOL_YEAR)
    return date(begun, 9, 1), date(begun + 1, 8, 31)
