"""Keeps requests to join made at the screen: counted by day, waiting for the desk, settled once."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.errors import RequestError
from kiosk.store.tables import member, visit
from kiosk.store.tables.desk import joining

_C = joining.c
_sponsor = member.alias("sponsor")


class NewJoining(Struct, frozen=True, kw_only=True):
    """A request to join to be written. `statutes_on` and `house_rules_on` are the days from which the accepted texts
    hold (None: no text was accepted); `fingerprint` is the keyed hash of the newcomer's badge, `tail` its end.
    """

    day_on: date
    made_at: datetime
    fingerprint: bytes
    tail: str
    statutes_on: date | None = None
    house_rules_on: date | None = None
    name: str | None = None
    language: str | None = None
    member_id: int | None = None
    sponsor_id: int | None = None
    request_id: int | None = None  # the request from the public pages that this one continues


class Joining(Struct, frozen=True):
    """A request to join that the desk has to settle. `number` is the newcomer's member number, None before they are a
    member; `sponsor` that of the member that welcomed them, None without one.
    """

    id: int
    day_on: date
    made_at: datetime
    name: str
    language: str | None
    fingerprint: bytes
    tail: str
    statutes_on: date | None
    house_rules_on: date | None
    member_id: int | None
    number: int | None
    sponsor: int | None
    sponsor_name: str | None
    insured_until: date | None
    request: int | None  # the request from the public pages that this one continues


_JOININGS = (
    sa.select(
        _C.id,
        _C.day_on,
        _C.made_at,
        sa.func.coalesce(member.c.name, _C.name, ""),
        _C.language,
        _C.fingerprint,
        _C.tail,
        _C.statutes_on,
        _C.house_rules_on,
        _C.member_id,
        member.c.number,
        _sponsor.c.number,
        _sponsor.c.name,
        member.c.insured_until,
        _C.request_id,
    )
    .select_from(joining)
    .outerjoin(member, member.c.id == _C.member_id)
    .outerjoin(_sponsor, _sponsor.c.id == _C.sponsor_id)
    .order_by(_C.id)
)


def taken_back(connection: sa.Connection, sponsor_id: int, after: date) -> int:
    """Return how many newcomers welcomed by this sponsor after a day had their first day undone."""
    query = (
        sa.select(sa.func.count(sa.distinct(visit.c.id)))
        .join_from(joining, visit, visit.c.member_id == _C.member_id)
        .where(_C.sponsor_id == sponsor_id, _C.day_on > after, visit.c.day_on == _C.day_on, visit.c.state == "undone")
    )
    return connection.execute(query).scalar_one()


def add(connection: sa.Connection, new: NewJoining) -> None:
    """Write a request to join."""
    connection.execute(joining.insert(), {name: getattr(new, name) for name in NewJoining.__struct_fields__})


def of_day(connection: sa.Connection, day: date) -> int:
    """Return how many requests to join were made on a day, with a sponsor or without."""
    return connection.execute(sa.select(sa.func.count()).where(_C.day_on == day)).scalar_one()


def is_waiting(connection: sa.Connection, fingerprint: bytes) -> bool:
    """Return whether a request to join by the holder of this badge awaits the desk."""
    query = sa.select(sa.exists().where(_C.fingerprint == fingerprint, _C.settled_at.is_(None)))
    return bool(connection.execute(query).scalar())


def waiting(connection: sa.Connection) -> list[Joining]:
    """Return the requests to join that await the desk, the oldest first."""
    rows = connection.execute(_JOININGS.where(_C.settled_at.is_(None)))
    return [_joining(row) for row in rows]


def one(connection: sa.Connection, joining_id: int) -> Joining:
    """Return a request to join that awaits the desk. Raises RequestError `no-such-joining`."""
    row = connection.execute(_JOININGS.where(_C.id == joining_id, _C.settled_at.is_(None))).first()
    if row is None:
        raise RequestError("no-such-joining", "no request to join waits under this number")
    return _joining(row)


def settle(connection: sa.Connection, request: Joining, at: datetime, actor: str, member_id: int | None) -> None:
    """Write that the desk has dealt with a request to join. Its name is deleted: from now on it is only in the member's
    file. `member_id` is None if the newcomer is no member.
    """
    values: dict[str, Any] = {"settled_at": at, "settled_by": actor, "name": None, "member_id": member_id}
    connection.execute(joining.update().where(_C.id == request.id).values(**values))


def _joining(record: sa.Row[*tuple[Any, ...]]) -> Joining:
    """Return a request to join from its row."""
    return Joining(*record)
