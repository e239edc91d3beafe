"""Prices past visits and sales again, under the rules of the time and under changed ones.

Both sides use the door's own decision, so that their difference comes from the change alone. The visits stay the same,
unless a scenario says how many more or fewer there are: how people react to a price cannot be simulated.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from kiosk.domain.checkin.standing import Charge, Right
from kiosk.domain.checkin.verdicts import Denied
from kiosk.domain.money.tariffs import FULL, Policy, ProductKind
from kiosk.domain.problems import Problem
from kiosk.domain.space import taking
from kiosk.domain.space.past import PastSale, PastVisit
from kiosk.domain.space.replay import Side
from kiosk.domain.space.scenario import Scenario
from kiosk.domain.space.simulated import Line, Person, Sides, Simulated, month_of

__all__ = ["Line", "PastSale", "PastVisit", "Person", "Sides", "Simulated", "play", "simulate", "together"]


class Answered(NamedTuple):
    """A visit, the rules of its day (`policy`), and its charge by those rules; or the ledger's charge, where that
    differs (`is_unlike`).
    """

    visit: PastVisit
    policy: Policy
    was: Charge
    is_unlike: bool


def simulate(
    visits: Iterable[Answered],
    sales: Iterable[PastSale],
    before: Callable[[date], Policy],
    change: Callable[[Policy], Policy],
    zone: ZoneInfo,
    *,
    turns_away: bool = False,
) -> Simulated:
    """Return visits and sales priced twice. `before` returns the policy of a day, `change` what it would have been.
    Visits that the ledger charged otherwise than the rules of the time keep their charge.
    """
    simulated, changed, side = Simulated(), _Changed(change), Side(zone, turns_away)
    for visit, old, charge_then, is_unlike in visits:
        charge_now: Charge | Denied = charge_then
        if is_unlike:
            simulated.unlike += 1
        else:
            charge_now = side.answer(visit, changed(old), twice=old.half_day_split_hour is not None)
        if isinstance(charge_now, Charge):
            side.note(visit, charge_now)
        _count(simulated, visit, charge_then, charge_now)
    for sale in sales:
        old = before(sale.day)
        after = _sold_again(sale, old, changed(old))
        same = Charge(Right.FULL, amount_cents=sale.amount_cents, product=sale.product)  # the right is not counted
        simulated.add(sale.member, sale.day, same, replace(same, amount_cents=after))
        if sale.product in old.products and old.products[sale.product].kind is ProductKind.SUBSCRIPTION:
            simulated.monthly[sale.member, month_of(sale.day)] = sale.product, after
    return simulated


def play(
    visits: Iterable[Answered],
    sales: Iterable[PastSale],
    before: Callable[[date], Policy],
    scenario: Scenario,
    zone: ZoneInfo,
    first: date,
) -> Simulated:
    """Return a month, which begins on `first`, priced under a scenario. Raises Problem `scenario`."""
    simulated = simulate(visits, sales, before, scenario.applied, zone, turns_away=scenario.turns_away)
    month, old = month_of(first), before(first)
    new = scenario.applied(old)
    costs = simulated.costs[month]
    costs.before, costs.after = old.rent_cents + old.charges_cents, new.rent_cents + new.charges_cents
    taking.take(simulated, scenario, new, month)
    for product, count in scenario.more.items():
        _suppose(simulated, product, count, new, month)
    return simulated


def together(months: Iterable[Simulated]) -> Simulated:
    """Return the results of several months as one period. Raises Problem `scenario` where fewer than none of a product
    would be sold.
    """
    whole = Simulated()
    for month in months:
        whole.take_in(month)
    for line in whole.lines.values():
        if line.times_after < 0:
            raise Problem("scenario", "fewer of {given!r} than were sold", given=line.product)
    return whole


@dataclass(slots=True)
class _Changed:
    """Changed policies, each worked out once. Policies are kept with their change, so that no `id` is used again."""

    change: Callable[[Policy], Policy]
    _known: dict[int, tuple[Policy, Policy]] = field(default_factory=dict)

    def __call__(self, policy: Policy) -> Policy:
        """Return the changed policy."""
        pair = self._known.get(id(policy))
        if pair is None:
            pair = self._known[id(policy)] = policy, self.change(policy)
        return pair[1]


def answered(visits: Iterable[PastVisit], before: Callable[[date], Policy], zone: ZoneInfo) -> list[Answered]:
    """Return visits with their charges by the rules of the time, computed once for all scenarios. On each day, visits
    without a stored hour come first.
    """
    answers, side = list[Answered](), Side(zone)
    for visit in sorted(visits, key=_place):
        old = before(visit.day)
        # `twice`: where halves were sold, a whole day means that both were used
        charge = side.answer(visit, old, twice=old.half_day_split_hour is not None)
        if isinstance(charge, Denied):
            raise TypeError("the rules of then turn nobody away: they were let in")
        is_unlike = visit.paid_cents is not None and charge.amount_cents != visit.paid_cents
        if is_unlike and visit.paid_cents is not None:
            charge = replace(charge, amount_cents=visit.paid_cents, product=old.zones[visit.zone].day_product)
        side.note(visit, charge)
        answers.append(Answered(visit, old, charge, is_unlike))
    return answers


def _place(visit: PastVisit) -> tuple[date, bool, str, int]:
    """Return the key that sorts visits by day, then hour; those without an hour first."""
    at = visit.arrived_at
    return visit.day, at is not None, "" if at is None else at.isoformat(), visit.ordinal


def _count(simulated: Simulated, visit: PastVisit, was: Charge, would: Charge | Denied) -> None:
    """Add one past visit to the simulation: what it cost, and what it would cost or why it would be refused. A guest's
    visit counts for seats and money, not among its host's days.
    """
    seats, zone = simulated.seats[visit.day], simulated.zones[visit.zone]
    seats.before += 1
    zone.before += 1
    if isinstance(would, Denied):
        simulated.refused[would.reason] += 1
    else:
        seats.after += 1
        zone.after += 1
    simulated.add(visit.member, visit.day, was, would if isinstance(would, Charge) else None)
    if isinstance(would, Charge) and would.product is not None and would.amount_cents and not visit.is_guest:
        simulated.charged[visit.member, month_of(visit.day)].append((would.product, would.amount_cents))
    if not visit.is_guest:
        person = simulated.who[visit.member]
        person.days += 1
        simulated.covered[visit.member, month_of(visit.day)] += visit.right is Right.SUBSCRIPTION
        person.is_subscribed |= visit.right is Right.SUBSCRIPTION
        person.is_reduced |= visit.level is not None


def _suppose(simulated: Simulated, product: str, count: int, policy: Policy, month: str) -> None:
    """Add a number of a product to a month at its full price; these sales belong to no member."""
    try:
        cents, _ = policy.ask(product, None, None)
    except Problem:
        raise Problem("scenario", "{given!r} has no price", given=product) from None
    line = simulated.line(product)
    line.times_after += count
    line.after_cents += count * cents
    simulated.months[month].after += count * cents


def _sold_again(sale: PastSale, old: Policy, new: Policy) -> int:
    """Return what a sale would have cost: unchanged where the price stays, or is missing under one of the rules; else
    in proportion to the new price, or the new price itself where the old one was 0.
    """
    level = None if sale.level == FULL else sale.level
    try:
        was, _ = old.ask(sale.product, level, None)
        would, _ = new.ask(sale.product, level, None)
    except Problem:
        return sale.amount_cents
    if was == would:
        return sale.amount_cents
    return would if was == 0 else round(sale.amount_cents * would / was)
