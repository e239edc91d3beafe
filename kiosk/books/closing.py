"""Closes days, months and fiscal years: each closing is an entry with totals, and no later entry is dated in its
period.

Days are closed automatically once the next has begun; months and years when the treasurer closes them.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

import sqlalchemy as sa
from msgspec import Struct, field

from kiosk.acting import SealingUseCase
from kiosk.books import accounting_files
from kiosk.books.day_lines import DayLines
from kiosk.domain import ids
from kiosk.domain.books import fiscal, line_marks
from kiosk.domain.books.closings import Period, Totals, first_day, last_day
from kiosk.domain.chain import Json, Seal
from kiosk.domain.days import Moment
from kiosk.errors import RequestError
from kiosk.store import ledger
from kiosk.store.books import booking_facts, closing_rows
from kiosk.store.books.closing_rows import Closing
from kiosk.store.ledger import Draft
from kiosk.store.officers import desk_log
from kiosk.store.seals import sealing
from kiosk.store.space import book_rules

_BELOW = {Period.MONTH: Period.DAY, Period.YEAR: Period.MONTH}  # the parts that a period's totals are summed from


class ClosingPreview(Struct, frozen=True):
    """What a closing would record: its period, both days included, its totals in cents, and the perpetual grand total:
    all that was ever charged, which no reversal lowers.
    """

    kind: Period
    from_on: date
    until_on: date
    totals: Totals
    grand_total: int
    lines: Mapping[str, str] = field(default_factory=dict)  # digest and marks of the accounting file's lines


class Closings(SealingUseCase):
    """Closes periods. `actor` is recorded in each entry."""

    def open_days(self) -> list[date]:
        """Return the days that are over and not closed, in order."""
        with self._store.reading() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            return _open_days(connection, moment.day)

    def close_days(
        self,
        step: Callable[[int], object] = lambda entries: None,
        until: date = date.max,
        *,
        logs: bool = True,
    ) -> list[Closing]:
        """Close every day that is over, in order, each in its own transaction, up to `until`, that day included. Tells
        `step` after each how many entries were summed. Returns the closings; with `logs`, the desk's log gets one line
        about all of them.
        """
        closings = list[Closing]()
        for day in self.open_days():
            if day > until:
                break
            with self._store.writing() as connection:
                now = self._clock.now()
                _, moment = self._rules.at(connection, now)
                if day >= moment.day or _first_unclosed(connection, Period.DAY) != day:
                    continue  # another pass was faster
                closings.append(close_day(connection, self._seal, day, moment, self._actor))
            step(closings[-1].totals.entries)
        if closings and logs:
            with self._store.logging() as connection:
                span = f"{closings[0].until_on} - {closings[-1].until_on}"
                self._log(connection, self._clock.now(), "days-closed", what=span)
        return closings

    def close(self, kind: Period, day: date, charged: int | None = None) -> Closing:
        """Close the month or the fiscal year of a day. Closing it again returns the first closing.

        `charged` is the sum of charges in cents that an officer typed to confirm (None: not asked). Raises RequestError
        `not-over`, `closing-order`, `nothing-to-close`; `closing-total` where `charged` is another sum.
        """
        begins = self._begins(day) if kind is Period.YEAR else {}
        with self._store.writing() as connection:
            earlier = closing_rows.of_day(connection, kind, day)
            if earlier is not None:
                return earlier
            _, moment = self._rules.at(connection, self._clock.now())
            coming = self._coming(connection, kind, day, moment)
            if charged is not None and charged != coming.totals.charged:
                raise RequestError("closing-total", since=coming.from_on, until=coming.until_on)
            span = (coming.from_on, coming.until_on)
            detail = {**_detail(kind, span, coming.totals, coming.grand_total), **coming.lines, **begins}
            closing = _write(connection, self._seal, kind, span, detail, moment, self._actor)
            what = f"{closing.from_on} - {closing.until_on}, entry {closing.entry}"
            self._log(connection, moment.at, f"{kind.value}-closed", what=what)
            return closing

    def coming(self, kind: Period, day: date | None = None) -> ClosingPreview:
        """Return what closing the month or year of a day would record now. Without a day: of the first day that no
        closing of this kind covers, in an empty ledger of today.

        Raises RequestError as `close` does, and writes nothing.
        """
        with self._store.reading() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            day_in_period = day or _first_unclosed(connection, kind) or moment.day
            return self._coming(connection, kind, day_in_period, moment)

    def _coming(self, connection: sa.Connection, kind: Period, day: date, moment: Moment) -> ClosingPreview:
        """Return what closing the period of a day would record. Raises RequestError `nothing-to-close` where it is
        closed or the ledger is empty, `not-over` where it has not ended, `closing-order` where an earlier period or a
        part of this one (a day, a month) is open.
        """
        from_on, until_on = _span(connection, kind, day)
        first_unclosed = _first_unclosed(connection, kind)
        if first_unclosed is None or first_unclosed > until_on:
            raise RequestError("nothing-to-close", since=from_on, until=until_on)
        if until_on >= moment.day:
            raise RequestError("not-over", until=until_on)
        if first_unclosed < from_on:
            raise RequestError("closing-order", since=first_unclosed)
        # After an earlier closing the period begins where that ended: where the fiscal year's first month was changed,
        # no month counts twice.
        from_on = from_on if closing_rows.last(connection, kind) is None else first_unclosed
        parts = closing_rows.between(connection, _BELOW[kind], from_on, until_on)
        if not parts or parts[-1].until_on < until_on:
            first_missing = parts[-1].until_on + timedelta(days=1) if parts else first_unclosed
            raise RequestError("closing-order", since=first_missing)
        lines = line_marks.all_of(part.detail for part in parts)
        return ClosingPreview(kind, from_on, until_on, _sum(parts), parts[-1].grand_total, lines)

    def _begins(self, day: date) -> dict[str, Json]:
        """Return what a year's closing records besides totals: marks of its opening écritures, its result, and what it
        carries over. `close` calls it before it takes the write lock: the whole year is read.

        Returns {} where the year is closed, or cannot be closed yet: `close` then raises the reason.
        """
        with self._store.reading() as connection:
            if closing_rows.of_day(connection, Period.YEAR, day) is not None:
                return {}
            first_on, last_on = _span(connection, Period.YEAR, day)
            last_closed, start = closing_rows.last(connection, Period.DAY), booking_facts.first_day(connection)
        if last_closed is None or start is None or not (start <= last_on <= last_closed.until_on):
            return {}
        year = accounting_files.whole_year(self._store, fiscal.FiscalYear(first_on, last_on))
        return {
            "begins": line_marks.of(year.begins).detail,
            accounting_files.RESULT: year.result,
            accounting_files.CARRIED: year.carried,
        }


def close_day(connection: sa.Connection, seal: Seal, day: date, moment: Moment, actor: str) -> Closing:
    """Close one day, in the caller's transaction. The day must be over, and the first one that is open. Its entry has
    the day's first and last entry too, None for a day without entries.
    """
    totals, lines = Totals(), line_marks.Lines()
    first_entry = last_entry = None
    closing_number = ledger.head(connection).number + 1
    # A day without entries needs no postings: hundreds of empty days may be closed at once.
    has_entries = booking_facts.entries(connection, day, day)
    entries = DayLines.read(connection).of_day(connection, day, closing_number, moment.day) if has_entries else ()
    for fact, ecriture in entries:
        totals.add(fact, has_lines=ecriture is not None)
        if ecriture is not None:
            lines.add(ecriture)
        first_entry, last_entry = first_entry or fact.number, fact.number
    before = closing_rows.last(connection, Period.DAY)
    grand_total = totals.charged + (0 if before is None else before.grand_total)
    content = {
        **_detail(Period.DAY, (day, day), totals, grand_total),
        **lines.detail,
        **_free_visits(connection, seal, day),
    }
    detail: dict[str, Json] = {**content, "first": first_entry, "last": last_entry}
    return _write(connection, seal, Period.DAY, (day, day), detail, moment, actor)


def _free_visits(connection: sa.Connection, seal: Seal, day: date) -> dict[str, Json]:
    """Return the seals of the day's visits that cost nothing, under `visits`, since no entry seals them; {} without
    any.
    """
    seals = sealing.free_visits(connection, seal, day)
    return {"visits": seals} if seals else {}


def _detail(kind: Period, span: tuple[date, date], totals: Totals, grand_total: int) -> dict[str, Json]:
    """Return a closing's entry detail: its period, its days, the grand total and the totals."""
    from_on, until_on = span
    return {
        "period": kind.value,
        "from": from_on.isoformat(),
        "until": until_on.isoformat(),
        "grand_total": grand_total,
        **totals.detail,
    }


