"""A request to be erased is answered within a month."""

from datetime import date

import pytest

from kiosk.domain.members import erasing


@pytest.mark.parametrize(
    ("asked_on", "last"),
    [
        (date(2026, 11, 25), date(2026, 12, 24)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_the_answer_is_due_within_a_month_whatever_the_month_has_of_days(asked_on: date, last: date) -> None:
    assert erasing.answer_by(asked_on) == last
