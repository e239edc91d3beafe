"""Tells which release's schema a database has, in plain SQL, so that a start need not import Alembic."""

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from kiosk import root_files
from kiosk.errors import MachineError, RequestError

REVISION = "0046"  # the newest migration; a test compares it with the migrations
_REVISION = "SELECT version_num FROM alembic_version"


def revision(connection: sa.Connection) -> str | None:
    """Return the number of the migration that a database is at; None if it has none."""
    number = connection.exec_driver_sql(_REVISION).scalar()
    return None if number is None else str(number)


def revision_of(database: Path) -> str:
    """Return the number of the migration that a file is at, of whatever release. Raises MachineError `database`."""
    return str(_ask(database, _REVISION))


def is_guarded(database: Path) -> bool:
    """Return whether a file has any trigger. Migrating down removes them, and the older release installs its own
    afterwards.

    Raises MachineError `database`.
    """
    return bool(_ask(database, "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"))


def _ask(database: Path, query: str) -> object:
    """Return the first value that a query gives, from a file that is opened for reading only."""
    try:
        with (
            root_files.acting_on(database),
            closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened,
        ):
            return opened.execute(query).fetchone()[0]
    except (sqlite3.Error, TypeError) as fault:
        raise MachineError("database", f"the database {database}: {fault}") from None


def check_revision(connection: sa.Connection) -> None:
    """Check that the schema is this release's. Raises RequestError `database-newer` or `database-older` if it is not;
    MachineError `database` if the database states no migration number.
    """
    present = revision(connection)
    if present == REVISION:
        return
    if present is None or not (present.isascii() and present.isdigit()):
        raise MachineError("database", "the database does not say which release's it is")
    if present < REVISION:
        message = "the database is at {revision}, this release wants {release}: kiosk migrate"
        raise RequestError("database-older", message, revision=present, release=REVISION)
    message = "the database is at {revision}, newer than this release ({release}): update it"
    raise RequestError("database-newer", message, revision=present, release=REVISION)
