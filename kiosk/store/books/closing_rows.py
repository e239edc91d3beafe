"""Reads and writes the closings of days, months and fiscal years."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.books.closings import Period, Totals
from kiosk.store.tables import entry
from kiosk.store.tables.books import closing


class Closing(Struct, frozen=True):
    """A closing: its period, both days included, its entry with detail (the sums) and MAC (the seal), and the day on
    which it was made.
    """

    kind: Period
    from_on: date
    until_on: date
    entry: int
    closed_on: date
    detail: Mapping[str, Any]
    mac: bytes

    @property
    def totals(self) -> Totals:
        """Return the sums of the closing."""
        return Totals.read(self.detail)

    @property
    def grand_total(self) -> int:
        """Return the perpetual grand total: everything that was ever charged, in cents."""
        return int(self.detail["grand_total"])


_CLOSED = sa.select(
    closing.c.kind,
    closing.c.from_on,
    closing.c.until_on,
    closing.c.entry_number,
    entry.c.day_on,
    entry.c.detail,
    entry.c.mac,
).join(entry, entry.c.number == closing.c.entry_number)


def add(connection: sa.Connection, kind: Period, from_on: date, until_on: date, entry_number: int) -> None:
    """Write that a period is closed by an entry, which has its sums. The database refuses a period that is closed
    already or lies before a closed one.
    """
    values = {"kind": kind.value, "from_on": from_on, "until_on": until_on, "entry_number": entry_number}
    connection.execute(closing.insert(), values)


def last(connection: sa.Connection, kind: Period, until: date | None = None) -> Closing | None:
    """Return the last closing of a kind, or the last that ends by a day; None if there is none."""
    query = _CLOSED.where(closing.c.kind == kind.value).order_by(closing.c.until_on.desc()).limit(1)
    row = connection.execute(query if until is None else query.where(closing.c.until_on <= until)).first()
    return None if row is None else _closed(row)


def between(connection: sa.Connection, kind: Period, first_on: date, last_on: date) -> list[Closing]:
    """Return the closings of a kind whose period lies between two days, both included, in order."""
    rows = connection.execute(
        _CLOSED.where(
            closing.c.kind == kind.value, closing.c.from_on >= first_on, closing.c.until_on <= last_on
        ).order_by(closing.c.until_on)
    )
    return [_closed(row) for row in rows]


def of_day(connection: sa.Connection, kind: Period, day: date) -> Closing | None:
    """Return the closing of a kind that covers a day; None if the day is not closed."""
    row = connection.execute(
        _CLOSED.where(closing.c.kind == kind.value, closing.c.from_on <= day, closing.c.until_on >= day)
    ).first()
    return None if row is None else _closed(row)


class ClosingFilter(Struct, frozen=True):
    """The filter of a list of closings: of a kind, with their whole period between two days, both included."""

    kind: Period
    from_on: date = date.min
    until_on: date = date.max

    @property
    def where(self) -> sa.ColumnElement[bool]:
        """Return the filter as an SQL condition."""
        return sa.and_(
            closing.c.kind == self.kind.value, closing.c.from_on >= self.from_on, closing.c.until_on <= self.until_on
        )


def count(connection: sa.Connection, closing_filter: ClosingFilter) -> int:
    """Return how many closings a filter selects."""
    return connection.execute(sa.select(sa.func.count()).select_from(closing).where(closing_filter.where)).scalar_one()


def page(
    connection: sa.Connection, closing_filter: ClosingFilter, limit: int, offset: int = 0, *, oldest_first: bool = False
) -> list[Closing]:
    """Return a page of the closings that a filter selects, the latest first or the oldest first."""
    order = closing.c.until_on if oldest_first else closing.c.until_on.desc()
    rows = connection.execute(_CLOSED.where(closing_filter.where).order_by(order).limit(limit).offset(offset))
    return [_closed(row) for row in rows]


def chosen(
    connection: sa.Connection, where: sa.ColumnElement[bool], order: sa.ColumnElement[Any], most: int | None = None
) -> list[Closing]:
    """Return the closings that a condition selects, in an order, in one statement; at most `most`, if given."""
    return [_closed(row) for row in connection.execute(_CLOSED.where(where).order_by(order).limit(most))]


def find(connection: sa.Connection, entry_number: int) -> Closing | None:
    """Return the closing that an entry made; None if the entry is no closing."""
    row = connection.execute(_CLOSED.where(closing.c.entry_number == entry_number)).first()
    return None if row is None else _closed(row)


def _closed(record: sa.Row[str, date, date, int, date, str, bytes]) -> Closing:
    """Return a closing from its row."""
    kind, from_on, until_on, number, closed_on, detail, mac = record
    return Closing(Period(kind), from_on, until_on, number, closed_on, json.loads(detail), mac)
