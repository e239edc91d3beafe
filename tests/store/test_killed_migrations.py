"""A program that dies inside a migration, any of them: the records are those of before, and it is begun again."""

import os
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from kiosk.home import Paths
from kiosk.setup import migration
from kiosk.store import schema
from kiosk.store.engine import open_engine
from tests.conftest import WEDNESDAY
from tests.fakes import FakeClock
from tests.homes import copied
from tests.shared import once
from tests.store.place import FixedClock, opened
from tests.store.test_migrations import NUMBERS

pytestmark = [pytest.mark.promise(3), pytest.mark.sqlite]

AT_ITS_END = "at its end"


@pytest.fixture
def first(filled_home: Path, tmp_path: Path) -> Path:
    """The demo's records, taken back to the first release's schema."""

    def make(folder: Path) -> None:
        path = copied(filled_home, folder) / "db" / "ledger.db"
        with _changing(path) as connection:
            schema.downgrade(connection, NUMBERS[0])
        with closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    return Path(shutil.copyfile(once("first-schema", make) / "db" / "ledger.db", tmp_path / "ledger.db"))


@contextmanager
def _changing(path: Path) -> Iterator[sa.Connection]:
    """One transaction, which has next to no memory: what it changes goes to the disk at once, as of a large ledger."""
    engine = open_engine(path, foreign_keys=False)

    def spill(raw: sqlite3.Connection, _record: object) -> None:
        raw.execute("PRAGMA cache_size = 2")

    sa.event.listen(engine, "connect", spill)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _content(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return list(database.iterdump())


def test_a_program_that_dies_inside_any_migration_leaves_the_records_of_before(first: Path, tmp_path: Path) -> None:
    """What is on the disk inside each of them, all in the one transaction of an update, is what a kill leaves."""
    before, images = _content(first), dict[str, Path]()

    def keep(*given: object) -> None:
        statement, values = str(given[2]), str(given[3])
        if statement.startswith("UPDATE alembic_version SET"):
            newer = next(name for name in NUMBERS if f"'{name}'" in statement.partition("WHERE")[0] or name in values)
            folder = images[newer] = tmp_path / newer
            folder.mkdir()
            for path in (first, first.with_name("ledger.db-wal")):
                shutil.copyfile(path, folder / path.name)

    with _changing(first) as connection:
        sa.event.listen(connection.engine, "before_cursor_execute", keep)
        schema.upgrade(connection)
        schema.compare(connection)
    assert list(images) == NUMBERS[1:], "inside each migration"
    assert (images[NUMBERS[-1]] / "ledger.db-wal").stat().st_size > 1 << 20, "it had written"
    for newer, folder in images.items():
        assert _content(folder / "ledger.db") == before, newer


@pytest.mark.parametrize("inside", ["0021", NUMBERS[-1], AT_ITS_END])
def test_an_update_s_first_command_that_is_killed_is_begun_again(
    filled_home: Path, tmp_path: Path, inside: str
) -> None:
    root = copied(filled_home, tmp_path / "home")
    migration.migrate_back(root, "0020")
    before = _content(Paths(root).database)
    child = os.fork()
    if not child:
        _dies(root, inside)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert _content(Paths(root).database) == before
    assert "from 0020 to" in migration.migrate(root, FakeClock(WEDNESDAY))
    with opened(root) as place, place.store.reading() as connection:
        schema.compare(connection)


def _dies(root: Path, inside: str) -> None:
    """Migrate a home, in a process of its own, as far as inside a migration, or to where all is done but the commit."""

    last = NUMBERS[-1] if inside == AT_ITS_END else inside
    reached = False

    def die(*given: object) -> None:
        nonlocal reached
        reached = reached or (len(given) > 2 and f"alembic_version SET version_num='{last}'" in str(given[2]))
        if reached and (inside != AT_ITS_END or len(given) == 1):
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        for event in ("before_cursor_execute", "commit"):
            sa.event.listen(sa.engine.Engine, event, die)
        migration.migrate(root, FixedClock())
    finally:
        os._exit(1)  # it lived
