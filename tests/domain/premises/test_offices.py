"""The shortest term of a contract for a registered office and the longest of an approval, at the ends of months."""

from datetime import date, timedelta

import pytest

from kiosk.domain.premises import offices
from kiosk.domain.premises.offices import Approval
from kiosk.domain.problems import Problem

A_DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("begins", "last"),
    [
        (date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 1, 15), date(2026, 4, 14)),
        (date(2026, 1, 30), date(2026, 4, 29)),
        (date(2026, 1, 31), date(2026, 4, 30)),  # April has no 31st: its last day, and not the day before
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2027, 11, 29), date(2028, 2, 28)),
        (date(2027, 11, 30), date(2028, 2, 29)),
    ],
)
def test_contract_lasts_three_whole_months_or_more(begins: date, last: date) -> None:
    assert offices.ends(begins, last) == last
    assert offices.ends(begins, None) is None
    with pytest.raises(Problem) as refused:
        offices.ends(begins, last - A_DAY)
    assert refused.value.code == "office-period"


@pytest.mark.parametrize(
    ("begins", "last"),
    [
        (date(2026, 3, 1), date(2032, 2, 29)),
        (date(2026, 11, 25), date(2032, 11, 24)),
        (date(2028, 2, 29), date(2034, 2, 28)),  # 2034 has no 29 February
    ],
)
def test_approval_holds_for_six_whole_years_and_no_longer(begins: date, last: date) -> None:
    approval = Approval("Préfecture", "2026-75-12", begins, last)
    assert approval.holds(last)
    assert not approval.holds(last + A_DAY)
    with pytest.raises(Problem) as refused:
        Approval("Préfecture", "2026-75-12", begins, last + A_DAY)
    assert refused.value.code == "approval-period"
