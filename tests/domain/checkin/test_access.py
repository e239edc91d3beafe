"""Who comes in, and what pays for the day: every refusal, and the rights in their order."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from kiosk.domain.checkin import access, day_charges, verdicts
from kiosk.domain.checkin.standing import Charge, Part, Right, Standing
from kiosk.domain.checkin.verdicts import Denial, Denied, Granted, NextStep, Notice, NoticeKind
from kiosk.domain.doors import Door, Takes
from kiosk.domain.lets import Let
from kiosk.domain.money.tariffs import FULL, GUEST, Policy, Price, Zone
from kiosk.domain.offline import roster_rules
from kiosk.domain.opening_hours import Calendar, Hours
from kiosk.domain.problems import Problem
from tests.domain.values import DAY, ENTRY, at, policy, prepaid, standing, visit

YESTERDAY, TOMORROW = DAY - timedelta(days=1), DAY + timedelta(days=1)
HALVES = policy(half_day_split_hour=13)
CENT = policy(prices={("day", FULL): Price(1)})
FREE_DAY = policy(prices={("day", FULL): Price(500), ("day", "reduced"): Price(0)})


def granted(found: Standing, rules: Policy | None = None, hour: int = 9) -> Granted:
    """The decision about someone who comes in."""
    decision = access.decide(found, rules or policy(), at(hour))
    assert isinstance(decision, Granted)
    return decision


# Who is refused


@pytest.mark.parametrize(
    ("found", "reason", "next_step", "since_on"),
    [
        (None, Denial.UNKNOWN_BADGE, NextStep.FIRST_VISIT, None),
        (standing(badge_lost_on=YESTERDAY), Denial.BADGE_LOST, NextStep.ASK, YESTERDAY),
        (standing(badge_lost_on=DAY), Denial.BADGE_LOST, NextStep.ASK, DAY),
        (standing(badge_lost_on=TOMORROW), Denial.BADGE_LOST, NextStep.ASK, TOMORROW),
        (standing(badge_until_on=YESTERDAY), Denial.BADGE_UNCONFIRMED, NextStep.CONFIRM, None),
        (standing(left_on=DAY), Denial.MEMBER_LEFT, NextStep.REJOIN, DAY),
        (standing(left_on=YESTERDAY), Denial.MEMBER_LEFT, NextStep.REJOIN, YESTERDAY),
        (standing(member_until=None), Denial.MEMBERSHIP_OVER, NextStep.RENEW, None),
        (
            standing(member_until=date(2026, 10, 25)),
            Denial.MEMBERSHIP_OVER,
            NextStep.RENEW,
            date(2026, 10, 25),
        ),
        (standing(past_due_cents=5001), Denial.TAB_OVER_LIMIT, NextStep.PAY, None),
        (standing(advance_cents=0), Denial.NO_TAB, NextStep.PAY_AHEAD, None),
        # The first reason is the one that is told.
        (standing(badge_lost_on=DAY, left_on=DAY, member_until=None), Denial.BADGE_LOST, NextStep.ASK, DAY),
        (standing(left_on=DAY, member_until=None, past_due_cents=9999), Denial.MEMBER_LEFT, NextStep.REJOIN, DAY),
        (standing(member_until=None, past_due_cents=9999), Denial.MEMBERSHIP_OVER, NextStep.RENEW, None),
        (standing(member_until=None, advance_cents=0), Denial.MEMBERSHIP_OVER, NextStep.RENEW, None),
    ],
)
def test_refusal_names_its_reason_and_what_can_be_done(
    found: Standing | None, reason: Denial, next_step: NextStep, since_on: date | None
) -> None:
    assert access.decide(found, policy(), at(9)) == Denied(reason, next_step, since_on)


def test_every_refusal_has_its_own_next_step() -> None:
    steps = {verdicts._NEXT_STEPS[reason] for reason in Denial}
    assert len(steps) == len(Denial)


def test_badge_that_is_not_confirmed_opens_on_its_first_day_and_the_roster_knows_no_more() -> None:
    first = standing(badge_until_on=DAY)
    assert isinstance(access.decide(first, policy(), at(9)), Granted)
    listed = roster_rules.listed(first, policy(), at(9))
    assert listed is not None
    assert listed.until == DAY


def test_member_who_leaves_tomorrow_still_comes_in_today() -> None:
    granted(standing(left_on=TOMORROW))


@pytest.mark.parametrize(
    ("until", "let_in", "notices"),
    [
        (DAY, True, ()),  # the last day that the fee covers
        (DAY - timedelta(days=1), True, (Notice(NoticeKind.MEMBERSHIP_GRACE, DAY + timedelta(days=29)),)),
        (DAY - timedelta(days=30), True, (Notice(NoticeKind.MEMBERSHIP_GRACE, DAY),)),
        (DAY - timedelta(days=31), False, ()),
    ],
)
def test_membership_that_is_over_still_opens_for_the_grace_and_says_until_when(
    until: date, let_in: bool, notices: tuple[Notice, ...]
) -> None:
    decision = access.decide(standing(member_until=until), policy(), at(9))
    assert isinstance(decision, Granted) is let_in
    if isinstance(decision, Granted):
        assert decision.notices == notices


def test_without_a_grace_the_door_stays_shut_on_the_day_after() -> None:
    assert access.admits(standing(member_until=YESTERDAY), policy(membership_grace_days=0), at(9)) is not None
    assert access.admits(standing(member_until=DAY), policy(membership_grace_days=0), at(9)) is None


# The tab


@pytest.mark.parametrize("past_due_cents", [4800, 5000])  # within it, though with today's day it is beyond
def test_tab_at_its_limit_still_opens(past_due_cents: int) -> None:
    assert granted(standing(past_due_cents=past_due_cents)).charge.amount_cents == 500


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({"subscribed": True}, policy()),
        ({"zone": "corner"}, policy()),
        ({"prepaid": (prepaid(),)}, policy()),
        ({"level": "reduced"}, FREE_DAY),
        ({"charged_days": 20}, policy(month_cap_days=20)),
        ({"today": visit()}, policy()),
        ({"today": visit(Part.FIRST_HALF, 300)}, HALVES),
    ],
)
@pytest.mark.parametrize("hour", [9, 14])
def test_tab_over_its_limit_never_stops_a_day_that_is_covered(change: dict[str, Any], rules: Policy, hour: int) -> None:
    assert access.admits(standing(past_due_cents=999_999, **change), rules, at(hour)) is None


def test_tab_of_half_a_day_counts_as_a_day_that_costs() -> None:
    denied = access.admits(standing(past_due_cents=5001), HALVES, at(9))
    assert denied is not None
    assert denied.reason is Denial.TAB_OVER_LIMIT


def test_day_that_costs_a_cent_is_a_day_that_costs() -> None:
    denied = access.admits(standing(past_due_cents=5001), CENT, at(9))
    assert denied is not None
    assert denied.reason is Denial.TAB_OVER_LIMIT


def test_whoever_has_a_tab_is_let_in_though_what_the_day_costs_cannot_be_told_yet() -> None:
    assert access.admits(standing(zone="attic"), policy(), at(9)) is None


# Nobody's tab: what is paid in advance, and no more


@pytest.mark.parametrize(
    ("change", "rules", "hour", "let_in"),
    [
        ({"advance_cents": 500}, policy(), 9, True),  # to the cent
        ({"advance_cents": 499}, policy(), 9, False),
        ({"advance_cents": 0}, policy(), 9, False),
        ({"advance_cents": 0}, CENT, 9, False),
        ({"advance_cents": -1000}, policy(), 9, False),  # the desk sold something that is not paid yet
        ({"advance_cents": None}, policy(), 9, True),  # a tab like anybody's, or somebody else pays
        ({"advance_cents": 250, "level": "reduced"}, policy(), 9, True),
        ({"advance_cents": 249, "level": "reduced"}, policy(), 9, False),
        ({"advance_cents": 300}, HALVES, 9, True),
        ({"advance_cents": 299}, HALVES, 9, False),
        # The other half is 2 EUR more. It was let in for the first one only.
        ({"advance_cents": 200, "today": visit(Part.FIRST_HALF, 300)}, HALVES, 14, True),
        ({"advance_cents": 199, "today": visit(Part.FIRST_HALF, 300)}, HALVES, 14, False),
        ({"advance_cents": 0, "today": visit(Part.FIRST_HALF, 300)}, HALVES, 9, True),
    ],
)
def test_without_a_tab_a_day_opens_as_far_as_it_is_paid_in_advance(
    change: dict[str, Any], rules: Policy, hour: int, let_in: bool
) -> None:
    decision = access.decide(standing(**change), rules, at(hour))
    assert isinstance(decision, Granted) is let_in
    if isinstance(decision, Denied):
        assert decision == Denied(Denial.NO_TAB, NextStep.PAY_AHEAD)


@pytest.mark.parametrize("advance_cents", [0, -1000])
@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({"subscribed": True}, policy()),
        ({"zone": "corner"}, policy()),
        ({"prepaid": (prepaid(),)}, policy()),
        ({"prepaid": (prepaid(Right.VOUCHER),)}, policy()),
        ({"level": "reduced"}, FREE_DAY),
        ({"charged_days": 20}, policy(month_cap_days=20)),
        ({"today": visit()}, policy()),
    ],
)
def test_without_a_tab_what_something_else_pays_for_is_granted_as_to_anybody(
    change: dict[str, Any], rules: Policy, advance_cents: int
) -> None:
    without_tab, with_tab = standing(advance_cents=advance_cents, **change), standing(**change)
    assert granted(without_tab, rules).charge == granted(with_tab, rules).charge


@pytest.mark.parametrize(
    ("change", "until"),
    [
        ({"advance_cents": 500}, DAY),
        ({"advance_cents": 1499}, DAY + timedelta(days=1)),
        ({"advance_cents": 0, "today": visit()}, DAY),  # today's is paid
        ({"advance_cents": 500, "today": visit()}, DAY + timedelta(days=1)),
        ({"advance_cents": 0, "prepaid": (prepaid(days_left=3),)}, DAY + timedelta(days=2)),
        ({"advance_cents": 500, "prepaid": (prepaid(days_left=3),)}, DAY + timedelta(days=3)),
        ({"advance_cents": 0, "prepaid": (prepaid(days_left=3, expires_on=TOMORROW),)}, TOMORROW),
        ({"advance_cents": 999_999}, date(2027, 3, 2)),  # no further than the membership and its grace
        ({"advance_cents": 0, "subscribed": True}, date(2027, 3, 2)),
        ({"advance_cents": 0, "zone": "corner"}, date(2027, 3, 2)),
        ({"advance_cents": None}, date(2027, 3, 2)),
    ],
)
def test_without_a_tab_the_roster_lets_in_for_as_many_days_as_are_paid(change: dict[str, Any], until: date) -> None:
    found = roster_rules.listed(standing(**change), policy(), at(9))
    assert found is not None
    assert found.until == until


@pytest.mark.parametrize(
    ("change", "rules", "count"),
    [
        ({"advance_cents": 1500}, policy(), 3),
        ({"advance_cents": 1500}, policy(month_cap_days=1), 3),  # what the cap gives is not counted
        ({"advance_cents": 0}, CENT, 0),
        ({"advance_cents": -1}, CENT, 0),
        ({"advance_cents": 0, "prepaid": (prepaid(expires_on=YESTERDAY),)}, policy(), 0),
        ({"advance_cents": 0, "prepaid": (prepaid(expires_on=DAY),)}, policy(), 1),
        ({"advance_cents": None}, policy(), None),
    ],
)
def test_days_in_hand_are_those_that_are_paid(change: dict[str, Any], rules: Policy, count: int | None) -> None:
    assert day_charges.days_in_hand(standing(**change), rules, at(9)) == count


def test_whose_day_would_go_on_a_tab_that_is_none_is_not_on_the_roster() -> None:
    assert roster_rules.listed(standing(advance_cents=499), policy(), at(9)) is None


def test_days_of_which_half_is_cheap_are_counted_whole_on_the_roster() -> None:
    found = roster_rules.listed(standing(advance_cents=600), HALVES, at(9))
    assert found is not None
    assert found.until == DAY


def test_days_that_the_cap_gives_end_with_the_month_and_the_roster_does_not_count_them() -> None:
    found = roster_rules.listed(standing(advance_cents=0, charged_days=20), policy(month_cap_days=20), at(9))
    assert found is not None
    assert found.until == DAY


@pytest.mark.parametrize(
    ("found", "rules", "charge"),
    [
        (standing(), policy(), Charge(Right.FULL, Part.DAY, 500, "day", FULL)),
        (standing(level="reduced"), policy(), Charge(Right.FULL, Part.DAY, 500, "day", FULL)),  # the host's alone
        (standing(), policy(guest_cents=300), Charge(Right.FULL, Part.DAY, 300, "day", GUEST)),
        (standing(), policy(guest_cents=0), Charge(Right.FREE, Part.DAY, 0, "day", GUEST)),
        (standing(zone="corner"), policy(guest_cents=300), Charge(Right.FREE_ZONE)),
    ],
)
def test_guest_costs_the_guests_price_or_a_full_day_and_nothing_where_days_are_free(
    found: Standing, rules: Policy, charge: Charge
) -> None:
    assert day_charges.of_guest(found, rules) == charge


@pytest.mark.parametrize(("advance_cents", "let_in"), [(None, True), (500, True), (499, False)])
def test_guest_of_whom_has_no_tab_is_paid_in_advance_too(advance_cents: int | None, let_in: bool) -> None:
    host = standing(advance_cents=advance_cents, today=visit())
    assert (access.beyond_advance(host, day_charges.of_guest(host, policy())) is None) is let_in


# The order of rights: each test takes away the right before


ALL_RIGHTS = standing(
    today=visit(),
    zone="corner",
    subscribed=True,
    level="reduced",
    charged_days=20,
    prepaid=(prepaid(Right.CARNET, 1), prepaid(Right.BANKED, 2), prepaid(Right.VOUCHER, 3)),
)
CAPPED = policy(month_cap_days=20, prices=FREE_DAY.prices)


def without(*taken: str) -> Standing:
    """Someone with every right but those that come before."""
    nothing: dict[str, Any] = {
        "today": None,
        "zone": "comfort",
        "subscribed": False,
        "charged_days": 0,
        "level": None,
    }
    left = tuple(days for days in ALL_RIGHTS.prepaid if days.right.value not in taken)
    return replace(ALL_RIGHTS, prepaid=left, **{name: nothing[name] for name in taken if name in nothing})


@pytest.mark.parametrize(
    ("taken", "rules", "right"),
    [
        ((), CAPPED, Right.TODAY),
        (("today",), CAPPED, Right.FREE_ZONE),
        (("today", "zone"), CAPPED, Right.SUBSCRIPTION),
        (("today", "zone", "subscribed"), CAPPED, Right.FREE),
        (("today", "zone", "subscribed"), policy(month_cap_days=20), Right.CAP),
        (("today", "zone", "subscribed", "charged_days"), policy(month_cap_days=20), Right.VOUCHER),
        (("today", "zone", "subscribed", "charged_days", "voucher"), policy(), Right.BANKED),
        (("today", "zone", "subscribed", "charged_days", "voucher", "banked"), policy(), Right.CARNET),
        (("today", "zone", "subscribed", "charged_days", "voucher", "banked", "carnet"), policy(), Right.REDUCED),
        (("today", "zone", "subscribed", "charged_days", "voucher", "banked", "carnet", "level"), policy(), Right.FULL),
    ],
)
def test_first_right_that_applies_pays_for_the_day(taken: tuple[str, ...], rules: Policy, right: Right) -> None:
    assert granted(without(*taken), rules).right is right


@pytest.mark.parametrize(
    ("found", "charge"),
    [
        (standing(zone="corner"), Charge(Right.FREE_ZONE)),
        (standing(subscribed=True), Charge(Right.SUBSCRIPTION)),
        (standing(), Charge(Right.FULL, Part.DAY, 500, "day", FULL)),
        (standing(level="reduced"), Charge(Right.REDUCED, Part.DAY, 250, "day", "reduced")),
        (standing(level="student"), Charge(Right.FULL, Part.DAY, 500, "day", FULL)),
        (standing(prepaid=(prepaid(),)), Charge(Right.CARNET, product="day", prepaid=prepaid())),
        (standing(today=visit()), Charge(Right.TODAY)),
    ],
)
def test_what_is_recorded_of_an_ordinary_day(found: Standing, charge: Charge) -> None:
    assert granted(found).charge == charge


def test_day_at_a_tariff_of_nothing_says_which_tariff_it_was() -> None:
    assert granted(standing(level="reduced"), FREE_DAY).charge == Charge(Right.FREE, tariff="reduced")


@pytest.mark.parametrize(
    ("hour", "minute", "charge"),
    [
        (9, 10, Charge(Right.TODAY)),
        (9, 15, Charge(Right.TODAY)),  # to the minute
        (9, 16, Charge(Right.FULL, Part.DAY, 500, "day", FULL)),
        (17, 0, Charge(Right.FULL, Part.DAY, 500, "day", FULL)),
    ],
)
def test_whoever_was_only_passing_pays_for_the_day_once_their_minutes_are_over(
    hour: int, minute: int, charge: Charge
) -> None:
    today = replace(visit(amount_cents=0, charge_entry=None), passing_until=at(9, 15).at)
    assert day_charges.charge(standing(today=today), policy(), at(hour, minute)) == charge


def test_last_day_of_a_carnet_still_opens_and_says_so() -> None:
    decision = granted(standing(prepaid=(prepaid(days_left=1),)))
    assert decision.right is Right.CARNET
    assert decision.notices == (Notice(NoticeKind.LAST_PREPAID_DAY),)


def test_carnet_with_two_days_left_says_nothing() -> None:
    assert granted(standing(prepaid=(prepaid(days_left=2),))).notices == ()


def test_used_up_carnet_leaves_the_day_to_the_tab() -> None:
    assert granted(standing(prepaid=(prepaid(days_left=0),))).right is Right.FULL


@pytest.mark.parametrize(("expires_on", "right"), [(DAY, Right.CARNET), (YESTERDAY, Right.FULL)])
def test_carnet_opens_up_to_the_day_it_expires_on(expires_on: date, right: Right) -> None:
    assert granted(standing(prepaid=(prepaid(expires_on=expires_on),))).right is right


def test_carnet_that_expires_first_is_used_first() -> None:
    found = standing(
        prepaid=(
            prepaid(id_=1),
            prepaid(id_=2, expires_on=TOMORROW),
            prepaid(id_=3, expires_on=DAY),
            prepaid(id_=4, expires_on=YESTERDAY),
        )
    )
    used = granted(found).charge.prepaid
    assert used is not None
    assert used.id == 3


def test_month_is_free_from_the_cap_on_and_says_so() -> None:
    rules = policy(month_cap_days=20)
    assert granted(standing(charged_days=19), rules).right is Right.FULL
    decision = granted(standing(charged_days=20), rules)
    assert decision.charge == Charge(Right.CAP)
    assert decision.notices == (Notice(NoticeKind.CAP_REACHED),)


def test_without_a_cap_no_month_becomes_free() -> None:
    assert granted(standing(charged_days=31)).right is Right.FULL


@pytest.mark.parametrize(
    ("price", "chosen", "right", "cents"),
    [
        (Price(500, 0), None, Right.FULL, 500),
        (Price(500, 0), 0, Right.FREE, 0),
        (Price(500, 200), 0, Right.FULL, 200),
        (Price(500, 0), 800, Right.FULL, 800),
        (Price(0), None, Right.FREE, 0),
    ],
)
def test_where_the_price_is_free_the_member_set_it(price: Price, chosen: int | None, right: Right, cents: int) -> None:
    charge = granted(standing(chosen_cents=chosen), policy(prices={("day", FULL): price})).charge
    assert (charge.right, charge.amount_cents) == (right, cents)


def test_zone_that_does_not_exist_is_no_free_zone() -> None:
    with pytest.raises(Problem) as refused:
        day_charges.charge(standing(zone="attic"), policy(), at(9))
    assert refused.value.code == "no-zone"


# Halves of the day


@pytest.mark.parametrize(
    ("hour", "level", "charge"),
    [
        (9, None, Charge(Right.FULL, Part.FIRST_HALF, 300, "half", FULL)),
        (13, None, Charge(Right.FULL, Part.SECOND_HALF, 300, "half", FULL)),
        (9, "reduced", Charge(Right.REDUCED, Part.FIRST_HALF, 150, "half", "reduced")),
    ],
)
def test_half_a_day_is_charged_where_halves_are_sold(hour: int, level: str | None, charge: Charge) -> None:
    assert granted(standing(level=level), HALVES, hour).charge == charge


@pytest.mark.parametrize("half", [500, 700])
def test_half_that_costs_no_less_than_the_day_gives_the_whole_day(half: int) -> None:
    rules = policy(half_day_split_hour=13, prices={("day", FULL): Price(500), ("half", FULL): Price(half)})
    assert granted(standing(), rules).charge == Charge(Right.FULL, Part.DAY, 500, "day", FULL)


@pytest.mark.parametrize(("half", "total"), [(300, 500), (250, 500), (200, 400), (0, 200)])
def test_second_half_is_charged_and_both_never_cost_more_than_the_day(half: int, total: int) -> None:
    rules = policy(half_day_split_hour=13, prices={("day", FULL): Price(500), ("half", FULL): Price(half)})
    first = visit(Part.FIRST_HALF, half or 200)
    charge = granted(standing(today=first), rules, 14).charge
    assert charge == Charge(Right.FULL, Part.DAY, total, "day", FULL, replaces=ENTRY)


def test_dearer_first_half_of_this_morning_is_not_given_back() -> None:
    charge = granted(standing(today=visit(Part.FIRST_HALF, 600)), HALVES, 14).charge
    assert charge.amount_cents == 600


def test_prepaid_day_replaces_the_first_half_that_was_charged() -> None:
    found = standing(today=visit(Part.FIRST_HALF, 300), prepaid=(prepaid(),))
    assert granted(found, HALVES, 14).charge == Charge(Right.CARNET, product="day", prepaid=prepaid(), replaces=ENTRY)


@pytest.mark.promise(2)
@pytest.mark.parametrize(
    ("found", "rules", "hour"),
    [
        (standing(today=visit(Part.FIRST_HALF, 300)), HALVES, 9),  # still the first half
        (standing(today=visit(Part.FIRST_HALF, 300)), HALVES, 12),
        (standing(today=visit(Part.FIRST_HALF, 300)), policy(), 14),  # halves are no longer sold
        (standing(today=visit(Part.FIRST_HALF, 300), subscribed=True), HALVES, 14),
        (standing(today=visit(Part.FIRST_HALF, 300), zone="corner"), HALVES, 14),
        (standing(today=visit(Part.FIRST_HALF, 0, None)), HALVES, 14),  # reversed at the desk: the day stays free
        (standing(today=visit(Part.SECOND_HALF, 300)), HALVES, 14),
        (standing(today=visit(Part.DAY, 500)), HALVES, 14),
        (standing(today=visit(Part.DAY, 0, None)), HALVES, 14),
    ],
)
def test_second_tap_of_a_day_that_is_recorded_writes_nothing(found: Standing, rules: Policy, hour: int) -> None:
    assert found.today is not None
    assert granted(found, rules, hour).charge == Charge(Right.TODAY, found.today.part)


def test_after_midnight_the_second_half_goes_on() -> None:
    found = standing(today=visit(Part.FIRST_HALF, 300))
    charge = day_charges.charge(found, HALVES, at(0, 30, TOMORROW))
    assert charge.replaces == ENTRY


def test_zone_without_halves_charges_the_whole_day() -> None:
    zones = {"comfort": Zone(1, "comfort", "day")}
    assert granted(standing(), policy(half_day_split_hour=13, zones=zones)).charge.part is Part.DAY


def test_several_notices_stand_together() -> None:
    decision = granted(standing(member_until=YESTERDAY, prepaid=(prepaid(days_left=1),)))
    assert [notice.kind for notice in decision.notices] == [NoticeKind.MEMBERSHIP_GRACE, NoticeKind.LAST_PREPAID_DAY]


# Hours and room


CLOSED = policy(calendar=Calendar({DAY: (), TOMORROW: (Hours(480, 1140),)}))
OPENS = at(8, day=TOMORROW).local


def test_closed_space_refuses_and_says_until_when() -> None:
    decision = access.decide(standing(), CLOSED, at(9))
    assert decision == Denied(Denial.CLOSED, NextStep.COME_BACK_WHEN_OPEN, until=OPENS)


@pytest.mark.parametrize(
    ("found", "rules", "let_in"),
    [
        (standing(), CLOSED, False),
        (standing(subscribed=True), CLOSED, True),
        (standing(subscribed=True), replace(CLOSED, closed_admits_permanents=False), False),
        (standing(today=visit()), CLOSED, True),  # they may have stepped out
        (standing(subscribed=True, today=visit()), replace(CLOSED, closed_admits_permanents=False), True),
        (standing(prepaid=(prepaid(),)), CLOSED, False),
    ],
)
def test_who_comes_into_a_closed_space(found: Standing, rules: Policy, let_in: bool) -> None:
    assert isinstance(access.decide(found, rules, at(9)), Granted) is let_in


def test_place_that_is_let_whole_is_shut_till_then_to_who_came_today_too_and_not_to_who_subscribes() -> None:
    rules = policy(lets=(Let(None, None, at(9).at, at(12).at),))
    for found in (standing(), standing(today=visit())):
        refused = access.decide(found, rules, at(9))
        assert refused == Denied(Denial.CLOSED, NextStep.COME_BACK_WHEN_OPEN, until=at(12).local)
        granted(found, rules, 12)
    granted(standing(subscribed=True), rules)


@pytest.mark.parametrize(
    ("found", "rules", "zone"),
    [
        (standing(), policy(door=Door(zone="free")), "free"),
        (standing(today=visit()), policy(door=Door(zone="free")), "comfort"),  # a day that is counted stays so
        (standing(), policy(lets=(Let("comfort", "free", at(9).at, at(12).at),)), "free"),
        (standing(subscribed=True), policy(lets=(Let("comfort", "free", at(9).at, at(12).at),)), "comfort"),
    ],
)
def test_zone_is_the_door_s_and_another_where_that_is_let(found: Standing, rules: Policy, zone: str) -> None:
    assert access.placed(found, rules, at(9)).zone == zone


@pytest.mark.parametrize(
    ("found", "door", "let_in"),
    [
        (standing(), Door(takes=Takes.PERMANENTS), False),
        (standing(subscribed=True), Door(takes=Takes.PERMANENTS), True),
        (standing(today=visit()), Door(takes=Takes.PERMANENTS), True),
        (standing(subscribed=True), Door(takes=Takes.PERMANENTS, is_revoked=True), False),
    ],
)
def test_door_takes_whose_badges_it_is_for_and_none_once_it_is_revoked(
    found: Standing, door: Door, let_in: bool
) -> None:
    refused = Denied(Denial.OTHER_DOOR, NextStep.TAKE_ANOTHER_DOOR)
    assert access.admits(found, policy(door=door), at(9)) == (None if let_in else refused)


def test_whoever_is_refused_anyway_hears_that_first() -> None:
    decision = access.decide(standing(member_until=None), CLOSED, at(9))
    assert isinstance(decision, Denied)
    assert decision.reason is Denial.MEMBERSHIP_OVER


def test_admission_of_the_person_knows_neither_hours_nor_room() -> None:
    assert access.admits(standing(), replace(CLOSED, capacity_legal=1), at(9)) is None


ROOM = policy(capacity_notice=10, capacity_legal=12)


@pytest.mark.parametrize(
    ("present", "found", "let_in", "noticed"),
    [
        (9, standing(), True, False),
        (10, standing(), True, True),
        (11, standing(), True, True),
        (12, standing(), False, False),
        (30, standing(), False, False),
        (30, standing(subscribed=True), True, True),
        (30, standing(today=visit()), True, False),
    ],
)
def test_full_is_a_notice_and_refuses_only_at_the_legal_capacity(
    present: int, found: Standing, let_in: bool, noticed: bool
) -> None:
    decision = access.decide(found, ROOM, at(9), present)
    if isinstance(decision, Denied):
        assert not let_in
        assert decision == Denied(Denial.FULL, NextStep.COME_BACK_LATER)
    else:
        assert let_in
        assert (Notice(NoticeKind.FULL) in decision.notices) is noticed


def test_without_a_capacity_nobody_is_too_many() -> None:
    assert access.decide(standing(), policy(), at(9), 9999) == access.decide(standing(), policy(), at(9))
    assert not policy().counts_presence
    assert ROOM.counts_presence


def test_whom_the_room_counts_nobody_for_comes_in_where_there_is_room_for_one() -> None:
    assert isinstance(access.decide(standing(), policy(capacity_legal=1), at(9)), Granted)


@pytest.mark.parametrize("name", ["passing_minutes", "guests_a_day", "guest_days_a_year", "guest_cents", "joins_a_day"])
def test_less_than_nothing_is_no_rule(name: str) -> None:
    with pytest.raises(Problem):
        policy(**{name: -1})


@pytest.mark.parametrize("name", ["capacity_notice", "capacity_legal"])
def test_capacity_of_nobody_is_refused(name: str) -> None:
    with pytest.raises(Problem) as refused:
        policy(**{name: 0})
    assert refused.value.code == "policy"
