"""Finds which members would have taken a month's subscription, or a new plan, because it would have cost them less."""

from msgspec import Struct

from kiosk.domain.checkin import choices
from kiosk.domain.money.tariffs import FULL, Policy, ProductKind
from kiosk.domain.periods import Unit
from kiosk.domain.problems import Problem
from kiosk.domain.space import rent
from kiosk.domain.space.scenario import NewPlan, Scenario
from kiosk.domain.space.simulated import Simulated

PLAN = "plan:"  # prefix of a new plan's name, where products have their codes


class _Offer(Struct, frozen=True):
    """Something that may be taken for a month: its code, its price, and how many days it covers (None: all).

    `charges` are the charged days of a member's month, in order, each with its product and cents.
    """

    code: str
    cents: int
    days: int | None = None

    def cost(self, charges: list[tuple[str, int]]) -> int:
        """Return what a month with these charges costs with the offer: its price and the days beyond it."""
        return self.cents + sum(cents for _, cents in self.beyond(charges))

    def beyond(self, charges: list[tuple[str, int]]) -> list[tuple[str, int]]:
        """Return the charges of the days that the offer does not cover: those after its first `days`."""
        return [] if self.days is None else charges[self.days :]


def take(simulated: Simulated, scenario: Scenario, policy: Policy, month: str) -> None:
    """Let every member take what costs them least in a month (`2026-11`), among what the scenario offers: the cheapest
    offer where it is below their charges, else nothing.
    """
    offers = _offers(scenario, policy)
    for (member, in_month), charges in simulated.charged.items():
        if in_month != month or not offers:
            continue
        best = min(offers, key=lambda offer: offer.cost(charges))
        total = sum(cents for _, cents in charges)
        if best.cost(charges) < total:
            covered = charges[: len(charges) - len(best.beyond(charges))]
            for code, cents in covered:
                _count_sales(simulated, code, -1, -cents)
            _count_sales(simulated, best.code, 1, best.cents)
            _record_difference(simulated, member, month, best.cost(charges) - total)
    if scenario.plan is not None and scenario.plan.of_months:
        _instead_of_months(simulated, scenario.plan, policy, month)


def _offers(scenario: Scenario, policy: Policy) -> list[_Offer]:
    """Return the offers that members may take in a scenario: the month, where it lets them switch, and its new plan."""
    offers = []
    product = rent.month_product(policy) if scenario.switches else None
    if product is not None:
        offers.append(_Offer(product, policy.prices[product, FULL].cents))
    if scenario.plan is not None:
        offers.append(_offer(scenario.plan))
    return offers


def _offer(plan: NewPlan) -> _Offer:
    """Return a new plan as an offer."""
    return _Offer(PLAN + plan.name, plan.cents, plan.days)


def _instead_of_months(simulated: Simulated, plan: NewPlan, policy: Policy, month: str) -> None:
    """Move members paying by the month to the plan where it costs less, with days beyond it at the full price."""
    offer, zone = _offer(plan), choices.costly_zone(policy)
    day = None if zone is None else policy.zones[zone].day_product
    try:
        cents = 0 if day is None else policy.ask(day, None, None)[0]
    except Problem:  # a day without a price costs nothing
        cents = 0
    # `paid` is the price of their month under the scenario
    for (member, in_month), (code, paid) in simulated.monthly.items():
        product = policy.products.get(code)
        of_a_month = product is not None and product.kind is ProductKind.SUBSCRIPTION and product.unit is Unit.MONTH
        if in_month != month or not of_a_month:
            continue
        beyond = offer.beyond([(day or "", cents)] * simulated.covered[member, month])
        total = offer.cents + sum(day_cents for _, day_cents in beyond)
        if total >= paid:
            continue
        _count_sales(simulated, code, -1, -paid)
        _count_sales(simulated, offer.code, 1, offer.cents)
        for charged, day_cents in beyond:
            _count_sales(simulated, charged, 1, day_cents)
        _record_difference(simulated, member, month, total - paid)


def _count_sales(simulated: Simulated, code: str, times: int, cents: int) -> None:
    """Add to how often a product is sold afterwards, and for how much; negative numbers take away."""
    line = simulated.line(code)
    line.times_after += times
    line.after_cents += cents


def _record_difference(simulated: Simulated, member: int, month: str, cents: int) -> None:
    """Record that a member switches, and by how much more (or less) their month costs then."""
    simulated.months[month].after += cents
    simulated.members[member] += cents
    simulated.switched += 1
