"""Records that go back under two doors and a desk with unequal marks lose no entry in silence."""

from pathlib import Path

import pytest

from tests.faults import went_back
from tests.homes import copied

pytestmark = [pytest.mark.promise(3), pytest.mark.sqlite]  # on a server: tests/faults/test_went_back.py


@pytest.mark.parametrize("seed", [1, 2])
def test_a_few_rounds_of_records_that_went_back(new_home: Path, tmp_path: Path, seed: int) -> None:
    figures = went_back.run(copied(new_home, tmp_path / "home"), seed, ["file"] * 4)
    assert figures.wrong == []
    assert figures.rounds == 4 and figures.lost > 0
