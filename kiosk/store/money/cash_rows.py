"""Reads the cash box, from its entries alone: movements, counts, and cash that members declared.

Cash moves by payments and refunds in cash, by differences that a count finds, by what is carried to the bank, and by
reversals of these.
"""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy import literal_column

from kiosk.domain.money import cash
from kiosk.store.tables import account, entry, entry_text, member, of_books, organisation
from kiosk.store.tables.books import declaration

OPEN, COUNTED, MISSING, WITHDRAWN = "open", "counted", "missing", "withdrawn"  # what became of a declaration of cash
_Moves = sa.Select[*tuple[Any, ...]]  # queries for entry, day and cents
_by = entry.alias("by")  # reverses another entry


def _number_in_detail(name: str) -> sa.ColumnElement[int]:
    """Return SQL for a number in an entry's detail; NULL where it has none."""
    return sa.func.json_extract(entry.c.detail, literal_column(f"'$.{name}'"), type_=sa.Integer)


def _own(kind: str, cents: sa.ColumnElement[int], *more: sa.ColumnElement[bool]) -> _Moves:
    """Return the query for the movements of cash that entries of one kind make, if they meet the conditions `more`.

    `cents` is what came into the box. The kind is one of those that have an index of their own (`of_books`).
    """
    return sa.select(entry.c.number, entry.c.day_on, cents.label("cents")).where(of_books(kind), *more)


# Payments and refunds in cash and their reversals, which all have the method. Only columns of the index of money, which
# is then read instead of the entries. The number is computed, since otherwise SQLite reads every entry when the moves
# are asked for in their order.
_IN_CASH = sa.select(
    (entry.c.number + literal_column("0")).label("number"), entry.c.day_on, (-entry.c.amount_cents).label("cents")
).where(entry.c.method == literal_column("'cash'"))
_OWN = (  # movements that entries of the books make by themselves
    _own("count", _number_in_detail("difference")),
    # JSON's text is compared as it is: the type Integer is a word to SQLAlchemy only
    _own("remittance", -_number_in_detail("cents"), _number_in_detail("method") == literal_column("'cash'")),
    # what was in the box before these books
    _own("opening", _number_in_detail("cash"), _number_in_detail("cash") != literal_column("0")),
)


def _reversals(own: _Moves) -> _Moves:
    """Return the query for the reversals of such movements, each with the opposite amount on its own day."""
    first = own.subquery()
    return sa.select(_by.c.number, _by.c.day_on, (-first.c.cents).label("cents")).join(
        first, first.c.number == _by.c.reverses
    )


# Every movement of cash: its entry, its day, and the cents that came in (below 0: went out).
MOVES = sa.union_all(_IN_CASH, *_OWN, *map(_reversals, _OWN)).subquery("moves")
_CONTENT = sa.select(sa.func.coalesce(sa.func.sum(MOVES.c.cents), 0))


def content(connection: sa.Connection, day: date | None = None) -> int:
    """Return the cents in the box by the books: now, or at the end of a day."""
    query = _CONTENT if day is None else _CONTENT.where(MOVES.c.day_on <= day)
    cents: int = connection.execute(query).scalar_one()
    return cents


def all_declared(connection: sa.Connection) -> int:
    """Return the cents that members declared on all accounts and no count has found yet."""
    total = sa.func.coalesce(sa.func.sum(declaration.c.cents), 0)
    return connection.execute(sa.select(total).where(declaration.c.state == literal_column(f"'{OPEN}'"))).scalar_one()


class CashDeclaration(Struct, frozen=True):
    """Cash that the holder of an account says is in the box. `member_number` is None for an organisation's account."""

    entry: int
    day_on: date
    account: int
    member_number: int | None
    name: str
    cents: int
    state: str


_DECLARED = (
    sa.select(
        declaration.c.entry_number,
        entry.c.day_on,
        declaration.c.account_id,
        member.c.number,
        sa.func.coalesce(member.c.name, organisation.c.name),
        declaration.c.cents,
        declaration.c.state,
    )
    .join(entry, entry.c.number == declaration.c.entry_number)
    .join(account, account.c.id == declaration.c.account_id)
    .outerjoin(member, member.c.id == account.c.member_id)
    .outerjoin(organisation, organisation.c.id == account.c.organisation_id)
)


def declared(connection: sa.Connection) -> list[CashDeclaration]:
    """Return the declarations of cash that no count has settled yet, by member number; organisations last."""
    rows = connection.execute(
        _DECLARED.where(declaration.c.state == literal_column(f"'{OPEN}'")).order_by(
            member.c.number.is_(None), member.c.number, declaration.c.entry_number
        )
    )
    return [CashDeclaration(*row) for row in rows]


def declared_by(connection: sa.Connection, account_id: int) -> int:
    """Return the cents that an account declared and no count has found yet."""
    return connection.execute(
        sa.select(sa.func.coalesce(sa.func.sum(declaration.c.cents), 0)).where(
            declaration.c.state == literal_column(f"'{OPEN}'"), declaration.c.account_id == account_id
        )
    ).scalar_one()


