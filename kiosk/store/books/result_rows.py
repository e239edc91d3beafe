"""Finds the balances that were taken over from another program, and what assemblies voted on results, as they stand."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.books.accounts import Account
from kiosk.store.tables import entry, of_books


class Vote(Struct, frozen=True):
    """What was voted on a year's result: by account's name, the cents of it."""

    entry: int
    until_on: date
    voted_on: date
    cents: int
    parts: Mapping[str, int]


class TakenOver(Struct, frozen=True):
    """Balances of another program, at the end of a day: what each account holds, debit more than 0."""

    entry: int
    day_on: date
    balance_on: date
    lines: tuple[tuple[Account, int], ...]

    @property
    def total(self) -> int:
        """All debits, which are all credits."""
        return sum(cents for _, cents in self.lines if cents > 0)


def votes(connection: sa.Connection) -> list[Vote]:
    """Those that nothing took back, by the year's last day."""
    found = [
        Vote(number, _day(said, "until"), _day(said, "voted_on"), said["cents"], said["parts"])
        for number, _, said in _standing(connection, "appropriation")
    ]
    return sorted(found, key=lambda vote: vote.until_on)


def taken_over(connection: sa.Connection) -> TakenOver | None:
    """The one that nothing took back."""
    for number, day_on, said in _standing(connection, "opening"):
        lines = tuple((Account(code, label), cents) for code, label, cents in said["lines"])
        return TakenOver(number, day_on, _day(said, "balance_on"), lines)
    return None


def is_taken_over(connection: sa.Connection, account: int) -> bool:
    """Whether an account has a balance of before."""
    return _owned(connection, entry.c.account_id == account)


def are_members_taken_over(connection: sa.Connection) -> bool:
    """Whether any account has one."""
    return _owned(connection, entry.c.account_id.is_not(None))


def members_taken_over(connection: sa.Connection) -> int:
    """Return the sum of what stands of the accounts' balances of before, in cents."""
    by = entry.alias()
    query = sa.select(sa.func.coalesce(sa.func.sum(entry.c.amount_cents), 0)).where(
        of_books("opening"), entry.c.account_id.is_not(None), ~sa.exists().where(by.c.reverses == entry.c.number)
    )
    return int(connection.execute(query).scalar_one())


def _owned(connection: sa.Connection, whose: sa.ColumnElement[bool]) -> bool:
    by = entry.alias()
    query = sa.select(entry.c.number).where(
        of_books("opening"), whose, ~sa.exists().where(by.c.reverses == entry.c.number)
    )
    return connection.execute(query.limit(1)).first() is not None


def _standing(connection: sa.Connection, kind: str) -> list[tuple[int, date, Mapping[str, Any]]]:
    by = entry.alias()
    rows = connection.execute(
        sa.select(entry.c.number, entry.c.day_on, entry.c.detail)
        .where(of_books(kind), entry.c.account_id.is_(None), ~sa.exists().where(by.c.reverses == entry.c.number))
        .order_by(entry.c.number)
    )
    return [(number, day_on, json.loads(detail)) for number, day_on, detail in rows]


def _day(said: Mapping[str, Any], name: str) -> date:
    return date.fromisoformat(said[name])
