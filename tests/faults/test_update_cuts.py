"""The power goes while an update works on the records and starts what it brought: `torture update` in short."""

import os
from pathlib import Path

import pytest

from tests.faults import update_cuts

pytestmark = [
    pytest.mark.usefixtures("undisturbed"),
    pytest.mark.skipif(os.geteuid() != 0, reason="a disk can be mounted by root only"),
]


@pytest.mark.promise(1)
def test_a_disk_that_was_cut_in_an_update_comes_back_with_every_visit(tmp_path: Path) -> None:
    found = update_cuts.in_steps(tmp_path, {"migrating": 1, "starting": 1})
    assert (found.violations, found.migrating, found.starting) == ([], 1, 1)
    assert found.came_back_as_before == 2
