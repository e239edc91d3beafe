"""Reads days and amounts as banks write them: day before month, a comma for cents, spaces or dots between thousands."""

import re
from datetime import date

from kiosk.domain.problems import Problem

_SPACES = re.compile(r"[\s\u00a0\u202f\u2009']")
_SUM = re.compile(r"([+-]?)([0-9]{1,9}|[0-9]{1,3}(?:([.,])[0-9]{3})+)(?:([.,])([0-9]{1,4}))?([+-]?)")
_DAY = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4}|[0-9]{2})(?:[ T].{0,20})?")
_ISO = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})(?:[ T\[].{0,30}|[0-9]{6}.{0,20})?")


def cents(text: str) -> int:
    """Return an amount in cents with its sign. Raises Problem `bank-sum`, also for `1.234`, which could
    be two amounts.
    """
    bare = _SPACES.sub("", text).replace("\u2212", "-").upper().removesuffix("EUR").removesuffix("€")
    if bare.startswith("(") and bare.endswith(")"):  # accountants write money out in brackets
        bare = f"{bare[1:-1].removesuffix('EUR').removesuffix('€')}-"
    match = _SUM.fullmatch(bare)
    if match is None:
        raise _wrong(text)
    before, euros, thousands, decimal, places, after = match.groups()
    if before and after:
        raise _wrong(text)
    # cents marked as thousands are, parts of a cent, or an amount that could be two
    if decimal and (decimal == thousands or len(places.rstrip("0")) > 2 or _is_two_sums(euros, thousands, places)):
        raise _wrong(text)
    if thousands and not decimal and euros.count(thousands) == 1:  # `1.234`: thousands, or three decimals?
        raise _wrong(text)
    digits = re.sub("[.,]", "", euros)
    total = int(digits) * 100 + int((places or "")[:2].ljust(2, "0"))
    return -total if "-" in (before, after) else total


def _is_two_sums(euros: str, thousands: str | None, places: str) -> bool:
    """Tell whether an amount is ambiguous, as `1.234` and `1,230`: three places after the only mark may
    be thousands.
    """
    return thousands is None and len(places) == 3 and not euros.startswith("0")


def _wrong(text: str) -> Problem:
    """Return the refusal of a text that is no amount, or could be two."""
    return Problem("bank-sum", given=text[:30])


def day(text: str) -> date:
    """Return a day written as `25/11/2026`, `25/11/26`, `2026-11-25` or `20261125`, with or without an hour after it.
    Raises Problem `bank-day`.
    """
    bare = text.strip()
    try:
        if iso := _ISO.fullmatch(bare):
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if match := _DAY.fullmatch(bare):
            year = int(match[3])
            return date(year + 2000 if year < 100 else year, int(match[2]), int(match[1]))
    except ValueError:
        pass
    raise Problem("bank-day", given=bare[:20])
