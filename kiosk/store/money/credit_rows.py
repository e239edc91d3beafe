"""Reads what an account was charged lately: what its credit is worked out from, beside its balance."""

from datetime import date

import sqlalchemy as sa

from kiosk.domain.money.tariffs import ProductKind
from kiosk.store.tables import entry, product


def recent(connection: sa.Connection, account_id: int, due_on: date) -> list[tuple[ProductKind | None, int]]:
    """Return the standing charges of an account after a day, the newest first: the kind of product, and cents."""
    by = entry.alias()
    code = sa.func.json_extract(entry.c.detail, sa.literal_column("'$.product'"))
    rows = connection.execute(
        sa.select(product.c.kind, entry.c.amount_cents)
        .select_from(entry.outerjoin(product, product.c.code == code))
        .where(entry.c.account_id == account_id, entry.c.day_on > due_on, entry.c.kind == "charge")
        .where(~sa.exists().where(by.c.reverses == entry.c.number))
        .order_by(entry.c.day_on.desc(), entry.c.number.desc())
    )
    return [(None if kind is None else ProductKind(kind), cents) for kind, cents in rows]
