"""Keeps the lines of bank statements, the entries that they stand for, and how each bank's columns are read.

A line is a movement of the bank account, in cents: above 0 it came in. A match ties it to an entry of the ledger.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.books.statements.bank_columns import Layout
from kiosk.domain.books.statements.bank_lines import NEAR_DAYS, BankLine, Source
from kiosk.errors import RequestError
from kiosk.store.tables import account, entry, member, organisation
from kiosk.store.tables.books import bank_layout, bank_line, bank_match

# what was decided about a line: nothing yet, entries, or to leave it aside
OPEN, ENTERED, IGNORED = "open", "entered", "ignored"
STATES = (OPEN, ENTERED, IGNORED)
_c = bank_line.c
_SORTS: dict[str, sa.ColumnElement[Any]] = {
    "day": _c.day_on,
    "sum": _c.cents,
    "label": sa.func.lower(_c.label),
}
SORTS = tuple(_SORTS)


class StoredLine(Struct, frozen=True):
    """An imported bank line, and the decision about it: its `state`, and the `reason` given, None without one."""

    id: int
    line: BankLine
    state: str
    reason: str | None
    imported_at: datetime


class Match(Struct, frozen=True):
    """An entry that a bank line stands for; cents above 0 came in.

    `reversed_by` is the entry that reverses it. `written_for` is the line whose confirmation wrote the entry, None for
    an entry that was there before.
    """

    entry: int
    kind: str
    account: int | None
    name: str | None
    member_number: int | None
    cents: int
    day_on: date
    actor: str
    reversed_by: int | None
    written_for: int | None


def line_of(record: sa.Row[Any]) -> BankLine:
    """Return a stored line as it was read from the bank's file."""
    return BankLine(
        source=Source(record.source),
        day=record.day_on,
        cents=record.cents,
        label=record.label,
        party=record.party,
        reference=record.reference,
        bank_id=record.bank_id,
    )


def _stored(record: sa.Row[Any]) -> StoredLine:
    """Return an imported line, with its decision, from its row."""
    return StoredLine(record.id, line_of(record), record.state, record.reason, record.imported_at)


def around(connection: sa.Connection, lines: Sequence[BankLine]) -> list[BankLine]:
    """Return the stored lines dated from NEAR_DAYS before the first of these lines to NEAR_DAYS after the last, in the
    order of their import; none for no lines.
    """
    if not lines:
        return []
    days = [line.day for line in lines]
    first, last = min(days) - timedelta(days=NEAR_DAYS), max(days) + timedelta(days=NEAR_DAYS)
    rows = connection.execute(sa.select(bank_line).where(_c.day_on.between(first, last)).order_by(_c.id))
    return [_stored(row).line for row in rows]


def add(connection: sa.Connection, lines: Sequence[BankLine], at: datetime) -> None:
    """Write new bank lines."""
    values = [
        {
            "source": line.source.value,
            "day_on": line.day,
            "cents": line.cents,
            "label": line.label,
            "party": line.party,
            "reference": line.reference,
            "bank_id": line.bank_id,
            "imported_at": at,
        }
        for line in lines
    ]
    if values:
        connection.execute(bank_line.insert(), values)


def one(connection: sa.Connection, id_: int) -> StoredLine:
    """Return a bank line. Raises RequestError `no-such-bank-line`."""
    row = connection.execute(sa.select(bank_line).where(_c.id == id_)).first()
    if row is None:
        raise RequestError("no-such-bank-line", number=id_)
    return _stored(row)


def by_bank_id(connection: sa.Connection, source: Source, bank_id: str) -> StoredLine | None:
    """Return the source's line to which the bank gave this id, the oldest of several; None if there is none."""
    query = sa.select(bank_line).where(_c.source == source.value, _c.bank_id == bank_id).order_by(_c.id).limit(1)
    row = connection.execute(query).first()
    return None if row is None else _stored(row)


def opened(connection: sa.Connection) -> list[StoredLine]:
    """Return every undecided bank line, oldest first."""
    rows = connection.execute(
        # a literal, so that SQLite uses the index of open lines
        sa.select(bank_line).where(_c.state == sa.literal_column("'open'")).order_by(_c.day_on, _c.id)
    )
    return [_stored(row) for row in rows]


