"""Writes days, hours and amounts as each language does, by Babel, and as French wants where Babel does not know.

Babel and its two locales weigh 6 MB: they are imported when the first page is drawn, so that a start does not wait.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from kiosk.language.catalogues import Language
from kiosk.language.texts import NO_BREAK

# English dates and hours as this side of the Atlantic writes them.
_LOCALES: Final = {"fr": "fr", "en": "en_GB"}


def day(value: date, today: date, language: Language) -> str:
    """A day, with its year only if it is not this one: "2 octobre", "1er mars 2025"."""
    pattern = "d MMMM" if value.year == today.year else "d MMMM y"
    return _dated(value, pattern, language)


def full_day(value: date, language: Language) -> str:
    """A day with its year: "1er mars 2026"."""
    return _dated(value, "d MMMM y", language)


def weekday(value: date, language: Language) -> str:
    """A day with its weekday: "mercredi 25 novembre", "Wednesday 25 November"."""
    return _dated(value, "EEEE d MMMM", language)


def short_day(value: date, language: Language) -> str:
    """A day in a list: "25 nov.", "25 Nov"."""
    return _dated(value, "d MMM", language)


def short_days(values: Iterable[date], language: Language) -> str:
    """Some days of these weeks: "lun. 23, mar. 24"."""
    return ", ".join(_dated(value, "EEE d", language) for value in values)


def hour(local: datetime, language: Language) -> str:
    """An hour of the wall clock: "8 h 52", "8:52"."""
    if language == "en":
        return f"{local.hour}:{local.minute:02}"
    return f"{local.hour}{NO_BREAK}h{NO_BREAK}{local.minute:02}"


def until(at: datetime, now: datetime, language: Language) -> str:
    """A moment to come, as short as it can be said: "14 h", "demain 8 h 30", "lundi 8 h", "lundi 4 janvier 8 h"."""
    on, days = at.date(), (at.date() - now.date()).days
    time = hour(at, language)
    if language == "fr" and at.minute == 0:
        time = f"{at.hour}{NO_BREAK}h"
    if days <= 0:
        return time
    if days == 1:
        return f"{'demain' if language == 'fr' else 'tomorrow'} {time}"
    return f"{_dated(on, 'EEEE', language) if days < 7 else weekday(on, language)} {time}"


def amount(cents: int, language: Language) -> str:
    """An amount in euros: "5,00 €", "€5.00"."""
    from babel.numbers import format_currency

    return format_currency(Decimal(cents) / 100, "EUR", locale=_LOCALES[language])


def _dated(value: date, pattern: str, language: Language) -> str:
    from babel.dates import format_date

    if language == "fr" and value.day == 1:
        pattern = pattern.replace("d ", "d'er' ")
    # "le 2 octobre" must not break between the two.
    written = format_date(value, pattern, locale=_LOCALES[language])
    return written.replace(f"{value.day} ", f"{value.day}{NO_BREAK}").replace("1er ", f"1er{NO_BREAK}")
