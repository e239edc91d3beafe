"""Reads what people type or send, one way for each kind: whatever is none is None, and never a fault.

Digits are those of ASCII: `²`, `٣` and others are digits to Python, and no numbers to the database. A day lies within
what a ledger may ever have to do with, so that a day before or after it, and a year on, is one that can be.
"""

import re
from datetime import date

from kiosk.domain.problems import Problem

FIRST, LAST = date(1900, 1, 1), date(2999, 12, 31)
LONGEST_CODE = 30
NUMBER = 9  # digits: more members, entries or accounts than there will be
_CODE = re.compile(rf"[a-z][a-z0-9-]{{0,{LONGEST_CODE - 1}}}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def number(text: str, digits: int = NUMBER) -> int | None:
    """A number without a sign, of so many digits at most."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def signed(text: str, digits: int = NUMBER) -> int | None:
    """A number that may be below 0."""
    found = number(text.removeprefix("-"), digits)
    return -found if found is not None and text.startswith("-") else found


def day(text: str) -> date | None:
    """A day, as 2026-11-25."""
    if _DAY.fullmatch(text) is None:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if FIRST <= found <= LAST else None


def typed_day(text: str, field: str = "day") -> date | None:
    """Return a day of a form; None where nothing is typed. Raises Problem `day` where it is none, or one too far."""
    if not text.strip():
        return None
    found = day(text.strip())
    if found is None:
        raise Problem("day", "a day is written like 2026-11-25, not {given!r}", field=field, given=text.strip()[:20])
    return found


def month(text: str) -> date | None:
    """A month's first day, as 2026-11."""
    return day(f"{text}-01")


def is_code(text: str) -> bool:
    """Tell whether something new may have a short code: a product, a plan, a zone, a room."""
    return _CODE.fullmatch(text) is not None


def the_day(text: str) -> date:
    """A day that has to be there. Raises ValueError."""
    found = day(text)
    if found is None:
        raise ValueError(f"a day is written like 2026-11-25, from {FIRST.year} to {LAST.year}")
    return found
