"""Checks that the closings say what the entries make: sums up each day anew, and months and years from their parts.

A closing is a row and an entry, which repeats the row's period and has the sums. Its *head* is the MAC (the seal) of
the entry before it; its *grand total* is all that was ever charged, in cents. `are_of_books` is a condition on an
entry's kind that SQLite answers by an index.
"""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.amounts import plain
from kiosk.domain.books import entry_sums
from kiosk.domain.books.closings import Period, Totals
from kiosk.domain.books.entry_sums import EntrySums
from kiosk.errors import AnswerIsNo
from kiosk.store.tables import are_of_books

_ROWS = (  # closings of a kind, each with its entry and the MAC of the entry before
    "SELECT c.kind, c.from_on, c.until_on, c.entry_number, e.kind, e.detail, b.mac FROM closing AS c"
    " LEFT JOIN entry AS e ON e.number = c.entry_number LEFT JOIN entry AS b ON b.number = c.entry_number - 1"
    " WHERE c.kind = ? ORDER BY c.until_on"
)
_WITHOUT_A_ROW = (
    f"SELECT min(e.number) FROM entry AS e WHERE {are_of_books('closing', 'e')}"
    " AND NOT EXISTS (SELECT 1 FROM closing AS c WHERE c.entry_number = e.number)"
)
_LATE = (  # the first entry dated in a day that was closed before it was written
    "SELECT e.number, e.day_on, c.entry_number FROM closing AS c"
    " JOIN entry AS e ON e.day_on = c.until_on AND e.number > c.entry_number"
    " WHERE c.kind = 'day' ORDER BY e.number LIMIT 1"
)
# The plus makes SQLite use the index of days: else it reads all entries if there is no such one.
# the first entry dated before the first closed day
_BEFORE = "SELECT min(+number) FROM entry WHERE day_on < (SELECT min(from_on) FROM closing WHERE kind = 'day')"
# What `Totals.add` does entry by entry, as sums of a day's equal entries; for a reversal, of the reversed entry. Day by
# day: so few entries are sorted at once that they stay in memory.
_DETAIL = "CASE {0}.kind WHEN 'charge' THEN {0}.detail END"
_SUMS = f"""
SELECT coalesce(o.kind, e.kind), o.number IS NOT NULL, CASE WHEN e.reverses IS NULL THEN e.method ELSE o.method END,
       CASE WHEN e.reverses IS NULL THEN e.said ELSE {_DETAIL.format("o")} END,
       coalesce(o.amount_cents, e.cents), e.many
FROM (SELECT d.kind, d.method, {_DETAIL.format("d")} AS said, d.amount_cents AS cents, d.reverses, count(*) AS many
      FROM entry AS d WHERE d.day_on = ? GROUP BY d.kind, d.method, said, d.amount_cents, d.reverses) AS e
LEFT JOIN entry AS o ON o.number = e.reverses
"""


class _Row(Struct, frozen=True):
    """A closing, as its row and its entry have it, with the MAC of the entry before."""

    period: Period
    from_on: date
    until_on: date
    entry: int
    kind: str | None
    detail: Mapping[str, Any]
    before: bytes | None  # the MAC of the entry before; None if there is none

    @property
    def named(self) -> str:
        """Return the words that name this closing in an error."""
        return f"entry {self.entry}, the closing of the {self.period} until {self.until_on},"


def check(connection: sa.Connection, sums: EntrySums | None = None) -> int:
    """Check that every closing matches its entry, that closings follow each other without gaps and add up, and that the
    grand total never falls. Return the number of closings.

    `sums` of all entries, from following the chain, spare reading the entries again. Raises AnswerIsNo
    `closing-differs`, naming the first wrong one.
    """
    days, months, years = (_rows(connection, period) for period in Period)
    for row in (*days, *months, *years):
        _check_row(row)
    orphan = connection.exec_driver_sql(_WITHOUT_A_ROW).scalar()
    if orphan is not None:
        raise AnswerIsNo("closing-differs", f"entry {orphan} is a closing whose row is missing")
    _check_order(connection, days)
    for rows in (days, months, years):
        _check_grand_totals(rows, is_lowest=rows is days)
    _check_days(connection, days, sums if sums is not None and sums.is_whole else None)
    _check_sums(months, days)
    _check_sums(years, months)
    return len(days) + len(months) + len(years)


