"""What holds of every decision, whoever comes and whatever the rules are."""

import copy
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk.domain.checkin import access, day_charges
from kiosk.domain.checkin.standing import PREPAID, Charge, Part, Prepaid, Right, Standing, VisitToday
from kiosk.domain.checkin.verdicts import Denial, Granted
from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import FULL, Policy, Price, Zone
from tests.domain.values import DAY, at, policy, standing

CENTS = st.integers(0, 1000)
NEAR = st.none() | st.integers(-60, 60).map(lambda days: DAY + timedelta(days=days))
PRICE = st.builds(lambda floor, more: Price(floor + more, floor), CENTS, CENTS) | CENTS.map(Price)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Any rules over two zones, where a reduced tariff may be missing."""
    prices = {("day", FULL): draw(PRICE), ("half", FULL): draw(PRICE)}
    for product in ("day", "half"):
        if draw(st.booleans()):
            prices[product, "reduced"] = draw(PRICE)
    half = draw(st.sampled_from([None, "half"]))
    return policy(
        half_day_split_hour=draw(st.none() | st.integers(6, 20)),
        membership_grace_days=draw(st.integers(0, 60)),
        tab_limit_cents=draw(st.integers(0, 10_000)),
        month_cap_days=draw(st.none() | st.integers(0, 31)),
        prices=prices,
        zones={"comfort": Zone(1, "comfort", "day", half), "corner": Zone(2, "corner", None)},
    )


PREPAID_DAYS = st.builds(Prepaid, st.sampled_from(PREPAID), st.integers(1, 9), st.integers(0, 3), CENTS, NEAR)
VISITS = st.builds(
    VisitToday, st.just(9), st.sampled_from(Part), CENTS, st.none() | st.integers(1, 99), st.just(at(8).at)
)
STANDINGS = st.builds(
    standing,
    zone=st.sampled_from(["comfort", "comfort", "corner"]),
    badge_lost_on=st.none() | NEAR,
    left_on=st.none() | NEAR,
    member_until=NEAR,
    subscribed=st.booleans(),
    charged_days=st.integers(0, 31),
    past_due_cents=st.integers(0, 12_000),
    prepaid=st.lists(PREPAID_DAYS, max_size=4, unique_by=lambda days: (days.right, days.id)).map(tuple),
    level=st.sampled_from([None, "reduced", "unheard-of"]),
    chosen_cents=st.none() | CENTS,
    half_chosen_cents=st.none() | CENTS,
    today=st.none() | VISITS,
    advance_cents=st.none() | st.integers(-2000, 2000),
)
NEW = STANDINGS.map(lambda found: replace(found, today=None))  # nobody's visit is recorded yet
MOMENTS = st.builds(at, st.integers(4, 23), st.integers(0, 59)) | st.just(at(1, day=DAY + timedelta(days=1)))


def usable(found: Standing) -> list[Prepaid]:
    """The prepaid days that may be used today."""
    return [days for days in found.prepaid if days.days_left and (days.expires_on is None or days.expires_on >= DAY)]


def recorded(found: Standing, charge: Charge) -> Standing:
    """The same person after the visit was written, as the records would show them."""
    entry = 100 if charge.amount_cents > 0 or charge.prepaid is not None else None
    id_, arrived = (9, at(8).at) if found.today is None else (found.today.id, found.today.arrived_at)
    today = VisitToday(id_, charge.part, charge.amount_cents, entry, arrived)
    left = tuple(
        Prepaid(p.right, p.id, p.days_left - (p == charge.prepaid), p.value_cents, p.expires_on) for p in found.prepaid
    )
    return replace(found, today=today, prepaid=left)


@given(STANDINGS, policies(), MOMENTS)
def test_day_whose_whole_is_recorded_costs_nothing_more(found: Standing, rules: Policy, moment: Moment) -> None:
    charge = day_charges.charge(found, rules, moment)
    if found.today is not None and found.today.part is not Part.FIRST_HALF:
        assert charge == Charge(Right.TODAY, found.today.part)


@given(NEW, policies(), st.lists(MOMENTS, min_size=2, max_size=6))
def test_taps_of_one_day_together_never_cost_more_than_its_day_or_use_two_days(
    found: Standing, rules: Policy, taps: list[Moment]
) -> None:
    day_cents, _ = rules.ask("day", found.level, found.chosen_cents)
    used, total = 0, 0
    for moment in sorted(taps, key=lambda tap: tap.at):
        charge = day_charges.charge(found, rules, moment)
        if charge.right is Right.TODAY:
            assert charge.amount_cents == 0
            continue
        assert found.today is None or charge.replaces == found.today.charge_entry
        total = charge.amount_cents
        used += charge.prepaid is not None
        found = recorded(found, charge)
    assert total <= day_cents
    assert used <= 1
    assert not (used and total)


@given(NEW, policies(), MOMENTS)
def test_charge_is_never_above_what_tariff_cap_or_member_set(found: Standing, rules: Policy, moment: Moment) -> None:
    charge = day_charges.charge(found, rules, moment)
    assert 0 <= charge.amount_cents <= rules.prices["day", FULL].asked(found.chosen_cents)
    if rules.month_cap_days is not None and found.charged_days >= rules.month_cap_days:
        assert charge.amount_cents == 0
    if found.subscribed or found.zone == "corner":
        assert charge.amount_cents == 0
        assert charge.prepaid is None


@given(NEW, policies(), MOMENTS)
def test_what_is_paid_for_or_costs_nothing_is_used_before_what_costs(
    found: Standing, rules: Policy, moment: Moment
) -> None:
    charge = day_charges.charge(found, rules, moment)
    if charge.amount_cents > 0:
        assert not usable(found)
        assert charge.right in (Right.REDUCED, Right.FULL)
    if charge.prepaid is not None:
        assert charge.amount_cents == 0
        assert charge.prepaid in usable(found)
        assert not any(
            PREPAID.index(other.right) < PREPAID.index(charge.prepaid.right)
            or (
                other.right is charge.prepaid.right
                and other.expires_on is not None
                and (charge.prepaid.expires_on is None or other.expires_on < charge.prepaid.expires_on)
            )
            for other in usable(found)
        )


@given(STANDINGS, policies(), MOMENTS)
def test_decision_is_admission_and_charge_and_nothing_else(found: Standing, rules: Policy, moment: Moment) -> None:
    decision = access.decide(found, rules, moment)
    denied = access.admits(found, rules, moment)
    if denied is not None:
        assert decision == denied
        return
    assert isinstance(decision, Granted)
    assert decision.charge == day_charges.charge(found, rules, moment)
    assert decision.standing is found


@given(STANDINGS, policies(), MOMENTS)
def test_decision_is_a_function_of_its_arguments_and_changes_none(
    found: Standing, rules: Policy, moment: Moment
) -> None:
    before = copy.deepcopy((found, rules, moment))
    first = access.decide(found, rules, moment)
    assert first == access.decide(copy.deepcopy(found), copy.deepcopy(rules), moment)
    assert (found, rules, moment) == before


@given(STANDINGS, policies(), MOMENTS)
def test_tab_alone_never_refuses_a_day_that_costs_nothing_new(found: Standing, rules: Policy, moment: Moment) -> None:
    denied = access.admits(found, rules, moment)
    if denied is not None and denied.reason is Denial.TAB_OVER_LIMIT:
        assert found.today is None
        assert day_charges.charge(found, rules, moment).amount_cents > 0
        assert found.past_due_cents > rules.tab_limit_cents


@given(STANDINGS, policies(), MOMENTS)
def test_whoever_has_no_tab_owes_no_more_after_a_tap_than_before(
    found: Standing, rules: Policy, moment: Moment
) -> None:
    decision = access.decide(found, rules, moment)
    if isinstance(decision, Granted) and found.advance_cents is not None:
        paid = 0 if found.today is None or decision.charge.replaces is None else found.today.amount_cents
        assert decision.charge.amount_cents - paid <= max(0, found.advance_cents)


@given(STANDINGS, policies(), MOMENTS)
def test_not_having_a_tab_changes_no_price_and_refuses_only_by_its_own_name(
    found: Standing, rules: Policy, moment: Moment
) -> None:
    like_anybody = access.decide(replace(found, advance_cents=None), rules, moment)
    decision = access.decide(found, rules, moment)
    if isinstance(decision, Granted):
        assert isinstance(like_anybody, Granted)
        assert decision.charge == like_anybody.charge
    elif decision.reason is not Denial.NO_TAB:
        assert decision == like_anybody
