"""Says which release's schema a database has, in plain SQL: a start does not wait for Alembic to be imported."""

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from kiosk import root_files
from kiosk.errors import MachineError, RequestError

REVISION = "0046"  # the newest migration; a test holds it against the migrations themselves
_REVISION = "SELECT version_num FROM alembic_version"


def revision(connection: sa.Connection) -> str | None:
    """The migration that a database is at."""
    found = connection.exec_driver_sql(_REVISION).scalar()
    return None if found is None else str(found)


def revision_of(database: Path) -> str:
    """The migration that a file is at, whatever release's it is. Raises MachineError `database`."""
    return str(_ask(database, _REVISION))


def is_guarded(database: Path) -> bool:
    """Whether a file has any trigger, whatever release's it is: a way down takes them out, and the older release's own
    come after it. Raises MachineError `database`.
    """
    return bool(_ask(database, "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"))


def _ask(database: Path, query: str) -> object:
    try:
        with (
            root_files.acting_on(database),
            closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened,
        ):
            return opened.execute(query).fetchone()[0]
    except (sqlite3.Error, TypeError) as fault:
        raise MachineError("database", f"the database {database}: {fault}") from None


def check_revision(connection: sa.Connection) -> None:
    """Raises RequestError `database-newer` or `database-older` unless the schema is this release's.

    Raises MachineError `database` where what says so is no migration's number.
    """
    found = revision(connection)
    if found == REVISION:
        return
    if found is not None and not (found.isascii() and found.isdigit()):
        raise MachineError("database", "the database does not say which release's it is")
    if found is not None and found < REVISION:
        message = "the database is at {revision}, this release wants {release}: kiosk migrate"
        raise RequestError("database-older", message, revision=found, release=REVISION)
    message = "the database is at {revision}, newer than this release ({release}): update it"
    raise RequestError("database-newer", message, revision=found, release=REVISION)
