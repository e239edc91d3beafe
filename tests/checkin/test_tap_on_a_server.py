"""A tap is tried in every run on a server, too, by the entrance's own account: the same tests, word for word."""

from pathlib import Path

import pytest

from tests import homes, postgres
from tests.checkin import test_tap


@pytest.fixture
def root(template: Path, tmp_path: Path) -> Path:
    """A new home of this test's own, on the run's server."""
    if postgres.programs() is None:
        pytest.skip("no PostgreSQL server is installed")
    return homes.on_server(template, tmp_path / "home", has_roles=True)


def _is_about_the_file(test: object) -> bool:
    return any(mark.name == "sqlite" for mark in getattr(test, "pytestmark", ()))


globals().update(
    {name: test for name, test in vars(test_tap).items() if name.startswith("test_") and not _is_about_the_file(test)}
)
