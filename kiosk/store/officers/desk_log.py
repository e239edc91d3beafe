"""Keeps the log of officers' acts and of files that they read, for 12 months. Lines are chained under the writer's key.

A program's writing connection has the key (`Sealing.begin`); a line written otherwise has no MAC, and `log_audit`
reports it. If a key's last line is missing, new lines are numbered after it all the same, so that the gap stays.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.chain import Seal
from kiosk.domain.members import log_lines
from kiosk.store import ledger
from kiosk.store.prepared import Prepared
from kiosk.store.tables import text_of
from kiosk.store.tables.desk import desk_log, desk_log_last, desk_log_start

_C, _L = desk_log.c, desk_log_last.c
_LAST = sa.select(_C.id, _C.digest).order_by(_C.id.desc()).limit(1)
_START = sa.select(desk_log_start.c.line, desk_log_start.c.digest)  # the note about the last deleted line
_NO_TEXT, _NO_NUMBER = sa.cast(sa.null(), sa.String), sa.cast(sa.null(), sa.Integer)
_END = sa.union_all(  # the last line, then the line noted as last for each key
    sa.select(_LAST.subquery(), _NO_TEXT.label("key_id"), _NO_NUMBER.label("line")),
    sa.select(_NO_NUMBER, sa.cast(sa.null(), sa.LargeBinary), _L.key_id, _L.line),
)
_KEYS = ("id", "at", "actor", "act", "member_number", "what", "salt", "facts", "digest", "key_id", "mac")
_LINE = Prepared(desk_log.insert, _KEYS)  # writes a line
# writes which line is the last of a key
_NOTE = Prepared(lambda: desk_log_last.update().where(_L.key_id == sa.bindparam("key")), ("line", "mac"))


def add(
    connection: sa.Connection, at: datetime, actor: str, act: str, member_number: int | None, what: str | None
) -> None:
    """Write one line. `what` names people by number only."""
    add_all(connection, at, actor, act, [(member_number, what)])


def add_all(
    connection: sa.Connection, at: datetime, actor: str, act: str, whom: Sequence[tuple[int | None, str | None]]
) -> None:
    """Write a line of one act for each given pair: a member's number, and details that name people by number only.

    Without pairs write nothing. Without a seal on the connection the lines have no MAC.
    """
    if not whom:
        return
    last, before, noted = _end(connection)
    seal: Seal | None = connection.info.get(ledger.SEAL)
    connection.info["actor"] = actor  # the author of this transaction's seal (`ledger.act_of`)
    lines: list[dict[str, object]] = []
    for id_, (member_number, what) in enumerate(whom, max(last, *noted.values(), 0) + 1):
        salt = secrets.token_bytes(16)
        facts = log_lines.facts(salt, member_number, what)  # a salted digest, which stays when both are erased
        before = log_lines.digest(
            before, id_, text_of(at)[:10], actor, act, facts
        )  # the day: hours are deleted in time
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
                **({"key_id": None, "mac": None} if seal is None else _mac(seal, id_, before)),
            }
        )
    if seal is not None:  # `id_` is the last line's
        _note_last(connection, seal, id_, is_noted=seal.key_id in noted)
    for line in lines:
        _LINE.run_later(connection, line)


def _mac(seal: Seal, line: int, digest: bytes, *, is_erased: bool = False) -> dict[str, object]:
    """Return the columns that seal a line with a key."""
    mac = log_lines.line_mac(seal.key, seal.home_id, line, digest, is_erased=is_erased)
    return {"key_id": seal.key_id, "mac": mac}


def _note_last(connection: sa.Connection, seal: Seal, line: int, *, is_noted: bool) -> None:
    """Write that a line is the last that a key wrote.

    A key's first note is made only before the key's first line: if a note was deleted, none is made again, and
    `log_audit` reports that it is missing.
    """
    mac = log_lines.last_mac(seal.key, seal.home_id, line)
    if is_noted:
        _NOTE.run_later(connection, {"key": seal.key_id, "line": line, "mac": mac})
    elif connection.execute(sa.select(_C.id).where(_C.key_id == seal.key_id).limit(1)).first() is None:
        connection.execute(desk_log_last.insert(), {"key_id": seal.key_id, "line": line, "mac": mac})


def _end(connection: sa.Connection) -> tuple[int, bytes, dict[str, int]]:
    """Return the last line's number and digest, and the number noted as last for each key; in one query, since each act
    asks.
    """
    rows = connection.execute(_END).all()
    last = next(((row.id, row.digest) for row in rows if row.digest is not None), None) or head(connection)
    return *last, {row.key_id: row.line for row in rows if row.key_id is not None}


def head(connection: sa.Connection) -> tuple[int, bytes]:
    """Return number and digest of the last line; if none is kept, or the last one has no digest (a damaged line), those
    of the last deleted line, or 0 and the start of the chain.
    """
    row = connection.execute(_LAST).first()
    if row is not None and row.digest is not None:
        return row.id, row.digest
    start = connection.execute(_START).first()
    return (0, log_lines.START) if start is None else (start.line, start.digest)


def erase_facts(connection: sa.Connection, member_numbers: Sequence[int]) -> None:
    """Erase members' numbers and details from lines about them; act, officer and moment stay chained.

    A line with a MAC gets another one, which says that the line is erased. Without a seal on the connection it keeps
    the old one, which `log_audit` then reports.
    """
    seal: Seal | None = connection.info.get(ledger.SEAL)
    erased: dict[str, None] = dict.fromkeys(("member_number", "what", "salt"))
    about_members = _C.member_number.in_(member_numbers)
    lines = connection.execute(sa.select(_C.id, _C.digest).where(about_members, _C.mac.is_not(None))).all()
    connection.execute(desk_log.update().where(about_members).values(**erased))
    if seal is not None and lines:  # in one statement: a member's file may have been read a thousand times
        macs = [{"line": line.id, **_mac(seal, line.id, line.digest, is_erased=True)} for line in lines]
        update = desk_log.update().where(_C.id == sa.bindparam("line"))
        connection.execute(update.values(key_id=sa.bindparam("key_id"), mac=sa.bindparam("mac")), macs)


def forget_lines(connection: sa.Connection, ids: Sequence[int]) -> None:
    """Delete all lines up to the last one of these ids, after which the chain of the kept lines begins."""
    last = connection.execute(sa.select(_C.id, _C.digest).where(_C.id.in_(ids)).order_by(_C.id.desc()).limit(1)).first()
    if last is None:
        return
    begin_after(connection, last.id, last.digest or log_lines.START, connection.info.get(ledger.SEAL))
    connection.execute(desk_log.delete().where(_C.id <= last.id))


def begin_after(connection: sa.Connection, line: int, digest: bytes, seal: Seal | None) -> None:
    """Write which line is the last deleted one, after which the chain of kept lines begins; in place of an earlier
    note.
    """
    row: dict[str, object] = {"id": 1, "line": line, "digest": digest}
    if seal is not None:
        mac = log_lines.start_mac(seal.key, seal.home_id, line, digest)
        row |= {"key_id": seal.key_id, "mac": mac}
    connection.execute(desk_log_start.delete())
    connection.execute(desk_log_start.insert(), row)


def key_from_here(connection: sa.Connection, seal: Seal) -> dict[str, int | str]:
    """Require a MAC from the next line on: earlier lines stay as they are. Return what the entry that records this
    contains.
    """
    start = connection.execute(_START).first()
    if start is not None:
        begin_after(connection, start.line, start.digest, seal)
    last, digest = head(connection)
    if connection.execute(sa.select(_L.line).where(_L.key_id == seal.key_id)).first() is None:
        _note_last(connection, seal, last, is_noted=False)
    return {"log_from": last, **seen(last, digest)}


def seen(line: int, digest: bytes) -> dict[str, int | str]:
    """Return the log's last line as an entry's detail has it."""
    return {"log_line": line, "log_digest": digest.hex()}


def old_lines(connection: sa.Connection, before: datetime) -> Sequence[int]:
    """Return the ids of the lines before a moment, in order, as far as no line in between is newer (a clock may
    err).
    """
    kept = sa.select(sa.func.min(_C.id)).where(_C.at >= before).scalar_subquery()
    query = sa.select(_C.id).where(_C.at < before, _C.id < sa.func.coalesce(kept, 1 << 62)).order_by(_C.id)
    return connection.execute(query).scalars().all()


def latest(connection: sa.Connection, count: int, before: int | None = None) -> Sequence[sa.Row[Any]]:
    """Return the newest `count` lines, newest first, or those before a line's id."""
    query = sa.select(desk_log).order_by(desk_log.c.id.desc()).limit(count)
    return connection.execute(query if before is None else query.where(desk_log.c.id < before)).all()


