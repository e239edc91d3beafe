"""Reads since when there is anything to foresee a month's end from."""

from datetime import date

import sqlalchemy as sa

from kiosk.store.tables import entry


def begun_on(connection: sa.Connection) -> date | None:
    """The day of the first charge."""
    return connection.execute(sa.select(sa.func.min(entry.c.day_on)).where(entry.c.kind == "charge")).scalar()
