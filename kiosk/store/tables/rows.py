"""Writes rows of plain tables: one more, one more unless it is there, new values for one."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

Table = sa.Table[Any]


def add(connection: sa.Connection, into: Table, /, **values: object) -> int:
    """Add a row. Returns its id."""
    return int(connection.execute(into.insert(), values).lastrowid)


def add_once(connection: sa.Connection, into: Table, same: Mapping[str, object], /, **more: object) -> int:
    """Add a row unless there is one with the `same` values. Returns its id."""
    there = connection.execute(sa.select(into.c.id).where(*(into.c[name] == same[name] for name in same))).scalar()
    return add(connection, into, **same, **more) if there is None else int(there)


def change(connection: sa.Connection, of: Table, id_: int, /, **values: object) -> bool:
    """Give a row new values. Returns whether there is one with this id."""
    return connection.execute(of.update().where(of.c.id == id_).values(**values)).rowcount > 0
