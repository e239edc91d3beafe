"""Keeps the zone that a member takes, and from which day on: a plan that begins later changes the zone on its first
day.
"""

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa

from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.tables import member as table


def begun(plan: str, zone_id: int) -> Mapping[str, object]:
    """Return the columns of a member's file for a plan that has begun: its code and its zone, with no
    other zone before.
    """
    return {"plan_code": plan, "zone_id": zone_id, "zone_before_id": None, "zone_from_on": None}


def follow(connection: sa.Connection, member: Member, plan: str, zone_id: int, first_on: date, today: date) -> None:
    """Write a member's plan at once, and its zone for the plan's first day: until then the member
    takes today's zone. A plan that has begun, or has the same zone, changes it at once.
    """
    values, zone_today = begun(plan, zone_id), _today(connection, member, today)
    if first_on > today and zone_today != zone_id:
        values = {**values, "zone_before_id": zone_today, "zone_from_on": first_on}
    members.change(connection, member, **values)


def _today(connection: sa.Connection, member: Member, today: date) -> int:
    """Return the zone that a member takes today."""
    c = table.c
    waits = sa.and_(c.zone_from_on > today, c.zone_before_id.is_not(None))
    zone_id = sa.case((waits, c.zone_before_id), else_=c.zone_id)
    return int(connection.execute(sa.select(zone_id).where(c.id == member.id)).scalar_one())
