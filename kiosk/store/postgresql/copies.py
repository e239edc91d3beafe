"""Carries all of a server's records into one file, and a file's into the server: what a copy is, and a restore.

So a copy of a home on a server is a copy like any other: the same form, counted, sealed and rehearsed by the same
programs, and read on the day of need by a machine that has no server.
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

Report = Callable[[int, int], None]


def _nobody(done: int, of: int) -> None:
    """Tell no one how far it is."""


def carry_to_file(server: sa.Connection, target: Path, report: Report = _nobody) -> None:
    """Carry every row into a new file, whatever release's the tables are, in the server's transaction at hand.

    Raises MachineError `move` where a table is not the same after it. The file is not durable yet.
    """
    engine = open_engine(target, create=True, durable=False, foreign_keys=False)
    try:
        with engine.begin() as file:
            schema.upgrade(file, revision(server) or "base")
            guards.remove(file)
            found = _tables(file)
            for place, table in enumerate(found):
                report(place, len(found))
                rows.carry_back(server, file, table)
            report(len(found), len(found))
            guards.install(file)
            schema.check_references(file)
    finally:
        engine.dispose()
    with closing(sqlite3.connect(target)) as made:
        made.execute("PRAGMA journal_mode=DELETE").close()  # one file, that needs no other
    target.chmod(0o600)


def put(server: sa.Connection, file: sa.Connection, at: datetime) -> str:
    """Put a file's records in the place of those on a server, in the transaction at hand; returns the name of the
    schema that has those of before, or nothing where there were none. Raises MachineError `move`.
    """
    aside = tables.lay_aside(server, at) if tables.is_made(server) else ""
    tables.make(server)
    for table in tables.everything():
        server.exec_driver_sql(f'DELETE FROM "{table.name}"')
        rows.write_to_server(server, table, rows.read(file, table))
        if rows.counted(server, table) != rows.counted(file, table):
            raise MachineError("move", f"{table.name} is not the same on the server as in the file")
    tables.count_on(server)
    tables.finish(server)
    roles.grant(server)
    return aside


def _tables(file: sa.Connection) -> list[sa.Table]:
    """The tables of a file, whichever release's it is."""
    found = sa.MetaData()
    found.reflect(file, resolve_fks=False)
    return [found.tables[name] for name in sorted(found.tables) if name != tables.VERSION]
