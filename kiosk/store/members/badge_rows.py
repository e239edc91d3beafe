"""Reads who has no badge yet and which badges there are, and takes back one that was just given."""

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa
from msgspec import Struct

from kiosk.store.tables import badge, member


class Without(Struct, frozen=True):
    """A member whom no badge opens for; `left` is how many there are from here on, this one included."""

    number: int
    name: str
    left: int


class GivenOn(Struct, frozen=True):
    """A badge of a day's list."""

    number: int
    name: str
    tail: str
    product: str | None


def next_without(connection: sa.Connection, after: int = 0) -> Without | None:
    """Return the first member after a number, by number, who is one and whom no badge opens for."""
    opens = sa.select(badge.c.member_id).where(badge.c.lost_on.is_(None))
    without = (
        sa.select(member.c.number, member.c.name, sa.func.count().over())
        .where(member.c.left_on.is_(None), member.c.merged_into.is_(None), member.c.erased_on.is_(None))
        .where(member.c.number > after, member.c.id.not_in(opens))
        .order_by(member.c.number)
        .limit(1)
    )
    row = connection.execute(without).first()
    return None if row is None else Without(*row)


def owner(connection: sa.Connection, mark: bytes) -> int | None:
    """Return the number of the member whose badge this is, lost or not."""
    query = sa.select(member.c.number).join_from(member, badge).where(badge.c.fingerprint == mark)
    return connection.execute(query).scalar()


def take_back(connection: sa.Connection, mark: bytes, number: int, day: date) -> bool:
    """Let a badge that was given to a member on this day be nobody's again. Returns whether there was such a badge."""
    whose = sa.select(member.c.id).where(member.c.number == number).scalar_subquery()
    taken = badge.delete().where(badge.c.fingerprint == mark, badge.c.member_id == whose, badge.c.given_on == day)
    return connection.execute(taken).rowcount > 0


def given_on(connection: sa.Connection, day: date) -> list[GivenOn]:
    """Return the badges given on a day, by member."""
    rows = connection.execute(
        sa.select(member.c.number, member.c.name, badge.c.tail, badge.c.product)
        .join_from(member, badge)
        .where(badge.c.given_on == day, badge.c.lost_on.is_(None))
        .order_by(member.c.number, badge.c.tail)
    )
    return [GivenOn(*row) for row in rows]


def counted(connection: sa.Connection) -> Mapping[str | None, int]:
    """Return how many badges of each product open; None is those that no reader has asked."""
    rows = connection.execute(
        sa.select(badge.c.product, sa.func.count()).where(badge.c.lost_on.is_(None)).group_by(badge.c.product)
    )
    return {product: count for product, count in rows}
