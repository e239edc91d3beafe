"""The command line goes by the machine's own clock: it stands still here, and homes are made by it.

What a test starts as a process of its own goes by the true one, unless it is started by `standing.command`.
"""

from pathlib import Path

import pytest

from kiosk.devices.clock import HostClock
from kiosk.setup import home_creation
from kiosk.setup.home_creation import NewHome
from tests.cli import standing
from tests.fakes import FakeClock
from tests.shared import once


@pytest.fixture(scope="session")
def template() -> Path:
    """A new, empty home."""
    return once("of-today", lambda root: home_creation.create(root, NewHome(), FakeClock(standing.MOMENT)))


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """The machine's clock, to be set."""
    found = FakeClock(standing.MOMENT)
    monkeypatch.setattr(HostClock, "now", lambda _: found.now())
    return found
