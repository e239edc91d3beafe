"""Makes the tables in a server's database, with all that belongs to them, and compares a database with this release.

They are made from the definitions, not by earlier migrations: no server has older tables. Later changes are migrations
for both. The first rows of a new home are those that the migrations make in an empty file.
"""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.schema import AddConstraint, CreateIndex, CreateTable

from kiosk.errors import MachineError
from kiosk.store.postgresql import address, functions, triggers
from kiosk.store.revisions import REVISION
from kiosk.store.tables import (
    badge_keys,
    books,
    desk,
    entrance,
    events,
    hosting,
    metadata,
    online,
    people,
    premises,
    prepaid,
    rooms,
    telephones,
    visitors,
)

ALL = (
    badge_keys,
    books,
    desk,
    entrance,
    events,
    hosting,
    online,
    people,
    premises,
    prepaid,
    rooms,
    telephones,
    visitors,
)  # importing them puts them into `metadata`
VERSION = "alembic_version"
NOTES = "kiosk_moving"  # exists while a home is being moved into the database
_SCRATCH = "kiosk_expected"  # the schema that `compare` makes and rolls back
_NO_OVERLAP = "ex_booking_room_id"  # the constraint that no two bookings of a room overlap

# What a schema consists of: each thing's name and definition, without the schema's own name.
_DESCRIBED = (
    "SELECT c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull"
    " THEN ' NOT NULL' ELSE '' END || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')"
    " || coalesce(' COLLATE ' || l.collname, '')"
    " FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
    " LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum"
    " LEFT JOIN pg_collation AS l ON l.oid = a.attcollation"
    " WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace",
    "SELECT 'constraint ' || c.conname || ' of ' || c.conrelid::regclass, pg_get_constraintdef(c.oid)"
    " FROM pg_constraint AS c WHERE c.connamespace = current_schema()::regnamespace AND c.conrelid <> 0",
    "SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()",
    "SELECT 'function ' || p.oid::regprocedure, p.prosrc FROM pg_proc AS p"
    " WHERE p.pronamespace = current_schema()::regnamespace",
    "SELECT 'trigger ' || t.tgname || ' of ' || t.tgrelid::regclass, pg_get_triggerdef(t.oid) || ' '"
    " || CAST(t.tgenabled AS text) FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid WHERE NOT"
    " t.tgisinternal AND c.relnamespace = current_schema()::regnamespace",
    "SELECT 'domain ' || t.typname, coalesce((SELECT string_agg(pg_get_constraintdef(c.oid), ' ')"
    " FROM pg_constraint AS c WHERE c.contypid = t.oid), '') FROM pg_type AS t"
    " WHERE t.typtype = 'd' AND t.typnamespace = current_schema()::regnamespace",
)


def everything() -> list[sa.Table]:
    """Return every table of this release, by name."""
    return [metadata.tables[name] for name in sorted(metadata.tables)]


def make(connection: sa.Connection, schema: str = address.SCHEMA) -> None:
    """Create the schema with every table and index, without rows or references. It belongs to a release only once
    finished.
    """
    connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    for statement in functions.statements():
        connection.exec_driver_sql(statement)
    for table in metadata.tables.values():
        connection.execute(CreateTable(table, include_foreign_key_constraints=[]))
        for index in table.indexes:
            connection.execute(CreateIndex(index))


def finish(connection: sa.Connection) -> None:
    """Add the references, the ban on overlapping bookings and the triggers (guards, and notes of what a program
    changed), and record the release that the tables belong to.

    Raises the database's error if a row refers to a missing one.
    """
    for table in metadata.tables.values():
        for reference in sorted(table.foreign_key_constraints, key=lambda key: str(key.name)):
            connection.execute(AddConstraint(reference, isolate_from_table=False))
    exclude(connection)
    triggers.install(connection)
    connection.exec_driver_sql(f"CREATE TABLE {VERSION} (version_num varchar(32) NOT NULL PRIMARY KEY)")
    connection.exec_driver_sql(f"INSERT INTO {VERSION} (version_num) VALUES (?)", (REVISION,))


