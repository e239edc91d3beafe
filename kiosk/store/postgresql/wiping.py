"""Writes a server's tables anew after data was erased: until then their pages may still have its bytes.

A server keeps a changed or deleted row until its page is needed for another, and then overwrites only as much as that
one takes. VACUUM FULL writes all remaining rows into a new file and removes the old one. Only the tables' owner may do
this, and it locks each table meanwhile: a tap that meets the lock goes to the spool and is entered afterwards.
"""

import sqlalchemy as sa

from kiosk.store.postgresql import triggers

_STAY = {"entry", "entry_kind", "closing", "home"}  # tables in which nothing is ever changed or deleted
_IS_OWNER = (
    "SELECT bool_and(pg_has_role(relowner, 'USAGE')) FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
)
# A transaction that has read since before the erasure could still ask for the row, which would be written anew, too.
# Any account may see which transactions hold a table, and reading one holds it.
_READERS = (  # how many other transactions hold a table
    "SELECT count(*) FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation"
    " WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND c.relnamespace = current_schema()::regnamespace AND l.pid <> pg_backend_pid()"
)


def is_owner(connection: sa.Connection) -> bool:
    """Return whether this account owns all the tables, alone or through a role; False if there are none."""
    return bool(connection.exec_driver_sql(_IS_OWNER).scalar())


def is_read(connection: sa.Connection) -> bool:
    """Return whether any other transaction uses the tables at this moment."""
    return bool(connection.exec_driver_sql(_READERS).scalar())


def wipe(connection: sa.Connection) -> None:
    """Write every table but those of `_STAY` anew, one after the other, by name.

    The connection must be in no transaction: the server refuses VACUUM in one.
    """
    names = sorted(set(connection.exec_driver_sql(triggers.TABLES).scalars()) - _STAY)
    for name in names:
        connection.exec_driver_sql(f'VACUUM (FULL) "{name}"')
