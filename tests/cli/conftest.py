"""The command line goes by the machine's own clock: so its homes are made by it."""

from pathlib import Path

import pytest

from kiosk.devices.clock import HostClock
from kiosk.setup import home_creation
from kiosk.setup.home_creation import Wishes


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new, empty home."""
    root = tmp_path_factory.mktemp("homes") / "of-today"
    home_creation.create(root, Wishes(), HostClock())
    return root
