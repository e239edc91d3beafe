"""Reads the people inside now, as far as visits tell: few people tell the kiosk when they leave."""

from datetime import date

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.names import at_the_door
from kiosk.store.tables import member, visit


class Inside(Struct, frozen=True):
    """A person inside: full name and number (None for an erased file), the name for the door, and whether others may
    see it.

    For a guest, all of these are the host's. The name for the door is empty for an erased file.
    """

    number: int | None
    name: str | None
    shown: str
    visible: bool
    is_guest: bool


def everyone(connection: sa.Connection, day: date) -> list[Inside]:
    """Return the people whose kept visit of the day has not ended, at all sites, by name; a guest after their host."""
    host_visit, c = visit.alias("host_visit"), member.c
    rows = connection.execute(
        sa.select(c.number, c.name, c.shown_name, c.door_name, c.visible, visit.c.host_visit_id)
        .select_from(visit)
        .outerjoin(host_visit, host_visit.c.id == visit.c.host_visit_id)
        .outerjoin(member, c.id == sa.func.coalesce(host_visit.c.member_id, visit.c.member_id))
        .where(visit.c.day_on == day, visit.c.state == "kept", visit.c.left_at.is_(None))
        .order_by(c.name, visit.c.host_visit_id.is_not(None), visit.c.id)
    )
    return [
        Inside(
            number,
            name,
            "" if name is None else at_the_door(name, shown_name, door_name),  # as the member chose for the door
            bool(visible),
            host is not None,
        )
        for number, name, shown_name, door_name, visible, host in rows
    ]
