"""What a product costs a member."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.money.tariffs import FULL, Price
from kiosk.domain.problems import Problem
from tests.domain.values import policy


def asked(prices: dict[str, Price], level: str | None = None, chosen_cents: int | None = None) -> tuple[int, str]:
    """What a day costs at these tariffs by level."""
    rules = policy(prices={("day", name): price for name, price in prices.items()})
    return rules.ask("day", level, chosen_cents)


@pytest.mark.parametrize(("cents", "floor"), [(-1, None), (500, -1), (500, 501), (0, 1), (-1, -1)])
def test_price_that_cannot_be_is_refused(cents: int, floor: int | None) -> None:
    with pytest.raises(Problem) as refused:
        Price(cents, floor)
    assert refused.value.code == "price"


@pytest.mark.parametrize(("cents", "floor"), [(0, None), (0, 0), (500, 0), (500, 500), (500, None)])
def test_price_from_0_up_with_a_floor_up_to_it_is_one(cents: int, floor: int | None) -> None:
    assert Price(cents, floor).asked(None) == cents


@pytest.mark.parametrize(
    ("price", "chosen", "cents"),
    [
        (Price(500), None, 500),
        (Price(500), 100, 500),  # a fixed price is not chosen
        (Price(500, 200), None, 500),  # nothing chosen: the suggestion
        (Price(500, 200), 300, 300),
        (Price(500, 200), 100, 200),  # never under the floor
        (Price(500, 200), 900, 900),  # who gives more gives more
        (Price(500, 0), 0, 0),
    ],
)
def test_free_price_is_what_was_chosen_and_never_under_its_floor(price: Price, chosen: int | None, cents: int) -> None:
    assert price.asked(chosen) == cents


@pytest.mark.parametrize(
    ("prices", "level", "chosen", "expected"),
    [
        ({FULL: Price(500)}, None, None, (500, FULL)),
        ({FULL: Price(500), "reduced": Price(250)}, None, None, (500, FULL)),
        ({FULL: Price(500), "reduced": Price(250)}, "reduced", None, (250, "reduced")),
        ({FULL: Price(500), "reduced": Price(600)}, "reduced", None, (500, FULL)),  # a dearer reduction is none
        ({FULL: Price(500), "reduced": Price(500)}, "reduced", None, (500, FULL)),
        ({FULL: Price(500)}, "reduced", None, (500, FULL)),  # no such tariff
        ({FULL: Price(500), "reduced": Price(0)}, "reduced", None, (0, "reduced")),
        ({FULL: Price(500, 100), "reduced": Price(250)}, "reduced", 150, (150, FULL)),  # chose less than the reduction
        ({FULL: Price(500, 100), "reduced": Price(250)}, "reduced", None, (250, "reduced")),
        ({FULL: Price(500), "reduced": Price(250, 50)}, "reduced", 10, (50, "reduced")),
        ({FULL: Price(500), FULL + "er": Price(1)}, None, None, (500, FULL)),
    ],
)
def test_day_is_priced_at_the_tariff_that_costs_the_member_least(
    prices: dict[str, Price], level: str | None, chosen: int | None, expected: tuple[int, str]
) -> None:
    assert asked(prices, level, chosen) == expected


def test_product_without_a_full_tariff_is_no_product_yet() -> None:
    with pytest.raises(Problem) as refused:
        asked({"reduced": Price(250)}, "reduced")
    assert refused.value.code == "no-tariff"


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.none() | st.integers(0, 20_000))
def test_reduction_never_makes_a_day_dearer(full: int, reduced: int, chosen: int | None) -> None:
    prices = {FULL: Price(full), "reduced": Price(reduced)}
    assert asked(prices, "reduced", chosen)[0] == min(full, reduced)


@pytest.mark.parametrize(
    "change",
    [
        {"day_start_hour": 24},
        {"day_start_hour": -1},
        {"half_day_split_hour": 24},
        {"half_day_split_hour": -1},
        {"membership_grace_days": -1},
        {"tab_limit_cents": -1},
        {"tab_due_days": -1},
        {"month_cap_days": -1},
        {"undo_limit": -1},
        {"undo_window_days": -1},
        {"rent_cents": -1},
    ],
)
def test_rules_that_cannot_be_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Problem) as refused:
        policy(**change)
    assert refused.value.code == "policy"


def test_rules_may_be_0() -> None:
    names = (
        "day_start_hour",
        "membership_grace_days",
        "tab_limit_cents",
        "tab_due_days",
        "undo_limit",
        "month_cap_days",
    )
    rules = dict.fromkeys(names, 0)
    made = policy(**rules)
    assert {name: getattr(made, name) for name in rules} == rules
