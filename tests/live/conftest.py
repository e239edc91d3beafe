"""Here the programs are started as the product starts them."""

import pytest

from tests import forked


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No program is forked from one that has been imported before."""
    monkeypatch.setattr(forked, "start", forked.alone)
