"""Written before opened, charged once: through kills at any moment."""

from pathlib import Path

import pytest

from tests.faults import kill

pytestmark = pytest.mark.promise(1, 2)


@pytest.mark.promise(1)
def test_kills_at_random_moments_lose_and_double_nothing(tmp_path: Path) -> None:
    found = kill.run(tmp_path, rounds=15, acks=100)
    assert found.violations == []
    assert found.rounds >= 15
    assert found.acks > 100
    assert found.spool_lines_met > 0
    assert found.kills_in_a_replay > 0


def test_a_door_that_opens_before_the_commit_is_found_out(tmp_path: Path) -> None:
    found = kill.run(tmp_path, rounds=50, early=True)
    assert any("is kept nowhere" in each for each in found.violations)
