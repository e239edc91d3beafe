"""Forgetting, erasing and merging get by every guard of a server, too, in every run: the same tests, word for word.
Each rule of retention once more by the desk's own account there, which is who forgets.
"""

from pathlib import Path

import pytest
import sqlalchemy as sa

from kiosk.store import retention
from tests import homes, postgres
from tests.conftest import Space
from tests.members import test_guarded


@pytest.fixture
def root(template: Path, tmp_path: Path) -> Path:
    """A new home of this test's own, on the run's server."""
    if postgres.programs() is None:
        pytest.skip("no PostgreSQL server is installed")
    return homes.on_server(template, tmp_path / "home", has_roles=True)


@pytest.fixture
def everything(space: Space) -> Space:
    """The same, opened, with rows of every table in every state."""
    test_guarded._fill(space)
    return space


@pytest.mark.promise(6)
def test_every_rule_forgets_rows_in_every_state_by_the_desks_own_account(everything: Space) -> None:
    assert everything.at_desk is not None
    failed: dict[str, str] = {}
    with everything.at_desk.store.writing() as connection:
        for rule in retention.RETENTION_RULES:
            try:
                with connection.begin_nested():
                    rule.erase(connection, rule.find(connection, test_guarded.LATER, test_guarded.LATER.date()))
            except sa.exc.DatabaseError as refused:
                failed[rule.name] = str(refused.orig)
    assert failed == {}


def _is_about_the_file(test: object) -> bool:
    return any(mark.name == "sqlite" for mark in getattr(test, "pytestmark", ()))


globals().update(
    {
        name: test
        for name, test in vars(test_guarded).items()
        if name.startswith("test_") and not _is_about_the_file(test)
    }
)
