"""Keeps running subscriptions, which are charged period by period and have no entry of a sale:
their terms and pauses.
"""

from collections import defaultdict
from datetime import date
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.money.renewals import Pause, Terms
from kiosk.domain.periods import Unit
from kiosk.errors import RequestError
from kiosk.store.tables import member, product, subscription
from kiosk.store.tables.entrance import subscription_pause


class Running(Struct, frozen=True):
    """A member's running subscription to a product: `number` is the member's, `terms` its days, unit and pauses.

    Its first period costs at most `agreed_cents`, unless None.
    """

    id: int
    member_id: int
    number: int
    name: str
    product_id: int
    product: str
    terms: Terms
    agreed_cents: int | None = None


_RUNNING = (
    sa.select(
        subscription.c.id,
        subscription.c.member_id,
        member.c.number,
        member.c.name,
        product.c.id.label("product_id"),
        product.c.code,
        product.c.unit,
        subscription.c.from_on,
        subscription.c.until_on,
        subscription.c.agreed_cents,
        subscription_pause.c.from_on.label("paused_from"),
        subscription_pause.c.until_on.label("paused_until"),
    )
    .join(member, member.c.id == subscription.c.member_id)
    .join(product, product.c.id == subscription.c.product_id)
    .outerjoin(subscription_pause, subscription_pause.c.subscription_id == subscription.c.id)
    .where(subscription.c.entry_number.is_(None))  # those with an entry were sold at once, for a fixed period
    .order_by(member.c.number, subscription.c.id, subscription_pause.c.from_on)
)


def running(connection: sa.Connection) -> list[Running]:
    """Return every running subscription there ever was, ended ones included, by member number."""
    return _read(connection, _RUNNING)


def by_id(connection: sa.Connection, id_: int) -> Running:
    """Return a running subscription. Raises RequestError `no-such-subscription`."""
    subscriptions = _read(connection, _RUNNING.where(subscription.c.id == id_))
    if not subscriptions:
        raise RequestError("no-such-subscription", number=id_)
    return subscriptions[0]


def sold_by(connection: sa.Connection, id_: int) -> int | None:
    """Return the entry that sold a subscription for a fixed period; None for a running one."""
    return connection.execute(sa.select(subscription.c.entry_number).where(subscription.c.id == id_)).scalar()


def endless(connection: sa.Connection, member_id: int, product_id: int) -> Running | None:
    """Return a member's subscription to a product that has no last day; None if there is none."""
    without_end = _RUNNING.where(
        subscription.c.member_id == member_id,
        subscription.c.product_id == product_id,
        subscription.c.until_on.is_(None),
    )
    return next(iter(_read(connection, without_end)), None)


def of_member(connection: sa.Connection, member_id: int) -> list[Running]:
    """Return a member's running subscriptions, ended ones included, the oldest first."""
    return _read(connection, _RUNNING.where(subscription.c.member_id == member_id))


def drop(connection: sa.Connection, id_: int) -> None:
    """Delete a subscription. The caller sees to it that it never began, so that nothing was charged for it."""
    connection.execute(subscription.delete().where(subscription.c.id == id_))


def all_endless(connection: sa.Connection, member_id: int) -> dict[int, Running]:
    """Return a member's running subscriptions without a last day, by product's id; of one product the first."""
    without_end = _RUNNING.where(subscription.c.member_id == member_id, subscription.c.until_on.is_(None))
    return {plan.product_id: plan for plan in reversed(_read(connection, without_end))}


def _read(connection: sa.Connection, query: sa.Select[*tuple[Any, ...]]) -> list[Running]:
    """Return the subscriptions that a query finds, in its order, each with its pauses: the query has a row for each
    pause, or one row with NULL for a subscription without a pause.
    """
    rows: dict[int, Any] = {}
    pauses: dict[int, list[Pause]] = defaultdict(list)
    for row in connection.execute(query):
        rows[row.id] = row
        if row.paused_from is not None:
            pauses[row.id].append(Pause(row.paused_from, row.paused_until))
    return [
        Running(
            row.id,
            row.member_id,
            row.number,
            row.name,
            row.product_id,
            row.code,
            Terms(Unit(row.unit), row.from_on, row.until_on, tuple(pauses.get(row.id, ()))),
            row.agreed_cents,
        )
        for row in rows.values()
    ]


def pause(connection: sa.Connection, running_plan: Running, period: Pause, actor: str) -> None:
    """Write a pause of a subscription, both days included; without a last day it lasts until it is ended.

    Raises RequestError `period` if it would end before it begins; `paused-already` if it meets an earlier pause.
    """
    ends = period.until_on or date.max
    if ends < period.from_on:
        raise RequestError(
            "period",
            "a pause from {since} cannot end on {until}",
            field="day",
            since=period.from_on,
            until=period.until_on,
        )
    for earlier in running_plan.terms.pauses:
        if earlier.from_on <= ends and period.from_on <= (earlier.until_on or date.max):
            text = f"subscription {running_plan.id} is paused from {earlier.from_on} already"
            raise RequestError("paused-already", text, field="day")
    values = {
        "subscription_id": running_plan.id,
        "from_on": period.from_on,
        "until_on": period.until_on,
        "actor": actor,
    }
    connection.execute(subscription_pause.insert(), values)


def resume(connection: sa.Connection, running_plan: Running, first_on: date) -> None:
    """End the pause of the day `first_on`, or the next one to come: the subscription covers again from this day on.

    A pause that would have no day left, such as one to come, is deleted. Raises RequestError `not-paused`.
    """
    for known_pause in running_plan.terms.pauses:
        if known_pause.until_on is None or known_pause.until_on >= first_on:
            c = subscription_pause.c
            of_pause = sa.and_(c.subscription_id == running_plan.id, c.from_on == known_pause.from_on)
            if known_pause.from_on >= first_on:
                connection.execute(subscription_pause.delete().where(of_pause))
            else:
                last = date.fromordinal(first_on.toordinal() - 1)
                connection.execute(subscription_pause.update().where(of_pause).values(until_on=last))
            return
    raise RequestError("not-paused", number=running_plan.id, day=first_on)


def may_go_on(connection: sa.Connection, running_plan: Running) -> bool:
    """Return whether a subscription with a last day may go on without one: its member has no day of leaving, and no
    endless subscription to the same product.
    """
    row = connection.execute(
        sa.select(member.c.id, member.c.left_on).where(member.c.number == running_plan.number)
    ).one()
    return row.left_on is None and endless(connection, row.id, running_plan.product_id) is None


def end(connection: sa.Connection, running_plan: Running, last_on: date | None) -> None:
    """Set a subscription's last day; None: it runs until it is ended.

    Raises RequestError `period` for a day before its first.
    """
    if last_on is not None and last_on < running_plan.terms.from_on:
        raise RequestError(
            "period",
            "subscription {number} begins on {since}, after {until}",
            field="day",
            number=running_plan.id,
            since=running_plan.terms.from_on,
            until=last_on,
        )
    connection.execute(subscription.update().where(subscription.c.id == running_plan.id).values(until_on=last_on))
