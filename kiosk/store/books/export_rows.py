"""Reads the rows of files in pages, each page in a snapshot of its own, with columns as the files name them.

A file of years takes minutes if its reader is slow, and a snapshot open for so long would keep the database's log from
being written back. So each page is one short transaction, read whole, and the next page begins after its last row (by
day and id, or by number), which an index finds at once.

Values are as the database has them: days as ISO text, sums in cents. `kiosk.exports` makes files of them. For programs'
files SQLite itself joins the values of long pages to text, which costs half of reading them as Python values.
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

Block = list[tuple[object, ...]]  # rows, column by column
Rows = list[tuple[Any, ...]]
Reading = Callable[[], AbstractContextManager[sa.Connection]]  # opens a reading transaction
PAGE = 2000  # rows
_DAY = timedelta(days=1)
# days before and after which no moment of every time zone exists
_FIRST, _LAST = date.min + 2 * _DAY, date.max - 2 * _DAY


class Listing(Struct, frozen=True):
    """The query for a file. Its last column, which no file shows, is the key after which the next page begins; with
    `by_day`, the first column and the key.

    `count` is a cheaper query for the number of rows, or for slightly more. A `long` file grows with each visit or
    entry; its columns `free` hold whatever people wrote.
    """

    rows: Query
    by_day: bool = False  # rows are by day, then key
    page: int = PAGE
    first: Query | None = None  # returns the key after which the first page begins
    count: Query | None = None
    long: bool = False
    free: tuple[int, ...] = ()  # places of the columns


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
    ),  # each page adds up the box anew
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
    """The period of a file, both days included, and the time zone in which its days begin."""

    from_on: date
    until_on: date
    zone: tzinfo = UTC


class Place(Struct, frozen=True):
    """The end of a page: the day of its last row, empty if rows are not by day, and that row's key."""

    day: str
    key: int


class _Page(NamedTuple):
    """A page as it was read, its number of rows, and day (used where rows are by day) and key of its last row."""

    what: Rows | Joined
    rows: int
    day: str = ""
    key: int = 0


_Read = Callable[[sa.Connection, dict[str, object]], _Page | None]  # reads one page; None where this way cannot


def blocks(reading: Reading, name: str, days: Days, most: int | None = None) -> Iterator[Block]:
    """Yield the rows of a file for a period, column by column; all of them, or the first `most`. Raises MachineError
    `database`.
    """
    listing = LISTINGS[name]
    for rows in _pages(reading, listing, days, [_by_row(listing)], most):
        yield list(zip(*rows, strict=True))[:-1]


