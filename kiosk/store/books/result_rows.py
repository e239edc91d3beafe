"""Reads balances taken over from another program, and assemblies' votes on results; without reversed ones.

An entry of the kind `opening` is on a member's account, with what that member owed or had, or on none: then its detail
has the balances of the books' own accounts.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.books.accounts import Account
from kiosk.store.tables import entry, of_books


class Vote(Struct, frozen=True):
    """A vote on the result of the fiscal year that ends on `until_on`: its `cents`, and in `parts` those that go to
    each account, by the account's name. `entry` is the number of the vote's entry.
    """

    entry: int
    until_on: date
    voted_on: date
    cents: int
    parts: Mapping[str, int]


class TakenOver(Struct, frozen=True):
    """Another program's balances at the end of the day `balance_on`: each account's in cents, debit above 0. The entry
    that takes them over is dated on `day_on`.
    """

    entry: int
    day_on: date
    balance_on: date
    lines: tuple[tuple[Account, int], ...]

    @property
    def total(self) -> int:
        """Return the sum of all debits, which equals that of all credits, in cents."""
        return sum(cents for _, cents in self.lines if cents > 0)


def votes(connection: sa.Connection) -> list[Vote]:
    """Return the votes on results, by the fiscal year's last day."""
    votes_ = [
        Vote(number, _day(detail, "until"), _day(detail, "voted_on"), detail["cents"], detail["parts"])
        for number, _, detail in _standing(connection, "appropriation")
    ]
    return sorted(votes_, key=lambda vote: vote.until_on)


def taken_over(connection: sa.Connection) -> TakenOver | None:
    """Return the balances of the books' own accounts taken over from another program, of the first such entry; None if
    none were.
    """
    for number, day_on, detail in _standing(connection, "opening"):
        lines = tuple((Account(code, label), cents) for code, label, cents in detail["lines"])
        return TakenOver(number, day_on, _day(detail, "balance_on"), lines)
    return None


def is_taken_over(connection: sa.Connection, account: int) -> bool:
    """Return whether a member's account has a balance taken over."""
    return _owned(connection, entry.c.account_id == account)


def are_members_taken_over(connection: sa.Connection) -> bool:
    """Return whether any member's account has a balance taken over."""
    return _owned(connection, entry.c.account_id.is_not(None))


def members_taken_over(connection: sa.Connection) -> int:
    """Return the sum of the balances of members' accounts taken over, in cents: above 0 they owe."""
    reversing = entry.alias()
    query = sa.select(sa.func.coalesce(sa.func.sum(entry.c.amount_cents), 0)).where(
        of_books("opening"), entry.c.account_id.is_not(None), ~sa.exists().where(reversing.c.reverses == entry.c.number)
    )
    return int(connection.execute(query).scalar_one())


def _owned(connection: sa.Connection, whose: sa.ColumnElement[bool]) -> bool:
    """Return whether any entry that takes over an account's balance meets a condition and is not reversed."""
    reversing = entry.alias()
    query = sa.select(entry.c.number).where(
        of_books("opening"), whose, ~sa.exists().where(reversing.c.reverses == entry.c.number)
    )
    return connection.execute(query.limit(1)).first() is not None


def _standing(connection: sa.Connection, kind: str) -> list[tuple[int, date, Mapping[str, Any]]]:
    """Return number, day and detail of the entries of a kind that are not reversed and on no account, by number."""
    reversing = entry.alias()
    rows = connection.execute(
        sa.select(entry.c.number, entry.c.day_on, entry.c.detail)
        .where(of_books(kind), entry.c.account_id.is_(None), ~sa.exists().where(reversing.c.reverses == entry.c.number))
        .order_by(entry.c.number)
    )
    return [(number, day_on, json.loads(detail)) for number, day_on, detail in rows]


def _day(detail: Mapping[str, Any], name: str) -> date:
    """Return a day from an entry's detail."""
    return date.fromisoformat(detail[name])
