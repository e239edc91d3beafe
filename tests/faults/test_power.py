"""Whatever moment the power goes at: who was let in is on the disk, once."""

import pytest

from tests.faults import power
from tests.faults.powercut import Form


def test_no_tap_that_opened_the_door_is_lost_with_the_power() -> None:
    cuts = power.run("--outages", "0.15", taps=60, points=25)
    assert cuts.taps == 60
    assert cuts.wrong == {form: [] for form in Form}


@pytest.mark.parametrize("weak", ["--normal", "--early"])
def test_the_harness_catches_an_entrance_that_was_weakened(weak: str) -> None:
    cuts = power.run(weak, "--outages", "0", taps=30, points=8)
    assert cuts.wrong[Form.LOSE]
