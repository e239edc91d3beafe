"""Reads the open rests of an account's recent charges, from which, with the balance, its credit is worked out."""

from datetime import date

import sqlalchemy as sa

from kiosk.domain.money.tariffs import ProductKind
from kiosk.store.tables import OPEN_CENTS, OWED, OWED_ON, WITH_OPEN, entry, product


def recent(connection: sa.Connection, account_id: int, due_on: date) -> list[tuple[ProductKind | None, int]]:
    """Return the recent amounts of an account that are not reversed, owed since after `due_on`, the newest first.

    Each is the kind of its product (None without one) and its open cents.
    """
    reversal = entry.alias()
    code = sa.func.json_extract(entry.c.detail, sa.literal_column("'$.product'"))
    rows = connection.execute(
        sa.select(product.c.kind, OPEN_CENTS)
        .select_from(WITH_OPEN.outerjoin(product, product.c.code == code))
        .where(entry.c.account_id == account_id, entry.c.day_on > due_on, due_on < OWED_ON)
        .where(entry.c.kind.in_(OWED), entry.c.amount_cents > 0)
        .where(~sa.exists().where(reversal.c.reverses == entry.c.number))
        .order_by(OWED_ON.desc(), entry.c.number.desc())
    )
    return [(None if kind is None else ProductKind(kind), cents) for kind, cents in rows]
