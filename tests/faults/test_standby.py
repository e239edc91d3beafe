"""A server that is killed under four doors, and the standby that takes over: no day is lost, and none is twice."""

from pathlib import Path

import pytest

from tests import postgres
from tests.faults import standby

pytestmark = pytest.mark.promise(1, 2, 3, 4)


@pytest.mark.skipif(postgres.programs() is None, reason="no PostgreSQL server is installed")
def test_four_doors_tap_on_while_their_server_is_killed_and_a_standby_takes_over(tmp_path: Path) -> None:
    found = standby.harness(tmp_path, doors=4, rounds=9)
    assert found.violations == []
    assert (found.taps, found.days_charged) == (72, 45)
    assert found.spooled > 0
