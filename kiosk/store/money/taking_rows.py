"""Reads money that moved, each on its own day: payments, refunds, their reversals; and totals by method."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.store.tables import account, entry, entry_text, member, organisation


class Money(Struct, frozen=True):
    """A movement of money on the account of `name`; cents above 0 came in. `text` is what was noted of a cheque, or the
    reason for a reversal.
    """

    number: int
    day_on: date
    kind: str
    account: int
    member_number: int | None
    name: str
    method: str
    cents: int
    reverses: int | None
    reversed_by: int | None
    text: str | None


_by = entry.alias()  # reverses another entry
_name = sa.func.coalesce(member.c.name, organisation.c.name)
_SORTS: dict[str, sa.ColumnElement[Any]] = {
    "entry": entry.c.number,
    "day": entry.c.day_on,
    "name": sa.func.coalesce(member.c.search, sa.func.lower(organisation.c.name)),
    "method": entry.c.method,
    "amount": -entry.c.amount_cents,
}
SORTS = tuple(_SORTS)
_SELECT = (  # the columns in the order of `Money`
    entry.c.number,
    entry.c.day_on,
    entry.c.kind,
    entry.c.account_id,
    member.c.number,
    _name,
    entry.c.method,
    -entry.c.amount_cents,
    entry.c.reverses,
    _by.c.number,
    entry_text.c.body,
)


def _named(entries: sa.FromClause) -> sa.FromClause:
    """Return a FROM clause with the owner of each entry's account."""
    return (
        entries.join(account, account.c.id == entry.c.account_id)
        .outerjoin(member, member.c.id == account.c.member_id)
        .outerjoin(organisation, organisation.c.id == account.c.organisation_id)
    )


_WHOLE = (
    _named(entry)
    .outerjoin(_by, _by.c.reverses == entry.c.number)
    .outerjoin(entry_text, entry_text.c.entry_number == entry.c.number)
)


def _in_period(from_on: date, until_on: date, method: str | None) -> sa.ColumnElement[bool]:
    """Return the condition of money moved in a period, both days included, by a method if one is given.

    It is worded as in the partial index of money, so that this index answers it.
    """
    moved = [entry.c.method.is_not(None), entry.c.day_on.between(from_on, until_on)]
    return sa.and_(*moved, *([entry.c.method == method] if method else []))


def page(
    connection: sa.Connection,
    from_on: date,
    until_on: date,
    *,
    method: str | None = None,
    sort: str = "entry",
    descending: bool = True,
    limit: int | None = 50,
    offset: int = 0,
) -> list[Money]:
    """Return a page of the money that moved in a period, both days included, by one method or with None by any.

    With `limit` None return all of it. `sort` is one of SORTS.

    The entries' numbers are found first, by the index alone where possible; only then are these entries read.
    """
    columns = [_SORTS[sort], entry.c.number]
    order = [column.desc() for column in columns] if descending else columns
    chosen = (
        sa.select(entry.c.number)
        .select_from(_named(entry) if sort == "name" else entry)
        .where(_in_period(from_on, until_on, method))
        .order_by(*order)
        .limit(limit)
        .offset(offset)
    )
    rows = connection.execute(
        sa.select(*_SELECT).select_from(_WHOLE).where(entry.c.number.in_(_numbers(connection, chosen))).order_by(*order)
    )
    return [Money(*tuple(row)) for row in rows]


def _numbers(connection: sa.Connection, chosen: sa.Select[int]) -> Sequence[int]:
    """Return the entries' numbers that a query chooses."""
    return connection.execute(chosen).scalars().all()


def count(connection: sa.Connection, from_on: date, until_on: date, method: str | None = None) -> int:
    """Return how many movements of money there are in a period, by a method if one is given."""
    query = sa.select(sa.func.count()).select_from(entry).where(_in_period(from_on, until_on, method))
    return connection.execute(query).scalar_one()


def sums(connection: sa.Connection, from_on: date, until_on: date) -> dict[str, int]:
    """Return the cents received in a period by method, less what was refunded or reversed on these days."""
    rows = connection.execute(
        sa.select(entry.c.method, -sa.func.sum(entry.c.amount_cents))
        .where(_in_period(from_on, until_on, None))
        .group_by(entry.c.method)
        .order_by(entry.c.method)
    )
    return {str(method): cents for method, cents in rows}
