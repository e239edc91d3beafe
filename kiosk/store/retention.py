"""Forgets what is kept for a time only: finds it without writing, deletes it in batches, so that no tap waits long."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from kiosk.store.desk_tables import desk_attempt, desk_device, desk_session_end, desk_used_code
from kiosk.store.event_tables import event, signup, topic, topic_vote
from kiosk.store.officers import desk_log
from kiosk.store.tables import door_event, entry, visit

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


def _of_old_events(table: sa.Table, event_id: sa.Column[int], *told: sa.ColumnElement[bool]) -> Find:
    """Rows of events that ended, or came to nothing, before a moment, and that tell of people."""

    def find(connection: sa.Connection, before: datetime, _day: date) -> Ids:
        ended = sa.func.coalesce(event.c.ends_at, event.c.changed_at)
        last = sa.select(sa.func.max(entry.c.recorded_at)).scalar_subquery()
        over = sa.and_(ended < before, ended < last)  # a copy forgets what is over only: who comes still does there
        alive = sa.and_(event.c.state == "proposed", event.c.ends_at.is_(None))
        query = sa.select(table.c.id).join(event, event.c.id == event_id).where(over, ~alive, *told)
        return connection.execute(query).scalars().all()

    return find


def _without_name(connection: sa.Connection, ids: Ids) -> None:
    connection.execute(signup.update().where(signup.c.id.in_(ids)).values(name=None))


def _without_member(connection: sa.Connection, ids: Ids) -> None:
    connection.execute(signup.update().where(signup.c.id.in_(ids)).values(member_id=None))


def _without_author(connection: sa.Connection, ids: Ids) -> None:
    connection.execute(topic.update().where(topic.c.id.in_(ids)).values(member_id=None))
    connection.execute(topic_vote.delete().where(topic_vote.c.topic_id.in_(ids)))


def _without_hour(connection: sa.Connection, ids: Ids) -> None:
    """Whoever signed up at the screen stood there: of that moment only the day stays."""
    day = sa.func.substr(sa.cast(signup.c.made_at, sa.String), 1, 10) + _MIDNIGHT
    connection.execute(signup.update().where(signup.c.id.in_(ids)).values(made_at=sa.type_coerce(day, sa.String)))


_MIDNIGHT = "T00:00:00.000000Z"
_HAS_HOUR = sa.cast(signup.c.made_at, sa.String).not_like(f"%{_MIDNIGHT}")
_UNCHARGED = sa.and_(signup.c.member_id.is_not(None), signup.c.charge_entry.is_(None))
_OF_MEMBERS = sa.or_(topic.c.member_id.is_not(None), sa.exists().where(topic_vote.c.topic_id == topic.c.id))


def _no_lines(connection: sa.Connection, ids: Ids) -> None:
    desk_log.forget_lines(connection, [each for each in ids if isinstance(each, int)])


RETENTION_RULES = (
    RetentionRule(
        "event-names", 90, _of_old_events(signup, signup.c.event_id, signup.c.name.is_not(None)), _without_name
    ),
    RetentionRule("event-hours", 90, _of_old_events(signup, signup.c.event_id, _HAS_HOUR), _without_hour),
    RetentionRule("event-people", 365, _of_old_events(signup, signup.c.event_id, _UNCHARGED), _without_member),
    RetentionRule("event-topics", 365, _of_old_events(topic, topic.c.event_id, _OF_MEMBERS), _without_author),
    RetentionRule("door-events", 90, *_old_rows(door_event, door_event.c.at, door_event.c.id)),
    RetentionRule("visit-times", 90, _old_visits, _without_times),
    RetentionRule("desk-log", 365, lambda connection, before, _day: desk_log.old_lines(connection, before), _no_lines),
    RetentionRule(
        "desk-session-ends", 1, *_old_rows(desk_session_end, desk_session_end.c.at, desk_session_end.c.digest)
    ),
    RetentionRule("desk-attempts", 1, *_old_rows(desk_attempt, desk_attempt.c.at, desk_attempt.c.id)),
    RetentionRule("desk-used-codes", 1, *_old_rows(desk_used_code, desk_used_code.c.at, desk_used_code.c.id)),
    RetentionRule("desk-devices", 365, *_old_rows(desk_device, desk_device.c.seen_at, desk_device.c.id)),
)
