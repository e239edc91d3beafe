"""Attempts to sign in, counted by the keyed hash of what was tried; codes that were used; sessions that were ended."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from kiosk.domain.members.lockout import REMEMBERED, Failures
from kiosk.store.tables.desk import desk_attempt, desk_session_end, desk_used_code


def add(connection: sa.Connection, at: datetime, who: str) -> int:
    """Write an attempt down before it is looked at; what is older than a day is deleted on the way. Returns its id."""
    connection.execute(desk_attempt.delete().where(desk_attempt.c.at < at - REMEMBERED))
    return int(connection.execute(desk_attempt.insert(), {"at": at, "who": who}).lastrowid)


def take_back(connection: sa.Connection, ids: Sequence[int]) -> None:
    """What was tried was no guess."""
    connection.execute(desk_attempt.delete().where(desk_attempt.c.id.in_(ids)))


def failures(connection: sa.Connection, now: datetime, who: str) -> Failures:
    """Those of the last day. What a wrong clock has dated after now is not counted."""
    query = sa.select(sa.func.count(), sa.func.max(desk_attempt.c.at)).where(
        desk_attempt.c.who == who, desk_attempt.c.at > now - REMEMBERED, desk_attempt.c.at <= now
    )
    count, latest = connection.execute(query).one()
    return Failures(count, latest)


def clear(connection: sa.Connection, who: str) -> None:
    """Whoever it was, they are in."""
    connection.execute(desk_attempt.delete().where(desk_attempt.c.who == who))


def forget(connection: sa.Connection, before: datetime) -> None:
    """Delete what is older, here for when nobody fails any more."""
    connection.execute(desk_attempt.delete().where(desk_attempt.c.at < before))
    connection.execute(desk_session_end.delete().where(desk_session_end.c.at < before))


def use_code(connection: sa.Connection, at: datetime, secret: bytes, counter: int) -> bool:
    """Use a code up, once. Says whether nobody has used it before."""
    values = {"secret": secret, "counter": counter, "at": at}
    new = insert(desk_used_code).on_conflict_do_nothing().returning(desk_used_code.c.counter)
    return connection.execute(new, values).first() is not None  # a server does not count what an insertion returns


def end_session(connection: sa.Connection, at: datetime, digest: bytes) -> None:
    """A session is over, whoever has kept a copy of its cookie."""
    connection.execute(desk_session_end.delete().where(desk_session_end.c.at < at - REMEMBERED))
    connection.execute(insert(desk_session_end).on_conflict_do_nothing(), {"digest": digest, "at": at})


def is_ended(connection: sa.Connection, digest: bytes) -> bool:
    """Whether a session was ended."""
    query = sa.select(desk_session_end.c.at).where(desk_session_end.c.digest == digest)
    return connection.execute(query).first() is not None
