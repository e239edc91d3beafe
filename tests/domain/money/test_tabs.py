"""How old a tab is."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.money import tabs
from kiosk.domain.money.tabs import AGES, Ages
from kiosk.domain.problems import Problem

TODAY = date(2026, 11, 25)


def ago(days: int, cents: int) -> tuple[date, int]:
    return TODAY - timedelta(days=days), cents


LINES = st.lists(st.builds(ago, st.integers(0, 200), st.integers(-5000, 5000)), max_size=30)


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (0, Ages(up_to_30=500)),
        (30, Ages(up_to_30=500)),
        (31, Ages(up_to_60=500)),
        (60, Ages(up_to_60=500)),
        (61, Ages(up_to_90=500)),
        (90, Ages(up_to_90=500)),
        (91, Ages(older=500)),
    ],
)
def test_a_charge_has_the_age_of_its_day(days: int, found: Ages) -> None:
    assert tabs.ages([ago(days, 500)], TODAY) == found
    assert found.past == max(age for age in (0, *AGES) if not age or days > age)


def test_a_payment_settles_the_oldest_charge_first_whenever_it_came() -> None:
    lines = [ago(200, -700), ago(100, 500), ago(50, 500), ago(1, 500)]
    assert tabs.unpaid(lines) == [ago(50, 300), ago(1, 500)]
    assert tabs.ages(lines, TODAY) == Ages(up_to_30=500, up_to_60=300)


def test_a_tab_in_advance_owes_nothing_of_any_age() -> None:
    assert tabs.ages([ago(100, 500), ago(1, -900)], TODAY) == Ages()
    assert tabs.spread(-400, [500, 500, 500]) == Ages()


@given(LINES)
def test_ages_add_up_to_what_is_owed(lines: list[tuple[date, int]]) -> None:
    assert tabs.ages(lines, TODAY).total == max(0, sum(cents for _, cents in lines))


@given(LINES)
def test_sums_tell_the_same_ages_as_lines(lines: list[tuple[date, int]]) -> None:
    charged = [sum(c for day, c in lines if c > 0 and (TODAY - day).days <= age) for age in AGES]
    assert tabs.spread(sum(cents for _, cents in lines), charged) == tabs.ages(lines, TODAY)


@given(LINES, st.integers(1, 5000))
def test_paying_never_makes_a_tab_older(lines: list[tuple[date, int]], cents: int) -> None:
    before, after = tabs.ages(lines, TODAY), tabs.ages([*lines, (TODAY, -cents)], TODAY)
    assert after.past <= before.past
    assert after.older <= before.older


@pytest.mark.parametrize("sums", [[], [1, 2], [3, 2, 1]])
def test_sums_that_cannot_be_are_refused(sums: list[int]) -> None:
    with pytest.raises(Problem, match="sums"):
        tabs.spread(1, sums)


@pytest.mark.parametrize(
    ("before", "paid", "parts"),
    [
        (0, 500, [500, 0, 0]),
        (0, 700, [500, 200, 0]),
        (700, 500, [0, 300, 200]),
        (0, 0, [0, 0, 0]),
        (2000, 500, [0, 0, 0]),
        (0, 9999, [500, 500, 500]),
    ],
)
def test_a_payment_settles_the_oldest_that_is_left(before: int, paid: int, parts: list[int]) -> None:
    assert tabs.settled([500, 500, 500], before, paid) == parts


@given(st.lists(st.integers(1, 5000)), st.lists(st.integers(1, 5000)))
def test_payments_settle_each_charge_once(charges: list[int], payments: list[int]) -> None:
    before, together = 0, [0] * len(charges)
    for paid in payments:
        together = [sum(pair) for pair in zip(together, tabs.settled(charges, before, paid), strict=True)]
        before += paid
    assert sum(together) == min(sum(charges), sum(payments))
    assert all(part <= cents for part, cents in zip(together, charges, strict=True))
