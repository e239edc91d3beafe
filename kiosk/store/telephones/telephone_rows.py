"""Reads and writes the telephones that are paired with members."""

from datetime import date, datetime

import sqlalchemy as sa
from msgspec import Struct

from kiosk.store.tables import is_current, member
from kiosk.store.tables.telephones import telephone


class Telephone(Struct, frozen=True):
    """A telephone of a member: its kind (`iphone`, `android` or `other`), how it was paired (`way`: by the screen's QR
    code and the `badge`, or by a code in a `mail`), when it was paired, and the last day of its use.
    """

    id: int
    member: int
    kind: str
    way: str
    paired_at: datetime
    used_on: date


_c = telephone.c
_ALL = (
    sa.select(_c.id, member.c.number, _c.kind, _c.way, _c.paired_at, _c.used_on)
    .join(member, member.c.id == _c.member_id)
    .where(_c.ended_on.is_(None))
)


def add(
    connection: sa.Connection, member_id: int, bearer_hash: bytes, *, way: str, kind: str, at: datetime, day: date
) -> int:
    """Pair a telephone with a member and return its id. `bearer_hash` is the hash of the secret that it sends."""
    row = {"member_id": member_id, "bearer_hash": bearer_hash, "way": way, "kind": kind, "paired_at": at}
    return int(connection.execute(telephone.insert(), {**row, "used_on": day}).lastrowid)


def of_bearer(connection: sa.Connection, bearer_hash: bytes, day: date) -> Telephone | None:
    """Return a telephone by its cookie's hash; None if it is not paired any more, or if its member has left by this
    day, or their file is merged or erased.
    """
    has_not_left = is_current(day)
    row = connection.execute(
        _ALL.where(
            _c.bearer_hash == bearer_hash, member.c.erased_on.is_(None), member.c.merged_into.is_(None), has_not_left
        )
    ).first()
    return None if row is None else Telephone(*row)


def of_member(connection: sa.Connection, number: int) -> list[Telephone]:
    """Return a member's telephones, the newest first."""
    rows = connection.execute(_ALL.where(member.c.number == number).order_by(_c.paired_at.desc(), _c.id.desc()))
    return [Telephone(*row) for row in rows]


def use(connection: sa.Connection, telephone_id: int, day: date) -> None:
    """Write the last day on which a telephone was used."""
    connection.execute(telephone.update().where(_c.id == telephone_id).values(used_on=day))


def end(connection: sa.Connection, number: int, day: date, telephone_id: int | None = None) -> int:
    """End one telephone of a member, or with None all of them. Return how many were ended."""
    member_id = sa.select(member.c.id).where(member.c.number == number).scalar_subquery()
    where = sa.and_(_c.member_id == member_id, _c.ended_on.is_(None))
    if telephone_id is not None:
        where = sa.and_(where, _c.id == telephone_id)
    return connection.execute(telephone.update().where(where).values(ended_on=day)).rowcount


def members_of_address(connection: sa.Connection, address: str, day: date) -> list[int]:
    """Return the numbers of the members that have not left by a day and have this e-mail address, in any case."""
    has_not_left = is_current(day)
    has_address = sa.func.lower(member.c.email) == address.lower()
    query = sa.select(member.c.number).where(has_address, member.c.merged_into.is_(None), has_not_left)
    return list(connection.execute(query.order_by(member.c.number)).scalars())
