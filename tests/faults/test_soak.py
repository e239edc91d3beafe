"""A little of a long time: what an entrance holds does not grow with its taps. How fast they are is not asked here."""

from pathlib import Path

from tests.faults import soak


def test_nothing_grows_with_taps_beside_a_working_desk(tmp_path: Path) -> None:
    found = soak.run(tmp_path, seconds=8, rate=10)
    assert found.violations == []
    assert found.taps > 8
    assert found.desk_commands > 0
    assert found.database > 0
