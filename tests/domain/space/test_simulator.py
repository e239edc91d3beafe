"""What last month would have cost, told with a few days that can be added up by hand."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from kiosk.domain.checkin.standing import Part, Right
from kiosk.domain.money.tariffs import FULL, Policy, Price
from kiosk.domain.space import simulator
from kiosk.domain.space.replay import Side, _standing
from kiosk.domain.space.simulator import PastSale, PastVisit, Simulated
from tests.domain.values import DAY, PARIS, PRICES, at, policy

FIRST = date(2026, 10, 1)


def came(day: int = 1, member: int = 1, hour: int = 9, **more: Any) -> PastVisit:
    """An itinerant's full day in October."""
    on = FIRST + timedelta(days=day - 1)
    ordinary = PastVisit(member, on, at(hour, day=on).at, "comfort", Right.FULL, Part.DAY, None, None, None)
    return replace(ordinary, **more)


def priced(cents: int, level: str = FULL, product: str = "day") -> Callable[[Policy], Policy]:
    """The change of one tariff."""
    return lambda rules: replace(rules, prices={**rules.prices, (product, level): Price(cents)})


def again(
    visits: list[PastVisit], change: Callable[[Policy], Policy], sales: tuple[PastSale, ...] = (), **rules: Any
) -> Simulated:
    def before(_day: date) -> Policy:
        return policy(**rules)

    return simulator.simulate(simulator.answered(visits, before, PARIS), sales, before, change, PARIS)


def test_dearer_day_costs_each_day_more() -> None:
    found = again([came(1), came(2), came(2, member=2)], priced(600))
    assert (found.before_cents, found.after_cents) == (1500, 1800)
    assert found.members == {1: 200, 2: 100}
    assert found.people() == (2, 0, 0)


@pytest.mark.parametrize(
    "visit",
    [
        came(right=Right.SUBSCRIPTION),
        came(right=Right.FREE_ZONE, zone="corner"),
        came(right=Right.CARNET),
        came(level="reduced"),
    ],
)
def test_days_that_the_full_tariff_does_not_price_stay_as_they_were(visit: PastVisit) -> None:
    found = again([visit], priced(600))
    assert found.before_cents == found.after_cents
    assert found.people() == (0, 0, 1)


def test_reduced_day_follows_the_reduced_tariff_and_is_never_dearer_than_full() -> None:
    assert again([came(level="reduced")], priced(300, "reduced")).members == {1: 50}
    assert again([came(level="reduced")], priced(900, "reduced")).members == {1: 250}


def test_free_price_keeps_what_the_member_chose() -> None:
    free = {**PRICES, ("day", FULL): Price(500, 0)}
    found = again([came(chosen_cents=100), came(2, member=2)], lambda rules: replace(rules, prices=free), prices=free)
    assert (found.before_cents, found.after_cents) == (600, 600)


def test_cap_counts_the_days_of_each_side_anew() -> None:
    visits = [came(day) for day in range(1, 6)]
    found = again(visits, lambda rules: replace(rules, month_cap_days=3))
    assert (found.before_cents, found.after_cents) == (2500, 1500)


def test_cap_begins_again_with_the_month() -> None:
    visits = [came(30), came(31), came(32), came(33)]
    assert again(visits, lambda rules: replace(rules, month_cap_days=1)).after_cents == 1000


def test_halves_count_by_the_hour_of_arrival() -> None:
    found = again([came(hour=9), came(2, hour=14)], lambda rules: replace(rules, half_day_split_hour=13))
    assert (found.before_cents, found.after_cents) == (1000, 600)


def test_whole_day_of_two_halves_stays_a_whole_day() -> None:
    found = again([came(), came(2, part=Part.FIRST_HALF)], priced(250, product="half"), half_day_split_hour=13)
    assert (found.before_cents, found.after_cents) == (800, 750)


def test_visit_whose_hour_is_forgotten_is_placed_by_its_half() -> None:
    first, second = came(arrived_at=None, part=Part.FIRST_HALF), came(2, arrived_at=None, part=Part.SECOND_HALF)
    assert again([first, second], priced(0), half_day_split_hour=13).before_cents == 600


def test_sales_follow_their_tariff_in_proportion() -> None:
    prices = {**PRICES, ("month", FULL): Price(10_000)}
    sales = (
        PastSale(1, FIRST, "month", FULL, 10_000),
        PastSale(2, FIRST, "month", FULL, 5_000),  # half of a month, by its days
        PastSale(3, FIRST, "gone", FULL, 700),
    )
    found = again([], priced(12_000, product="month"), sales, prices=prices)
    assert found.members == {1: 2000, 2: 1000, 3: 0}
    assert found.lines["month"].times_after == 2


def test_nothing_happened_and_nothing_would_have() -> None:
    found = again([], priced(600))
    assert (found.before_cents, found.after_cents, found.people()) == (0, 0, (0, 0, 0))
    assert DAY > FIRST


@pytest.mark.parametrize("seed", range(4))
def test_visits_that_are_alike_are_asked_of_once_and_cost_what_each_would(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = Random(seed)
    visits = [
        came(
            chance.randrange(1, 50),
            member=chance.randrange(6),
            hour=chance.randrange(8, 19),
            right=chance.choice([Right.FULL, Right.FULL, Right.REDUCED, Right.SUBSCRIPTION, Right.CARNET]),
            part=chance.choice(list(Part)),
            level=chance.choice([None, "reduced"]),
            chosen_cents=chance.choice([None, None, 420]),
            ordinal=number,
        )
        for number in range(300)
    ]
    rules: dict[str, Any] = {"half_day_split_hour": 13, "month_cap_days": 4}
    change = priced(620)
    once = again(visits, change, **rules)
    monkeypatch.setattr(
        Side,
        "_alike",
        lambda self, visit, charged, policy, *, twice: self._cost(
            visit, _standing(visit, charged, policy), policy, twice=twice
        ),
    )
    each = again(visits, change, **rules)
    assert (once.lines, once.months, once.members, once.charged) == (
        each.lines,
        each.months,
        each.members,
        each.charged,
    )
    assert once.before_cents != once.after_cents
