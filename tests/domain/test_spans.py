"""Periods that people name."""

from datetime import date

import pytest

from kiosk.domain.spans import Span, days_of


@pytest.mark.parametrize(
    ("span", "today", "first", "last"),
    [
        (Span.MONTH, date(2026, 11, 25), date(2026, 11, 1), date(2026, 11, 30)),
        (Span.MONTH, date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29)),
        (Span.LAST_MONTH, date(2026, 3, 31), date(2026, 2, 1), date(2026, 2, 28)),
        (Span.LAST_MONTH, date(2027, 1, 1), date(2026, 12, 1), date(2026, 12, 31)),
        (Span.YEAR, date(2026, 1, 1), date(2026, 1, 1), date(2026, 12, 31)),
        (Span.LAST_YEAR, date(2026, 12, 31), date(2025, 1, 1), date(2025, 12, 31)),
        (Span.SCHOOL_YEAR, date(2026, 8, 31), date(2025, 9, 1), date(2026, 8, 31)),
        (Span.SCHOOL_YEAR, date(2026, 9, 1), date(2026, 9, 1), date(2027, 8, 31)),
        (Span.LAST_SCHOOL_YEAR, date(2026, 11, 25), date(2025, 9, 1), date(2026, 8, 31)),
    ],
)
def test_a_named_period_has_both_its_days(span: Span, today: date, first: date, last: date) -> None:
    assert days_of(span, today) == (first, last)
