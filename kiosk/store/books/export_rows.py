"""Reads the rows of files in pages, each page in a snapshot of its own, with columns as the files name them.

A file of years is read for minutes where its reader is slow, and a snapshot that stays open keeps the log of the
database from being folded back. So each page is one short transaction, read whole, and the next one begins after the
last row of it (day and id, or number), which an index finds at once.

Values come as the database has them: days as ISO text, sums as cents. What a file makes of them is `kiosk.exports`. For
programs SQLite joins the pages of long files itself, which costs half of what a row of Python's values does.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, NamedTuple

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy import bindparam, literal_column

from kiosk.domain.joined import CELL, LINE, Joined
from kiosk.errors import MachineError
from kiosk.store.books import export_queries
from kiosk.store.books.export_queries import AFTER, FROM, FROM_AT, UNTIL, UNTIL_AT, Query
from kiosk.store.tables import text_of

Block = list[tuple[object, ...]]  # some rows, column by column
Rows = list[tuple[Any, ...]]
Reading = Callable[[], AbstractContextManager[sa.Connection]]
PAGE = 2000
_DAY = timedelta(days=1)
_FIRST, _LAST = date.min + 2 * _DAY, date.max - 2 * _DAY


class Listing(Struct, frozen=True):
    """One query. Its last column, which no file shows, tells where the next page begins; `by_day` with the first.

    `count` is a cheaper way to count its rows, or to count a few too many. What is `long` grows with each
    visit or entry, and people may have written anything into its columns `free`.
    """

    rows: Query
    by_day: bool = False
    page: int = PAGE
    first: Query | None = None  # after which to begin
    count: Query | None = None
    long: bool = False
    free: tuple[int, ...] = ()


LISTINGS = {
    "day-passes": Listing(export_queries.DAY_PASSES, by_day=True, long=True, free=(2,)),
    "visits": Listing(export_queries.VISITS, by_day=True, long=True, free=(2,)),
    "occupancy": Listing(export_queries.OCCUPANCY, by_day=True, page=200, count=export_queries.DAYS),
    "payments": Listing(
        export_queries.PAYMENTS,
        long=True,
        free=(3, 8),
        first=export_queries.BEFORE_FIRST_ENTRY,
        count=export_queries.PAID_ENTRIES,
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
    "bookings": Listing(export_queries.BOOKINGS),
    "events": Listing(export_queries.EVENTS),
    "member-files": Listing(export_queries.MEMBER_FILES),
}


class Days(Struct, frozen=True):
    """The days of a file, both included, and the time zone in which they begin."""

    from_on: date
    until_on: date
    zone: tzinfo = UTC


class Place(Struct, frozen=True):
    """Where a page of rows ends: the day of its last row, where rows go by day, and that row's key."""

    day: str
    key: int


class _Page(NamedTuple):
    """A page as it was read, how many rows it has, and what stands at the end of the last: its day, and the key."""

    what: Rows | Joined
    rows: int
    day: str = ""
    key: int = 0


_Read = Callable[[sa.Connection, dict[str, object]], _Page | None]


def blocks(reading: Reading, name: str, days: Days, most: int | None = None) -> Iterator[Block]:
    """The rows of a listing for its days, or the first so many. Raises MachineError `database`."""
    listing = LISTINGS[name]
    for rows in _pages(reading, listing, days, [_by_row(listing)], most):
        yield list(zip(*rows, strict=True))[:-1]


def page(reading: Reading, name: str, days: Days, size: int, after: Place | None = None) -> tuple[Rows, Place | None]:
    """Return so many rows after a place, without their keys, and where they end; no place after the last row.

    Raises MachineError `database`.
    """
    listing = LISTINGS[name]
    with reading() as connection:
        bound = _bound(days)
        if after is None:
            bound |= _beginning(connection, listing, bound)
        else:
            bound[AFTER] = after.key
            if listing.by_day:
                bound[FROM] = max(after.day, days.from_on.isoformat())
        further = _fetched(connection, listing.rows.limit(bindparam("page")), {**bound, "page": size + 1})
    rows = further[:size]
    end = Place(str(rows[-1][0]) if listing.by_day else "", rows[-1][-1]) if len(further) > size else None
    return [row[:-1] for row in rows], end


def pages(reading: Reading, name: str, days: Days, sums: frozenset[int]) -> Iterator[Rows | Joined]:
    """The same in pages, with the key after each row, or joined: what stands in the columns `sums` is euros then.

    Raises MachineError `database`.
    """
    listing = LISTINGS[name]
    ways = [_joined(listing, sums), _by_row(listing)] if listing.long else [_by_row(listing)]
    return _pages(reading, listing, days, ways)


