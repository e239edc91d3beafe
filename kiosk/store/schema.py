"""Changes the schema, by migrations only, and compares it with the one that this release's migrations make.

The only module that imports Alembic; only `init`, `migrate`, `verify` and `check` import this one.
"""

import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from kiosk.errors import MachineError
from kiosk.store import guards
from kiosk.store.engine import open_engine
from kiosk.store.server_facts import ServerFacts

_MIGRATIONS = Path(__file__).parents[2] / "migrations"


class ServerSchema(Protocol):
    """The same acts on a PostgreSQL server, which its connections carry (`kiosk.store.postgresql.guarded`)."""

    def compare(self, connection: sa.Connection) -> None:
        """Do as the function `compare` of this module does."""

    def is_guarded(self, connection: sa.Connection) -> bool:
        """Do as the function `is_guarded` of this module does."""

    def remove(self, connection: sa.Connection) -> None:
        """Remove the guards for a migration."""

    def take_out(self, connection: sa.Connection) -> None:
        """Remove the guards before an older release installs its own."""

    def install(self, connection: sa.Connection) -> None:
        """Install the guards."""

    def facts(self, connection: sa.Connection) -> ServerFacts:
        """Return the server's version, size and unsafe settings."""


def on_a_server(connection: sa.Connection) -> ServerSchema | None:
    """Return a server connection's acts on the schema; None for a file."""
    server_schema: ServerSchema | None = connection.get_execution_options().get("server_schema")
    return server_schema


def _config(connection: sa.Connection | None = None) -> Config:
    """Return Alembic's settings, with the connection that migrations work on."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    """Return the newest migration's number."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def upgrade(connection: sa.Connection, revision: str = "head") -> None:
    """Bring the schema up to a revision and install the guards anew, within the transaction at hand."""
    command.upgrade(_config(connection), revision)


def downgrade(connection: sa.Connection, revision: str) -> None:
    """Take the schema back to a revision, within the transaction at hand."""
    command.downgrade(_config(connection), revision)


def back(connection: sa.Connection, revision: str) -> None:
    """Take the schema back to an older release's, within the transaction at hand, and remove this release's guards."""
    downgrade(connection, revision)
    server_schema = on_a_server(connection)
    (guards.remove if server_schema is None else server_schema.take_out)(connection)


def is_guarded(connection: sa.Connection) -> bool:
    """Return whether the database has any trigger."""
    server = on_a_server(connection)
    if server is not None:
        return server.is_guarded(connection)
    return connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE type = 'trigger'").first() is not None


def described(connection: sa.Connection) -> dict[str, str]:
    """Return every table, index and trigger by name, with the statement that made it, white space folded.

    The two tables that Litestream adds, where it runs, are left out.
    """
    rows = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        " AND NOT (type = 'table' AND name IN ('_litestream_lock', '_litestream_seq'))"
    )
    return {name: " ".join(sql.replace('"', "").split()) for name, sql in rows}


@cache
def expected() -> Mapping[str, str]:
    """Return the schema that this release's migrations make of an empty database, described as in `described`; made
    once.
    """
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(Path(folder) / "empty.db", create=True)
        with engine.begin() as connection:
            upgrade(connection)
            schema = described(connection)
        engine.dispose()
    return MappingProxyType(schema)


def compare(connection: sa.Connection) -> None:
    """Check that the schema is the one that this release's migrations make. Raises MachineError `schema`, naming what
    is missing, added or altered.
    """
    server = on_a_server(connection)
    if server is not None:
        server.compare(connection)
        return
    present, release = described(connection), expected()
    wrong = sorted(name for name in present.keys() | release.keys() if present.get(name) != release.get(name))
    if wrong:
        raise MachineError("schema", f"the schema differs from this release's in: {', '.join(wrong)}")


def check_references(connection: sa.Connection) -> None:
    """Check that no row refers to a missing one: a migration of a file works without foreign keys. A server checks each
    row as it is written. Raises MachineError `schema`, naming such a row.
    """
    if on_a_server(connection) is not None:
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise MachineError("schema", f"a row of {broken[0]} refers to a missing row of {broken[2]}")
