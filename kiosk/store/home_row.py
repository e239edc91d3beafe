"""The one row that says which home a database is."""

from datetime import datetime

import sqlalchemy as sa

from kiosk.store.tables import home


def find(connection: sa.Connection) -> tuple[str, bool] | None:
    """The home's id, and whether it is in training mode; None where the database is no home's."""
    row = connection.execute(sa.select(home.c.home_id, home.c.training)).first()
    return None if row is None else (row.home_id, row.training)


def add(connection: sa.Connection, home_id: str, at: datetime, *, training: bool) -> None:
    """Say whose a new database is."""
    connection.execute(home.insert(), {"id": 1, "home_id": home_id, "training": training, "created_at": at})


def oldest_first_until(connection: sa.Connection) -> int:
    """The last entry that was written when payments settled the oldest charge first, and nothing else; 0 for none."""
    return connection.execute(sa.select(home.c.oldest_first_until)).scalar() or 0
