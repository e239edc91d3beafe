"""Words a document's line about a room: the room and its hours, how many hours, and the price of each.

A line is what a document keeps (`kiosk.store.money.let_lines`); one without a room is any other line. Its "room" is the
room's names by language, "fee" why a fee is charged, "begins" and "ends" are minutes of the day; "minutes" and
"hour_cents" are set where it is charged by the hour, "per" is another unit.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from kiosk.domain.money import units
from kiosk.domain.periods import Unit
from kiosk.exports import formats
from kiosk.language.names import Names
from kiosk.language.texts import Text, Voice

_HOURS = Text("{room}, {begins} à {ends}", "{room}, {begins} to {ends}")
# by the reason of the fee: cancelled late, or not come
_FEES = {
    "late": Text("{room}, frais d’annulation", "{room}, cancellation fee"),
    "away": Text("{room}, frais d’absence", "{room}, no-show fee"),
}
_SO_LONG = Text("{hours} h", "{hours} h")
_HOUR_MINUTES = 60


def place(line: Mapping[str, Any], language: str) -> str | None:
    """Return the room and hours of a line, as `Salle du fond, 14 h à 15 h 30`; None for a line without a room."""
    if not line.get("room"):
        return None
    t, room = Voice(language), Names(line["room"]).to(language)
    if line.get("fee") in _FEES:
        return t(_FEES[line["fee"]], room=room)
    if not line.get("ends"):
        return room
    begins, ends = (_clock(line[name], language) for name in ("begins", "ends"))
    return t(_HOURS, room=room, begins=begins, ends=ends)


def _clock(minute: int, language: str) -> str:
    """Return an hour of the wall clock, given in minutes since midnight."""
    return formats.clock(*divmod(minute, _HOUR_MINUTES), language, short=True)


def quantity(line: Mapping[str, Any], language: str) -> str:
    """Return `1,5 h` for a line charged by the hour, `2 demi-journées` for another line of a room, else the number."""
    if line.get("minutes"):
        hours = formats.number(Decimal(line["minutes"]) / _HOUR_MINUTES, language, "0.##")
        return Voice(language)(_SO_LONG, hours=hours)
    if line.get("per"):
        return units.counted(line["quantity"], Unit(line["per"])).to(language)
    return str(line["quantity"])


def unit_cents(line: Mapping[str, Any]) -> int:
    """Return the price of one unit in cents: of an hour where the line is charged by the hour."""
    cents: int = line.get("hour_cents") or line["unit_cents"]
    return cents


def whole(line: Mapping[str, Any], language: str) -> str | None:
    """Return a line of a room with its quantity and price, as `Salle du fond, 14 h à 15 h 30, 1,5 h x 10,00`, for
    documents whose columns hold whole numbers only. None without a room.
    """
    words = place(line, language)
    if words is None or not (line.get("minutes") or line.get("per")):
        return words
    return f"{words}, {quantity(line, language)} x {formats.euros(unit_cents(line), language)}"
