"""Keeps taps of an outage for the treasurer to check: entered though something had changed since, or not entered.

A carnet is a number of days bought in advance.
"""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from msgspec import Struct

from kiosk.store.tables import carnet, entry, visit
from kiosk.store.tables.entrance import door, tap_conflict

_C = tap_conflict.c


class TapConflict(Struct, frozen=True):
    """A tap to check: its door, the member's number, the day, and the reason."""

    tap_id: bytes
    door_id: int
    member_number: int | None
    day_on: date
    reason: str
    noted_on: date


def note(connection: sa.Connection, conflict: TapConflict) -> None:
    """Write a tap to check; do nothing if it was written before."""
    if connection.execute(sa.select(_C.reason).where(_C.tap_id == conflict.tap_id)).first() is None:
        values = {name: getattr(conflict, name) for name in TapConflict.__struct_fields__}
        connection.execute(tap_conflict.insert(), values)


def unseen(connection: sa.Connection) -> Sequence[sa.Row[bytes, int | None, date, str, str]]:
    """Return the taps that are not checked yet, the oldest first: tap, member's number, day,
    reason, the door's name.
    """
    query = sa.select(_C.tap_id, _C.member_number, _C.day_on, _C.reason, sa.func.coalesce(door.c.name, ""))
    joined = tap_conflict.outerjoin(door, door.c.id == _C.door_id)
    return connection.execute(
        query.select_from(joined).where(_C.seen_on.is_(None)).order_by(_C.day_on, _C.tap_id)
    ).all()


def see(connection: sa.Connection, tap_id: bytes, day: date, actor: str) -> bool:
    """Mark a tap as checked. Return False if it is unknown or was checked before."""
    where = (_C.tap_id == tap_id, _C.seen_on.is_(None))
    return bool(connection.execute(tap_conflict.update().where(*where).values(seen_on=day, seen_by=actor)).rowcount)


def used_up_since(connection: sa.Connection, member_id: int, day: date) -> bool:
    """Return whether a member had a carnet on a day that is used up by now, with a use for that day or a later one:
    then a tap of that day, entered afterwards, is charged although the carnet would have paid.
    """
    last = (
        sa.select(sa.literal(1))
        .select_from(entry.join(visit, visit.c.id == entry.c.visit_id))
        .where(visit.c.member_id == member_id, visit.c.day_on >= day, entry.c.kind == "use")
        .where(sa.func.json_extract(entry.c.detail, sa.literal_column("'$.carnet'")) == carnet.c.id)
    )
    ends = carnet.c.expires_on
    query = sa.select(carnet.c.id).where(carnet.c.member_id == member_id, carnet.c.used >= carnet.c.days)
    query = query.where(carnet.c.from_on <= day, sa.or_(ends.is_(None), ends >= day), sa.exists(last))
    return connection.execute(query.limit(1)).first() is not None
