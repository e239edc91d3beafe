"""Reads the first day from which the end of a month can be foreseen."""

from datetime import date

import sqlalchemy as sa

from kiosk.store.tables import entry


def begun_on(connection: sa.Connection) -> date | None:
    """Return the day of the first charge; None before it."""
    return connection.execute(sa.select(sa.func.min(entry.c.day_on)).where(entry.c.kind == "charge")).scalar()
