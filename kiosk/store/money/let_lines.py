"""Reads what a room's booking adds to the line of its charge: which room, its hours, how many, and the price of each.

Entries have days and no hours: the hours stand in the booking, and from there on the papers that list the charge.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.language import catalogues
from kiosk.language.names import Names, called
from kiosk.store.tables import name
from kiosk.store.tables.rooms import booking, room


class LetFacts(Struct, frozen=True):
    """A booking's room, by its names, and the lines of its price as they are stored."""

    names: Names
    lines: tuple[Mapping[str, Any], ...]

    def of_line(self, detail: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a document's line has beyond the entry's `detail`: the room by its names; for a fee the reason
        ("fee"); for a price its unit ("per") and the hours of the booking's line that was charged: their minutes, the
        price of an hour, and beginning and end in minutes of the day. The room alone if no line matches.
        """
        place = {"room": {code: self.names.to(code) for code in catalogues.offered()}}
        if "fee" in detail:
            return {**place, "fee": detail["fee"]}
        fields = ("product", "quantity", "unit_cents")
        for line in self.lines:
            if all(line.get(name) == detail.get(name) for name in fields):
                hours = {key: line[key] for key in ("minutes", "hour_cents", "begins", "ends") if line.get(key)}
                return {**place, "per": line["unit"], **hours}
        return place


def of_bookings(connection: sa.Connection, ids: Collection[int]) -> dict[int, LetFacts]:
    """Return the room and the price lines of these bookings, by booking's id, in two statements; omit unknown ids.

    A room without a name is called by its code.
    """
    if not ids:
        return {}
    rows = connection.execute(
        sa.select(booking.c.id, room.c.code, booking.c.lines)
        .join(room, room.c.id == booking.c.room_id)
        .where(booking.c.id.in_(ids))
    ).all()
    codes = {code for _, code, _ in rows}
    room_names = sa.select(name.c.code, name.c.language, name.c.text).where(
        name.c.kind == "room", name.c.code.in_(codes)
    )
    names: dict[str, dict[str, str]] = {}
    for code, language, text in connection.execute(room_names.order_by(name.c.id)):  # the newest name counts
        names.setdefault(code, {})[language] = text
    return {
        id_: LetFacts(Names(names[code]) if code in names else called(code), tuple(json.loads(lines or "[]")))
        for id_, code, lines in rows
    }
