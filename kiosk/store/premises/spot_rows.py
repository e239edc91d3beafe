"""Reads and writes the spots on the plan of the premises, and their holders."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import asdict

from kiosk.domain.names import at_the_door
from kiosk.domain.premises.floor import Box, SpotKind
from kiosk.errors import RequestError
from kiosk.store.tables import member, rows
from kiosk.store.tables.premises import spot, spot_holder

FAR = date(9999, 12, 31)  # a day later than any: the end of what has none


class Spot(Struct, frozen=True):
    """A spot on the plan: its kind, its label, and its box: the rectangle in which it is drawn."""

    id: int
    kind: SpotKind
    label: str
    box: Box


class Person(Struct, frozen=True):
    """A member in connection with a spot or a thing: full name, and the name that others may read, empty if none."""

    id: int
    number: int
    name: str
    public: str


class Holder(Struct, frozen=True):
    """A member's hold on a spot of their own, and its days."""

    id: int
    spot: int
    person: Person
    from_on: date
    until_on: date | None


_SPOTS = sa.select(spot.c.id, spot.c.kind, spot.c.label, spot.c.x, spot.c.y, spot.c.wide, spot.c.high)
PERSON = (member.c.id, member.c.number, member.c.name, member.c.shown_name, member.c.door_name, member.c.visible)
"""The columns of a `Person`, in the order of `person`'s arguments."""


def person(id_: int, number: int, name: str, shown: str, door: str, visible: bool) -> Person:
    """Return a member as a `Person`, of the columns `PERSON`."""
    return Person(id_, number, name, at_the_door(name, shown, door) if visible else "")


def _spot(record: sa.Row[*tuple[Any, ...]]) -> Spot:
    """Return a spot from its row."""
    return Spot(record.id, SpotKind(record.kind), record.label, Box(record.x, record.y, record.wide, record.high))


def spots(connection: sa.Connection) -> list[Spot]:
    """Return all spots on the plan, the largest first, so that a spot that lies on another is drawn after it."""
    drawn = connection.execute(_SPOTS.where(spot.c.gone_on.is_(None)))
    return sorted(map(_spot, drawn), key=lambda spot_: (-spot_.box.wide * spot_.box.high, spot_.label, spot_.id))


def by_id(connection: sa.Connection, spot_id: int) -> Spot:
    """Return a spot of the plan. Raises RequestError `no-such-spot`."""
    row = connection.execute(_SPOTS.where(spot.c.id == spot_id, spot.c.gone_on.is_(None))).first()
    if row is None:
        raise RequestError("no-such-spot", field="spot", number=spot_id)
    return _spot(row)


def is_label(connection: sa.Connection, label: str, besides: int = 0) -> bool:
    """Return whether a spot of the plan other than `besides` has this label."""
    c = spot.c
    same = (c.label == label, c.gone_on.is_(None), c.id != besides)
    return connection.execute(sa.select(c.id).where(*same)).first() is not None


def add(connection: sa.Connection, kind: SpotKind, label: str, box: Box) -> int:
    """Add a spot to the plan and return its id."""
    return rows.add(connection, spot, kind=kind.value, label=label, **asdict(box))


def change(connection: sa.Connection, spot_id: int, kind: SpotKind, label: str, box: Box) -> None:
    """Change a spot's kind, label and box."""
    rows.change(connection, spot, spot_id, kind=kind.value, label=label, **asdict(box))


def remove(connection: sa.Connection, spot_id: int, day: date) -> None:
    """Remove a spot from the plan on a day; its row stays."""
    rows.change(connection, spot, spot_id, gone_on=day)


# --- holders

_HOLDERS = sa.select(
    spot_holder.c.id, spot_holder.c.spot_id, spot_holder.c.from_on, spot_holder.c.until_on, *PERSON
).join(member, member.c.id == spot_holder.c.member_id)


def _holder(record: sa.Row[*tuple[Any, ...]]) -> Holder:
    """Return a holder from their row."""
    id_, spot_id, from_on, until_on, *about = record
    return Holder(id_, spot_id, person(*about), from_on, until_on)


def _on(day: date) -> sa.ColumnElement[bool]:
    """Return the condition that a spot has its holder on a day."""
    c = spot_holder.c
    return sa.and_(c.from_on <= day, sa.func.coalesce(c.until_on, FAR) >= day)


def holders(connection: sa.Connection, day: date) -> dict[int, Holder]:
    """Return the holders of spots on a day, by spot."""
    return {held.spot: held for held in map(_holder, connection.execute(_HOLDERS.where(_on(day))))}


def own(connection: sa.Connection, member_id: int, day: date) -> Holder | None:
    """Return a member's hold on a spot of their own on a day; None if they have none."""
    row = connection.execute(_HOLDERS.where(_on(day), spot_holder.c.member_id == member_id)).first()
    return None if row is None else _holder(row)


def holder(connection: sa.Connection, spot_id: int, member_id: int, from_on: date) -> int:
    """Make a spot a member's own from a day on, and return the row's id."""
    return rows.add(connection, spot_holder, spot_id=spot_id, member_id=member_id, from_on=from_on)


def held_later(connection: sa.Connection, spot_id: int, member_id: int, day: date) -> bool:
    """Return whether the spot has a holder, or the member a spot, on this day or later."""
    c = spot_holder.c
    either = sa.or_(c.spot_id == spot_id, c.member_id == member_id)
    return (
        connection.execute(sa.select(c.id).where(either, sa.func.coalesce(c.until_on, FAR) >= day)).first() is not None
    )


def end(connection: sa.Connection, spot_id: int, day: date) -> None:
    """End the hold on a spot from a day on: one that has not begun is deleted, a running one ends the day before."""
    c = spot_holder.c
    connection.execute(spot_holder.delete().where(c.spot_id == spot_id, c.from_on >= day))
    running = (c.spot_id == spot_id, sa.func.coalesce(c.until_on, FAR) >= day)
    connection.execute(spot_holder.update().where(*running).values(until_on=day - timedelta(days=1)))
