"""Writes amounts, days and hours for the desk's pages. `kiosk.domain.amounts` reads what is typed."""

from datetime import date, datetime

from flask import current_app

from kiosk.exports import formats
from kiosk.web.desk.common.words import language


def euros(cents: int | None) -> str:
    """`5,00 €`; nothing for None."""
    return "" if cents is None else formats.euros(cents, language())


def day_text(on: date | None, *, long: bool = False) -> str:
    """`25 nov. 2026`, which no line breaks, or `mercredi 25 novembre 2026`; `1er` where French wants it."""
    if on is None:
        return ""
    return written(on, formats.FULL) if long else written(on, formats.MEDIUM).replace(" ", "\u00a0")


def written(on: date, pattern: str) -> str:
    """A day or a part of one in the page's language, as one of the patterns of `kiosk.exports.formats` wants it."""
    return formats.day(on, language(), pattern)


def hour(at: datetime | None) -> str:
    """`8 h 52`, in the space's time zone."""
    return "" if at is None else formats.hour(at.astimezone(current_app.config["ZONE"]), language())


def number(value: int) -> str:
    """`12 318`."""
    return formats.number(value, language())
