"""Whatever moment the power goes at: who was let in is on the disk, once."""

from pathlib import Path

import pytest

from tests.faults import power
from tests.faults.power import PowerFigures

pytestmark = pytest.mark.promise(1)


@pytest.mark.promise(1)
def test_no_tap_that_opened_the_door_is_lost_with_the_power(tmp_path: Path) -> None:
    found = power.run(tmp_path, taps=60, points=18, outages=0.15)
    assert isinstance(found, PowerFigures)
    assert (found.taps, found.points) == (60, 54)
    assert found.violations == []


@pytest.mark.promise(1)
@pytest.mark.parametrize("weak", ["normal", "early"])
def test_the_harness_catches_an_entrance_that_was_weakened(tmp_path: Path, weak: str) -> None:
    found = power.run(tmp_path, taps=30, points=8, outages=0.0, weak=weak)
    assert isinstance(found, PowerFigures)
    assert found.wrong_with_unsynced_lost > 0
