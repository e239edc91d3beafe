"""Tells what covers a member's today and what follows it: a file has the name of a plan to come at once."""

from collections.abc import Mapping
from datetime import date, timedelta

import sqlalchemy as sa
from msgspec import Struct

from kiosk.language.names import Names
from kiosk.store import name_rows
from kiosk.store.members import zone_rows
from kiosk.store.members.members import Member
from kiosk.store.money import rights
from kiosk.store.space import policies
from kiosk.store.space.policies import Plan

_A_DAY = timedelta(days=1)


class PlanStanding(Struct, frozen=True):
    """What covers today, until when (None: until it is ended), and from which day on the file's plan follows it.

    `now` is None where nothing covers until that plan begins.
    """

    now: Names | None
    until: date | None = None
    then: Names | None = None
    begins_on: date | None = None


def read(connection: sa.Connection, member: Member, today: date) -> PlanStanding:
    """Read what covers a member's today and what follows it."""
    names, plans = name_rows.plans(connection), policies.plans(connection)
    kept, rows = plans[member.plan], rights.subscriptions(connection, member.id)
    running = (row.from_on for row in rows if row.entry_number is None and row.from_on > today)
    begins_on = min(running, default=None) or zone_rows.first_day(connection, member, today)
    covering = next((row for row in rows if row.from_on <= today <= (row.until_on or date.max)), None)
    if covering is None:
        now = names[member.plan] if begins_on is None else None
        return PlanStanding(now, None, None if begins_on is None else names[member.plan], begins_on)
    is_own = covering.code == kept.product
    now = names[kept.code] if is_own else _named(connection, plans, covering.code)
    if covering.until_on is not None and begins_on is None and not is_own:
        begins_on = covering.until_on + _A_DAY
    return PlanStanding(now, covering.until_on, None if begins_on is None else names[member.plan], begins_on)


def _named(connection: sa.Connection, plans: Mapping[str, Plan], product: str) -> Names:
    """Return the names of the plan that subscribes to a product; of the product where none does any more."""
    code = next((code for code, plan in plans.items() if plan.product == product), None)
    return name_rows.products(connection)[product] if code is None else name_rows.plans(connection)[code]
