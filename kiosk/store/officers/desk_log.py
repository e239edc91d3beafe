"""Who read or changed what at the desk. Kept 12 months."""

from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which lines are looked for: of one officer, of one act, about one member."""

    actor: str | None = None
    act: str | None = None
    member_number: int | None = None

    def __call__(self, query: sa.Select[Any]) -> sa.Select[Any]:
        """A query that is narrowed to them."""
        for column, value in (
            (desk_log.c.actor, self.actor),
            (desk_log.c.act, self.act),
            (desk_log.c.member_number, self.member_number),
        ):
            if value is not None:
                query = query.where(column == value)
        return query


def count(connection: sa.Connection, wanted: LogFilter) -> int:
    """How many lines there are."""
    return int(connection.execute(wanted(sa.select(sa.func.count()).select_from(desk_log))).scalar_one())


def lines(connection: sa.Connection, wanted: LogFilter, limit: int, offset: int) -> Sequence[sa.Row[Any]]:
    """The newest first."""
    query = wanted(sa.select(desk_log)).order_by(desk_log.c.id.desc()).limit(limit).offset(offset)
    return connection.execute(query).all()


def known(connection: sa.Connection) -> tuple[list[str], list[str]]:
    """The officers and the acts that the log has lines of."""
    actors = connection.execute(sa.select(desk_log.c.actor).distinct().order_by(desk_log.c.actor)).scalars()
    acts = connection.execute(sa.select(desk_log.c.act).distinct().order_by(desk_log.c.act)).scalars()
    return list(actors), list(acts)
