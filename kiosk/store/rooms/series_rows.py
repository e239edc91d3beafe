"""Keeps which bookings were made together, by which rule."""

from datetime import datetime

import sqlalchemy as sa

from kiosk.store.tables.rooms import booking_series


def add(connection: sa.Connection, rule: str, at: datetime, actor: str, key: bytes) -> int:
    """Note a series. Returns its id."""
    row = {"rule": rule, "made_at": at, "made_by": actor, "key": key}
    return int(connection.execute(booking_series.insert(), row).lastrowid)


def by_key(connection: sa.Connection, key: bytes) -> int | None:
    """The series that a form made."""
    return connection.execute(sa.select(booking_series.c.id).where(booking_series.c.key == key)).scalar()
