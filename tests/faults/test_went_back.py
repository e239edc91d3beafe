"""Records on real servers go back in each way under two doors and a desk: no entry is lost in silence."""

import shutil
from pathlib import Path

import pytest

from tests import postgres
from tests.faults import went_back
from tests.faults.ways_back import WAYS

pytestmark = pytest.mark.promise(3)


@pytest.mark.skipif(postgres.programs() is None, reason="no PostgreSQL server is installed")
def test_a_round_of_each_way_in_which_a_server_s_records_go_back(template: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(template, tmp_path / "home"))
    kinds = [each for each in WAYS if each != "file"]
    figures = went_back.run(root, 5, kinds)
    assert figures.wrong == []
    assert figures.rounds == len(kinds) and figures.lost > 0
