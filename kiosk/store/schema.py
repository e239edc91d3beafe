"""Makes and changes the schema by the migrations only, and compares it with what this release's migrations make.

The only module that imports Alembic, and only `init`, `migrate`, `verify` and `check` import it.
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
    """What a server's connections know of their schema (`kiosk.store.postgresql.guarded`)."""

    def compare(self, connection: sa.Connection) -> None:
        """As `compare` below."""

    def is_guarded(self, connection: sa.Connection) -> bool:
        """As `is_guarded` below."""

    def remove(self, connection: sa.Connection) -> None:
        """Take the guards out for a migration."""

    def take_out(self, connection: sa.Connection) -> None:
        """Take the guards out for an older release's."""

    def install(self, connection: sa.Connection) -> None:
        """Put the guards in."""

    def facts(self, connection: sa.Connection) -> ServerFacts:
        """What the server says of itself."""


def on_a_server(connection: sa.Connection) -> ServerSchema | None:
    """What a connection brings with it where it is to a server; None of a file's."""
    found: ServerSchema | None = connection.get_execution_options().get("server_schema")
    return found


def _config(connection: sa.Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    """The newest migration's name."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def upgrade(connection: sa.Connection, revision: str = "head") -> None:
    """Bring the schema up to a revision, in the transaction at hand; the guards are put in anew."""
    command.upgrade(_config(connection), revision)


def downgrade(connection: sa.Connection, revision: str) -> None:
    """Take the schema back to a revision, in the transaction at hand."""
    command.downgrade(_config(connection), revision)


def back(connection: sa.Connection, revision: str) -> None:
    """Take the schema back to an older release's, in the transaction at hand, without guards: ours are not its own."""
    downgrade(connection, revision)
    there = on_a_server(connection)
    (guards.remove if there is None else there.take_out)(connection)


def is_guarded(connection: sa.Connection) -> bool:
    """Whether any trigger is there."""
    there = on_a_server(connection)
    if there is not None:
        return there.is_guarded(connection)
    return connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE type = 'trigger'").first() is not None


def described(connection: sa.Connection) -> dict[str, str]:
    """Every table, index and trigger by name, with the statement that made it, white space folded.

    The two tables that Litestream puts beside them, where it runs, are left out.
    """
    rows = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        " AND NOT (type = 'table' AND name IN ('_litestream_lock', '_litestream_seq'))"
    )
    return {name: " ".join(sql.replace('"', "").split()) for name, sql in rows}


@cache
def expected() -> Mapping[str, str]:
    """What this release's migrations make of an empty database, worked out once: they do not change under a program."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(Path(folder) / "empty.db", create=True)
        with engine.begin() as connection:
            upgrade(connection)
            schema = described(connection)
        engine.dispose()
    return MappingProxyType(schema)


def compare(connection: sa.Connection) -> None:
    """Raises MachineError `schema` that names what is missing, added or altered."""
    there = on_a_server(connection)
    if there is not None:
        there.compare(connection)
        return
    found, wanted = described(connection), expected()
    wrong = sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))
    if wrong:
        raise MachineError("schema", f"the schema differs from this release's at: {', '.join(wrong)}")


def check_references(connection: sa.Connection) -> None:
    """Raises MachineError `schema` that names a row which refers to none: a migration works without foreign keys, in a
    file; a server looks at each as it is written.
    """
    if on_a_server(connection) is not None:
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise MachineError("schema", f"a row of {broken[0]} refers to a row of {broken[2]} that is not there")
