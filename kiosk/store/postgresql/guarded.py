"""What a migration asks of a server's schema: functions and guards out of the way and back, and is it this release's.

`kiosk.store.schema` asks a file the same; a server's connections bring this module with them.
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
_SAFE = "SELECT name FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting = 'off' ORDER BY name"
compare, described = tables.compare, tables.described


def remove(connection: sa.Connection) -> None:
    """Take every guard and note out for the length of a migration's transaction; it finds this release's functions."""
    triggers.remove(connection)
    functions.bring(connection)


def take_out(connection: sa.Connection) -> None:
    """Take every guard and note out, for an older release's own."""
    triggers.remove(connection)


def install(connection: sa.Connection) -> None:
    """Put every guard and note in anew, and let numbers of rows that a migration wrote go on."""
    triggers.install(connection)
    tables.exclude(connection)
    tables.count_on(connection)
    roles.grant(connection)


def is_guarded(connection: sa.Connection) -> bool:
    """Whether any trigger is there."""
    return connection.exec_driver_sql(_TRIGGERS).first() is not None


def size(connection: sa.Connection) -> int:
    """How many bytes the records take."""
    return int(connection.exec_driver_sql(_SIZE).scalar_one())


def facts(connection: sa.Connection) -> ServerFacts:
    """What the server says of itself."""
    version = str(connection.exec_driver_sql("SHOW server_version").scalar_one()).split()[0]
    return ServerFacts(version, size(connection), tuple(connection.exec_driver_sql(_SAFE).scalars()))
