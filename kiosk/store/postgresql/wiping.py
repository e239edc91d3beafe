"""Writes a server's tables anew after something in them was erased: until then their pages may still have its bytes.

A server keeps a row that was changed or deleted until its page is wanted for another, and then overwrites as much of it
as that one needs. VACUUM FULL writes all rows that are left into a new file, and does away with the old one. It wants
the tables' owner, and each table for itself for as long as that takes: a tap that meets it goes to the spool, and is
entered after it.
"""

import sqlalchemy as sa

from kiosk.store.postgresql import triggers

_STAY = {"entry", "entry_kind", "closing", "home"}  # nothing in them is ever changed or deleted
_IS_OWNER = (
    "SELECT bool_and(pg_has_role(relowner, 'USAGE')) FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
)
# Whoever reads since before it was erased could still ask for it, and it would be written anew, too. Anybody may see
# who holds a table, and who reads one holds it.
_READERS = (
    "SELECT count(*) FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation"
    " WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND c.relnamespace = current_schema()::regnamespace AND l.pid <> pg_backend_pid()"
)


def is_owner(connection: sa.Connection) -> bool:
    """Whether this account may do it."""
    return bool(connection.exec_driver_sql(_IS_OWNER).scalar())


def is_read(connection: sa.Connection) -> bool:
    """Return whether a transaction reads or writes at this moment."""
    return bool(connection.exec_driver_sql(_READERS).scalar())


def wipe(connection: sa.Connection) -> None:
    """Write every table anew from which a row can go, each by itself, outside of any transaction."""
    there = sorted(set(connection.exec_driver_sql(triggers.TABLES).scalars()) - _STAY)
    for name in there:
        connection.exec_driver_sql(f'VACUUM (FULL) "{name}"')