def page(reading: Reading, name: str, days: Days, size: int, after: Place | None = None) -> tuple[Rows, Place | None]:
    """Return `size` rows after a place (None: from the first on), without their keys, and the place where they end;
    None if they are the last. One row more is read, to know that.

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
    """Yield the pages of a file: rows with their key, or text joined by SQLite, in which the columns at the places
    `sums` are in euros with two decimals.

    Raises MachineError `database`.
    """
    listing = LISTINGS[name]
    readers = [_joined(listing, sums), _by_row(listing)] if listing.long else [_by_row(listing)]
    return _pages(reading, listing, days, readers)


def _pages(
    reading: Reading, listing: Listing, days: Days, readers: Sequence[_Read], most: int | None = None
) -> Iterator[Any]:
    """Yield the pages of a file, each read by the first of the `readers` that can read it; at most `most` rows, or all
    for None. A page with fewer rows than asked for is the last.
    """
    bound = _bound(days)
    if listing.first is not None:
        with reading() as connection:
            bound |= _beginning(connection, listing, bound)
    left = most
    while left is None or left > 0:
        size = listing.page if left is None else min(left, listing.page)
        with reading() as connection:
            page = next(page for read in readers if (page := read(connection, {**bound, "page": size})) is not None)
        if page.rows:
            yield page.what
        if page.rows < size:
            return  # it was the last
        left = None if left is None else left - size
        bound[AFTER] = page.key
        if listing.by_day:
            bound[FROM] = page.day


def _beginning(connection: sa.Connection, listing: Listing, bound: dict[str, object]) -> dict[str, object]:
    """Return the key after which the first page begins, if the listing has a query for it."""
    return {} if listing.first is None else {AFTER: connection.execute(listing.first, bound).scalar() or 0}


def _by_row(listing: Listing) -> _Read:
    """Return a function that reads a page as rows."""
    query = listing.rows.limit(bindparam("page"))

    def read(connection: sa.Connection, bound: dict[str, object]) -> _Page:
        rows = _fetched(connection, query, bound)
        return _Page(rows, len(rows), rows[-1][0], rows[-1][-1]) if rows else _Page([], 0)

    return read


def _joined(listing: Listing, sums: frozenset[int]) -> _Read:
    """Return a function that reads a page as joined text, or returns None if a value prevents that.

    Only SQLite joins: on a server it is None always. SQLite stores whatever a column is given, so a text may hold a
    separator: their number tells.
    """
    query = _joining(listing, sums)
    cells = len(listing.rows.selected_columns) - 2  # separators between the values of a row

    def read(connection: sa.Connection, bound: dict[str, object]) -> _Page | None:
        if connection.dialect.name != "sqlite":
            return None
        ((text, rows, odd, last),) = _fetched(connection, query, bound)
        if not rows:
            return _Page([], 0)
        if odd or text.count(LINE) != rows - 1 or text.count(CELL) != rows * cells:
            return None  # a value would come out wrong, or has a separator in it
        day, _, key = last.rpartition(CELL)
        return _Page(Joined(text, rows), rows, day, int(key))

    return read


def _joining(listing: Listing, sums: frozenset[int]) -> Query:
    """Return the query for a page as text: the text, its rows, whether a value would come out wrong, and the last row's
    place.

    SQLite's `printf` cuts a text at a zero byte, and writes a missing sum as 0.00.
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
        # twenty digits: the greatest text has the greatest key
        sa.func.max(sa.func.printf(f"%s{CELL}%020d", shown[0] if listing.by_day else nothing, key)),
    )


def count(connection: sa.Connection, name: str, days: Days, most: int | None = None) -> int:
    """Return how many rows a file has, or `most` if there are as many or more. Of `tabs` all accounts are counted, also
    those with a balance of 0, which the file leaves out.
    """
    listing = LISTINGS[name]
    query = listing.rows.order_by(None).with_only_columns(sa.literal(1)) if listing.count is None else listing.count
    counted = query if most is None else query.limit(most)
    number: int = connection.execute(
        sa.select(sa.func.count()).select_from(counted.subquery()), _bound(days)
    ).scalar_one()
    return number


def _bound(days: Days) -> dict[str, object]:
    """Return the queries' parameters for a period; the key before the first one is -1.

    An end that no moment can have is "X", which sorts after every moment's text.
    """
    first, last = days.from_on, days.until_on
    return {
        **{FROM: first.isoformat(), UNTIL: last.isoformat(), AFTER: -1},
        **{FROM_AT: _midnight(first, days.zone), UNTIL_AT: _midnight(last + _DAY, days.zone) if last < _LAST else "X"},
    }


def _midnight(day: date, zone: tzinfo) -> str:
    """Return the moment at which a day begins, as text; an empty text, which sorts first, for days before any time
    zone.
    """
    return text_of(datetime.combine(day, time(0), zone)) if day > _FIRST else ""


def _fetched(connection: sa.Connection, query: Query, bound: dict[str, object]) -> list[tuple[Any, ...]]:
    """Return an answer's rows straight from the driver: through SQLAlchemy each row would cost twice as much."""
    with connection.execute(query, bound) as result:
        cursor = result.cursor
        if cursor is None:
            raise AssertionError("a query that answers has a cursor")
        try:
            return list(cursor.fetchall())
        except sqlite3.Error as fault:
            raise MachineError("database", f"the database: {fault}") from fault
