"""A little of a long time: what an entrance holds does not grow with its taps. How fast they are is not asked here."""

from pathlib import Path

from tests.faults import soak


def test_nothing_grows_with_taps_beside_a_working_desk(tmp_path: Path) -> None:
    found = soak.run(tmp_path, seconds=8, rate=10, picture=str(tmp_path / "over time.svg"))
    assert found.violations == []
    assert found.taps > 0
    assert found.desk_commands > 0
    assert found.desk_pages > 0
    assert found.screen_polls > 0
    assert found.database > 0
    assert any("descriptors" in value for _, value in found.rows())
    assert "p99 ms" in (tmp_path / "over time.svg").read_text("utf-8")
