"""Reads one day at the space for the desk's first page: arrivals, charges, money taken, and what the door did.

Presence is an estimate: people do not tap when they leave.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.store.checkin import standing
from kiosk.store.tables import door_event, entry, is_current, member, subscription, visit

# reasons of openings without a badge: by the desk, with a code, as a test, or because another member vouched
_NO_TAP = ("desk", "pin", "test", "vouched")


class Arrival(Struct, frozen=True):
    """A visit of the day, with its charge. A guest has no number, and `host` is the name of the member that brought
    them.

    `at` is None if no hour is known; `known_by` is a badge, a code or the desk; `guest_name` is a first name, if one
    was given.
    """

    at: datetime | None
    left_at: datetime | None
    number: int | None
    name: str | None
    host: str | None
    right: str
    state: str
    entry: int | None
    amount_cents: int | None
    is_reversed: bool
    known_by: str
    guest_name: str | None


def arrivals(connection: sa.Connection, day: date) -> list[Arrival]:
    """Return every visit of a day, undone ones and guests' included, the latest arrival first."""
    host, host_visit, reversing = member.alias("host"), visit.alias("host_visit"), entry.alias("by")
    rows = connection.execute(
        sa.select(
            visit.c.arrived_at,
            visit.c.left_at,
            member.c.number,
            member.c.name,
            host.c.name,
            visit.c.right,
            visit.c.state,
            entry.c.number,
            entry.c.amount_cents,
            sa.exists().where(reversing.c.reverses == entry.c.number),
            visit.c.known_by,
            visit.c.guest_name,
        )
        .select_from(visit)
        .outerjoin(member, member.c.id == visit.c.member_id)
        .outerjoin(host_visit, host_visit.c.id == visit.c.host_visit_id)
        .outerjoin(host, host.c.id == host_visit.c.member_id)
        .outerjoin(entry, entry.c.number == visit.c.charge_entry)
        .where(visit.c.day_on == day)
        .order_by(visit.c.arrived_at.desc(), visit.c.id.desc())
    )
    return [_arrival(row) for row in rows]


def _arrival(record: sa.Row[*tuple[Any, ...]]) -> Arrival:
    """Return a visit of the day from its row."""
    return Arrival(*record)


def expected(connection: sa.Connection, day: date) -> int:
    """Return how many members whose subscription covers this day have not come yet."""
    has_come = sa.exists().where(visit.c.member_id == member.c.id, visit.c.day_on == day, visit.c.state == "kept")
    return connection.execute(
        sa.select(sa.func.count(sa.distinct(member.c.id)))
        .select_from(subscription)
        .join(member, member.c.id == subscription.c.member_id)
        .where(standing.covering(), ~has_come)  # a subscription covers the parameter `day`, bound below as text
        .where(is_current(day)),
        {"day": day.isoformat()},
    ).scalar_one()


def taken(connection: sa.Connection, day: date) -> Sequence[sa.Row[str | None, int, int]]:
    """Return the money taken on a day less money paid back: method, count of entries, cents; reversals count as
    entries, and take their cents off.
    """
    return connection.execute(
        sa.select(entry.c.method, sa.func.count(), -sa.func.sum(entry.c.amount_cents))
        .where(entry.c.day_on == day, entry.c.method.is_not(None))
        .group_by(entry.c.method)
        .order_by(entry.c.method)
    ).all()


def counts(connection: sa.Connection, days: Sequence[date]) -> dict[date, int]:
    """Return how many kept visits each of these days has, guests' included; 0 for a day without one."""
    rows = connection.execute(
        sa.select(visit.c.day_on, sa.func.count())
        .where(visit.c.day_on.in_(days), visit.c.state == "kept")
        .group_by(visit.c.day_on)
    )
    return dict.fromkeys(days, 0) | {day: count for day, count in rows}


def names(connection: sa.Connection) -> Sequence[sa.Row[str, str | None, bool]]:
    """Return the members' full names, shown names, and whether others may see them; former members included: the
    idle screen never shows a text that names a member without their consent.
    """
    return connection.execute(sa.select(member.c.name, member.c.shown_name, member.c.visible)).all()


class Event(Struct, frozen=True):
    """An event at a door. `name` is the shown name of the member it is about, None if it is about none."""

    at: datetime
    kind: str
    reason: str | None
    name: str | None
    door: int = 1


def events(connection: sa.Connection, from_at: datetime, until_at: datetime, limit: int) -> tuple[list[Event], int]:
    """Return the latest events of a period other than a member's ordinary arrival by badge, the newest first and at
    most `limit`, and the count of all. The period ends before `until_at`.
    """
    special = sa.or_(door_event.c.kind != "opened", door_event.c.reason.in_(_NO_TAP))
    within = sa.and_(door_event.c.at >= from_at, door_event.c.at < until_at, special)
    rows = connection.execute(
        sa.select(door_event.c.at, door_event.c.kind, door_event.c.reason, member.c.shown_name, door_event.c.door_id)
        .outerjoin(member, member.c.id == door_event.c.member_id)
        .where(within)
        .order_by(door_event.c.at.desc())
        .limit(limit)
    )
    latest = [Event(*row) for row in rows]
    if len(latest) < limit:
        return latest, len(latest)
    count = sa.select(sa.func.count()).select_from(door_event).where(within)
    return latest, connection.execute(count).scalar_one()


def last_tap(connection: sa.Connection) -> datetime | None:
    """Return when a badge was last presented; None if no event of that kind is kept."""
    tapped = sa.or_(door_event.c.reason.is_(None), door_event.c.reason.not_in(_NO_TAP))
    return connection.execute(
        sa.select(door_event.c.at).where(tapped).order_by(door_event.c.at.desc()).limit(1)
    ).scalar()