def believed(connection: sa.Connection, account_id: int, day: date, doubted_days: int) -> int | None:
    """Return the cents that an account declared and no count has found yet, if its declarations are believed.

    None if cash that it declared was missing at a count on `day` or in the `doubted_days` days before.
    """
    since_on = day - timedelta(days=doubted_days)
    settled = entry.alias("settled")
    doubted = (
        sa.select(sa.literal(1))
        .select_from(declaration.join(settled, settled.c.number == declaration.c.settled_by))
        .where(declaration.c.state == literal_column(f"'{MISSING}'"), declaration.c.account_id == account_id)
        .where(settled.c.day_on >= since_on)
        .limit(1)
    )
    return None if connection.execute(doubted).first() is not None else declared_by(connection, account_id)


def declared_on(connection: sa.Connection, account_id: int, day: date) -> list[CashDeclaration]:
    """Return the open declarations that an account made on a day, which it can still withdraw, the latest first."""
    rows = connection.execute(
        _DECLARED.where(declaration.c.state == literal_column(f"'{OPEN}'"), declaration.c.account_id == account_id)
        .where(entry.c.day_on == day)
        .order_by(declaration.c.entry_number.desc())
    )
    return [CashDeclaration(*row) for row in rows]


def declaration_of(connection: sa.Connection, number: int) -> CashDeclaration | None:
    """Return a declaration by its entry; None if there is none."""
    row = connection.execute(_DECLARED.where(declaration.c.entry_number == number)).first()
    return None if row is None else CashDeclaration(*row)


def declare(connection: sa.Connection, number: int, account_id: int, cents: int) -> None:
    """Write a declaration of cash beside its entry."""
    values = {"entry_number": number, "account_id": account_id, "cents": cents}
    connection.execute(declaration.insert(), values)


def settle(connection: sa.Connection, number: int, state: str, by: int) -> None:
    """Settle a declaration by the entry `by`: its cash was counted, was missing, or the declaration was withdrawn."""
    connection.execute(
        declaration.update().where(declaration.c.entry_number == number).values(state=state, settled_by=by)
    )


def reopen(connection: sa.Connection, by: int) -> None:
    """Open again all declarations that the entry `by` (a count or a payment) had settled."""
    connection.execute(declaration.update().where(declaration.c.settled_by == by).values(state=OPEN, settled_by=None))


class CashCount(Struct, frozen=True):
    """A count of the box: cents found and expected, how many of each coin and note, and the reason for a difference."""

    entry: int
    day_on: date
    actor: str
    counted_cents: int
    expected_cents: int
    coins: dict[int, int]  # how many, by their value in cents
    reason: str | None
    reversed_by: int | None

    @property
    def difference_cents(self) -> int:
        """The difference in cents; above 0 there was more in the box than expected."""
        return self.counted_cents - self.expected_cents


_COUNTS = (
    sa.select(entry.c.number, entry.c.day_on, entry.c.actor, entry.c.detail, entry_text.c.body, _by.c.number)
    .outerjoin(entry_text, entry_text.c.entry_number == entry.c.number)
    .outerjoin(_by, _by.c.reverses == entry.c.number)
    .where(of_books("count"))
    .order_by(entry.c.number.desc())
)


def counts(connection: sa.Connection, limit: int | None = None) -> list[CashCount]:
    """Return the counts of the box, the latest first, reversed ones included: `limit` of them, with None all."""
    cash_counts = []
    for number, day_on, actor, detail, body, reversed_by in connection.execute(_COUNTS.limit(limit)):
        recorded = json.loads(detail)
        coins = cash.from_detail(recorded.get("coins", {}))
        cash_counts.append(
            CashCount(number, day_on, actor, recorded["counted"], recorded["expected"], coins, body, reversed_by)
        )
    return cash_counts


def last_count(connection: sa.Connection) -> CashCount | None:
    """Return the latest count of the box that is not reversed; None if there is none among the last 20."""
    for cash_count in counts(connection, limit=20):
        if cash_count.reversed_by is None:
            return cash_count
    return None


def moved_on(connection: sa.Connection, accounts: Sequence[int], day: date) -> dict[int, int]:
    """Return the cents received in cash on a day less cash paid back, by account, without what was reversed since.

    Accounts without such entries are left out.
    """
    reversing = entry.alias("by")
    rows = connection.execute(
        sa.select(entry.c.account_id, -sa.func.sum(entry.c.amount_cents))
        .outerjoin(reversing, reversing.c.reverses == entry.c.number)
        .where(
            entry.c.account_id.in_(accounts),
            entry.c.day_on == day,
            entry.c.method == "cash",
            entry.c.kind.in_(("payment", "refund")),
            reversing.c.number.is_(None),
        )
        .group_by(entry.c.account_id)
    )
    return {id_: cents for id_, cents in rows if id_ is not None}
