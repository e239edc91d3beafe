"""Who read or changed what at the desk. Kept 12 months."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kiosk.store.desk_tables import desk_log


def add(
    connection: sa.Connection, at: datetime, actor: str, act: str, member_number: int | None, what: str | None
) -> None:
    """Write one line. `what` names no person but by number."""
    values = {"at": at, "actor": actor, "act": act, "member_number": member_number, "what": what}
    connection.execute(desk_log.insert(), values)


def latest(connection: sa.Connection, count: int, before: int | None = None) -> Sequence[sa.Row[Any]]:
    """The newest lines, or those before a line's id."""
    query = sa.select(desk_log).order_by(desk_log.c.id.desc()).limit(count)
    return connection.execute(query if before is None else query.where(desk_log.c.id < before)).all()


def forget(connection: sa.Connection, before: datetime) -> None:
    """Delete what is older."""
    connection.execute(desk_log.delete().where(desk_log.c.at < before))
