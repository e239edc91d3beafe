"""Lets members leave today or at the end of what is paid, and cancels a leave, within the given transaction.

A leave on a later day is a date in the file: until then badges open, what is paid covers days, and nothing more is
charged. A *way* says how what is paid ahead ends: used up (`PAID`), given back (`CREDIT`) or forfeited (`NOW`).
"""

from datetime import date, timedelta

import sqlalchemy as sa

from kiosk.domain import periods
from kiosk.domain.chain import Seal
from kiosk.domain.days import Moment
from kiosk.domain.money.endings import Ending, Way
from kiosk.domain.periods import Unit
from kiosk.errors import RequestError
from kiosk.money import plan_endings
from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.money import rights, subscription_rows
from kiosk.store.space import policies

_A_DAY = timedelta(days=1)


def ways(connection: sa.Connection, member: Member, today: date) -> tuple[Ending, ...]:
    """Return the ways in which a member may leave, the default first; empty where nothing is paid ahead and no plan
    runs.

    What is paid ahead are the plan's periods and anything else sold for a period that ends today or later.
    Running plans count once they have begun.
    """
    running = [
        each for each in subscription_rows.all_endless(connection, member.id).values() if _has_begun(each, today)
    ]
    of_plans = [each for plan in running for each in plan_endings.ways(connection, plan, today)]
    sold = [row.until_on for row in rights.subscriptions(connection, member.id) if row.until_on is not None]
    paid = [each.last_on for each in of_plans if each.way is Way.PAID] + [day for day in sold if day >= today]
    others = tuple(each for each in of_plans if each.way is not Way.PAID) or (Ending(Way.NOW, today - _A_DAY),)
    # What is paid is used up by default; a plan of which nothing is paid leaves the other ways; without a plan and
    # without anything paid there is no choice.
    return (Ending(Way.PAID, max(paid)), *others) if paid else others if of_plans else ()


def leave(connection: sa.Connection, seal: Seal, member: Member, way: Way, moment: Moment, actor: str) -> None:
    """Let a member leave: with `PAID` on the day after the last paid day, else today. From then on their badges open
    nothing. `CREDIT` gives back what is left of a paid plan.
    `PAID` where nothing is paid ahead means today. A plan that begins after today is
    dropped, unless it begins before the member leaves.
    """
    offered = ways(connection, member, moment.day)
    running = list(subscription_rows.all_endless(connection, member.id).values())
    left_on = moment.day
    if way is Way.PAID and offered and offered[0].way is Way.PAID:
        left_on = offered[0].last_on + _A_DAY
    for plan in running:
        if not _has_begun(plan, moment.day) and plan.terms.from_on >= left_on:
            subscription_rows.drop(connection, plan.id)
        elif way is Way.CREDIT or left_on > moment.day:  # else `members.leave` ends it today
            plan_endings.end(connection, seal, plan, way, moment, actor)
    members.leave(connection, member, left_on)


def stay(connection: sa.Connection, member: Member, today: date) -> None:
    """Cancel a leave of today or a later day: subscriptions that would have ended with it continue. Raises RequestError
    `not-left-today`.
    """
    if member.left_on is None or member.left_on < today:
        raise RequestError("not-left-today", member=member.number)
    members.change(connection, member, left_on=None)
    # Leaving today ends subscriptions with today; a later leave ended them the day before it, the last paid day.
    last_on = member.left_on if member.left_on == today else member.left_on - _A_DAY
    plan = policies.plans(connection).get(member.plan)
    for row in rights.subscriptions(connection, member.id):
        # A plan's subscription, which has no entry of its own, of another plan than the file's.
        is_another = row.entry_number is None and (plan is None or row.code != plan.product)
        if row.until_on == last_on and (last_on == today or not is_another):
            # What was sold ends after its unit; a plan runs until it is ended.
            end = None if row.entry_number is None else periods.end(Unit(row.unit), row.from_on)
            rights.lengthen(connection, row.id, end)


def _has_begun(plan: subscription_rows.Running, today: date) -> bool:
    """Return whether a plan begins today or began earlier."""
    return plan.terms.from_on <= today
