"""Writes amounts, days and hours for the desk's pages. `kiosk.domain.amounts` reads what is typed."""

from datetime import date, datetime

from flask import current_app

from kiosk.exports import formats
from kiosk.web.desk.common.words import language


def euros(cents: int | None) -> str:
    """Return an amount in the page's language, like `5,00 €`; an empty text for None."""
    return "" if cents is None else formats.euros(cents, language())


def day_text(on: date | None, *, long: bool = False) -> str:
    """Return a day as `25 nov. 2026`, which no line breaks, or `long` as `mercredi 25 novembre 2026`; the first of a
    month is `1er` in French. Returns an empty text for None.
    """
    if on is None:
        return ""
    return written(on, formats.FULL) if long else written(on, formats.MEDIUM).replace(" ", "\u00a0")


def written(on: date, pattern: str) -> str:
    """Return a day, or a part of one, in the page's language, by one of the patterns of `kiosk.exports.formats`."""
    return formats.day(on, language(), pattern)


def hour(at: datetime | None) -> str:
    """Return the hour of a moment in the space's time zone, like `8 h 52`; an empty text for None."""
    return "" if at is None else formats.hour(at.astimezone(current_app.config["ZONE"]), language())


def number(value: int) -> str:
    """Return a whole number with its thousands separated, like `12 318`."""
    return formats.number(value, language())
