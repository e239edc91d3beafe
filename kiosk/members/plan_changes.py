"""Changes a member's plan within the given transaction: the running plan ends in a chosen way, and the new one begins.

The file has the new plan's name at once; the door decides by the subscriptions and the zone, which changes on the new
plan's first day. At the desk a plan with nothing before it begins today. At the screen no plan begins before tomorrow,
so that a change there costs nothing before it begins.
"""

from datetime import date, timedelta

import sqlalchemy as sa

from kiosk.domain.chain import Seal
from kiosk.domain.days import Moment
from kiosk.domain.money.endings import Way
from kiosk.domain.money.tariffs import Policy, Product, ProductKind
from kiosk.errors import RequestError
from kiosk.money import plan_endings, till
from kiosk.store.members import zone_rows
from kiosk.store.members.members import Member
from kiosk.store.money import rights, subscription_rows
from kiosk.store.money.subscription_rows import Running
from kiosk.store.space import policies
from kiosk.store.space.policies import Plan

_A_DAY = timedelta(days=1)


def plan_of(connection: sa.Connection, code: str) -> Plan:
    """Return a plan by its code. Raises RequestError `no-such-plan`."""
    plan = policies.plans(connection).get(code)
    if plan is None:
        raise RequestError("no-such-plan", field="plan", given=code)
    return plan


def to_begin(policy: Policy, plan: Plan, *, membership: bool) -> list[Product]:
    """Return the products that begin with a plan: the membership fees, if asked for, then the subscription of the plan,
    where it has one.
    """
    fees = [product for product in policy.products.values() if product.kind is ProductKind.MEMBERSHIP]
    return [*(fees if membership else ()), *([policy.products[plan.product]] if plan.product is not None else ())]


def begin(
    connection: sa.Connection,
    seal: Seal,
    policy: Policy,
    member: Member,
    products: list[Product],
    moment: Moment,
    actor: str,
    key: bytes | None = None,
) -> None:
    """Sell a member the first period of each product, from today. `key` becomes the id of the first entry."""
    for product in products:
        if product.kind is ProductKind.SUBSCRIPTION:
            # A plan runs until it is ended: a month that is charged late must not keep a member out.
            rights.add_subscription(connection, member.id, product.id, moment.day, None, None)
        till.sell(
            connection,
            seal,
            policy,
            member,
            product.code,
            today=moment.day,
            day=moment.day,
            at=moment.at,
            actor=actor,
            id_=key,
        )
        key = None  # the first entry's alone


def at_the_desk(
    connection: sa.Connection,
    seal: Seal,
    policy: Policy,
    member: Member,
    plan: str,
    way: Way,
    moment: Moment,
    actor: str,
) -> None:
    """Change a member's plan at the desk; the `way` says when the old plan ends, and whether what is paid of it is
    credited. The new plan's first period is charged when it begins.

    Raises RequestError `no-such-plan`, `member-left` or `same-plan`.
    """
    chosen = _check_change(connection, member, plan)
    last_on = _end_running_plans(connection, seal, member, way, moment, actor)
    _begin_new_plan(connection, seal, policy, member, chosen, moment, last_on + _A_DAY, actor)


def at_the_screen(
    connection: sa.Connection, policy: Policy, member: Member, plan: str, today: date, cents: int
) -> None:
    """Change a member's plan at the screen, at the end of what is paid and not before tomorrow; nothing is charged or
    given back now. The first period costs the `cents` that were shown, or less if the price falls.

    Raises RequestError `no-such-plan`, `member-left` or `same-plan`.
    """
    chosen = _check_change(connection, member, plan)
    first_on = first_day(connection, member, chosen, today)
    for running in subscription_rows.all_endless(connection, member.id).values():
        if _has_begun(running, today):
            last_on = plan_endings.last_day(connection, running, Way.PAID, today)
            subscription_rows.end(connection, running, last_on)
        else:
            subscription_rows.drop(connection, running.id)
    zone_rows.follow(connection, member, chosen.code, chosen.zone_id, first_on, today)
    for product in to_begin(policy, chosen, membership=False):
        before = plan_endings.goes_on(connection, member.id, product.id, today)  # ended, and still covers today
        if before is not None:
            subscription_rows.end(connection, before, None)  # no last day: it goes on
        else:  # `kiosk due` charges it when it begins
            rights.add_subscription(connection, member.id, product.id, first_on, None, None, cents)


