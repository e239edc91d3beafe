"""Reads the cash box from its entries alone: movements, counts, and declared deposits.

Money moves in it by payments and refunds in cash, by what a count finds otherwise, by what is carried to the bank, and
by what takes any of these back.
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

OPEN, COUNTED, MISSING, WITHDRAWN = "open", "counted", "missing", "withdrawn"
_Moves = sa.Select[*tuple[Any, ...]]
_by = entry.alias("by")


def _said(name: str) -> sa.ColumnElement[int]:
    return sa.func.json_extract(entry.c.detail, literal_column(f"'$.{name}'"), type_=sa.Integer)


def _own(kind: str, cents: sa.ColumnElement[int], *more: sa.ColumnElement[bool]) -> _Moves:
    return sa.select(entry.c.number, entry.c.day_on, cents.label("cents")).where(of_books(kind), *more)


# The columns of the index of money, and no other: it is read instead of the entries. By a number that is worked out:
# else SQLite reads every entry where the moves are wanted in their order.
_IN_CASH = sa.select(
    (entry.c.number + literal_column("0")).label("number"), entry.c.day_on, (-entry.c.amount_cents).label("cents")
).where(entry.c.method == literal_column("'cash'"))
_OWN = (
    _own("count", _said("difference")),
    _own("remittance", -_said("cents"), _said("method") == literal_column("'cash'")),
    _own("opening", _said("cash"), _said("cash") != literal_column("0")),  # what was in the box before
)


def _taken_back(own: _Moves) -> _Moves:
    first = own.subquery()
    return sa.select(_by.c.number, _by.c.day_on, (-first.c.cents).label("cents")).join(
        first, first.c.number == _by.c.reverses
    )


# Every movement of cash: the entry, its day, the cents that came in; less than 0 went out.
MOVES = sa.union_all(_IN_CASH, *_OWN, *map(_taken_back, _OWN)).subquery("moves")
_CONTENT = sa.select(sa.func.coalesce(sa.func.sum(MOVES.c.cents), 0))


def content(connection: sa.Connection, day: date | None = None) -> int:
    """Cents in the box by the books: now, or at the end of a day."""
    query = _CONTENT if day is None else _CONTENT.where(MOVES.c.day_on <= day)
    found: int = connection.execute(query).scalar_one()
    return found


def all_declared(connection: sa.Connection) -> int:
    """Sum what all accounts declared, and is not counted yet."""
    total = sa.func.coalesce(sa.func.sum(declaration.c.cents), 0)
    return connection.execute(sa.select(total).where(declaration.c.state == literal_column(f"'{OPEN}'"))).scalar_one()


class CashDeclaration(Struct, frozen=True):
    """Cash that an account's holder says is in the box. `member_number` is None for an organisation's account."""

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
    """What is declared and not counted yet, by member."""
    rows = connection.execute(
        _DECLARED.where(declaration.c.state == literal_column(f"'{OPEN}'")).order_by(
            member.c.number.is_(None), member.c.number, declaration.c.entry_number
        )
    )
    return [CashDeclaration(*row) for row in rows]


def declared_by(connection: sa.Connection, account_id: int) -> int:
    """Cents that an account declared, and that are not counted yet."""
    return connection.execute(
        sa.select(sa.func.coalesce(sa.func.sum(declaration.c.cents), 0)).where(
            declaration.c.state == literal_column(f"'{OPEN}'"), declaration.c.account_id == account_id
        )
    ).scalar_one()


def believed(connection: sa.Connection, account_id: int, day: date, doubted_days: int) -> int | None:
    """What an account declared and is not counted yet. None where some of theirs was not found in the `doubted_days`
    before a day.
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
    """What an account declared on a day and can still take back, the latest first."""
    rows = connection.execute(
        _DECLARED.where(declaration.c.state == literal_column(f"'{OPEN}'"), declaration.c.account_id == account_id)
        .where(entry.c.day_on == day)
        .order_by(declaration.c.entry_number.desc())
    )
    return [CashDeclaration(*row) for row in rows]


def declaration_of(connection: sa.Connection, number: int) -> CashDeclaration | None:
    """One declaration, by its entry."""
    row = connection.execute(_DECLARED.where(declaration.c.entry_number == number)).first()
    return None if row is None else CashDeclaration(*row)


def declare(connection: sa.Connection, number: int, account_id: int, cents: int) -> None:
    """Keep a declaration beside its entry."""
    values = {"entry_number": number, "account_id": account_id, "cents": cents}
    connection.execute(declaration.insert(), values)


def settle(connection: sa.Connection, number: int, state: str, by: int) -> None:
    """Settle a declaration by an entry: it was found, was not, or was withdrawn."""
    connection.execute(
        declaration.update().where(declaration.c.entry_number == number).values(state=state, settled_by=by)
    )


def reopen(connection: sa.Connection, by: int) -> None:
    """Open the declarations again that an entry had settled."""
    connection.execute(declaration.update().where(declaration.c.settled_by == by).values(state=OPEN, settled_by=None))


class CashCount(Struct, frozen=True):
    """A count of the box: what was there, what should have been, in which pieces, and why it differs."""

    entry: int
    day_on: date
    actor: str
    counted_cents: int
    expected_cents: int
    coins: dict[int, int]
    reason: str | None
    reversed_by: int | None

    @property
    def difference_cents(self) -> int:
        """More than 0: more was there than should have been."""
        return self.counted_cents - self.expected_cents


_COUNTS = (
    sa.select(entry.c.number, entry.c.day_on, entry.c.actor, entry.c.detail, entry_text.c.body, _by.c.number)
    .outerjoin(entry_text, entry_text.c.entry_number == entry.c.number)
    .outerjoin(_by, _by.c.reverses == entry.c.number)
    .where(of_books("count"))
    .order_by(entry.c.number.desc())
)


def counts(connection: sa.Connection, limit: int = 50, offset: int = 0) -> list[CashCount]:
    """Counts, the latest first; those that were taken back, too."""
    found = []
    for number, day_on, actor, detail, body, by in connection.execute(_COUNTS.limit(limit).offset(offset)):
        said = json.loads(detail)
        coins = cash.from_detail(said.get("coins", {}))
        found.append(CashCount(number, day_on, actor, said["counted"], said["expected"], coins, body, by))
    return found


def count_of_counts(connection: sa.Connection) -> int:
    """How many counts there are."""
    return connection.execute(sa.select(sa.func.count()).select_from(entry).where(of_books("count"))).scalar_one()


def last_count(connection: sa.Connection) -> CashCount | None:
    """The latest count that stands."""
    for found in counts(connection, limit=20):
        if found.reversed_by is None:
            return found
    return None


def moved_on(connection: sa.Connection, accounts: Sequence[int], day: date) -> dict[int, int]:
    """What came in cash on a day by account, less what was handed back; what was taken back since left out."""
    by = entry.alias("by")
    rows = connection.execute(
        sa.select(entry.c.account_id, -sa.func.sum(entry.c.amount_cents))
        .outerjoin(by, by.c.reverses == entry.c.number)
        .where(
            entry.c.account_id.in_(accounts),
            entry.c.day_on == day,
            entry.c.method == "cash",
            entry.c.kind.in_(("payment", "refund")),
            by.c.number.is_(None),
        )
        .group_by(entry.c.account_id)
    )
    return {id_: cents for id_, cents in rows if id_ is not None}
