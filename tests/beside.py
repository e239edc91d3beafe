"""Somebody beside the program, on the records themselves, wherever they are: in their file or on a server.

What they say they say in SQLite's words. Tests that only a file can answer are marked `sqlite` instead.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import psycopg
from psycopg import sql

from kiosk.home import Home
from kiosk.store.postgresql import address, server_store, speech

_ZEROS = re.compile(r"zeroblob\((\d+)\)")
_RANDOM = re.compile(r"randomblob\((\d+)\)")
_SET = re.compile(r"json_set\(detail, '\$\.(\w+)', (\d+)\)")
_ONE_MORE = re.compile(r"json_set\(detail, '\$\.(\w+)', (json_extract\(detail, '\$\.\w+'\) \+ 1)\)")


class Said:
    """Speaks to a server in SQLite's words, past its guards."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def execute(self, statement: str, values: Sequence[object] = ()) -> psycopg.Cursor[Any]:
        """One statement; what is asked of SQLite itself is asked of nobody here."""
        if statement.startswith("PRAGMA"):
            statement = "SELECT 1"
        statement = _ZEROS.sub(r"decode(repeat('00', \1), 'hex')", statement)
        statement = _RANDOM.sub(r"decode(left(md5(random()::text), \1 * 2), 'hex')", statement)
        statement = _ONE_MORE.sub(r"jsonb_set(detail::jsonb, '{\1}', to_jsonb(\2))::text", statement)
        query: Any = speech.for_server(_SET.sub(r"jsonb_set(detail::jsonb, '{\1}', '\2')::text", statement))
        return self._connection.execute(query, list(values))


@contextmanager
def unguarded(made: Home) -> Iterator[Any]:
    """A connection of somebody who took the guards out and minds neither foreign keys nor checks."""
    if url := made.config.database.url:
        with unguarded_server(url) as server:
            yield server
        return
    with closing(sqlite3.connect(made.paths.database, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        drop_triggers(connection)
        yield connection


@contextmanager
def unguarded_server(url: str) -> Iterator[Said]:
    """The same on a server: triggers and foreign keys sleep for who is its owner, and checks are taken out."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"SET search_path = {address.SCHEMA}, public")
        connection.execute("SET session_replication_role = replica")
        checks = connection.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint"
            " WHERE contype = 'c' AND conrelid <> 0 AND connamespace = 'kiosk'::regnamespace"
        ).fetchall()
        for table, name in checks:
            connection.execute(
                sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.SQL(table), sql.Identifier(name))
            )
        yield Said(connection)


@contextmanager
def reading(made: Home) -> Iterator[Any]:
    """A connection that reads, and knows nothing of the program."""
    if url := made.config.database.url:
        with psycopg.connect(url) as server:
            server.execute(f"SET search_path = {address.SCHEMA}, public")
            yield Said(server)
        return
    with closing(sqlite3.connect(f"file:{made.paths.database}?mode=ro", uri=True)) as connection:
        yield connection


@contextmanager
def locked(made: Home) -> Iterator[None]:
    """Another program holds the lock of all who write."""
    if url := made.config.database.url:
        with psycopg.connect(url) as server:
            server.execute(f"SELECT pg_advisory_xact_lock({server_store.LOCK})")
            yield
            server.rollback()
        return
    with closing(sqlite3.connect(made.paths.database)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def refuse(made: Home, table: str, words: str = "odd") -> None:
    """Let no row more into a table, by a guard of somebody's own."""
    if url := made.config.database.url:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"SET search_path = {address.SCHEMA}, public")
            raised = f"RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{words}'"
            server.execute(f"CREATE FUNCTION odd() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {raised}; END$$")
            server.execute(f"CREATE TRIGGER odd BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION odd()")
        return
    with closing(sqlite3.connect(made.paths.database, isolation_level=None)) as connection:
        connection.execute(f"CREATE TRIGGER odd BEFORE INSERT ON {table} BEGIN SELECT RAISE(FAIL, '{words}'); END")


def drop_triggers(connection: sqlite3.Connection) -> None:
    """Take every trigger out."""
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
