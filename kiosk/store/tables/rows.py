"""Adds and changes rows of tables without further rules: by column names, with no read before and no seal after."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

Table = sa.Table[Any]


def add(connection: sa.Connection, into: Table, /, **values: object) -> int:
    """Add a row with these column values and return its id."""
    return int(connection.execute(into.insert(), values).lastrowid)


def add_once(connection: sa.Connection, into: Table, same: Mapping[str, object], /, **more: object) -> int:
    """Add a row unless the table has one with the `same` values; return the id of the row that is there or was added.

    `more` are values for a new row alone: a row that is there keeps its own.
    """
    existing_id = connection.execute(
        sa.select(into.c.id).where(*(into.c[name] == same[name] for name in same))
    ).scalar()
    return add(connection, into, **same, **more) if existing_id is None else int(existing_id)


def change(connection: sa.Connection, of: Table, id_: int, /, **values: object) -> bool:
    """Give the row with this id new values. Return False if the table has no such row."""
    return connection.execute(of.update().where(of.c.id == id_).values(**values)).rowcount > 0
