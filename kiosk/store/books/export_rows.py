"""Reads the rows of files in pages, each page in a snapshot of its own, with columns as the files name them.

A file of years is read for minutes where its reader is slow, and a snapshot that stays open keeps the log of the
database from being folded back. So each page is one short transaction, read whole, and the next one begins after the
last row of it (day and id, or number), which an index finds at once.

Values come as the database has them: days as ISO text, sums as cents. What a file makes of them is `kiosk.exports`. For
programs they come ready to be written: SQLite turns cents into euros and what is absent into nothing at a tenth of what
it costs to look at each value afterwards.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam, literal_column

from kiosk.errors import MachineError
from kiosk.store.books import export_queries
from kiosk.store.books.export_queries import AFTER, FROM, UNTIL, Query

Block = list[tuple[object, ...]]  # some rows, column by column
Rows = list[tuple[Any, ...]]
Reading = Callable[[], AbstractContextManager[sa.Connection]]
PAGE = 2000


@dataclass(frozen=True, slots=True)
class Listing:
    """One query. Its last column, which no file shows, tells where the next page begins; `by_day` with the first.

    `count` is a cheaper way to count its rows, or to count a few too many. What is `long` grows with each
    visit or entry.
    """

    rows: Query
    by_day: bool = False
    page: int = PAGE
    first: Query | None = None  # after which to begin
    count: Query | None = None
    long: bool = False


LISTINGS = {
    "day-passes": Listing(export_queries.DAY_PASSES, by_day=True, long=True),
    "visits": Listing(export_queries.VISITS, by_day=True, long=True),
    "occupancy": Listing(export_queries.OCCUPANCY, by_day=True, page=200, count=export_queries.DAYS),
    "payments": Listing(
        export_queries.PAYMENTS, long=True, first=export_queries.BEFORE_FIRST_ENTRY, count=export_queries.PAID_ENTRIES
    ),
    "cash": Listing(
        export_queries.CASH, page=10_000, count=export_queries.CASH_MOVES
    ),  # each page adds the box up anew
    "remittances": Listing(export_queries.REMITTANCES),
    "tabs": Listing(export_queries.TABS, page=200, count=export_queries.ACCOUNTS),
    "entries": Listing(
        export_queries.ENTRIES, long=True, first=export_queries.BEFORE_FIRST_ENTRY, count=export_queries.DATED_ENTRIES
    ),
    "members": Listing(export_queries.MEMBERS),
    "member-files": Listing(export_queries.MEMBER_FILES),
}


def blocks(reading: Reading, name: str, from_on: date, until_on: date, most: int | None = None) -> Iterator[Block]:
    """The rows of a listing for both days and all between, or the first so many. Raises MachineError `database`."""
    for rows in _pages(reading, LISTINGS[name], from_on, until_on, most, None):
        yield list(zip(*rows, strict=True))[:-1]


def ready(reading: Reading, name: str, from_on: date, until_on: date, sums: Sequence[int]) -> Iterator[Rows]:
    """The same rows in pages, with the key after them: what is absent is an empty text, and what stands in the columns
    `sums` is euros, or None. Raises MachineError `database`.
    """
    return _pages(reading, LISTINGS[name], from_on, until_on, None, frozenset(sums))


def _pages(
    reading: Reading, listing: Listing, from_on: date, until_on: date, most: int | None, sums: frozenset[int] | None
) -> Iterator[Rows]:
    bound = _bound(from_on, until_on)
    query = listing.rows.limit(bindparam("page"))
    says_ready = _saying_ready(query, sums) if listing.long and sums is not None else None
    if listing.first is not None:
        with reading() as connection:
            bound[AFTER] = connection.execute(listing.first, bound).scalar() or 0
    left = most
    while left is None or left > 0:
        size = listing.page if left is None else min(left, listing.page)
        with reading() as connection:
            if says_ready is not None and connection.dialect.name == "sqlite":
                rows = _fetched(connection, says_ready, {**bound, "page": size})
            else:
                rows = _fetched(connection, query, {**bound, "page": size})
                rows = rows if sums is None else [_made_ready(row, sums) for row in rows]
        if rows:
            yield rows
        if len(rows) < size:
            return
        left = None if left is None else left - size
        bound[AFTER] = rows[-1][-1]
        if listing.by_day:
            bound[FROM] = rows[-1][0]


def _saying_ready(query: Query, sums: frozenset[int]) -> Query:
    """The query, of SQLite alone, whose columns hold whatever they are given."""
    columns = [
        column.op("/")(literal_column("100.0")) if place in sums else sa.func.coalesce(column, literal_column("''"))
        for place, column in enumerate(query.selected_columns)
    ]
    return query.with_only_columns(*columns, maintain_column_froms=True)


def _made_ready(row: tuple[Any, ...], sums: frozenset[int]) -> tuple[Any, ...]:
    """The same of short files, and of a server's, whose columns hold one type each."""
    return tuple(
        "" if value is None and place not in sums else value / 100 if place in sums and value is not None else value
        for place, value in enumerate(row)
    )


def count(connection: sa.Connection, name: str, from_on: date, until_on: date, most: int | None = None) -> int:
    """How many rows there are (of tabs: no more than), or `most` where there are that many or more."""
    listing = LISTINGS[name]
    query = listing.rows.order_by(None).with_only_columns(sa.literal(1)) if listing.count is None else listing.count
    counted = query if most is None else query.limit(most)
    found: int = connection.execute(
        sa.select(sa.func.count()).select_from(counted.subquery()), _bound(from_on, until_on)
    ).scalar_one()
    return found


def _bound(from_on: date, until_on: date) -> dict[str, object]:
    return {FROM: from_on.isoformat(), UNTIL: until_on.isoformat(), AFTER: -1}


def _fetched(connection: sa.Connection, query: Query, bound: dict[str, object]) -> list[tuple[Any, ...]]:
    """Straight from the driver: what SQLAlchemy makes of each row costs as much again as the row."""
    with connection.execute(query, bound) as result:
        cursor = result.cursor
        if cursor is None:
            raise AssertionError("a query that answers has a cursor")
        try:
            return list(cursor.fetchall())
        except sqlite3.Error as fault:
            raise MachineError("database", f"the database: {fault}") from fault
