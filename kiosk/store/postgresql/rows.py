"""Copies a home's rows from a file to a server and back, table by table, and compares both.

A row is what the driver reads, value for value: nothing is converted on the way, so nothing can be lost. Each table is
copied in a transaction of its own and noted; a noted table that is still the same is not copied again.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.errors import MachineError
from kiosk.store.postgresql.tables import NOTES

_BATCH = 1000  # rows read at once


class Counted(Struct, frozen=True):
    """A table's number of rows, and the SHA-256 of their values in the order of the keys, in hexadecimal."""

    rows: int
    digest: str


def counted(connection: sa.Connection, table: sa.Table) -> Counted:
    """Count a table's rows and compute the digest of their values, while streaming them."""
    digest, rows = hashlib.sha256(), 0
    for row in read(connection, table):
        digest.update(repr(row).encode())
        rows += 1
    return Counted(rows, digest.hexdigest())


def begin(server: sa.Connection, home_id: str) -> None:
    """Create the table of a move's notes, with the id of the home that is moved.

    A note is a table's name and the digest of the rows that were copied.
    """
    server.exec_driver_sql(f"CREATE TABLE {NOTES} (what text PRIMARY KEY, says text NOT NULL)")
    server.exec_driver_sql(f"INSERT INTO {NOTES} VALUES ('', ?)", (home_id,))  # under no table's name: the home


def is_begun(server: sa.Connection, home_id: str) -> bool:
    """Return whether moving this home into a database was begun and not finished; a move of another home is no such."""
    if server.exec_driver_sql(f"SELECT to_regclass('{NOTES}')").scalar() is None:
        return False
    return bool(server.exec_driver_sql(f"SELECT says FROM {NOTES} WHERE what = ''").scalar() == home_id)


def carry(file: sa.Connection, server: sa.Connection, table: sa.Table) -> Counted:
    """Copy a table to the server and return its count and digest; do nothing if it is noted there with this digest.

    Raises MachineError `move` if it differs afterwards.
    """
    in_file = counted(file, table)
    with server.begin():
        noted = server.exec_driver_sql(f"SELECT says FROM {NOTES} WHERE what = ?", (table.name,)).scalar()
        if noted == in_file.digest:
            return in_file
        server.exec_driver_sql(f'DELETE FROM "{table.name}"')
        write_to_server(server, table, read(file, table))
        on_server = counted(server, table)
        if on_server != in_file:
            raise MachineError(
                "move", f"{table.name} has {on_server.rows} rows that differ from the {in_file.rows} it had"
            )
        server.exec_driver_sql(
            f"INSERT INTO {NOTES} VALUES (?, ?) ON CONFLICT (what) DO UPDATE SET says = excluded.says",
            (table.name, in_file.digest),
        )
    return in_file


def carry_back(server: sa.Connection, file: sa.Connection, table: sa.Table) -> None:
    """Copy a table from the server into a new file, in place of the rows that migrations made there.

    Raises MachineError `move` if it differs afterwards.
    """
    file.exec_driver_sql(f'DELETE FROM "{table.name}"')
    write_to_file(file, table, read(server, table))
    if counted(file, table) != counted(server, table):
        raise MachineError("move", f"{table.name} is not the same in the file as on the server")


def read(connection: sa.Connection, table: sa.Table) -> Iterator[tuple[Any, ...]]:
    """Yield a table's rows in the order of their keys, as the driver returns them."""
    keys = ", ".join(f'"{column.name}"' for column in table.primary_key)
    query = f'SELECT {_columns(table)} FROM "{table.name}" ORDER BY {keys}'
    if connection.dialect.name == "sqlite":
        yield from _pages(connection.connection.cursor(), query)
        return
    raw: Any = connection.connection.driver_connection
    yield from _pages(raw.cursor(f"kiosk_{table.name}"), query)  # a named cursor: the server sends rows in batches


def _pages(cursor: Any, query: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows that a query gives, read in batches, and close the cursor."""
    try:
        cursor.execute(query)
        while rows := cursor.fetchmany(_BATCH):
            yield from map(tuple, rows)
    finally:
        cursor.close()


def write_to_server(connection: sa.Connection, table: sa.Table, rows: Iterator[Sequence[Any]]) -> None:
    """Write rows into an empty table of a server."""
    raw: Any = connection.connection.driver_connection
    with raw.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({_columns(table)}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def write_to_file(connection: sa.Connection, table: sa.Table, rows: Iterator[Sequence[Any]]) -> None:
    """Write rows into an empty table of a file."""
    marks = ", ".join("?" * len(table.columns))
    raw: Any = connection.connection.driver_connection
    raw.executemany(f'INSERT INTO "{table.name}" ({_columns(table)}) VALUES ({marks})', rows)


def _columns(table: sa.Table) -> str:
    """Return a table's columns as a list in SQL."""
    return ", ".join(f'"{column.name}"' for column in table.columns)


def forget(server: sa.Connection) -> None:
    """Delete the notes of a move: everything is copied."""
    server.exec_driver_sql(f"DROP TABLE {NOTES}")
