"""Reads a day written in words, French or English. Such a day is asked for while no clock is trusted, because writing
it out takes some thought.
"""

import re
from datetime import date

from kiosk.domain import names
from kiosk.domain.problems import Problem

# in French and English, without accents; the weekdays likewise
_MONTHS = (
    ("janvier", "january"),
    ("fevrier", "february"),
    ("mars", "march"),
    ("avril", "april"),
    ("mai", "may"),
    ("juin", "june"),
    ("juillet", "july"),
    ("aout", "august"),
    ("septembre", "september"),
    ("octobre", "october"),
    ("novembre", "november"),
    ("decembre", "december"),
)
_WEEKDAYS = (
    ("lundi", "monday"),
    ("mardi", "tuesday"),
    ("mercredi", "wednesday"),
    ("jeudi", "thursday"),
    ("vendredi", "friday"),
    ("samedi", "saturday"),
    ("dimanche", "sunday"),
)
_FORM = re.compile(r"([a-z]+),? (?:le )?(\d{1,2})(?:er|st|nd|rd|th)? ([a-z]+) (\d{4})")


def parse(text: str) -> date:
    """Return a day written like `mercredi 25 novembre 2026` or `Wednesday 25 November 2026`; accents may be missing.

    Raises Problem `day-words` where it is written otherwise, where there is no such date or month, or where the date
    falls on another weekday. The weekday may be in one language and the month in the other.
    """
    match = _FORM.fullmatch(names.searchable(text))
    if match is None:
        raise Problem(
            "day-words", "a day in words is written like mercredi 25 novembre 2026, not {given!r}", given=text
        )
    weekday, day, month, year = match.groups()
    try:
        spoken = date(int(year), _place(_MONTHS, month) + 1, int(day))
    except ValueError:
        raise Problem("day-words", "there is no such day as {given!r}", given=text) from None
    if spoken.weekday() != _place(_WEEKDAYS, weekday):
        raise Problem(
            "day-words",
            "{day} is a {kind}, not a {kind_2}",
            day=spoken.isoformat(),
            kind=_WEEKDAYS[spoken.weekday()][0],
            kind_2=weekday,
        )
    return spoken


def _place(names: tuple[tuple[str, str], ...], name: str) -> int:
    """Return the position of a name in the table. Raises ValueError for an unknown name."""
    for place, spellings in enumerate(names):
        if name in spellings:
            return place
    raise ValueError(name)
