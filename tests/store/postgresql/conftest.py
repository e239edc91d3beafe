"""A home on the run's server: moved there once, its database copied for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import homes, postgres
from tests.store.place import Place, opened


@pytest.fixture(scope="session")
def server() -> postgres.Server:
    """The run's server."""
    if postgres.programs() is None:
        pytest.skip("no PostgreSQL server is installed")
    return postgres.server()


@pytest.fixture
def there(server: postgres.Server, new_home: Path, tmp_path: Path) -> Iterator[Place]:
    """A home of this test's own, on a server."""
    with opened(homes.on_server(new_home, tmp_path / "there")) as made:
        yield made
