"""Writes days at the screen, to be read standing. `kiosk.exports.formats` holds how each language writes them."""

from collections.abc import Iterable
from datetime import date

from kiosk.exports import formats
from kiosk.exports.formats import clock, hour, until
from kiosk.exports.formats import euros as amount
from kiosk.language.catalogues import Language

__all__ = ["amount", "clock", "day", "full_day", "hour", "month", "short_day", "short_days", "until", "weekday"]


def day(day_on: date, today: date, language: Language) -> str:
    """Return a day, with its year only if that is not this year: "2 octobre", "1er mars 2025"."""
    return formats.kept_together(day_on, language, formats.IN_YEAR if day_on.year == today.year else formats.LONG)


def full_day(day_on: date, language: Language) -> str:
    """Return a day with its year: "1er mars 2026"."""
    return formats.kept_together(day_on, language, formats.LONG)


def weekday(day_on: date, language: Language) -> str:
    """Return a day with its weekday: "mercredi 25 novembre", "Wednesday 25 November"."""
    return formats.kept_together(day_on, language, formats.WEEKDAY)


def short_day(day_on: date, language: Language) -> str:
    """Return a day for a list: "25 nov.", "25 Nov"."""
    return formats.kept_together(day_on, language, formats.SHORT)


def short_days(values: Iterable[date], language: Language) -> str:
    """Return some days of these weeks: "lun. 23, mar. 24"."""
    return ", ".join(formats.kept_together(value, language, formats.OF_WEEK) for value in values)


def month(day_on: date, language: Language) -> str:
    """Return a month, as short as it can be written: "nov.", "Nov"."""
    return formats.day(day_on, language, formats.SHORT_MONTH)
