"""A process that is killed inside a migration leaves the database as it was, and the next one makes it whole."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa

from kiosk.store import schema
from kiosk.store.engine import open_engine
from tests.shared import once
from tests.store.test_migrations import NUMBERS, _described, _way_up

pytestmark = [pytest.mark.sqlite, pytest.mark.promise(3)]

KILLED = 9


def _migrate(path: Path, to: str, says: Callable[[], None] = lambda: None) -> None:
    engine = open_engine(path, foreign_keys=False)
    sa.event.listen(engine, "before_cursor_execute", lambda *_how: says())
    with engine.begin() as connection:
        schema.upgrade(connection, to)
        says()  # all is done, and nothing is committed
    engine.dispose()


def _killed_at(statement: int, path: Path, to: str) -> int:
    """Migrate in a process that ends at a statement, as one that is killed does. Returns its status."""
    child = os.fork()
    if child == 0:
        try:
            left = iter(range(statement))
            _migrate(path, to, lambda: None if next(left, None) is not None else os._exit(KILLED))
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return list(database.iterdump())


@pytest.mark.parametrize(("older", "newer"), list(pairwise(NUMBERS)))
def test_a_migration_that_is_killed_at_any_statement_changed_nothing(tmp_path: Path, older: str, newer: str) -> None:
    made = once("revisions", _way_up)
    path = Path(shutil.copyfile(made / f"{older}.db", tmp_path / "killed.db"))
    rehearsed = Path(shutil.copyfile(path, tmp_path / "rehearsed.db"))
    statements: list[None] = []
    _migrate(rehearsed, newer, lambda: statements.append(None))
    before, count = _dump(path), len(statements)
    for statement in (int(older) * 7 % count, count - 1):
        assert _killed_at(statement, path, newer) == KILLED
        assert _dump(path) == before
    _migrate(path, newer)
    assert _described(path) == _described(rehearsed)
