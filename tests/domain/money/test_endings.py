"""What it costs to end a plan or to pause it: at the end of what is paid, with a credit by days, or now."""

from datetime import date

import pytest

from kiosk.domain.money import endings
from kiosk.domain.money.endings import Ending, PaidPeriod, Way
from kiosk.domain.money.renewals import Period, Terms
from kiosk.domain.periods import Unit

BEGAN, ENDS = date(2026, 10, 28), date(2026, 11, 27)
TERMS = Terms(Unit.MONTH, BEGAN)
PAID = [PaidPeriod(Period(BEGAN, ENDS, 31), 10000, 10000, 7)]
DAY = date(2026, 11, 11)


@pytest.mark.parametrize(
    ("entered_on", "last_on", "days", "cents"),
    [
        (None, date(2026, 11, 10), 17, 5484),
        (date(2026, 11, 2), date(2026, 11, 10), 17, 5484),
        (DAY, DAY, 16, 5161),  # she had already come that day
    ],
)
def test_permanent_ends_where_it_is_paid_to_or_today_with_or_without_a_credit(
    entered_on: date | None, last_on: date, days: int, cents: int
) -> None:
    assert endings.endings(TERMS, PAID, DAY, entered_on) == (
        Ending(Way.PAID, ENDS),
        Ending(Way.CREDIT, last_on, days, 31, cents),
        Ending(Way.NOW, last_on),
    )


def test_nothing_is_given_back_where_nothing_is_left() -> None:
    assert endings.endings(TERMS, PAID, ENDS, ENDS) == (Ending(Way.PAID, ENDS), Ending(Way.NOW, ENDS))
    assert endings.endings(TERMS, PAID, date(2026, 12, 5), None) == (Ending(Way.NOW, date(2026, 12, 4)),)
    assert endings.endings(TERMS, [], DAY, None) == (Ending(Way.NOW, date(2026, 11, 10)),)
    by_days = [PaidPeriod(Period(BEGAN, ENDS, 31), 10000, 4516, 7)]  # given back already
    assert endings.endings(TERMS, by_days, DAY, None)[1].way is Way.NOW


def test_all_periods_that_are_paid_ahead_are_given_back() -> None:
    coming = PaidPeriod(Period(date(2026, 11, 28), date(2026, 12, 27), 30), 10000, 10000, 8)
    at_end, credit, _ = endings.endings(TERMS, [*PAID, coming], DAY, None)
    assert (at_end.last_on, credit.days, credit.of_days, credit.cents) == (date(2026, 12, 27), 47, 61, 15484)


@pytest.mark.parametrize(
    ("from_on", "until_on", "cents"),
    [
        (DAY, None, 5484),
        (DAY, date(2026, 11, 20), 3226),  # ten days
        (date(2026, 11, 28), None, 0),  # after what is paid
    ],
)
def test_pause_gives_back_its_own_days(from_on: date, until_on: date | None, cents: int) -> None:
    assert endings.given_back(PAID, endings.paused(TERMS, from_on, until_on)).cents == cents
