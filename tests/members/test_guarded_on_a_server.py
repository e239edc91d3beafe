"""Forgetting, erasing and merging get by every guard of a server, too, in every run: the same tests, word for word.
All of it by the desk's own account there, which is who forgets.
"""

from pathlib import Path

import pytest

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


def _is_about_the_file(test: object) -> bool:
    return any(mark.name == "sqlite" for mark in getattr(test, "pytestmark", ()))


globals().update(
    {
        name: test
        for name, test in vars(test_guarded).items()
        if name.startswith("test_") and not _is_about_the_file(test)
    }
)
