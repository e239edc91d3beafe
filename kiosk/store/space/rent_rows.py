"""Reads what a month brought in: charges that stand, by product and by day."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa

from kiosk.store.tables import entry

_by = entry.alias("by")
_TAKEN_BACK = sa.select(_by.c.reverses).where(_by.c.reverses.is_not(None))  # few: asked for once, not for each charge
_STANDING = sa.and_(entry.c.kind == "charge", entry.c.number.not_in(_TAKEN_BACK))
_PRODUCT = sa.func.coalesce(sa.func.json_extract(entry.c.detail, "$.product"), sa.literal_column("''"))
_QUANTITY = sa.func.coalesce(sa.func.json_extract(entry.c.detail, "$.quantity"), 1)


def by_product(connection: sa.Connection, first: date, last: date) -> list[tuple[str, int, int]]:
    """What was charged in these days: product, how often, cents; the weightiest first."""
    cents = sa.func.sum(entry.c.amount_cents)
    rows = connection.execute(
        sa.select(_PRODUCT, sa.func.sum(_QUANTITY), cents)
        .where(_STANDING, entry.c.day_on.between(first, last))
        .group_by(_PRODUCT)
        .order_by(cents.desc(), _PRODUCT)
    )
    return [(str(product), int(times), int(sum_)) for product, times, sum_ in rows]


def by_day(connection: sa.Connection, first: date, last: date, without: Collection[str]) -> dict[date, int]:
    """What each of these days brought in, some products left out; a visit's is none of subscriptions."""
    counted = sa.or_(entry.c.visit_id.is_not(None), _PRODUCT.not_in(list(without)))
    rows = connection.execute(
        sa.select(entry.c.day_on, sa.func.sum(entry.c.amount_cents))
        .where(_STANDING, entry.c.day_on.between(first, last), counted)
        .group_by(entry.c.day_on)
    )
    return {day: int(cents) for day, cents in rows}


def begun_on(connection: sa.Connection) -> date | None:
    """The day of the first charge."""
    return connection.execute(sa.select(sa.func.min(entry.c.day_on)).where(entry.c.kind == "charge")).scalar()
