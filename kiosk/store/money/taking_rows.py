"""Money that moved: payments, refunds, and what takes them back, on its own day; and their totals."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.store.tables import account, entry, entry_text, member, organisation


class Money(Struct, frozen=True):
    """One line of a list: more than 0 came in. `text` is what was noted of a cheque, or why it was taken back."""

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


_by = entry.alias()
_name = sa.func.coalesce(member.c.name, organisation.c.name)
_SORTS: dict[str, sa.ColumnElement[Any]] = {
    "entry": entry.c.number,
    "day": entry.c.day_on,
    "name": sa.func.coalesce(member.c.search, sa.func.lower(organisation.c.name)),
    "method": entry.c.method,
    "amount": -entry.c.amount_cents,
}
SORTS = tuple(_SORTS)
_SELECT = (
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


def _named(of: sa.FromClause) -> sa.FromClause:
    """With whose account it is."""
    return (
        of.join(account, account.c.id == entry.c.account_id)
        .outerjoin(member, member.c.id == account.c.member_id)
        .outerjoin(organisation, organisation.c.id == account.c.organisation_id)
    )


_WHOLE = (
    _named(entry)
    .outerjoin(_by, _by.c.reverses == entry.c.number)
    .outerjoin(entry_text, entry_text.c.entry_number == entry.c.number)
)


def _of(from_on: date, until_on: date, method: str | None) -> sa.ColumnElement[bool]:
    """As the partial index has it."""
    wanted = [entry.c.method.is_not(None), entry.c.day_on.between(from_on, until_on)]
    return sa.and_(*wanted, *([entry.c.method == method] if method else []))


def page(
    connection: sa.Connection,
    from_on: date,
    until_on: date,
    *,
    method: str | None = None,
    sort: str = "entry",
    descending: bool = True,
    limit: int = 50,
    offset: int = 0,
) -> list[Money]:
    """Some of what moved on some days. `sort` is one of SORTS.

    Which entries is found first, where it can be by the index alone; only then is all of them read.
    """
    columns = [_SORTS[sort], entry.c.number]
    order = [column.desc() for column in columns] if descending else columns
    chosen = (
        sa.select(entry.c.number)
        .select_from(_named(entry) if sort == "name" else entry)
        .where(_of(from_on, until_on, method))
        .order_by(*order)
        .limit(limit)
        .offset(offset)
    )
    rows = connection.execute(
        sa.select(*_SELECT).select_from(_WHOLE).where(entry.c.number.in_(_numbers(connection, chosen))).order_by(*order)
    )
    return [Money(*tuple(row)) for row in rows]


def _numbers(connection: sa.Connection, chosen: sa.Select[int]) -> Sequence[int]:
    return connection.execute(chosen).scalars().all()


def count(connection: sa.Connection, from_on: date, until_on: date, method: str | None = None) -> int:
    """How many there are."""
    query = sa.select(sa.func.count()).select_from(entry).where(_of(from_on, until_on, method))
    return connection.execute(query).scalar_one()


def sums(connection: sa.Connection, from_on: date, until_on: date) -> dict[str, int]:
    """What came in by each method; what was handed back or taken back on these days is taken off."""
    rows = connection.execute(
        sa.select(entry.c.method, -sa.func.sum(entry.c.amount_cents))
        .where(_of(from_on, until_on, None))
        .group_by(entry.c.method)
        .order_by(entry.c.method)
    )
    return {str(method): cents for method, cents in rows}
