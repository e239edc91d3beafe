"""Homes to test on: made by the migrations once, copied for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.setup import demo, home_creation
from kiosk.setup.home_creation import NewHome
from tests.homes import copied
from tests.shared import once

from .place import FixedClock, Place, opened


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A home with months of a past takes longer to make than all else here to try."""
    for item in items:
        if "filled_home" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def new_home() -> Path:
    """A home without people. To be copied, not used."""
    return once("new-home", lambda root: home_creation.create(root, NewHome(), FixedClock()))


@pytest.fixture(scope="session")
def filled_home() -> Path:
    """A home with the demo's people and months. To be copied, not used."""
    return once("filled-home", _filled)


def _filled(root: Path) -> None:
    clock = FixedClock()
    home_creation.create(root, NewHome(training=True), clock, lambda made: demo.fill(made, clock))


@pytest.fixture
def place(new_home: Path, tmp_path: Path) -> Iterator[Place]:
    """A home of this test's own, without people."""
    with opened(copied(new_home, tmp_path / "home")) as made:
        yield made


@pytest.fixture
def filled(filled_home: Path, tmp_path: Path) -> Iterator[Place]:
    """A home of this test's own, with people and a past."""
    with opened(copied(filled_home, tmp_path / "home")) as made:
        yield made