def _rows(connection: sa.Connection, period: Period) -> list[_Row]:
    """Return the closings of a kind, the earliest first."""
    rows = connection.exec_driver_sql(_ROWS, (period.value,))
    return [
        _Row(period, date.fromisoformat(first), date.fromisoformat(last), number, kind, json.loads(detail or "{}"), mac)
        for _, first, last, number, kind, detail, mac in rows
    ]


def _check_row(closing: _Row) -> None:
    """Check that a closing's entry has the row's period, and the head of the chain as it was then."""
    named_period = [closing.detail.get(name) for name in ("period", "from", "until")]
    if closing.kind != "closing" or named_period != [
        closing.period.value,
        closing.from_on.isoformat(),
        closing.until_on.isoformat(),
    ]:
        raise AnswerIsNo("closing-differs", f"{closing.named} does not match its row")
    head = bytes(32) if closing.entry == 1 else closing.before  # before the first entry: the chain's start
    if head is None or closing.detail.get("head") != head.hex():
        raise AnswerIsNo("closing-differs", f"{closing.named} names another head than the entry before it has")


def _check_order(connection: sa.Connection, days: list[_Row]) -> None:
    """Check that closed days follow each other in days and in entries, that no entry is dated before the first of them,
    and that entries dated in a closed day were written before its closing.
    """
    for before, row in pairwise(days):
        if row.until_on != before.until_on + timedelta(days=1) or row.entry <= before.entry:
            raise AnswerIsNo("closing-differs", f"{row.named} does not follow the one of {before.until_on}")
    early = connection.exec_driver_sql(_BEFORE).scalar()
    if early is not None:
        raise AnswerIsNo("closing-differs", f"entry {early} is dated before the first day that was closed")
    late = connection.exec_driver_sql(_LATE).first()
    if late is not None:
        number, day, closing = late
        raise AnswerIsNo("closing-differs", f"entry {number} is dated on {day}, which entry {closing} had closed")


def _check_grand_totals(rows: list[_Row], *, is_lowest: bool) -> None:
    """Check that grand totals never fall; of days (`is_lowest`), that each adds what the day charged, from 0 on."""
    last = 0
    for row in rows:
        grand_total = row.detail["grand_total"]
        if grand_total < last or (is_lowest and grand_total != last + row.detail["charged"]):
            raise AnswerIsNo(
                "closing-differs", f"{row.named} has a grand total of {plain(grand_total)} EUR after {plain(last)}"
            )
        last = grand_total


def _check_days(connection: sa.Connection, days: list[_Row], sums: EntrySums | None) -> None:
    """Check each closed day against its entries: by `sums` where they are known, else read anew."""
    for row in days:
        day = row.until_on
        _compare(row, made_on(connection, day) if sums is None else sums.of_day(day.isoformat()))


def _check_sums(rows: list[_Row], parts: list[_Row]) -> None:
    """Check that each period of `rows` (months, years) has the sums of its `parts` (days, months), and the grand total
    of the last of these: sums of 0 and a grand total of 0, if it has no part. Both lists are in the order of days.
    """
    ahead = iter(parts)
    part = next(ahead, None)
    for row in rows:
        added_up, last = Totals(), 0
        while part is not None and part.until_on <= row.until_on:
            if part.from_on >= row.from_on:  # an earlier one belongs to no period of these
                added_up.merge(Totals.read(part.detail))
                last = part.detail["grand_total"]
            part = next(ahead, None)
        _compare(row, added_up)
        if row.detail["grand_total"] != last:
            raise AnswerIsNo(
                "closing-differs", f"{row.named} has another grand total than its last part: {plain(last)} EUR"
            )


def made_on(connection: sa.Connection, day: date) -> Totals:
    """Return the totals that the entries of a day make, equal entries counted together."""
    return entry_sums.made(connection.exec_driver_sql(_SUMS, (day.isoformat(),)))


def _compare(closing: _Row, totals: Totals) -> None:
    """Raise AnswerIsNo if a closing has other totals than these."""
    wrong = totals.difference(closing.detail)
    if wrong is not None:
        raise AnswerIsNo("closing-differs", f"{closing.named} {wrong}")
