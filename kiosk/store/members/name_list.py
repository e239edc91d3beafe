"""Reads whom the desk's box may find: every member and organisation by name, and documents by their number."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from msgspec import Struct

from kiosk.store.tables import account, badge, entry, member, organisation
from kiosk.store.tables.books import document
from kiosk.store.tables.rooms import booking, quote

MOST_DOCUMENTS = 6


class Named(Struct, frozen=True, array_like=True, gc=False):
    """A member or an organisation: `number` is a member's, `organisation` the other's."""

    number: int | None
    organisation: int | None
    account: int
    name: str
    email: str | None
    plan: str | None = None
    left_on: date | None = None
    joined_on: date | None = None


class Paper(Struct, frozen=True):
    """A document by its number."""

    id: int
    series: str
    number: int


def members(connection: sa.Connection) -> list[Named]:
    """Every member whose file stands: neither erased nor merged into another."""
    c = member.c
    rows = connection.execute(
        sa.select(c.number, sa.null(), account.c.id, c.name, c.email, c.plan_code, c.left_on, c.joined_on)
        .join(account, account.c.member_id == c.id)
        .where(c.merged_into.is_(None), c.erased_on.is_(None))
        .order_by(c.number)
    )
    return [Named(*row) for row in rows]


def organisations(connection: sa.Connection) -> list[Named]:
    """Every organisation."""
    c = organisation.c
    rows = connection.execute(
        sa.select(sa.null(), c.id, account.c.id, c.name, c.email)
        .join(account, account.c.organisation_id == c.id)
        .order_by(c.id)
    )
    return [Named(*row) for row in rows]


def holders(connection: sa.Connection, tail: str) -> dict[int, str]:
    """Return by member number the ends of badges that end so, of members whose file stands or was merged into one."""
    kept = member.alias("kept")
    number = sa.func.coalesce(kept.c.number, member.c.number)
    rows = connection.execute(
        sa.select(number, badge.c.tail)
        .select_from(badge)
        .join(member, member.c.id == badge.c.member_id)
        .outerjoin(kept, kept.c.id == member.c.merged_into)
        .where(badge.c.tail.endswith(tail, autoescape=True))
        .order_by(number, badge.c.tail)
    )
    found: dict[int, list[str]] = {}
    for holder, end in rows:
        found.setdefault(holder, []).append(end)
    return {holder: ", ".join(ends) for holder, ends in found.items()}


def merged_into(connection: sa.Connection, number: int) -> int | None:
    """Return the number of the file that a merged one's number points on to."""
    kept = member.alias("kept")
    query = sa.select(kept.c.number).join(member, member.c.merged_into == kept.c.id).where(member.c.number == number)
    return connection.execute(query).scalar()


def papers(connection: sa.Connection, number: int, series: Sequence[str]) -> list[Paper]:
    """Return documents that have a number in one of these series, the newest first."""
    c = document.c
    rows = connection.execute(
        sa.select(c.id, c.series, c.number)
        .where(c.number == number, c.series.in_(series))
        .order_by(c.id.desc())
        .limit(MOST_DOCUMENTS)
    )
    return [Paper(*row) for row in rows]


def has_quote(connection: sa.Connection, number: int) -> bool:
    """Return whether there is a quote of this number."""
    return connection.execute(sa.select(quote.c.id).where(quote.c.id == number)).scalar() is not None


def has_booking(connection: sa.Connection, number: int) -> bool:
    """Return whether there is a booking of this number."""
    return connection.execute(sa.select(booking.c.id).where(booking.c.id == number)).scalar() is not None


def has_entry(connection: sa.Connection, number: int) -> bool:
    """Return whether the ledger has an entry of this number."""
    return connection.execute(sa.select(entry.c.number).where(entry.c.number == number)).scalar() is not None
