"""Writes days, hours, sums and numbers as each language does: the only place where the program writes them. *Babel* is
a library that knows how.

English is British: `27 November 2026`. French has its `1er` and its `8 h 52`, which Babel does not know. Languages that
Babel lacks are written as in French. Babel and its locales weigh 6 MB: they are imported with the first of these.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache, lru_cache
from itertools import groupby
from typing import Final

from kiosk.domain.opening_hours import Day, Hours, Week
from kiosk.language.catalogues import OURS, Language
from kiosk.language.texts import NO_BREAK, Text

CLOSED = Text("fermé", "closed")
LONG: Final = "d MMMM y"  # 27 novembre 2026
MEDIUM: Final = "d MMM y"  # 27 nov. 2026
FULL: Final = "EEEE d MMMM y"  # vendredi 27 novembre 2026
TOMORROW: Final = Text("demain {time}", "tomorrow {time}")
NUMERIC: Final = "dd/MM/y"  # 27/11/2026
WEEKDAY: Final = "EEEE d MMMM"  # vendredi 27 novembre
IN_YEAR: Final = "d MMMM"  # 27 novembre
SHORT: Final = "d MMM"  # 27 nov.
SHORT_WEEKDAY: Final = "EEE d MMM"  # ven. 27 nov.
OF_WEEK: Final = "EEE d"  # ven. 27
MONTH: Final = "LLLL"  # novembre
MONTH_OF_YEAR: Final = "LLLL y"  # novembre 2026
SHORT_MONTH: Final = "LLL"  # nov.
# Patterns by Babel's name of its own pattern with the same parts, in the order and punctuation of another language.
_NAMED: Final = {LONG: "long", MEDIUM: "medium", FULL: "full", WEEKDAY: "full"}
# Patterns without such a name, by their parts: Babel chooses another language's pattern with these.
_SKELETONS: Final = {
    NUMERIC: "yMd",
    IN_YEAR: "MMMMd",
    SHORT: "MMMd",
    SHORT_WEEKDAY: "MMMEd",
    OF_WEEK: "Ed",
}
_DAY_MINUTES: Final = 24 * 60
_ENGLISH: Final = "en_GB"  # British English


@cache
def locale(language: Language) -> str:
    """Return Babel's locale for a language: British English, the language itself, or French where Babel lacks it."""
    from babel.localedata import exists

    return _ENGLISH if language == "en" else language if exists(language) else "fr"


@lru_cache(maxsize=1024)  # lists repeat the same days and amounts, and Babel is slow
def day(on: date | str, language: Language, pattern: str = LONG) -> str:
    """Return a day, a date or ISO text, in words by a pattern: "1er décembre 2026", "27 November 2026". Languages other
    than our own, French and English, have their own order of the parts.
    """
    from babel.dates import format_date, format_skeleton

    date_ = date.fromisoformat(on) if isinstance(on, str) else on
    if language == "fr" and date_.day == 1:  # "er" quoted, so that Babel takes it for text
        pattern = pattern.replace("d ", "d'er' ")
    if language not in OURS and pattern in _SKELETONS:
        return str(format_skeleton(_SKELETONS[pattern], date_, locale=locale(language)))
    if language not in OURS:
        pattern = _its_own(pattern, language)
    return str(format_date(date_, pattern, locale=locale(language)))


def _its_own(pattern: str, language: Language) -> str:
    """Return a pattern as the language has it: for those of `_NAMED` Babel's own, for WEEKDAY without the year; any
    other unchanged.
    """
    from babel.core import Locale

    if pattern not in _NAMED:
        return pattern
    whole_pattern = str(Locale.parse(locale(language)).date_formats[_NAMED[pattern]].pattern)
    return re.sub(r"[\s,./-]*y+$", "", whole_pattern) if pattern == WEEKDAY else whole_pattern


def kept_together(on: date, language: Language, pattern: str) -> str:
    """Return a day in words, without a line break between the day and its month."""
    written = day(on, language, pattern)
    return written.replace(f"{on.day} ", f"{on.day}{NO_BREAK}").replace("1er ", f"1er{NO_BREAK}")


def weekdays(language: Language) -> list[str]:
    """Return the names of the seven days, Monday first."""
    from babel.dates import get_day_names

    names = get_day_names("wide", locale=locale(language))
    return [str(names[place]) for place in range(7)]


