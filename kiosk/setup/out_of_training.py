"""Takes rules and people out of a training home into a new one for real accounts: nothing that was tried comes along.

Members keep their numbers, badges, reduced tariffs and payers, a membership its last day, a plan that runs begins today
with a first period that is not charged, as after an import. Entries, visits, sales, officers and codes stay behind.
"""

import shutil
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from kiosk.errors import RequestError
from kiosk.home import Home, Paths
from kiosk.members.officers import DEMO
from kiosk.store.books import due_rows
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

_RULES = (product, tariff, policy, rule_called_off, zone, plan, name, closed_day, wording, room)
_PEOPLE = (organisation, member, account, payer, reduced_grant)
_HERE = "cli"  # officers of the training home are no officers of the new one
_Row = dict[str, Any]


def check(training: Home) -> None:
    """Raise RequestError `home-not-training` or `home-demo` for a home whose people are not to come along."""
    if not training.training:
        raise RequestError("home-not-training", f"{training.paths.root} is no training home: its accounts are real")
    with training.store.reading() as connection:
        marked = sa.select(sa.func.count()).where(desk_user.c.email.endswith(DEMO, autoescape=True))
        if connection.execute(marked).scalar_one():
            raise RequestError("home-demo", f"{training.paths.root} is a demo: its people are invented")


def copy_badge_keys(training: Home, paths: Paths) -> None:
    """Let the new home know the badges that were given: the key of their fingerprints, and those of before."""
    own = training.paths.badge_key
    for path in (own, *own.parent.glob(f"{own.name}.*.*")):
        shutil.copyfile(path, paths.badge_key.parent / path.name)
        (paths.badge_key.parent / path.name).chmod(0o600)


def write(training: Home, target: sa.Connection, at: datetime) -> None:
    """Write the rules and the people of a training home into an empty other one."""
    with training.store.reading() as source:
        _write(source, target, at, at.astimezone(training.config.zone).date())


def _write(source: sa.Connection, target: sa.Connection, at: datetime, today: date) -> None:
    for table in (*_RULES, *_PEOPLE):
        _copy(source, target, table, _as_new)
    _copy(source, target, badge, lambda row: None if row["proof"] else {**row, "replaces": None})
    _copy(source, target, membership, lambda row: _running(row, today))
    _begin_plans(source, target, at, today)


def _copy(
    source: sa.Connection, target: sa.Connection, table: sa.Table, changed: Callable[[_Row], _Row | None]
) -> None:
    order = table.c.id if "id" in table.c else next(iter(table.primary_key.columns))
    rows = [changed(dict(row._mapping)) for row in source.execute(sa.select(table).order_by(order))]
    if kept := [row for row in rows if row is not None]:
        target.execute(table.insert(), kept)


def _as_new(row: _Row) -> _Row:
    """Return a row without what was tried: no balance, no code of a key that stays behind, no officer of there."""
    own = {"balance_cents": 0, "pin": None, "pin_tries": 0}
    return {
        column: _HERE if column in ("actor", "seen_by") and value else own.get(column, value)
        for column, value in row.items()
    }


def _running(row: _Row, today: date) -> _Row | None:
    return {**row, "entry_number": None} if row["until_on"] >= today else None


def _begin_plans(source: sa.Connection, target: sa.Connection, at: datetime, today: date) -> None:
    c = subscription.c
    runs = source.execute(sa.select(subscription).where(c.from_on <= today, c.until_on.is_(None)).order_by(c.id))
    for row in runs:
        values = {**row._mapping, "from_on": today, "entry_number": None, "agreed_cents": None}
        target.execute(subscription.insert(), values)
        due_rows.mark(target, due_rows.MONTHS, row.id, today, at)
