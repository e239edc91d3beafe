"""Keeps secret links to calendars: the digest of a secret, never the secret. A revoked link no longer works."""

import hmac
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from kiosk.errors import RequestError
from kiosk.store.tables.rooms import calendar_feed


class Feed(Struct, frozen=True):
    """A secret link to the calendar of one room, or with None of all; with or without the bookings' titles."""

    id: int
    label: str
    room_id: int | None
    shows_titles: bool
    made_at: datetime
    made_by: str


def add(
    connection: sa.Connection,
    label: str,
    digest: bytes,
    room_id: int | None,
    at: datetime,
    actor: str,
    *,
    shows_titles: bool,
) -> int:
    """Add a link to the calendar of a room, None for all rooms, under the digest of its secret. Return its id."""
    row = {"label": label, "digest": digest, "room_id": room_id, "shows_titles": shows_titles}
    return int(connection.execute(calendar_feed.insert(), {**row, "made_at": at, "made_by": actor}).lastrowid)


def standing(connection: sa.Connection) -> list[Feed]:
    """Return the links that were not revoked."""
    return [feed for _, feed in _all(connection)]


def by_digest(connection: sa.Connection, digest: bytes) -> Feed | None:
    """Return the link with this digest of a secret; None if there is none. All are compared, in the same time."""
    matching = None
    for known, feed in _all(connection):
        if hmac.compare_digest(known, digest):
            matching = feed
    return matching


def _all(connection: sa.Connection) -> list[tuple[bytes, Feed]]:
    """Return the links that were not revoked, each with its digest."""
    c = calendar_feed.c
    rows = connection.execute(
        sa.select(c.digest, c.id, c.label, c.room_id, c.shows_titles, c.made_at, c.made_by)
        .where(c.revoked_at.is_(None))
        .order_by(c.id)
    )
    return [(row.digest, Feed(*row[1:])) for row in rows]


def revoke(connection: sa.Connection, feed_id: int, at: datetime) -> None:
    """Revoke a link. Raises RequestError `no-such-feed`."""
    c = calendar_feed.c
    changed = connection.execute(
        calendar_feed.update().where(c.id == feed_id, c.revoked_at.is_(None)).values(revoked_at=at)
    )
    if changed.rowcount == 0:
        raise RequestError("no-such-feed", number=feed_id)