def last_at(connection: sa.Connection, act: str, member_number: int) -> datetime | None:
    """Return when an act last concerned a member; None if no kept line says so."""
    query = sa.select(sa.func.max(desk_log.c.id)).where(
        desk_log.c.act == act, desk_log.c.member_number == member_number
    )
    last = connection.execute(query).scalar()
    return None if last is None else connection.execute(sa.select(desk_log.c.at).where(desk_log.c.id == last)).scalar()


class LogFilter(Struct, frozen=True):
    """The filter of a list of lines: of one officer, of one act, about one member; None selects all."""

    actor: str | None = None
    act: str | None = None
    member_number: int | None = None

    def __call__(self, query: sa.Select[Any]) -> sa.Select[Any]:
        """Return a query limited to the lines of this filter."""
        for column, value in (
            (desk_log.c.actor, self.actor),
            (desk_log.c.act, self.act),
            (desk_log.c.member_number, self.member_number),
        ):
            if value is not None:
                query = query.where(column == value)
        return query


def count(connection: sa.Connection, log_filter: LogFilter) -> int:
    """Return how many lines a filter selects."""
    return int(connection.execute(log_filter(sa.select(sa.func.count()).select_from(desk_log))).scalar_one())


def lines(connection: sa.Connection, log_filter: LogFilter, limit: int, offset: int) -> Sequence[sa.Row[Any]]:
    """Return a page of the lines that a filter selects, newest first."""
    query = log_filter(sa.select(desk_log)).order_by(desk_log.c.id.desc()).limit(limit).offset(offset)
    return connection.execute(query).all()


def known(connection: sa.Connection) -> tuple[list[str], list[str]]:
    """Return the officers and the acts that have lines in the log, each in alphabetical order."""
    actors = connection.execute(sa.select(desk_log.c.actor).distinct().order_by(desk_log.c.actor)).scalars()
    acts = connection.execute(sa.select(desk_log.c.act).distinct().order_by(desk_log.c.act)).scalars()
    return list(actors), list(acts)
