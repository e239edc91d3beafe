"""Keeps the desk's requests to the entrance: read a badge for a member, or open a door once. Each is done at most once.

A badge that was tapped belongs to no member until the desk confirms it: until then the request alone has its mark, the
keyed hash of its number.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.checkin.badges import BadgeRead
from kiosk.domain.doors import FIRST
from kiosk.store.tables import member
from kiosk.store.tables.entrance import desk_request

ENROL, OPEN = "enrol", "open"  # kinds: read a badge for a member, open a door


class Request(Struct, frozen=True):
    """A request of the desk. `member` is the number of the member whom a badge is for; `outcome` is the answer, or the
    state so far.
    """

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
    badge_bytes: int | None = None  # the length of its number
    product: str | None = None  # the kind of chip of the badge that was read
    replaces: bytes | None = None  # the mark of the badge that the new one replaces
    writes: bool = False  # whether keys are written to the new badge

    def is_open(self, at: datetime) -> bool:
        """Return whether the request may still be done: not ended, and within its time."""
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
    """Write a request and return its id. `replaces` and `writes` are as in `Request`."""
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
    """Return a request; None if there is none with this id."""
    row = connection.execute(_ALL.where(desk_request.c.id == request_id)).first()
    return None if row is None else _request(row)


def undone(connection: sa.Connection, kind: str) -> list[Request]:
    """Return the requests of a kind that were not ended, the newest first; those whose time is over included."""
    rows = connection.execute(
        _ALL.where(desk_request.c.done_at.is_(None), desk_request.c.kind == kind).order_by(desk_request.c.id.desc())
    )
    return [_request(row) for row in rows]


def done_between(connection: sa.Connection, kind: str, from_at: datetime, until_at: datetime) -> list[Request]:
    """Return the requests of a kind that were made and ended within a period, whose end is not included, in the order
    in which they were made.
    """
    rows = connection.execute(
        _ALL.where(desk_request.c.kind == kind, desk_request.c.done_at >= from_at, desk_request.c.done_at < until_at)
        .where(desk_request.c.made_at >= from_at)
        .order_by(desk_request.c.id)
    )
    return [_request(row) for row in rows]


def finish(connection: sa.Connection, request_id: int, at: datetime, outcome: str) -> None:
    """End a request at a moment with its answer; a badge's mark stays."""
    connection.execute(desk_request.update().where(desk_request.c.id == request_id).values(done_at=at, outcome=outcome))


def note_badge(
    connection: sa.Connection, request_id: int, at: datetime, read: BadgeRead, key: bytes, product: str | None
) -> None:
    """End a request with the badge that was read for it, for the desk to confirm: the answer is its last digits."""
    values = {
        "done_at": at,
        "outcome": read.tail,
        "badge_mark": read.fingerprint(key),
        "badge_bytes": len(read.uid),
        "product": product,
    }
    connection.execute(desk_request.update().where(desk_request.c.id == request_id).values(**values))


def drop_badge(connection: sa.Connection, request_id: int, at: datetime, outcome: str) -> None:
    """End a request without its badge, and forget the badge's mark: it may be a stranger's."""
    values = {"done_at": at, "outcome": outcome, "badge_mark": None}
    connection.execute(desk_request.update().where(desk_request.c.id == request_id).values(**values))


def remark(connection: sa.Connection, request_id: int, outcome: str) -> None:
    """Write the state so far of a request that goes on; it is not ended."""
    connection.execute(desk_request.update().where(desk_request.c.id == request_id).values(outcome=outcome))


def _request(record: sa.Row[*tuple[Any, ...]]) -> Request:
    """Return a request from its row."""
    return Request(*record)
