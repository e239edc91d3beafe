"""Copies rules and people from the records of a training home (for practice) into the empty records of another home.

Entries, visits, sales, officers and codes stay behind: a row that names an entry is copied without it, or not at all.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa

from kiosk.store.tables import (
    account,
    badge,
    member,
    membership,
    name,
    organisation,
    payer,
    plan,
    policy,
    product,
    reduced_grant,
    subscription,
    tariff,
    zone,
)
from kiosk.store.tables.desk import desk_user
from kiosk.store.tables.entrance import closed_day, rule_called_off, wording
from kiosk.store.tables.rooms import room

# tables that are copied whole, in the order of their references
_RULES = (product, tariff, policy, rule_called_off, zone, plan, name, closed_day, wording, room)
_PEOPLE = (organisation, member, account, payer, reduced_grant)
_HERE = "cli"  # the actor of copied rows: officers of the training home are none of the new one
_Row = dict[str, Any]


def has_accounts(source: sa.Connection, ending: str) -> bool:
    """Return whether any officer's e-mail address has this ending: so the demonstration's records are recognised."""
    marked = sa.select(sa.func.count()).where(desk_user.c.email.endswith(ending, autoescape=True))
    return bool(source.execute(marked).scalar_one())


def write(source: sa.Connection, target: sa.Connection, today: date) -> list[int]:
    """Copy rules and people from one home into another. Return the ids of the running
    subscriptions, which begin today.
    """
    for table in (*_RULES, *_PEOPLE):
        _copy(source, target, table, _as_new)
    # a badge that proves itself stays behind, since the keys of its proof do
    _copy(source, target, badge, lambda row: None if row["proof"] else {**row, "replaces": None})
    _copy(source, target, membership, lambda row: _running(row, today))
    return _begin_plans(source, target, today)


def _copy(
    source: sa.Connection, target: sa.Connection, table: sa.Table, changed: Callable[[_Row], _Row | None]
) -> None:
    """Copy a table's rows in order, each as `changed` returns it; a row for which it returns None stays behind."""
    order = table.c.id if "id" in table.c else next(iter(table.primary_key.columns))
    rows = [changed(dict(row._mapping)) for row in source.execute(sa.select(table).order_by(order))]
    if kept := [row for row in rows if row is not None]:
        target.execute(table.insert(), kept)


def _as_new(record: _Row) -> _Row:
    """Return a row without traces of training: balance 0, no code for a forgotten badge (the key of its hash stays
    behind), and no officer of the old home.
    """
    fresh = {"balance_cents": 0, "pin": None, "pin_tries": 0}
    return {
        column: _HERE if column in ("actor", "seen_by") and value else fresh.get(column, value)
        for column, value in record.items()
    }


def _running(record: _Row, today: date) -> _Row | None:
    """Return a membership without its sale, if its last day is today or later; else None."""
    return {**record, "entry_number": None} if record["until_on"] >= today else None


def _begin_plans(source: sa.Connection, target: sa.Connection, today: date) -> list[int]:
    """Copy the subscriptions that have begun and have no last day, as if they began today. Return their ids."""
    c = subscription.c
    runs = source.execute(sa.select(subscription).where(c.from_on <= today, c.until_on.is_(None)).order_by(c.id)).all()
    for row in runs:
        values = {**row._mapping, "from_on": today, "entry_number": None, "agreed_cents": None}
        target.execute(subscription.insert(), values)
    return [row.id for row in runs]
