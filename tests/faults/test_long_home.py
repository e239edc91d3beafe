"""A home that lives for years: the days on which something is over, day 91, day 366 and after three years."""

from pathlib import Path

import pytest

from tests.faults import long_home

pytestmark = pytest.mark.sqlite


@pytest.mark.promise(6)
def test_day_91_day_366_and_three_years_later_each_pass_is_well_and_nothing_is_older_than_its_term(
    tmp_path: Path,
) -> None:
    found = long_home.marks(tmp_path)
    assert found.violations == []
    assert (found.days, found.verified, found.copies) == (3, 3, 3)
    assert found.taps > 14
    assert found.mails > 0