def exclude(connection: sa.Connection) -> None:
    """Add a constraint by which the server refuses overlapping bookings of a room, even where a guard (a trigger) was
    removed.

    The room is written as a range of one number, so that the extension btree_gist, which not every server has, is not
    needed.
    """
    held = rooms.HOLDING
    connection.exec_driver_sql(f"ALTER TABLE booking DROP CONSTRAINT IF EXISTS {_NO_OVERLAP}")
    connection.exec_driver_sql(
        f"ALTER TABLE booking ADD CONSTRAINT {_NO_OVERLAP} EXCLUDE USING gist (int8range(room_id, room_id, '[]')"
        f" WITH &&, moments(starts_at, free_at) WITH &&) WHERE ({held})"
    )


def is_made(connection: sa.Connection) -> bool:
    """Return whether the database has the schema."""
    query = f"SELECT count(*) FROM pg_namespace WHERE nspname = '{address.SCHEMA}'"
    return bool(connection.exec_driver_sql(query).scalar())


def is_finished(connection: sa.Connection) -> bool:
    """Return whether `finish` was done, which writes the release last: the tables then have all their rows."""
    return connection.exec_driver_sql(f"SELECT to_regclass('{VERSION}')").scalar() is not None


def drop(connection: sa.Connection) -> None:
    """Delete the schema with everything in it."""
    connection.exec_driver_sql(f"DROP SCHEMA {address.SCHEMA} CASCADE")


def lay_aside(connection: sa.Connection, at: datetime) -> str:
    """Rename the schema, adding the moment to its name, so that no home uses it. Return the new name."""
    name = f"{address.SCHEMA}_{at:%Y%m%d%H%M%S}"
    connection.exec_driver_sql(f"ALTER SCHEMA {address.SCHEMA} RENAME TO {name}")
    return name


def count_on(connection: sa.Connection) -> None:
    """Let the ids of each existing table go on after its highest; an empty table begins with 1."""
    tables = set(connection.exec_driver_sql(triggers.TABLES).scalars())
    for table in metadata.tables.values():
        column = table.autoincrement_column
        if column is not None and table.name in tables:
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', '{column.name}'),"
                f' coalesce(max("{column.name}"), 0) + 1, false) FROM "{table.name}"'
            )


def described(connection: sa.Connection) -> dict[str, str]:
    """Return the definition of every column, constraint, index, function, trigger and domain, by name."""
    return dict(_described(connection))


def _described(connection: sa.Connection) -> Iterator[tuple[str, str]]:
    """Yield name and definition of everything in the current schema, without the schema's own name.

    White space is folded; the notes of a move are left out.
    """
    name = str(connection.exec_driver_sql("SELECT current_schema()").scalar_one())
    for query in _DESCRIBED:
        for name_in_schema, definition in connection.exec_driver_sql(query):
            if NOTES not in name_in_schema:
                normalised = " ".join(definition.replace(f"{name}.", "").split())
                if definition.startswith("CHECK "):  # after pg_dump, the same check has other brackets
                    normalised = normalised.replace("(", "").replace(")", "")
                yield name_in_schema.replace(f"{name}.", ""), normalised


def compare(connection: sa.Connection) -> None:
    """Check that the schema is this release's. Raises MachineError `schema`, naming what is missing, added or altered.

    It makes the release's schema beside it to compare with, and rolls that back.
    """
    present = described(connection)
    # begun without the lock of all writers
    scratch = connection.engine.execution_options(sqlite_begin="BEGIN").connect()
    with scratch, scratch.begin() as transaction:
        scratch.exec_driver_sql(f"SET LOCAL search_path = {_SCRATCH}, pg_temp")
        make(scratch, _SCRATCH)
        finish(scratch)
        expected = described(scratch)
        transaction.rollback()
    wrong = sorted(name for name in present.keys() | expected.keys() if present.get(name) != expected.get(name))
    if wrong:
        raise MachineError("schema", f"the schema differs from this release's in: {', '.join(wrong)}")