def month(number: int, language: Language) -> str:
    """Return the name of a month, 1 to 12: "septembre"."""
    return day(date(2000, number, 1), language, MONTH)


def clock(hour: int, minute: int, language: Language, *, short: bool = False) -> str:
    """Return an hour of the wall clock: "8 h 52", "8:52". With `short`, French leaves out the minutes of a whole hour:
    "8 h".
    """
    if language == "fr":
        return f"{hour}{NO_BREAK}h" if short and not minute else f"{hour}{NO_BREAK}h{NO_BREAK}{minute:02}"
    if language == "en":
        return f"{hour}:{minute:02}"
    from babel.dates import format_time

    return str(format_time(time(hour % 24, minute), "short", locale=locale(language)))


def opening(of: Hours, language: Language) -> str:
    """Return a time of opening: "9 h – 12 h 30", "9:00 – 12:30". Times past midnight are written as those of the next
    day; the end of the day itself is 24 h.
    """

    def hour(minute: int) -> str:
        """Return a minute of the opening day as an hour."""
        return clock(*divmod(minute if minute <= _DAY_MINUTES else minute - _DAY_MINUTES, 60), language, short=True)

    return f"{hour(of.since)} – {hour(of.until)}"


def opening_day(of: Day, language: Language) -> str:
    """Return a day's times of opening, or "closed"."""
    return ", ".join(opening(each, language) for each in of) if of else CLOSED.to(language)


def opening_week(of: Week | None, language: Language) -> Iterator[tuple[str, str]]:
    """Yield the days of a week in words, each with its times of opening; consecutive days with the same times together:
    ("Lundi – vendredi", "9 h – 18 h"). Nothing for None.
    """
    if of is None:
        return
    names = weekdays(language)
    for times, run in groupby(range(7), key=lambda weekday: of[weekday]):
        alike = list(run)
        name = names[alike[0]] if len(alike) == 1 else f"{names[alike[0]]} – {names[alike[-1]]}"
        yield f"{name[0].upper()}{name[1:]}", opening_day(times, language)


def hour(local: datetime, language: Language) -> str:
    """Return the hour of a moment that is local already, as `clock`."""
    return clock(local.hour, local.minute, language)


def until(at: datetime, now: datetime, language: Language) -> str:
    """Return a local moment to come, as short as possible: "14 h" today, "demain 8 h 30", "lundi 8 h" within a week,
    "lundi 4 janvier 8 h".
    """
    days = (at.date() - now.date()).days
    at_time = clock(at.hour, at.minute, language, short=True)
    if days <= 0:
        return at_time
    if days == 1:
        return TOMORROW.to(language, time=at_time)
    return f"{kept_together(at.date(), language, 'EEEE' if days < 7 else WEEKDAY)} {at_time}"


@lru_cache(maxsize=1024)
def euros(cents: int, language: Language) -> str:
    """Return an amount: "5,00 €", "€5.00"."""
    from babel.numbers import format_currency

    return str(format_currency(Decimal(cents) / 100, "EUR", locale=locale(language)))


def whole_euros(cents: int, language: Language) -> str:
    """Return an amount without its cents where they are 0: "1 200 €", "€1,200"."""
    from babel import Locale
    from babel.numbers import format_currency

    if cents % 100:
        return euros(cents, language)
    pattern = Locale.parse(locale(language)).currency_formats["standard"].pattern.replace(".00", "")
    return str(format_currency(Decimal(cents) / 100, "EUR", pattern, locale(language), currency_digits=False))


def number(value: int | float | Decimal, language: Language, pattern: str | None = None) -> str:
    """Return a number: "12 318", "12,318"; `pattern` is Babel's for its digits, None the language's usual one."""
    from babel.numbers import format_decimal

    return str(format_decimal(value, format=pattern, locale=locale(language)))


def percent(hundredths: int, language: Language, digits: str = "0.##") -> str:
    """Return a share, given in hundredths of a percent: 550 is "5,5 %", "5.5%". `digits` is Babel's pattern of them."""
    from babel.core import Locale
    from babel.numbers import format_percent

    pattern = Locale.parse(locale(language)).percent_formats[None].pattern.replace("#,##0", f"#,##{digits}")
    return str(format_percent(Decimal(hundredths) / 10_000, format=pattern, locale=locale(language)))
