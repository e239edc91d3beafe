"""Tells which plan covers a member's today and which follows it, since a file names a coming plan at once."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from msgspec import Struct

from kiosk.language.names import Names
from kiosk.store import name_rows
from kiosk.store.members.members import Member
from kiosk.store.space import policies
from kiosk.store.space.policies import Plan

_A_DAY = timedelta(days=1)
# A subscription as `rights.subscriptions` has it: id, product, unit, first day, last day, entry of its sale.
Subscribed = sa.Row[int, str, str, date, date | None, int | None]


class PlanStanding(Struct, frozen=True):
    """The plan that covers today and its last day (None: until it is ended), and the file's plan that follows with its
    first day.

    `now` is None where nothing covers the days before the coming plan.
    """

    now: Names | None
    until: date | None = None
    then: Names | None = None
    begins_on: date | None = None


def read(
    connection: sa.Connection, member: Member, today: date, rows: Sequence[Subscribed], names: Mapping[str, Names]
) -> PlanStanding:
    """Return what covers a member's today and what follows, from their subscriptions and the names of plans."""
    # A plan's subscription has no entry of its own; one that was sold names its sale.
    coming = (row.from_on for row in rows if row.entry_number is None and row.from_on > today)
    begins_on = min(coming, default=None)
    if begins_on is None and member.zone_from_on is not None and member.zone_from_on > today:
        begins_on = member.zone_from_on  # a plan without a subscription begins with its zone
    covering = next((row for row in rows if row.from_on <= today <= (row.until_on or date.max)), None)
    chosen = names[member.plan]
    # Nothing covers today: a plan without a subscription, or one that is still to come.
    if covering is None:
        return PlanStanding(chosen) if begins_on is None else PlanStanding(None, None, chosen, begins_on)
    if begins_on is None and covering.until_on is None:
        return PlanStanding(chosen)
    plans = policies.plans(connection)
    is_own = covering.code == plans[member.plan].product
    # The file's plan has no subscription: it follows the other plan that covers today.
    if covering.until_on is not None and begins_on is None and not is_own:
        begins_on = covering.until_on + _A_DAY
    now = chosen if is_own else _names_of_plan(connection, plans, names, covering.code)
    return PlanStanding(now, covering.until_on, None if begins_on is None else chosen, begins_on)


def _names_of_plan(
    connection: sa.Connection, plans: Mapping[str, Plan], names: Mapping[str, Names], product: str
) -> Names:
    """Return the names of the plan that subscribes to a product; the product's own names where no plan does any
    more.
    """
    code = next((code for code, plan in plans.items() if plan.product == product), None)
    return name_rows.products(connection)[product] if code is None else names[code]
