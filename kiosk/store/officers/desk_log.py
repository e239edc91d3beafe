"""Who read or changed what at the desk. Kept 12 months, each line chained to the one before."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.members import log_lines
from kiosk.errors import AnswerIsNo
from kiosk.store.tables import text_of
from kiosk.store.tables.desk import desk_log, desk_log_start

_C = desk_log.c
_LAST = sa.select(_C.id, _C.digest).order_by(_C.id.desc()).limit(1)
_START = sa.select(desk_log_start.c.line, desk_log_start.c.digest)


def add(
    connection: sa.Connection, at: datetime, actor: str, act: str, member_number: int | None, what: str | None
) -> None:
    """Write one line. `what` names no person but by number."""
    add_all(connection, at, actor, act, [(member_number, what)])


def add_all(
    connection: sa.Connection, at: datetime, actor: str, act: str, whom: Sequence[tuple[int | None, str | None]]
) -> None:
    """Write a line of one act for each of these: a member's number, and what."""
    last, before = head(connection)
    connection.info["actor"] = actor
    lines = []
    for id_, (member_number, what) in enumerate(whom, last + 1):
        salt = secrets.token_bytes(16)
        facts = log_lines.facts(salt, member_number, what)
        before = log_lines.digest(before, id_, text_of(at)[:10], actor, act, facts)
        lines.append(
            {
                "id": id_,
                "at": at,
                "actor": actor,
                "act": act,
                "member_number": member_number,
                "what": what,
                "salt": salt,
                "facts": facts,
                "digest": before,
            }
        )
    if lines:
        connection.execute(desk_log.insert(), lines)


def head(connection: sa.Connection) -> tuple[int, bytes]:
    """The last line's number and digest; those of the last that was forgotten, or 0, where none is kept."""
    row = connection.execute(_LAST).first()
    if row is not None and row.digest is not None:
        return row.id, row.digest
    start = connection.execute(_START).first()
    return (0, log_lines.START) if start is None else (start.line, start.digest)


def erase_facts(connection: sa.Connection, member_numbers: Sequence[int]) -> None:
    """Erase of whom and what lines speak; that somebody did something, and when, stays chained."""
    gone: dict[str, None] = dict.fromkeys(("member_number", "what", "salt"))
    connection.execute(desk_log.update().where(_C.member_number.in_(member_numbers)).values(**gone))


def forget_lines(connection: sa.Connection, ids: Sequence[int]) -> None:
    """Delete the oldest lines; what is kept goes on from the last of them."""
    last = connection.execute(sa.select(_C.id, _C.digest).where(_C.id.in_(ids)).order_by(_C.id.desc()).limit(1)).first()
    if last is None:
        return
    connection.execute(desk_log_start.delete())
    connection.execute(desk_log_start.insert(), {"id": 1, "line": last.id, "digest": last.digest or log_lines.START})
    connection.execute(desk_log.delete().where(_C.id <= last.id))


def old_lines(connection: sa.Connection, before: datetime) -> Sequence[int]:
    """The oldest lines, up to the first that is to be kept."""
    kept = sa.select(sa.func.min(_C.id)).where(_C.at >= before).scalar_subquery()
    query = sa.select(_C.id).where(_C.at < before, _C.id < sa.func.coalesce(kept, 1 << 62)).order_by(_C.id)
    return connection.execute(query).scalars().all()


def check(connection: sa.Connection) -> None:
    """Check that each line follows the one before, and that the ledger's closings saw the same.

    Raises AnswerIsNo `log-broken` that names the first line that does not.
    """
    start = connection.execute(_START).first()
    number, before = (0, log_lines.START) if start is None else (start.line, start.digest)
    first, seen = number, {number: before}
    for row in connection.execute(sa.select(desk_log).order_by(_C.id).execution_options(yield_per=1000)):
        if row.id != number + 1:
            raise AnswerIsNo("log-broken", f"line {number + 1} of the officers' log is missing")
        wanted = log_lines.digest(before, row.id, text_of(row.at)[:10], row.actor, row.act, row.facts or b"")
        if row.digest != wanted or (
            row.salt is not None and log_lines.facts(row.salt, row.member_number, row.what) != row.facts
        ):
            raise AnswerIsNo("log-broken", f"line {row.id} of the officers' log was altered, or the one before it")
        number, before = row.id, row.digest
        seen[number] = before
    for entry, line, digest in _anchors(connection):
        if line >= first and seen.get(line, b"").hex() != digest:
            raise AnswerIsNo("log-broken", f"line {line} of the officers' log is not the one that entry {entry} saw")


def _anchors(connection: sa.Connection) -> list[tuple[int, int, str]]:
    """The last line that each closing saw, by the closing's entry."""
    rows = connection.exec_driver_sql(
        "SELECT number, json_extract(detail, '$.log_line'), json_extract(detail, '$.log_digest') FROM entry"
        " WHERE kind = 'closing' AND json_extract(detail, '$.log_line') IS NOT NULL ORDER BY number"
    )
    return [(row[0], row[1], row[2]) for row in rows]


def latest(connection: sa.Connection, count: int, before: int | None = None) -> Sequence[sa.Row[Any]]:
    """The newest lines, or those before a line's id."""
    query = sa.select(desk_log).order_by(desk_log.c.id.desc()).limit(count)
    return connection.execute(query if before is None else query.where(desk_log.c.id < before)).all()


class LogFilter(Struct, frozen=True):
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
