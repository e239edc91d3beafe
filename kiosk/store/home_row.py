"""Reads and writes the one row that says which home a database belongs to."""

from datetime import datetime

import sqlalchemy as sa

from kiosk.store.tables import home


def find(connection: sa.Connection) -> tuple[str, bool] | None:
    """Return the home's id and whether it is for training; None if the database belongs to no home yet."""
    row = connection.execute(sa.select(home.c.home_id, home.c.training)).first()
    return None if row is None else (row.home_id, row.training)


def add(connection: sa.Connection, home_id: str, at: datetime, *, training: bool) -> None:
    """Write which home a new database belongs to."""
    connection.execute(home.insert(), {"id": 1, "home_id": home_id, "training": training, "created_at": at})


def oldest_first_until(connection: sa.Connection) -> int:
    """Return the number of the last entry written when payments always settled the oldest charges first; 0 for none."""
    return connection.execute(sa.select(home.c.oldest_first_until)).scalar() or 0
