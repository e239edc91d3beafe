"""What migrations need of a server's schema: removing and installing guards and functions, and comparing with the
release.

`kiosk.store.schema` does the same for a file; a server's connections carry this module. A guard is a trigger that
refuses a change, a note one that tells the program what it changed.
"""

import sqlalchemy as sa

from kiosk.store.postgresql import functions, roles, tables, triggers
from kiosk.store.server_facts import ServerFacts

_TRIGGERS = (
    "SELECT 1 FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal"
    " AND c.relnamespace = current_schema()::regnamespace LIMIT 1"
)
_SIZE = (
    "SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class WHERE relkind = 'r'"
    " AND relnamespace = current_schema()::regnamespace"
)
# settings that are off and should be on
_UNSAFE_SETTINGS = (
    "SELECT name FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting = 'off' ORDER BY name"
)
compare, described = tables.compare, tables.described


def remove(connection: sa.Connection) -> None:
    """Remove every guard and note for the length of a migration's transaction, and bring the functions up to this
    release.
    """
    triggers.remove(connection)
    functions.bring(connection)


def take_out(connection: sa.Connection) -> None:
    """Remove every guard and note before an older release installs its own; that release replaces the functions."""
    triggers.remove(connection)


def install(connection: sa.Connection) -> None:
    """Install every guard and note, and the ban on overlapping bookings, after a migration.

    New rows get ids after those that the migration added, and the programs' roles get their rights anew.
    """
    triggers.install(connection)
    tables.exclude(connection)
    tables.count_on(connection)
    roles.grant(connection)


def is_guarded(connection: sa.Connection) -> bool:
    """Return whether the schema has any trigger."""
    return connection.exec_driver_sql(_TRIGGERS).first() is not None


def size(connection: sa.Connection) -> int:
    """Return how many bytes the records take."""
    return int(connection.exec_driver_sql(_SIZE).scalar_one())


def facts(connection: sa.Connection) -> ServerFacts:
    """Return the server's version, the records' size and unsafe settings."""
    version = str(connection.exec_driver_sql("SHOW server_version").scalar_one()).split()[0]
    return ServerFacts(version, size(connection), tuple(connection.exec_driver_sql(_UNSAFE_SETTINGS).scalars()))
