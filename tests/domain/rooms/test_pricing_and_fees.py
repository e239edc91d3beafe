"""What a room costs, what cancelling costs, and how much of it anybody may have."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from kiosk.domain.money.tariffs import FULL, Price
from kiosk.domain.periods import Unit
from kiosk.domain.problems import Problem
from kiosk.domain.rooms import clients, fees, price_list, pricing
from kiosk.domain.rooms.clients import ASSOCIATION, EXTERNAL, PERSON
from kiosk.domain.rooms.fees import Held
from kiosk.domain.rooms.pricing import PricedBy
from kiosk.domain.rooms.rules import RoomRules
from kiosk.domain.slots import Slot
from tests.domain.values import policy

PARIS = ZoneInfo("Europe/Paris")
BY = PricedBy("hour", "half", "day")
PRICES = {("hour", FULL): 1000, ("half", FULL): 3000, ("day", FULL): 5000}
TEN = datetime(2027, 3, 1, 9, tzinfo=UTC)  # 10 h in Paris


def of(minutes: int, *, by: PricedBy = BY, level: str | None = None, included: int = 0, **prices: int) -> pricing.Price:
    cents_by = PRICES | {(key.split("_")[0], key.split("_")[1]): cents for key, cents in prices.items()}
    rules = policy(prices={of_level: Price(cents) for of_level, cents in cents_by.items()})
    slot = Slot(TEN, TEN + timedelta(minutes=minutes))
    return pricing.price(slot, PARIS, by, rules, level=level, half_day_minutes=240, included_minutes=included)


@pytest.mark.parametrize(
    ("minutes", "cents"),
    [
        (30, 500),
        (45, 750),
        (60, 1000),
        (150, 2500),
        (180, 3000),
        (240, 3000),  # the half day
        (300, 4000),  # a half day and an hour
        (360, 5000),
        (480, 5000),  # the day
        (720, 5000),
    ],
)
def test_the_cheapest_of_hours_half_days_and_days_is_asked(minutes: int, cents: int) -> None:
    found = of(minutes)
    assert found.cents == cents == sum(line.cents for line in found.lines)
    assert all(line.quantity * line.unit_cents == line.cents for line in found.lines)


def test_each_day_that_is_touched_has_its_own_price() -> None:
    assert of(24 * 60).cents == 5000 + 5000
    assert of(24 * 60).lines == (pricing.Line("day", Unit.DAY, 2, 5000, 10000, FULL),)


def test_who_is_no_member_has_the_external_tariff_and_where_there_is_none_the_full_one() -> None:
    assert of(60, level=EXTERNAL, hour_external=2000).lines[0].level == EXTERNAL
    assert of(60, level=EXTERNAL, hour_external=2000).cents == 2000
    assert of(60, level=EXTERNAL).cents == 1000
    assert of(60, level="reduced", hour_reduced=600).cents == 600


def test_each_kind_of_client_has_its_price_else_that_of_all_clients_else_that_of_members() -> None:
    rules = policy(
        prices={("hour", FULL): Price(1000), ("hour", EXTERNAL): Price(2000), ("hour", ASSOCIATION): Price(1500)}
    )
    asked = {level: pricing.ask("hour", level, rules) for level in (None, EXTERNAL, ASSOCIATION, PERSON)}
    assert asked == {
        None: (1000, FULL),
        EXTERNAL: (2000, EXTERNAL),
        ASSOCIATION: (1500, ASSOCIATION),
        PERSON: (2000, EXTERNAL),
    }
    assert [clients.level_of(kind) for kind in ("company", "cooperative", "association", "person", "funder")] == [
        EXTERNAL,
        EXTERNAL,
        ASSOCIATION,
        PERSON,
        EXTERNAL,
    ]


def test_an_hour_and_a_half_says_its_hours_its_price_an_hour_and_when() -> None:
    (line,) = of(90).lines
    assert (line.quantity, line.unit_cents, line.cents) == (1, 1500, 1500)
    assert (line.minutes, line.hour_cents, line.begins, line.ends) == (90, 1000, 600, 690)
    assert [(each.begins, each.ends) for each in of(24 * 60).lines] == [(0, 0)]  # of more than one day
    kept = [{name: each[name] for name in list(each)[:6]} for each in pricing.plain((line,))]  # as it was before
    assert pricing.lines(kept)[0].minutes == 0


def test_three_bookings_show_a_list_of_prices_before_it_is_one() -> None:
    prices = {(Unit.HOUR, FULL): 1000, (Unit.HOUR, ASSOCIATION): 800, (Unit.DAY, FULL): 6000}
    found = list(price_list.examples(policy(prices={}), PricedBy(), prices, MONDAY, PARIS, 240))
    costs = [{level: sum(line.cents for line in each.lines[level]) for level in each.lines} for each in found]
    assert costs == [
        {FULL: 1500, EXTERNAL: 1500, ASSOCIATION: 1200, PERSON: 1500},
        {FULL: 4000, EXTERNAL: 4000, ASSOCIATION: 3200, PERSON: 4000},
        {FULL: 6000, EXTERNAL: 6000, ASSOCIATION: 6000, PERSON: 6000},
    ]


def test_what_a_plan_includes_is_taken_first_and_only_as_much_as_there_is() -> None:
    assert (of(120, included=90).cents, of(120, included=90).included_minutes) == (500, 90)
    assert (of(60, included=90).lines, of(60, included=90).included_minutes) == ((), 60)


def test_a_room_without_products_is_free_and_one_without_a_tariff_is_not() -> None:
    assert of(60, by=PricedBy()).cents == 0
    with pytest.raises(Problem) as refused:
        of(60, by=PricedBy("no-price"))
    assert refused.value.code == "no-tariff"


def test_lines_are_read_back_as_they_were_kept() -> None:
    found = of(300)
    assert pricing.lines(pricing.plain(found.lines)) == found.lines


RULES = RoomRules(room_cancel_hours=24, room_cancel_percent=50, room_no_show_percent=80, room_claim_minutes=15)
SLOT = Slot(TEN, TEN + timedelta(hours=2))


@pytest.mark.parametrize(
    ("before", "cents"),
    [(timedelta(days=3), 0), (timedelta(hours=24), 0), (timedelta(hours=23, minutes=59), 1001), (timedelta(), 1001)],
)
def test_cancelling_costs_nothing_until_the_hours_of_the_rules(before: timedelta, cents: int) -> None:
    assert fees.on_cancelling(2001, SLOT, TEN - before, RULES) == cents


def test_not_coming_costs_its_share_and_nothing_by_default() -> None:
    assert fees.on_not_coming(1999, RULES) == 1599
    assert fees.on_not_coming(1999, RoomRules()) == fees.on_cancelling(1999, SLOT, TEN, RoomRules()) == 0


@pytest.mark.parametrize(("minutes", "claims"), [(-16, False), (-15, True), (0, True), (119, True), (120, False)])
def test_a_tap_is_for_a_booking_from_a_quarter_of_an_hour_before_to_its_end(minutes: int, claims: bool) -> None:
    assert fees.claims(SLOT, TEN + timedelta(minutes=minutes)) is claims


def test_a_room_is_lost_after_so_many_minutes_and_never_where_there_is_no_rule() -> None:
    assert fees.lost_at(SLOT, RULES) == TEN + timedelta(minutes=15)
    assert fees.lost_at(Slot(TEN, TEN + timedelta(minutes=5)), RULES) == TEN + timedelta(minutes=5)
    assert fees.lost_at(SLOT, RoomRules()) is None


MONDAY = date(2027, 3, 1)


@pytest.mark.parametrize(
    ("rule", "days", "refused"),
    [
        ("room_quota_day_minutes", [0], True),
        ("room_quota_day_minutes", [1], False),
        ("room_quota_week_minutes", [6], True),
        ("room_quota_week_minutes", [7], False),
        ("room_quota_month_minutes", [30], True),
        ("room_quota_month_minutes", [31], False),
    ],
)
def test_nobody_has_more_than_the_quota_of_a_day_a_week_or_a_month(rule: str, days: list[int], refused: bool) -> None:
    held, rules = [Held(MONDAY, 60)], replace(RoomRules(), **{rule: 119})
    wanted = [Held(MONDAY + timedelta(days=day), 60) for day in days]
    if not refused:
        return fees.check_quotas(held, wanted, rules)
    with pytest.raises(Problem) as found:
        fees.check_quotas(held, wanted, rules)
    assert found.value.code == "room-quota"
    return fees.check_quotas(held, wanted, replace(rules, **{rule: 120}))


def test_a_plan_includes_its_minutes_each_month_and_others_none() -> None:
    rules = RoomRules(room_plan_minutes={"permanent": 120})
    used = [Held(MONDAY, 90), Held(MONDAY - timedelta(days=1), 30)]
    assert fees.included("permanent", used, MONDAY, rules) == 30
    assert fees.included("permanent", [Held(MONDAY, 500)], MONDAY, rules) == 0
    assert fees.included("itinerant", [], MONDAY, rules) == fees.included(None, [], MONDAY, RoomRules()) == 0


@pytest.mark.parametrize(
    "rule", [{"room_no_show_percent": 101}, {"room_step_minutes": 7}, {"room_plan_minutes": {"a": -1}}]
)
def test_a_rule_that_cannot_be_is_refused(rule: dict[str, object]) -> None:
    with pytest.raises(Problem) as refused:
        RoomRules(**rule)  # type: ignore[arg-type]  # by its name
    assert refused.value.code == "policy"