def _pages(
    reading: Reading, listing: Listing, days: Days, ways: Sequence[_Read], most: int | None = None
) -> Iterator[Any]:
    """Page by page in the first of the ways that can read it."""
    bound = _bound(days)
    if listing.first is not None:
        with reading() as connection:
            bound |= _beginning(connection, listing, bound)
    left = most
    while left is None or left > 0:
        size = listing.page if left is None else min(left, listing.page)
        with reading() as connection:
            page = next(found for read in ways if (found := read(connection, {**bound, "page": size})) is not None)
        if page.rows:
            yield page.what
        if page.rows < size:
            return
        left = None if left is None else left - size
        bound[AFTER] = page.key
        if listing.by_day:
            bound[FROM] = page.day


def _beginning(connection: sa.Connection, listing: Listing, bound: dict[str, object]) -> dict[str, object]:
    """Where the first page begins, if the listing knows better than at its first row."""
    return {} if listing.first is None else {AFTER: connection.execute(listing.first, bound).scalar() or 0}


def _by_row(listing: Listing) -> _Read:
    query = listing.rows.limit(bindparam("page"))

    def read(connection: sa.Connection, bound: dict[str, object]) -> _Page:
        rows = _fetched(connection, query, bound)
        return _Page(rows, len(rows), rows[-1][0], rows[-1][-1]) if rows else _Page([], 0)

    return read


def _joined(listing: Listing, sums: frozenset[int]) -> _Read:
    """SQLite's alone, where columns hold whatever they are given. None where a value cannot be joined like that."""
    query = _joining(listing, sums)
    cells = len(listing.rows.selected_columns) - 2  # signs between the values of a row

    def read(connection: sa.Connection, bound: dict[str, object]) -> _Page | None:
        if connection.dialect.name != "sqlite":
            return None
        ((text, rows, odd, last),) = _fetched(connection, query, bound)
        if not rows:
            return _Page([], 0)
        if odd or text.count(LINE) != rows - 1 or text.count(CELL) != rows * cells:
            return None
        day, _, key = last.rpartition(CELL)
        return _Page(Joined(text, rows), rows, day, int(key))

    return read


def _joining(listing: Listing, sums: frozenset[int]) -> Query:
    """A page's text, its rows, whether a value would be cut or made up, and the end of the last row: rows come by day
    and key, or by key.

    SQLite's `printf` ends a text where it holds a zero byte, and makes 0.00 of a sum that is none.
    """
    named = [column.label(f"c{place}") for place, column in enumerate(listing.rows.selected_columns)]
    page = listing.rows.with_only_columns(*named, maintain_column_froms=True).limit(bindparam("page")).subquery()
    *shown, key = page.columns
    shape = CELL.join("%.2f" if place in sums else "%s" for place in range(len(shown)))
    values = [
        column.op("/")(literal_column("100.0")) if place in sums else column for place, column in enumerate(shown)
    ]
    zero, nothing = sa.func.char(literal_column("0")), literal_column("''", sa.String)
    odd: list[sa.ColumnElement[bool]] = [shown[place].is_(None) for place in sums]
    odd += [sa.func.instr(shown[place], zero) > 0 for place in listing.free]
    return sa.select(
        sa.func.group_concat(sa.func.printf(shape, *values), LINE),
        sa.func.count(),
        sa.func.max(sa.or_(sa.false(), *odd)),
        sa.func.max(sa.func.printf(f"%s{CELL}%020d", shown[0] if listing.by_day else nothing, key)),
    )


def count(connection: sa.Connection, name: str, days: Days, most: int | None = None) -> int:
    """How many rows there are (of tabs: no more than), or `most` where there are that many or more."""
    listing = LISTINGS[name]
    query = listing.rows.order_by(None).with_only_columns(sa.literal(1)) if listing.count is None else listing.count
    counted = query if most is None else query.limit(most)
    found: int = connection.execute(
        sa.select(sa.func.count()).select_from(counted.subquery()), _bound(days)
    ).scalar_one()
    return found


def _bound(days: Days) -> dict[str, object]:
    first, last = days.from_on, days.until_on
    return {
        **{FROM: first.isoformat(), UNTIL: last.isoformat(), AFTER: -1},
        **{FROM_AT: _midnight(first, days.zone), UNTIL_AT: _midnight(last + _DAY, days.zone) if last < _LAST else "X"},
    }


def _midnight(day: date, zone: tzinfo) -> str:
    """The moment at which a day begins; of days that no zone has, the text that sorts first."""
    return text_of(datetime.combine(day, time(0), zone)) if day > _FIRST else ""


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
