"""Copies all of a server's records into one file, and a file's records into a server: for copies and restores.

So a copy of a home on a server is a copy like any other: the same programs count, seal and rehearse it, and on the day
of need a machine without a server can read it.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from kiosk.errors import MachineError
from kiosk.store import guards, schema
from kiosk.store.engine import open_engine
from kiosk.store.postgresql import roles, rows, tables
from kiosk.store.revisions import revision

Report = Callable[[int, int], None]  # called with the tables done and the number of all


def _report_nothing(done: int, of: int) -> None:
    """Report progress to no one."""


def carry_to_file(server: sa.Connection, target: Path, report: Report = _report_nothing) -> None:
    """Copy every row into a new file, of whatever release the tables are, within the server's transaction at hand.

    The file may not be on the disk yet (`durable=False`): its caller sees to that. Raises MachineError `move` if a
    table differs afterwards, `schema` if a row refers to a missing one.
    """
    engine = open_engine(target, create=True, durable=False, foreign_keys=False)
    try:
        with engine.begin() as file:
            schema.upgrade(file, revision(server) or "base")
            guards.remove(file)  # rows that they would refuse as new ones are copied as they are
            copied_tables = _tables(file)
            for place, table in enumerate(copied_tables):
                report(place, len(copied_tables))
                rows.carry_back(server, file, table)
            report(len(copied_tables), len(copied_tables))
            guards.install(file)
            schema.check_references(file)
    finally:
        engine.dispose()
    with closing(sqlite3.connect(target)) as copied:
        copied.execute("PRAGMA journal_mode=DELETE").close()  # without SQLite's -wal and -shm files beside it
    target.chmod(0o600)


def put(server: sa.Connection, file: sa.Connection, at: datetime) -> str:
    """Replace a server's records by a file's, within the transaction at hand.

    Returns the name of the schema that keeps the earlier records; empty if there were none. Raises MachineError `move`
    if a table has other rows on the server than in the file.
    """
    aside = tables.lay_aside(server, at) if tables.is_made(server) else ""
    tables.make(server)
    for table in tables.everything():
        server.exec_driver_sql(f'DELETE FROM "{table.name}"')
        rows.write_to_server(server, table, rows.read(file, table))
        if rows.counted(server, table) != rows.counted(file, table):
            raise MachineError("move", f"{table.name} is not the same on the server as in the file")
    tables.count_on(server)  # ids of new rows go on after the copied ones
    tables.finish(server)  # references and guards, now that the rows are there
    roles.grant(server)
    return aside


def _tables(file: sa.Connection) -> list[sa.Table]:
    """Return a file's tables, whatever its release, by name, without `alembic_version`, which migrations write."""
    reflected = sa.MetaData()
    reflected.reflect(file, resolve_fks=False)
    return [reflected.tables[name] for name in sorted(reflected.tables) if name != tables.VERSION]