def first_day(connection: sa.Connection, member: Member, plan: Plan, today: date) -> date:
    """Return the day on which a plan chosen at the screen begins: after all that is paid, and not before tomorrow. A
    plan that still covers today is continued: then it is today.
    """
    plans = subscription_rows.of_member(connection, member.id)
    if any(each.product == plan.product and _covers(each, today) for each in plans):
        return today
    running = [each for each in plans if each.terms.until_on is None and _has_begun(each, today)]
    paid = [plan_endings.last_day(connection, each, Way.PAID, today) for each in running]
    return max([today, *paid, _last_covered_day(connection, member, today)]) + _A_DAY


def _last_covered_day(connection: sa.Connection, member: Member, today: date) -> date:
    """Return the last day of what the member's begun subscriptions with an end cover, such as an ended plan or a week;
    yesterday where nothing does.
    """
    rows = rights.subscriptions(connection, member.id)
    ends: list[date] = [row.until_on for row in rows if row.from_on <= today and row.until_on is not None]
    return max([today - _A_DAY, *ends])


def _check_change(connection: sa.Connection, member: Member, plan: str) -> Plan:
    """Return the plan that a member may change to. Raises RequestError `no-such-plan`, `member-left` or `same-plan`."""
    chosen = plan_of(connection, plan)
    if member.left_on is not None:
        raise RequestError("member-left", field="member", member=member.number)
    if member.plan == chosen.code:
        raise RequestError("same-plan", member=member.number, given=chosen.code)
    return chosen


def _end_running_plans(
    connection: sa.Connection, seal: Seal, member: Member, way: Way, moment: Moment, actor: str
) -> date:
    """End a member's running plans in a way, drop those that have not begun, and return the last day still covered,
    yesterday at the earliest. With `Way.PAID` (at the end of what is paid) subscriptions that have an end count too.
    """
    last_on = _last_covered_day(connection, member, moment.day) if way is Way.PAID else moment.day - _A_DAY
    for running in subscription_rows.all_endless(connection, member.id).values():
        if not _has_begun(running, moment.day):
            subscription_rows.drop(connection, running.id)
            continue
        last_on = max(last_on, plan_endings.end(connection, seal, running, way, moment, actor).last_on)
    return last_on


def _begin_new_plan(
    connection: sa.Connection,
    seal: Seal,
    policy: Policy,
    member: Member,
    chosen: Plan,
    moment: Moment,
    first_on: date,
    actor: str,
) -> None:
    """Begin the new plan on a day: in the file at once, for the door through its subscription and zone. A plan that
    still covers today is continued instead.
    """
    products = to_begin(policy, chosen, membership=False)
    kept = [plan_endings.goes_on(connection, member.id, each.id, moment.day) for each in products]
    begins_on = moment.day if any(kept) else first_on
    zone_rows.follow(connection, member, chosen.code, chosen.zone_id, begins_on, moment.day)
    for product, before in zip(products, kept, strict=True):
        if before is not None:
            subscription_rows.end(connection, before, None)  # no last day: it goes on
            again = subscription_rows.by_id(connection, before.id)  # with its terms as they are now
            plan_endings.by_days(connection, seal, again, moment, actor)  # charges what was given back
        elif first_on > moment.day:
            # `kiosk due` charges it when it begins
            rights.add_subscription(connection, member.id, product.id, first_on, None, None)
        else:
            begin(connection, seal, policy, member, [product], moment, actor)


def _has_begun(plan: Running, today: date) -> bool:
    """Return whether a plan has begun, today included; it may be over."""
    return plan.terms.from_on <= today


def _covers(plan: Running, today: date) -> bool:
    """Return whether a plan covers today; its last day counts."""
    return plan.terms.from_on <= today <= (plan.terms.until_on or date.max)