def _write(
    connection: sa.Connection,
    seal: Seal,
    kind: Period,
    span: tuple[date, date],
    detail: dict[str, Json],
    moment: Moment,
    actor: str,
) -> Closing:
    """Append the closing's entry, dated today. Its detail also has the chain's head before it, and the last line of the
    officers' log with its digest.
    """
    head = ledger.head(connection)
    is_first = head.closed_on is None  # from the first closing on, each line of the log has a MAC
    log = desk_log.key_from_here(connection, seal) if is_first else desk_log.seen(*desk_log.head(connection))
    draft = Draft(
        kind="closing",
        day_on=moment.day,
        group=ids.new(moment.at, secrets.token_bytes(16)),
        actor=actor,
        detail={**detail, "head": head.mac.hex(), **log},
    )
    number = ledger.append(connection, seal, draft, moment.at, head)
    closing_rows.add(connection, kind, *span, number)
    closing = closing_rows.find(connection, number)
    if closing is None:
        raise AssertionError("a closing that was just written is there")
    return closing


def _first_unclosed(connection: sa.Connection, kind: Period) -> date | None:
    """Return the first day that no closing of this kind covers; None for an empty ledger."""
    before = closing_rows.last(connection, kind)
    return booking_facts.first_day(connection) if before is None else before.until_on + timedelta(days=1)


def _span(connection: sa.Connection, kind: Period, day: date) -> tuple[date, date]:
    """Return the first and the last day of the period that a day belongs to; a year is the fiscal one by the rules."""
    if kind is not Period.YEAR:
        return first_day(kind, day), last_day(kind, day)
    rules_on = book_rules.history(connection)
    year = fiscal.ruled(day, lambda on: rules_on(on).fiscal_year_month)
    return year.first_on, year.last_on


def _open_days(connection: sa.Connection, today: date) -> list[date]:
    """Return the days that are over and not closed, oldest first."""
    start = _first_unclosed(connection, Period.DAY)
    if start is None:
        return []
    return [start + timedelta(days=count) for count in range((today - start).days)]


def _sum(parts: Iterable[Closing]) -> Totals:
    """Return the totals of a period, added up from its parts."""
    totals = Totals()
    for part in parts:
        totals.merge(part.totals)
    return totals
