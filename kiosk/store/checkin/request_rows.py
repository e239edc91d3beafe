"""Keeps the desk's requests to the entrance: a badge for a member, one opening. Each request ends and is done once.

A badge that was tapped belongs to no member until the desk confirms it: its request keeps its mark, and no badge has
that mark yet.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.checkin.badges import BadgeRead
from kiosk.domain.doors import FIRST
from kiosk.store.tables import member
from kiosk.store.tables.entrance import desk_request

ENROL, OPEN = "enrol", "open"


class Request(Struct, frozen=True):
    """One request. `member` is the number of whom a badge is for; `outcome` is the answer, or how things stand."""

    id: int
    kind: str
    member: int | None
    actor: str
    made_at: datetime
    expires_at: datetime
    done_at: datetime | None
    outcome: str | None
    door: int = FIRST
    badge_mark: bytes | None = None
    badge_bytes: int | None = None
    product: str | None = None
    replaces: bytes | None = None
    writes: bool = False

    def is_open(self, at: datetime) -> bool:
        """Whether it may still be done."""
        return self.done_at is None and self.made_at <= at <= self.expires_at


_ALL = sa.select(
    desk_request.c.id,
    desk_request.c.kind,
    member.c.number,
    desk_request.c.actor,
    desk_request.c.made_at,
    desk_request.c.expires_at,
    desk_request.c.done_at,
    desk_request.c.outcome,
    desk_request.c.door_id,
    desk_request.c.badge_mark,
    desk_request.c.badge_bytes,
    desk_request.c.product,
    desk_request.c.replaces,
    desk_request.c.writes,
).outerjoin(member, member.c.id == desk_request.c.member_id)


def add(
    connection: sa.Connection,
    kind: str,
    actor: str,
    made_at: datetime,
    expires_at: datetime,
    member_id: int | None,
    door: int = FIRST,
    replaces: bytes | None = None,
    *,
    writes: bool = False,
) -> int:
    """Write a request. Returns its id."""
    values = {
        "kind": kind,
        "actor": actor,
        "made_at": made_at,
        "expires_at": expires_at,
        "member_id": member_id,
        "door_id": door,
        "replaces": replaces,
        "writes": writes,
    }
    request_id: int = connection.execute(desk_request.insert(), values).lastrowid
    return request_id


def get(connection: sa.Connection, request_id: int) -> Request | None:
    """One request."""
    row = connection.execute(_ALL.where(desk_request.c.id == request_id)).first()
    return None if row is None else _request(row)


def undone(connection: sa.Connection, kind: str) -> list[Request]:
    """The requests of a kind that nothing has ended, those whose time is over too; the newest first."""
    rows = connection.execute(
        _ALL.where(desk_request.c.done_at.is_(None), desk_request.c.kind == kind).order_by(desk_request.c.id.desc())
    )
    return [_request(row) for row in rows]


def done_between(connection: sa.Connection, kind: str, from_at: datetime, until_at: datetime) -> list[Request]:
    """The requests of a kind that were ended in a time, in order."""
    rows = connection.execute(
        _ALL.where(desk_request.c.kind == kind, desk_request.c.done_at >= from_at, desk_request.c.done_at < until_at)
        .where(desk_request.c.made_at >= from_at)
        .order_by(desk_request.c.id)
    )
    return [_request(row) for row in rows]


def finish(connection: sa.Connection, request_id: int, at: datetime, outcome: str) -> None:
    """End a request with its answer."""
    connection.execute(desk_request.update().where(desk_request.c.id == request_id).values(done_at=at, outcome=outcome))


def note_badge(
    connection: sa.Connection, request_id: int, at: datetime, read: BadgeRead, key: bytes, product: str | None
) -> None:
    """End a request with the badge that was read for it; the desk confirms it."""
    values = {
        "done_at": at,
        "outcome": read.tail,
        "badge_mark": read.fingerprint(key),
        "badge_bytes": len(read.uid),
        "product": product,
    }
    connection.execute(desk_request.update().where(desk_request.c.id == request_id).values(**values))


def drop_badge(connection: sa.Connection, request_id: int, at: datetime, outcome: str) -> None:
    """End a request otherwise, and forget the badge that was read for it: it may be a stranger's."""
    values = {"done_at": at, "outcome": outcome, "badge_mark": None}
    connection.execute(desk_request.update().where(desk_request.c.id == request_id).values(**values))


def remark(connection: sa.Connection, request_id: int, outcome: str) -> None:
    """Write how things stand with a request that goes on."""
    connection.execute(desk_request.update().where(desk_request.c.id == request_id).values(outcome=outcome))


def _request(row: sa.Row[*tuple[Any, ...]]) -> Request:
    return Request(*row)
