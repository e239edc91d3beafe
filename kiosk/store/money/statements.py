"""Reads an account's entries as a statement shows them: newest first, each with the balance after it."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.store.tables import account, entry, entry_text, member, visit


class Line(Struct, frozen=True):
    """A line of a statement: an entry, with the balance after it (above 0: owed).

    `member_number` is the member that the entry is about. `reversed_by` is the entry that reverses this one, `reverses`
    the one that this entry reverses.
    """

    number: int
    day_on: date
    kind: str
    account: int
    member_number: int | None
    amount_cents: int
    balance_cents: int
    method: str | None
    product: str | None
    reverses: int | None
    reversed_by: int | None
    text: str | None


class Own(Struct, frozen=True):
    """An account of a person, with the member number of its file, and what it owes (below 0: an advance)."""

    account: int
    number: int
    balance_cents: int


def accounts_of(connection: sa.Connection, member_id: int) -> list[Own]:
    """Return a person's accounts: that of the kept file first, then those of merged files.

    Entries stay on the account where they were written, so a merged file keeps its own.
    """
    rows = connection.execute(
        sa.select(account.c.id, member.c.number, account.c.balance_cents)
        .join(member, member.c.id == account.c.member_id)
        .where(sa.or_(member.c.id == member_id, member.c.merged_into == member_id))
        .order_by(member.c.id != member_id, member.c.number)
    )
    return [Own(*row) for row in rows]


def lines(
    connection: sa.Connection, accounts: Sequence[int], balance_cents: int, *, page: int, size: int
) -> tuple[list[Line], int]:
    """Return a page of the entries on these accounts (`page` from 1 on), and how many there are in all.

    The newest come first, by number. `balance_cents` is what the accounts owe together now, and the balance after each
    line is that of all of them.
    """
    on_accounts = entry.c.account_id.in_(accounts)
    count = connection.execute(sa.select(sa.func.count()).select_from(entry).where(on_accounts)).scalar_one()
    newer = (
        sa.select(entry.c.amount_cents)
        .where(on_accounts)
        .order_by(entry.c.number.desc())
        .limit((page - 1) * size)
        .subquery()
    )
    # what the entries of the pages before this one moved
    above = connection.execute(sa.select(sa.func.coalesce(sa.func.sum(newer.c.amount_cents), 0))).scalar_one()
    reversing = entry.alias("by")
    rows = connection.execute(
        sa.select(entry, reversing.c.number.label("by"), entry_text.c.body)
        .outerjoin(reversing, reversing.c.reverses == entry.c.number)
        .outerjoin(entry_text, entry_text.c.entry_number == entry.c.number)
        .where(on_accounts)
        .order_by(entry.c.number.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    listed, balance = [], balance_cents - above
    for row in rows:
        listed.append(_line(row, balance))
        balance -= row.amount_cents
    return listed, count


class About(Struct, frozen=True):
    """The subject of an entry: its kind, its product's code, and whether it charges a guest's visit."""

    kind: str
    product: str | None
    is_guest: bool


def about(connection: sa.Connection, numbers: Sequence[int]) -> dict[int, About]:
    """Return the subjects of these entries, by number; unknown numbers are left out."""
    rows = connection.execute(
        sa.select(entry.c.number, entry.c.kind, entry.c.detail, visit.c.host_visit_id)
        .outerjoin(visit, visit.c.id == entry.c.visit_id)
        .where(entry.c.number.in_(numbers))
    )
    return {
        row.number: About(row.kind, json.loads(row.detail).get("product"), row.host_visit_id is not None)
        for row in rows
    }


def _line(record: sa.Row[Any], balance_cents: int) -> Line:
    """Return a line of a statement from its row, with the balance after it."""
    return Line(
        number=record.number,
        day_on=record.day_on,
        kind=record.kind,
        account=record.account_id,
        member_number=record.member_number,
        amount_cents=record.amount_cents,
        balance_cents=balance_cents,
        method=record.method,
        product=json.loads(record.detail).get("product"),
        reverses=record.reverses,
        reversed_by=record.by,
        text=record.body,
    )
