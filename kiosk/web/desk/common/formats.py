"""Writes amounts, days and hours for the desk's pages. `kiosk.domain.amounts` reads what is typed."""

from datetime import date, datetime
from decimal import Decimal

from flask import current_app
from flask_babel import format_currency, format_date

from kiosk.web.desk.common.words import language


def euros(cents: int | None) -> str:
    """`5,00 €`; nothing for None."""
    return "" if cents is None else format_currency(Decimal(cents) / 100, "EUR")


def day_text(on: date | None, *, long: bool = False) -> str:
    """`25 nov. 2026`, or `mercredi 25 novembre 2026`; `1er` where French wants it."""
    if on is None:
        return ""
    text: str = format_date(on, "full" if long else "medium", rebase=False)
    if on.day != 1 or language() != "fr":
        return text
    return f"1er{text[1:]}" if text.startswith("1 ") else text.replace(" 1 ", " 1er ", 1)


def hour(at: datetime | None) -> str:
    """`8 h 52`, in the space's time zone."""
    if at is None:
        return ""
    local = at.astimezone(current_app.config["ZONE"])
    return f"{local.hour} h {local.minute:02}" if language() == "fr" else f"{local.hour}:{local.minute:02}"


def number(value: int) -> str:
    """`12 318`."""
    return f"{value:,}".replace(",", "\u202f" if language() == "fr" else ",")
