"""What the dossier's space might decide, worked out by hand: 800 euros of rent, eight permanents at 100, days at 5."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from kiosk.domain.checkin.standing import Right
from kiosk.domain.money.tariffs import FULL, Policy, Price, Product, ProductKind
from kiosk.domain.opening_hours import week
from kiosk.domain.periods import Unit
from kiosk.domain.problems import Problem
from kiosk.domain.space import groups, simulator
from kiosk.domain.space.groups import Group
from kiosk.domain.space.past import PastSale, PastVisit
from kiosk.domain.space.scenario import NewPlan, Scenario
from kiosk.domain.space.simulator import Simulated
from tests.domain.space.test_simulator import came
from tests.domain.values import PARIS, PRICES, policy

OCTOBER = date(2026, 10, 1)
PRODUCTS = {
    "day": Product(1, "day", ProductKind.DAY, Unit.DAY),
    "half": Product(2, "half", ProductKind.DAY, Unit.HALF_DAY),
    "month": Product(3, "month", ProductKind.SUBSCRIPTION, Unit.MONTH),
}
DOSSIER = policy(rent_cents=80_000, prices={**PRICES, ("month", FULL): Price(10_000)}, products=PRODUCTS)
EIGHT = tuple(PastSale(number, OCTOBER, "month", FULL, 10_000) for number in range(1, 9))


def play(scenario: Scenario, visits: Sequence[PastVisit] = (), sales: Sequence[PastSale] = EIGHT) -> Simulated:
    def before(_day: date) -> Policy:
        return DOSSIER

    answered = simulator.answered(visits, before, PARIS)
    return simulator.together([simulator.play(answered, sales, before, scenario, PARIS, OCTOBER)])


def left(found: Simulated) -> tuple[int, int]:
    """What October leaves once the rent is paid, then and under the scenario."""
    costs = found.costs["2026-10"]
    return found.before_cents - costs.before, found.after_cents - costs.after


def test_eight_permanents_cover_800_euros_exactly() -> None:
    assert left(play(Scenario())) == (0, 0)


def test_110_euros_would_leave_80() -> None:
    found = play(Scenario(prices={("month", FULL): 11_000}))
    assert left(found) == (0, 8_000)  # 8 x 110 = 880
    assert found.members == dict.fromkeys(range(1, 9), 1_000)


def test_a_tenth_permanent_would_leave_200() -> None:
    assert left(play(Scenario(more={"month": 2}))) == (0, 20_000)  # 10 x 100 = 1000


def test_one_permanent_fewer_would_lack_100() -> None:
    assert left(play(Scenario(more={"month": -1}))) == (0, -10_000)


def test_a_space_that_becomes_free_would_lose_its_days() -> None:
    visits = [came(day, member=20 + day % 4) for day in range(1, 13)]  # twelve days of 5 euros: 60
    found = play(Scenario(zones={"comfort": (None, None)}), visits)
    assert left(found) == (6_000, 0)
    assert (found.lines["day"].times_before, found.lines["day"].times_after) == (12, 0)


def test_a_free_corner_that_becomes_payable_would_bring_its_days() -> None:
    visits = [came(day, member=30, zone="corner", right=Right.FREE_ZONE) for day in range(1, 5)]
    assert left(play(Scenario(zones={"corner": ("day", None)}), visits)) == (0, 2_000)  # 4 x 5


def test_all_of_it_together() -> None:
    # 8 x 110, two more at 110, six days of one itinerant at 6 up to a cap of 4, against a rent of 1000.
    found = play(
        Scenario(
            prices={("month", FULL): 11_000, ("day", FULL): 600},
            rules={"month_cap_days": 4, "rent_cents": 100_000},
            more={"month": 2},
        ),
        [came(day, member=20) for day in range(1, 7)],
    )
    assert left(found) == (80_000 + 3_000 - 80_000, 88_000 + 22_000 + 2_400 - 100_000)
    assert found.members[20] == -600  # 24 instead of 30


def test_whoever_would_pay_less_by_the_month_pays_by_the_month() -> None:
    often = [came(day, member=20) for day in range(1, 24)]  # 23 days: 115 euros
    seldom = [came(day, member=21) for day in range(1, 4)]
    found = play(Scenario(switches=True), [*often, *seldom])
    assert (found.members[20], found.members[21], found.switched) == (-1_500, 0, 1)
    assert (found.lines["month"].times_after, found.lines["day"].times_after) == (9, 3)
    assert found.months["2026-10"].after == found.after_cents == 80_000 + 10_000 + 1_500


def test_a_new_plan_is_taken_by_whoever_pays_less_with_it() -> None:
    often = [came(day, member=20) for day in range(1, 16)]  # 15 days: 75 euros; 60, and 5 days beyond at 5: 85
    more = [came(day, member=21) for day in range(1, 24)]  # 23 days: 115 euros; 60 and 13 x 5 = 125
    just = [came(day, member=22) for day in range(1, 15)]  # 14 days: 70 euros
    half = NewPlan("Mi-temps", 6_000, 10)
    found = play(Scenario(plan=half), [*often, *more, *just])
    assert (found.switched, found.after_cents) == (0, found.before_cents)  # at 5 a day, ten days are worth 50
    found = play(Scenario(plan=replace(half, cents=4_500)), [*often, *more, *just])
    assert [found.members[each] for each in (20, 21, 22)] == [-500, -500, -500]  # 45 instead of 50, each
    assert found.lines["plan:Mi-temps"].after_cents == 3 * 4_500
    assert (found.lines["day"].times_before, found.lines["day"].times_after) == (52, 52 - 30)
    assert found.months["2026-10"].after == found.after_cents == 80_000 + (75 + 115 + 70 - 15) * 100
    found = play(Scenario(plan=NewPlan("Tout", 6_000)), [*often, *more, *just])  # all the month for 60
    assert [found.members[each] for each in (20, 21, 22)] == [-1_500, -5_500, -1_000]


def test_a_new_plan_tempts_those_who_pay_by_the_month_only_where_the_scenario_says_so() -> None:
    visits = [came(day, member=1, right=Right.SUBSCRIPTION) for day in range(1, 13)]  # 12 days: 60 + 2 x 5 = 70
    visits += [came(day, member=2, right=Right.SUBSCRIPTION) for day in range(1, 23)]  # 22 days: 60 + 12 x 5 = 120
    half = NewPlan("Mi-temps", 6_000, 10)
    assert left(play(Scenario(plan=half), visits)) == (0, 0)
    found = play(Scenario(plan=replace(half, of_months=True)), visits)
    assert (found.members[1], found.members[2]) == (-3_000, 0)
    assert {number: found.members[number] for number in range(3, 9)} == dict.fromkeys(range(3, 9), -4_000)  # never came
    assert left(found) == (0, -3_000 - 6 * 4_000)
    assert (found.lines["month"].times_after, found.lines["plan:Mi-temps"].times_after) == (1, 7)


def test_of_a_month_and_a_new_plan_everybody_takes_what_costs_least() -> None:
    visits = [came(day, member=20) for day in range(1, 24)]  # 115 by the day, 100 by the month, 90 by the plan
    found = play(Scenario(switches=True, plan=NewPlan("Neuve", 9_000)), visits)
    assert (found.members[20], found.lines["month"].times_after) == (-2_500, 8)


def test_a_guest_costs_the_host_what_the_scenario_says() -> None:
    guest = replace(came(2, member=20), is_guest=True)
    found = play(Scenario(rules={"guest_cents": 300}), [came(2, member=20), guest])
    assert found.members[20] == -200
    assert found.who[20].days == 1


def test_only_what_exists_and_what_may_be_tried_is_tried() -> None:
    for wrong in (
        Scenario(prices={("nothing", FULL): 1}),
        Scenario(zones={"attic": (None, None)}),
        Scenario(zones={"comfort": ("month", None)}),
        Scenario(rules={"pin_sign_in": True}),
        Scenario(more={"month": 5_000}),
        Scenario(plan=NewPlan("", 100)),
        Scenario(plan=NewPlan("x" * 41, 100)),
        Scenario(plan=NewPlan("Négative", -1)),
        Scenario(plan=NewPlan("Longue", 100, 32)),
        Scenario(plan=NewPlan("Courte", 100, 0)),
    ):
        with pytest.raises(Problem):
            wrong.check(DOSSIER)
    Scenario(prices={("month", FULL): 0}, zones={"comfort": ("day", "half")}, rules={"month_cap_days": None}).check(
        DOSSIER
    )


def test_more_of_what_has_no_price_cannot_be_told() -> None:
    bare = replace(DOSSIER, prices=PRICES)
    with pytest.raises(Problem, match="no price"):
        simulator.play([], [], lambda _day: bare, Scenario(more={"month": 1}), PARIS, OCTOBER)


def test_a_free_price_stays_free_down_to_its_floor() -> None:
    free: Policy = replace(DOSSIER, prices={**PRICES, ("day", FULL): Price(500, 200)})
    assert Scenario(prices={("day", FULL): 100}).applied(free).prices["day", FULL] == Price(100, 100)
    assert Scenario(prices={("day", FULL): 900}).applied(free).prices["day", FULL] == Price(900, 200)


def turned(hours: dict[str, list[str]] | None, visits: Sequence[PastVisit], **rules: Any) -> int:
    found = play(Scenario(rules={"opening_hours": week(hours), **rules}), visits)
    return sum(found.refused.values())


def test_hours_turn_away_but_never_permanents_nor_hours_that_are_forgotten() -> None:
    mornings = {"thu": ["08:00-12:00"]}  # the 1st of October is a Thursday
    assert turned(mornings, [came(1, hour=9), came(1, hour=15, member=2), came(2, hour=9)]) == 2
    assert turned(mornings, [came(2, right=Right.SUBSCRIPTION)]) == 0
    assert turned(mornings, [came(2, right=Right.SUBSCRIPTION)], closed_admits_permanents=False) == 1
    assert turned(mornings, [came(2, arrived_at=None)]) == 0


def test_seats_are_those_of_who_is_still_here() -> None:
    gone = came(1, hour=9)
    assert gone.arrived_at is not None
    gone = replace(gone, left_at=gone.arrived_at + timedelta(hours=1))
    stays = [came(1, hour=10, member=2), came(1, hour=11, member=3), came(1, hour=12, member=4)]
    assert turned(None, [gone, *stays], capacity_legal=2) == 1


def crowd(days: dict[int, int]) -> list[PastVisit]:
    """So many days in October for each member."""
    return [came(day, member=member) for member, count in days.items() for day in range(1, count + 1)]


def test_groups_of_five_are_told_and_smaller_ones_hidden() -> None:
    often = dict.fromkeys(range(20, 26), 10)
    regular = dict.fromkeys(range(40, 46), 4)
    found = play(Scenario(prices={("day", FULL): 600}, rules={"month_cap_days": 5}), crowd(often | regular), sales=())
    told = {each.group: each for each in groups.shifts(found, 1)}
    assert (told[Group.OFTEN].less, told[Group.OFTEN].each_cents) == (6, -2_000)  # 5 x 6 instead of 10 x 5
    assert (told[Group.REGULAR].more, told[Group.REGULAR].each_cents) == (6, 400)  # 4 x 6 instead of 4 x 5
    small = play(Scenario(), crowd({20: 10, 21: 10, 40: 1}), sales=())
    assert {each.people for each in groups.shifts(small, 1)} == {None}


def test_a_number_below_five_within_a_group_is_hidden_too() -> None:
    visits = [*crowd(dict.fromkeys(range(20, 28), 3)), came(9, member=20, level="reduced", zone="corner")]
    visits = [visit if visit.member != 21 else replace(visit, level=None, zone="corner") for visit in visits]
    found = play(Scenario(prices={("day", FULL): 600}), visits, sales=())
    everybody = groups.everybody(found, 1)
    assert (everybody.people, everybody.same) == (8, None)


def test_people_by_group_are_all_the_people() -> None:
    found = play(Scenario(), crowd(dict.fromkeys(range(20, 32), 1)))
    assert sum(each.people or 0 for each in groups.shifts(found, 1)) == 12 + 8
