"""Reads what people type or send, one function for each kind: an invalid text gives None (a line: an empty text).

Digits are ASCII only: Python also takes `²` or `٣` as digits, which are no numbers to the database. Days are limited to
a range in which a day or a year more or less is still a valid day.
"""

import re
import unicodedata
from datetime import date

from kiosk.domain.problems import Problem

FIRST, LAST = date(1900, 1, 1), date(2999, 12, 31)  # days that may be typed
LONGEST_CODE = 30  # characters
NUMBER = 9  # digits: more than there will ever be members, entries or accounts
_READ_SHARE = 20  # a text with many spaces may be so many times longer than what is kept; more is refused unread
_CODE = re.compile(rf"[a-z][a-z0-9-]{{0,{LONGEST_CODE - 1}}}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def number(text: str, digits: int = NUMBER) -> int | None:
    """Return a number without a sign, of at most so many digits; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def signed(text: str, digits: int = NUMBER) -> int | None:
    """Return a number that may be negative; None for anything else."""
    value = number(text.removeprefix("-"), digits)
    return -value if value is not None and text.startswith("-") else value


def day(text: str) -> date | None:
    """Return a day written as 2026-11-25; None for anything else."""
    if _DAY.fullmatch(text) is None:
        return None
    try:
        parsed = date.fromisoformat(text)
    except ValueError:
        return None
    return parsed if FIRST <= parsed <= LAST else None


def typed_day(text: str, field: str = "day") -> date | None:
    """Return a day typed in a form; None where the field is empty. Raises Problem `day` for an invalid day, or one out
    of range.
    """
    if not text.strip():
        return None
    parsed = day(text.strip())
    if parsed is None:
        raise Problem("day", "a day is written like 2026-11-25, not {given!r}", field=field, given=text.strip()[:20])
    return parsed


def month(text: str) -> date | None:
    """Return the first day of a month written as 2026-11; None for anything else."""
    return day(f"{text}-01")


def is_code(text: str) -> bool:
    """Tell whether a text may be the code of a new product, plan, zone or room."""
    return _CODE.fullmatch(text) is not None


def the_day(text: str) -> date:
    """Return a day that must be valid. Raises ValueError."""
    parsed = day(text)
    if parsed is None:
        raise ValueError(f"a day is written like 2026-11-25, from {FIRST.year} to {LAST.year}")
    return parsed


def one_line(text: str, longest: int) -> str:
    """Return a text as one line of printable words, with composed letters; empty for anything else."""
    line = " ".join(unicodedata.normalize("NFC", text[: longest * _READ_SHARE]).split())
    has_words = any(letter.isalnum() for letter in line)
    fits = has_words and len(text) <= longest * _READ_SHARE and len(line) <= longest and line.isprintable()
    return line if fits else ""
