"""Reads and writes rooms: names, capacity, equipment, hours, and the products of their prices."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from msgspec import Struct, field

from kiosk.domain import opening_hours
from kiosk.domain.opening_hours import Week
from kiosk.domain.rooms.pricing import PricedBy
from kiosk.errors import RequestError
from kiosk.language.names import Names, called
from kiosk.store import name_rows
from kiosk.store.tables import name, product, zone
from kiosk.store.tables.rooms import room

ROOM = "room"  # the kind of a meeting room


class RoomFacts(Struct, frozen=True, kw_only=True):
    """The facts of a room. `hours` is None if it has the space's own hours."""

    names: Names
    capacity: int | None = None
    place: str | None = None  # where in the house
    equipment: str | None = None
    zone: str | None = None
    hours: Week | None = None
    setup_minutes: int = 0  # kept free after each booking
    priced_by: PricedBy = field(default_factory=PricedBy)


class Room(Struct, frozen=True):
    """A room with its facts. From `closed_on` on it cannot be booked."""

    id: int
    code: str
    kind: str
    closed_on: date | None
    zone_id: int | None
    facts: RoomFacts

    @property
    def names(self) -> Names:
        """Return the room's names, by language."""
        return self.facts.names

    def is_open_on(self, day: date) -> bool:
        """Return whether the room can be booked for a day: it is not closed by then."""
        return self.closed_on is None or day < self.closed_on


_HOUR, _HALF, _DAY = product.alias("hour"), product.alias("half"), product.alias("day")
_ROOMS = (
    sa.select(
        room,
        zone.c.code.label("zone"),
        _HOUR.c.code.label("hour"),
        _HALF.c.code.label("half"),
        _DAY.c.code.label("day"),
    )
    .outerjoin(zone, zone.c.id == room.c.zone_id)
    .outerjoin(_HOUR, _HOUR.c.id == room.c.hour_product_id)
    .outerjoin(_HALF, _HALF.c.id == room.c.half_product_id)
    .outerjoin(_DAY, _DAY.c.id == room.c.day_product_id)
    .order_by(room.c.id)
)


def everyone(connection: sa.Connection, kind: str = ROOM) -> list[Room]:
    """Return all rooms of a kind, closed ones included, in the order in which they were added."""
    names = _names(connection)
    return [_room(row, names) for row in connection.execute(_ROOMS.where(room.c.kind == kind))]


def open_on(connection: sa.Connection, day: date, kind: str = ROOM) -> list[Room]:
    """Return the rooms of a kind that are not closed on a day."""
    return [listed for listed in everyone(connection, kind) if listed.is_open_on(day)]


def by_id(connection: sa.Connection, room_id: int) -> Room:
    """Return a room. Raises RequestError `no-such-room`."""
    row = connection.execute(_ROOMS.where(room.c.id == room_id)).first()
    if row is None:
        raise RequestError("no-such-room", field="room", number=room_id)
    return _room(row, _names(connection))


def _room(record: sa.Row[Any], names: Mapping[str, Names]) -> Room:
    """Return a room from its row; a room without a name goes by its code."""
    facts = RoomFacts(
        names=names.get(record.code, called(record.code)),
        capacity=record.capacity,
        place=record.place,
        equipment=record.equipment,
        zone=record.zone,
        hours=None if record.hours is None else opening_hours.week(json.loads(record.hours)),
        setup_minutes=record.setup_minutes,
        priced_by=PricedBy(record.hour, record.half, record.day),
    )
    return Room(record.id, record.code, record.kind, record.closed_on, record.zone_id, facts)


def _names(connection: sa.Connection) -> dict[str, Names]:
    """Return the rooms' names by code; a later row of a language replaces an earlier one."""
    rows = connection.execute(
        sa.select(name.c.code, name.c.language, name.c.text).where(name.c.kind == "room").order_by(name.c.id)
    )
    texts: dict[str, dict[str, str]] = {}
    for code, language, text in rows:
        texts.setdefault(code, {})[language] = text
    return {
        code: Names({lang: text for lang, text in by_language.items() if text}) for code, by_language in texts.items()
    }


def add(connection: sa.Connection, code: str, facts: RoomFacts, kind: str = ROOM) -> int:
    """Add a room and return its id. Raises RequestError `code-taken`."""
    if connection.execute(sa.select(sa.exists().where(room.c.code == code))).scalar():
        raise RequestError("code-taken", field="code", label=code)
    room_id = int(
        connection.execute(room.insert(), {"code": code, "kind": kind, **_values(connection, facts)}).lastrowid
    )
    name_rows.put(connection, "room", code, facts.names, name_rows.ALWAYS)
    return room_id


def change(connection: sa.Connection, old_room: Room, facts: RoomFacts, day: date, closed_on: date | None) -> None:
    """Change a room's facts; a new name holds from `day` on. With `closed_on` None a closed room opens again. Bookings
    made before keep their time of setting up.
    """
    values = {**_values(connection, facts), "closed_on": closed_on}
    connection.execute(room.update().where(room.c.id == old_room.id).values(values))
    name_rows.put(connection, "room", old_room.code, facts.names, day)


def _values(connection: sa.Connection, facts: RoomFacts) -> dict[str, object]:
    """Return the columns for a room's facts."""
    products = facts.priced_by
    return {
        "zone_id": _id(connection, zone, facts.zone),
        "capacity": facts.capacity,
        "place": facts.place,
        "equipment": facts.equipment,
        "hours": None if facts.hours is None else json.dumps(opening_hours.plain(facts.hours)),
        "setup_minutes": facts.setup_minutes,
        "hour_product_id": _id(connection, product, products.hour),
        "half_product_id": _id(connection, product, products.half_day),
        "day_product_id": _id(connection, product, products.day),
    }


def _id(connection: sa.Connection, table: sa.Table, code: str | None) -> int | None:
    """Return the id of a zone or a product by its code; None for None."""
    return None if code is None else connection.execute(sa.select(table.c.id).where(table.c.code == code)).scalar()
