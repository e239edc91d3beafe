"""Counts attempts to sign in, by keyed hashes of where they came from; keeps codes that were used and sessions that
ended.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from kiosk.domain.members.lockout import REMEMBERED, Failures
from kiosk.store.prepared import Prepared
from kiosk.store.tables.desk import desk_attempt, desk_session_end, desk_used_code

_C = desk_attempt.c
_OLD = Prepared(lambda: desk_attempt.delete().where(_C.at < sa.bindparam("before")))
_BY_ID = Prepared(lambda: desk_attempt.delete().where(_C.id == sa.bindparam("which")))
_BY_HASH = Prepared(lambda: desk_attempt.delete().where(_C.who == sa.bindparam("whose")))


def add(connection: sa.Connection, at: datetime, whom: Sequence[str]) -> tuple[int, ...]:
    """Write an attempt, before its outcome is known, under each of these hashes. Return the rows' ids.

    So attempts made at the same time cannot escape the count. Attempts older than a day are deleted on the way.
    """
    _OLD.run_later(connection, {"before": at - REMEMBERED})
    added = sa.insert(desk_attempt).values([{"at": at, "who": who} for who in whom]).returning(_C.id)
    return tuple(connection.execute(added).scalars())


def take_back(connection: sa.Connection, ids: Sequence[int]) -> None:
    """Delete attempts that turned out not to be guesses, by the ids that `add` returned."""
    for attempt_id in ids:
        _BY_ID.run_later(connection, {"which": attempt_id})


def failures(connection: sa.Connection, now: datetime, whom: Sequence[str]) -> list[Failures]:
    """Return the failed attempts of the last day for each of these hashes: how many, and the latest.

    Attempts dated after now, by a wrong clock, are not counted.
    """
    query = sa.select(_C.who, sa.func.count(), sa.func.max(_C.at)).where(
        _C.who.in_(whom), _C.at > now - REMEMBERED, _C.at <= now
    )
    counted = {who: Failures(count, latest) for who, count, latest in connection.execute(query.group_by(_C.who))}
    return [counted.get(who, Failures(0, None)) for who in whom]


def clear(connection: sa.Connection, who: str) -> None:
    """Delete the attempts under a hash."""
    _BY_HASH.run_later(connection, {"whose": who})


def forget(connection: sa.Connection, before: datetime) -> None:
    """Delete failed attempts and ended sessions older than a moment: `add` and `end_session` do so only when new ones
    come.
    """
    connection.execute(desk_attempt.delete().where(desk_attempt.c.at < before))
    connection.execute(desk_session_end.delete().where(desk_session_end.c.at < before))


def use_code(connection: sa.Connection, at: datetime, secret: bytes, counter: int) -> bool:
    """Mark the time-based code of a secret and a time step (`counter`) as used. Return False if it was used before."""
    values = {"secret": secret, "counter": counter, "at": at}
    new = insert(desk_used_code).on_conflict_do_nothing().returning(desk_used_code.c.counter)
    return connection.execute(new, values).first() is not None  # a server does not count returned rows


def end_session(connection: sa.Connection, at: datetime, digest: bytes) -> None:
    """End a session, by the digest of its cookie: a kept copy of the cookie is refused, too. Ends of more than a day
    ago are deleted on the way.
    """
    connection.execute(desk_session_end.delete().where(desk_session_end.c.at < at - REMEMBERED))
    connection.execute(insert(desk_session_end).on_conflict_do_nothing(), {"digest": digest, "at": at})


def is_ended(connection: sa.Connection, digest: bytes) -> bool:
    """Return whether the end of a session with this digest is still kept."""
    query = sa.select(desk_session_end.c.at).where(desk_session_end.c.digest == digest)
    return connection.execute(query).first() is not None
