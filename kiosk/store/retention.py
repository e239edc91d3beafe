"""Forgets what is kept for a time only: finds it without writing, deletes it in batches, so that no tap waits long."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from kiosk.store.desk_tables import desk_attempt, desk_log, desk_session_end
from kiosk.store.tables import door_event, visit

BATCH = 500
_TOLD = ("arrived_at", "left_at", "guest_name")  # what a visit tells of more than its day

Ids = Sequence[int] | Sequence[bytes]
Find = Callable[[sa.Connection, datetime, date], Ids]
Erase = Callable[[sa.Connection, Ids], None]


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """Something kept for `days`: how to find the ids of what is older, and how to erase them."""

    name: str
    days: int
    find: Find
    erase: Erase


def _old_rows(table: sa.Table, at: sa.Column[datetime], id_: sa.Column[Any]) -> tuple[Find, Erase]:
    def find(connection: sa.Connection, before: datetime, _day: date) -> Ids:
        return connection.execute(sa.select(id_).where(at < before).order_by(at)).scalars().all()

    def erase(connection: sa.Connection, ids: Ids) -> None:
        connection.execute(table.delete().where(id_.in_(ids)))

    return find, erase


def _old_visits(connection: sa.Connection, _before: datetime, day: date) -> Ids:
    told = sa.or_(*(visit.c[name].is_not(None) for name in _TOLD))
    return connection.execute(sa.select(visit.c.id).where(visit.c.day_on < day, told)).scalars().all()


def _without_times(connection: sa.Connection, ids: Ids) -> None:
    connection.execute(visit.update().where(visit.c.id.in_(ids)).values(dict.fromkeys(_TOLD)))


RETENTION_RULES = (
    RetentionRule("door-events", 90, *_old_rows(door_event, door_event.c.at, door_event.c.id)),
    RetentionRule("visit-times", 90, _old_visits, _without_times),
    RetentionRule("desk-log", 365, *_old_rows(desk_log, desk_log.c.at, desk_log.c.id)),
    RetentionRule(
        "desk-session-ends", 1, *_old_rows(desk_session_end, desk_session_end.c.at, desk_session_end.c.digest)
    ),
    RetentionRule("desk-attempts", 1, *_old_rows(desk_attempt, desk_attempt.c.at, desk_attempt.c.id)),
)