def _conditions(state: str, text: str) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of the lines in a state (empty: in any) that contain all words of a text, of which the
    first ten count; a word may stand in the label, the party or the reference.
    """
    columns: list[sa.ColumnElement[Any]] = [_c.label, _c.party, _c.reference]
    words = [sa.or_(*(column.contains(word, autoescape=True) for column in columns)) for word in text.split()[:10]]
    return [*([_c.state == state] if state else []), *words]


def page(
    connection: sa.Connection,
    state: str = "",
    text: str = "",
    *,
    sort: str = "day",
    descending: bool = True,
    limit: int = 50,
    offset: int = 0,
) -> list[StoredLine]:
    """Return a page of the bank lines in a state (empty: in any) that contain all words of a text. `sort` is one of
    SORTS.
    """
    columns = [_SORTS[sort], _c.id]
    rows = connection.execute(
        sa.select(bank_line)
        .where(*_conditions(state, text))
        .order_by(*(column.desc() if descending else column for column in columns))
        .limit(limit)
        .offset(offset)
    )
    return [_stored(row) for row in rows]


def count(connection: sa.Connection, state: str = "", text: str = "") -> int:
    """Return how many bank lines in a state (empty: in any) contain all words of a text."""
    query = sa.select(sa.func.count()).select_from(bank_line).where(*_conditions(state, text))
    return connection.execute(query).scalar_one()


def counts(connection: sa.Connection) -> dict[str, int]:
    """Return how many bank lines are in each state."""
    rows = connection.execute(sa.select(_c.state, sa.func.count()).group_by(_c.state))
    return {**dict.fromkeys(STATES, 0), **{state: number for state, number in rows}}


def decide(connection: sa.Connection, id_: int, state: str, reason: str | None, entries: Sequence[int] = ()) -> None:
    """Write the decision about a bank line: the entries that it stands for, or that it is ignored, and why."""
    connection.execute(bank_line.update().where(_c.id == id_).values(state=state, reason=reason))
    if entries:
        connection.execute(bank_match.insert(), [{"bank_line_id": id_, "entry_number": entry_} for entry_ in entries])


def reopen(connection: sa.Connection, id_: int) -> None:
    """Withdraw the decision about a bank line: it is open again, without reason or entries. The entries stay."""
    connection.execute(bank_match.delete().where(bank_match.c.bank_line_id == id_))
    connection.execute(bank_line.update().where(_c.id == id_).values(state=OPEN, reason=None))


def matched(connection: sa.Connection, entries: Sequence[int]) -> int | None:
    """Return the first found of these entries that a bank line stands for already; None if there is none."""
    query = sa.select(bank_match.c.entry_number).where(bank_match.c.entry_number.in_(entries)).limit(1)
    return connection.execute(query).scalar()


def all_matched(connection: sa.Connection, entries: Sequence[int]) -> set[int]:
    """Return those of these entries that a bank line stands for already."""
    query = sa.select(bank_match.c.entry_number).where(bank_match.c.entry_number.in_(entries))
    return set(connection.execute(query).scalars())


def matches(connection: sa.Connection, ids: Sequence[int]) -> dict[int, list[Match]]:
    """Return the entries that these bank lines stand for, by line and number; a line without one is left out."""
    reversing = entry.alias("by")
    rows = connection.execute(
        sa.select(
            bank_match.c.bank_line_id,
            entry.c.number,
            entry.c.kind,
            entry.c.account_id,
            sa.func.coalesce(member.c.name, organisation.c.name),
            member.c.number,
            -entry.c.amount_cents,
            entry.c.day_on,
            entry.c.actor,
            reversing.c.number,
            sa.func.json_extract(entry.c.detail, "$.bank_line"),
        )
        .join(entry, entry.c.number == bank_match.c.entry_number)
        .outerjoin(account, account.c.id == entry.c.account_id)
        .outerjoin(member, member.c.id == account.c.member_id)
        .outerjoin(organisation, organisation.c.id == account.c.organisation_id)
        .outerjoin(reversing, reversing.c.reverses == entry.c.number)
        .where(bank_match.c.bank_line_id.in_(ids))
        .order_by(entry.c.number)
    )
    matches_of: dict[int, list[Match]] = defaultdict(list)
    for id_, *rest in rows:
        matches_of[id_].append(Match(*rest))
    return matches_of


def is_money(connection: sa.Connection, entries: Sequence[int], method: str, cents: int) -> bool:
    """Return whether these entries are payments and refunds by a method, none reversed, that add up to `cents`.

    Also true for a single entry saying that cash of this sum has arrived at the bank, whatever the method. False if an
    entry is unknown.
    """
    reversing = entry.alias("by")
    rows = connection.execute(
        sa.select(entry.c.kind, entry.c.method, entry.c.amount_cents, sa.func.json_extract(entry.c.detail, "$.cents"))
        .outerjoin(reversing, reversing.c.reverses == entry.c.number)
        .where(entry.c.number.in_(entries), reversing.c.number.is_(None))
    ).all()
    if len(rows) != len(set(entries)):
        return False
    if [row.kind for row in rows] == ["credited"]:
        return bool(rows[0][3] == cents)
    is_right = all(row.kind in ("payment", "refund") and row.method == method for row in rows)
    return is_right and -sum(row.amount_cents for row in rows) == cents


def layout(connection: sa.Connection, header: str) -> Layout | None:
    """Return the confirmed meaning of the columns under a header line; None if none was confirmed."""
    text = connection.execute(sa.select(bank_layout.c.layout).where(bank_layout.c.header == header)).scalar()
    return None if text is None else Layout.of(text)


def remember(connection: sa.Connection, header: str, columns: Layout, at: datetime) -> None:
    """Write the confirmed meaning of the columns under a header line, in place of an earlier one."""
    connection.execute(bank_layout.delete().where(bank_layout.c.header == header))
    connection.execute(bank_layout.insert(), {"header": header, "layout": columns.text(), "made_at": at})
