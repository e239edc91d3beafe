"""The database is brought to this release's schema: after a verified backup, in one transaction, or not at all."""

import sqlite3
from contextlib import closing
from pathlib import Path

from kiosk import home
from kiosk.devices.protocols import Clock
from kiosk.errors import MachineError, RequestError
from kiosk.home import Paths
from kiosk.store import schema
from kiosk.store.engine import REVISION, Store, open_engine


def migrate(root: Path, clock: Clock) -> str:
    """Migrate a home's database. Returns what was done, in words.

    Raises RequestError `database-newer`, MachineError `entrance-runs`, `backup`, `schema` or `database`; the database
    is then as it was.
    """
    paths = home.find(root)
    with home.locked(paths):
        return _migrate(paths, clock)


def _migrate(paths: Paths, clock: Clock) -> str:
    store = Store(paths.database)
    try:
        with store.reading() as connection:
            found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    finally:
        store.close()
    if found is not None and str(found) > REVISION:
        raise RequestError("database-newer", f"the database is at {found}, newer than this release: update it")
    for key in (paths.spool_key, paths.desk_key):
        if not key.exists():
            home.make_key(key)  # homes made before there was a spool, or a desk
    (paths.root / "run").mkdir(mode=0o700, exist_ok=True)  # homes made before there was a desk
    if found == REVISION:
        return f"the database is at {found} already"
    copy = paths.backups / f"before-{REVISION}-{clock.now():%Y%m%dT%H%M%S}.db"
    back_up(paths.database, copy)
    upgrade(paths.database)
    return f"the database went from {found} to {REVISION}; the copy from before is {copy}"


def upgrade(database: Path) -> None:
    """Run the migrations in one transaction. Raises MachineError `schema` where the result is not this release's."""
    engine = open_engine(database, foreign_keys=False)
    try:
        with engine.begin() as connection:
            schema.upgrade(connection)
            schema.compare(connection)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if broken is not None:
                raise MachineError("schema", f"a row of {broken[0]} refers to a row of {broken[2]} that is not there")
    finally:
        engine.dispose()


def back_up(database: Path, copy: Path) -> None:
    """A consistent copy, read back before it counts. Raises MachineError `backup`."""
    try:
        source = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        with closing(source), closing(sqlite3.connect(copy)) as target:
            source.backup(target)
            answer = target.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.Error as fault:
        raise MachineError("backup", f"no copy could be made at {copy}: {fault}") from None
    copy.chmod(0o600)
    if answer != "ok":
        raise MachineError("backup", f"the copy {copy} is not sound: {answer}")
