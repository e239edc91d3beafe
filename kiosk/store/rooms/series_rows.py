"""Keeps the series of bookings that were made together by one rule of recurrence."""

from datetime import datetime

import sqlalchemy as sa

from kiosk.store.tables.rooms import booking_series


def add(connection: sa.Connection, rule: str, at: datetime, actor: str, key: bytes) -> int:
    """Write a series with the text of its rule, and return its id."""
    row = {"rule": rule, "made_at": at, "made_by": actor, "key": key}
    return int(connection.execute(booking_series.insert(), row).lastrowid)


def by_key(connection: sa.Connection, key: bytes) -> int | None:
    """Return the id of the series that a form made; None if this form made none."""
    return connection.execute(sa.select(booking_series.c.id).where(booking_series.c.key == key)).scalar()
