"""Writes files for accountants, of closed days only: the FEC of a fiscal year, and the file that Paheko imports.

An écriture's number is its place in the fiscal year: first those that open the year (balances, and deferred income on
the day on which it is recognised), then each entry that has lines, by closed day and number. Closed days never change,
and each closing says how many écritures it has, so a number that was given once stays. For the same reason each day is
read in a snapshot of its own, and no snapshot is kept open while a file is sent. A closing also keeps marks of its
lines (`line_marks`): where a line read now differs from its mark, an error is raised instead of a file being written.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from kiosk.books.day_lines import DayLines
from kiosk.domain.books import carry_over, ecritures, fiscal, line_marks
from kiosk.domain.books.carry_over import CarryOver
from kiosk.domain.books.closings import Period
from kiosk.domain.books.ecritures import Ecriture, Journal
from kiosk.domain.books.fiscal import FiscalYear
from kiosk.domain.books.lettering import Lettering
from kiosk.domain.books.posting import Book, Posting
from kiosk.domain.chain import Detail
from kiosk.errors import MachineError, RequestError
from kiosk.exports.books import fec, paheko
from kiosk.store.accounts import open_rows
from kiosk.store.books import booking_facts, closing_rows
from kiosk.store.books.closing_rows import Closing
from kiosk.store.engine import Store
from kiosk.store.space import book_rules

_DAYS_A_LOOK = 7  # days before the fiscal year that are read in one snapshot: no snapshot stays open for long
# What a year's closing records besides its sums: the year's result, and what it carries over to later years.
RESULT, CARRIED = "result", "carried"
_MOST_HELD = 4 << 20  # 4 MiB: how much of Paheko's file is kept in memory until all of it was checked
Step = Callable[[int], object]  # is called with the number of entries just read, to show the progress


def _count_nothing(_entries: int) -> None:
    """Ignore the number of entries read, where no progress is shown."""
    return


class ExtractRequest(Struct, frozen=True, kw_only=True):
    """The days that are asked for, both ends included. `year` is the calendar year in which the fiscal year begins;
    None: the fiscal year of `from_on`, else of `until_on`, else of the last closed day. A day that is None is the first
    or the last of that fiscal year.
    """

    year: int | None = None
    from_on: date | None = None
    until_on: date | None = None


class Extract(Struct, frozen=True):
    """The days of one fiscal year that were asked for; the file has those of them that are closed."""

    year: FiscalYear
    from_on: date
    until_on: date
    closed_until: date  # the file's last day: `until_on`, or an earlier one
    starts_on: date  # the ledger's first day

    @property
    def is_whole(self) -> bool:
        """Tell whether all of the days asked for are closed."""
        return self.closed_until >= self.until_on

    @property
    def is_a_year(self) -> bool:
        """Tell whether the days asked for are a whole fiscal year."""
        return (self.from_on, self.until_on) == (self.year.first_on, self.year.last_on)


def years(connection: sa.Connection) -> list[Extract]:
    """Return every fiscal year that has a closed day, as a request for all of its days, the latest first."""
    last_closing, start = closing_rows.last(connection, Period.DAY), booking_facts.first_day(connection)
    extracts: list[Extract] = []
    if last_closing is None or start is None:
        return extracts
    month_on = _first_months(connection)
    day = last_closing.until_on
    while day >= start:
        year = fiscal.ruled(day, month_on)
        extracts.append(Extract(year, year.first_on, year.last_on, min(day, year.last_on), start))
        day = year.first_on - timedelta(days=1)
    return extracts


def find(connection: sa.Connection, wish: ExtractRequest) -> Extract:
    """Return the days that a request means. Raises RequestError `period` where they are not of one fiscal year or the
    first is after the last; `nothing-closed` where none of them is closed. Closed days at their beginning are enough.
    """
    last_closing, start = closing_rows.last(connection, Period.DAY), booking_facts.first_day(connection)
    if last_closing is None or start is None:
        raise RequestError("nothing-closed", _open_from(start))
    year = _year(wish, last_closing, _first_months(connection))
    from_on, until_on = wish.from_on or year.first_on, wish.until_on or year.last_on
    if from_on > until_on:
        raise RequestError("period", "--from {since} is after --to {until}", since=from_on, until=until_on)
    if not year.first_on <= from_on <= until_on <= year.last_on:
        text = f"a file is of one fiscal year, this one goes from {year.first_on} to {year.last_on}"
        raise RequestError("period", "{why}: a file for each", why=text)
    closed_until = min(last_closing.until_on, until_on)
    if closed_until < max(from_on, start):
        first_open = max(start, last_closing.until_on + timedelta(days=1))
        raise RequestError("nothing-closed", _open_from(first_open, from_on, until_on))
    return Extract(year, from_on, until_on, closed_until, start)


def _open_from(day: date | None, *between: date) -> str:
    """Return in words why no day is closed, and the first open day (`day`; None: the ledger has no entry). `between` is
    the first and the last day asked for, or nothing.
    """
    days_asked = " from {} to {}".format(*between) if between else ""
    if day is None:
        return f"no day is closed{days_asked}: there is no entry yet"
    return f"no day is closed{days_asked}: the first open one is {day}; kiosk due closes the days that are over"


def _first_months(connection: sa.Connection) -> Callable[[date], int]:
    """Return a function that gives the number of the month (1 to 12) in which a fiscal year begins, by the rule of a
    day.
    """
    rules_on = book_rules.history(connection)
    return lambda day: rules_on(day).fiscal_year_month


def _year(wish: ExtractRequest, last: Closing, month_on: Callable[[date], int]) -> FiscalYear:
    """Return the fiscal year that a request means, the last one where two begin in its calendar year. Raises
    RequestError `period` where none begins in it.
    """
    if wish.year is None:
        return fiscal.ruled(wish.from_on or wish.until_on or last.until_on, month_on)
    # The fiscal year of 31 December began in that calendar year, or before if it is a long one.
    year = fiscal.ruled(date(wish.year, 12, 31), month_on)
    while year.first_on.year > wish.year:
        year = fiscal.ruled(year.first_on - timedelta(days=1), month_on)
    if year.first_on.year != wish.year:
        raise RequestError(
            "period", "no fiscal year begins in {year}: one goes on until {until}", year=wish.year, until=year.last_on
        )
    return year


def siren(connection: sa.Connection, today: date) -> str:
    """Return the association's SIREN, which the FEC's file name contains. Raises RequestError `no-siren` where it is
    missing or invalid.
    """
    from stdnum.exceptions import ValidationError  # imports pydoc: needed for a FEC only
    from stdnum.fr import siren as siren_numbers

    written_siren = book_rules.read(connection, today).association.get("siren")
    if written_siren is None:
        raise RequestError("no-siren", "a FEC is named by the association's SIREN: write it in its rules first")
    try:
        return str(siren_numbers.validate(written_siren))
    except ValidationError:
        raise RequestError("no-siren", given=written_siren) from None


def name_of(extract: Extract, siren_number: str) -> str:
    """Return the FEC's file name: with the SIREN, and the fiscal year's last day or the last of the days asked for."""
    return fec.file_name(siren_number, extract.until_on)


def count(connection: sa.Connection, extract: Extract) -> int:
    """Return how many entries are read to make the file: those of its days, and earlier ones that no year's closing
    sums up.
    """
    before = _carrying(connection, extract.year)
    first_on = date.min if before is None else before.until_on + timedelta(days=1)
    return booking_facts.entries(connection, first_on, extract.closed_until)


def _carrying(connection: sa.Connection, year: FiscalYear) -> Closing | None:
    """Return the closing of the last fiscal year that was closed before `year`; None without one, or where it does not
    record what that year carries over, as closings of old versions do not.
    """
    closing = closing_rows.last(connection, Period.YEAR, year.first_on - timedelta(days=1))
    return closing if closing is not None and CARRIED in closing.detail else None


def stream(
    store: Store, extract: Extract, *, training: bool, names: bool = False, step: Step = _count_nothing
) -> Iterator[bytes]:
    """Yield the FEC piece by piece, and tell `step` how many entries were just read. With `names`, the names of members
    and organisations are written.

    Raises MachineError `books-differ` before the first piece where a day is not what it was when it was closed.
    """
    party_names = _party_names(store) if names else None
    formatter = fec.Formatter(training=training, names=party_names, letters=_letters(store, extract, step))
    yield fec.HEADER
    # The second reading of these days: `_letters` has read, checked and counted them already.
    for day in Reading(store, extract).days(_count_nothing):
        yield formatter.lines(day)


def _letters(store: Store, extract: Extract, step: Step) -> Iterator[tuple[str, date | None]]:
    """Return, for each line of the file that has a party (a member or organisation), its letter (lettrage) and the
    letter's day; "" and None where the line is open. Before that, reads and checks the fiscal year from its first day
    to the file's last.
    """
    lettering, lines_before = Lettering(), 0
    for day in Reading(store, replace(extract, from_on=extract.year.first_on)).days(step):
        for ecriture in day:
            line_count = lettering.read(ecriture)
            lines_before += line_count if ecriture.day_on < extract.from_on else 0
    settle(store, lettering, extract)
    # The file may begin within the year: skip the letters of the lines before it.
    return islice(lettering.letters(), lines_before, None)


def settle(store: Store, lettering: Lettering, extract: Extract) -> None:
    """Add to a lettering which payment settles how many cents of which charge, from the fiscal year's first day to the
    extract's last closed day.
    """
    with store.reading() as connection:
        for settlement in open_rows.settlements(connection, extract.year.first_on, extract.closed_until):
            lettering.settle(*settlement)


def stream_paheko(store: Store, extract: Extract, *, training: bool, step: Step = _count_nothing) -> Iterator[bytes]:
    """Yield the file that Paheko imports, piece by piece: as the FEC, without opening balances, which Paheko keeps
    itself. Raises MachineError `books-differ` before the first piece.
    """

    def pieces(count_entries: Step) -> Iterator[bytes]:
        """Yield the header, then each day's lines."""
        yield paheko.header()
        for day in Reading(store, extract).days(count_entries):
            yield paheko.lines((each for each in day if each.journal != ecritures.OPENING), training=training)

    yield from _checked_first(pieces, step)


class WholeYear(Struct, frozen=True):
    """A fiscal year with all of its days closed: the écritures that open it (balances, and deferred income recognised
    in it), its result in cents (income less expenses, below 0 for a deficit), and what it carries over to later years.
    """

    begins: list[Ecriture]
    result: int
    carried: Detail


def whole_year(store: Store, year: FiscalYear) -> WholeYear:
    """Read a whole fiscal year. Raises RequestError `nothing-closed`, MachineError `books-differ` where a day is not
    what it was when it was closed.
    """
    with store.reading() as connection:
        extract = find(connection, ExtractRequest(from_on=year.first_on, until_on=year.last_on))
    reading = Reading(store, extract)
    result = 0
    for day in reading.days(_count_nothing):
        result += sum(_income(each) for each in day)
        reading.count(day)
    return WholeYear(reading.derived, result, reading.carried)


def _income(ecriture: Ecriture) -> int:
    """Return what an écriture adds to the year's result: credit less debit on its income and expense accounts."""
    return sum(line.credit - line.debit for line in ecriture.lines if not carry_over.is_of_balance(line.account))


def _checked_first(pieces: Callable[[Step], Iterator[bytes]], step: Step) -> Iterator[bytes]:
    """Yield a file's pieces once all of them were made without an error. A file of more than `_MOST_HELD` bytes is made
    a second time instead of being kept in memory.
    """
    kept_pieces: list[bytes] = []
    size = 0
    for piece in pieces(step):
        size += len(piece)
        if size <= _MOST_HELD:
            kept_pieces.append(piece)
    yield from kept_pieces if size <= _MOST_HELD else pieces(_count_nothing)


def _party_names(store: Store) -> Callable[[str, date], str | None]:
    """Return a function that gives the name of a party by its code, on a day; None where the party has no name."""
    with store.reading() as connection:
        return booking_facts.parties(connection)


@dataclass(slots=True)
class Reading:
    """One reading of an extract's fiscal year, up to the extract's last closed day, with what earlier years carry over
    to it. It is used once: `days` for all écritures, or `begin` or `opened` for the opening alone.
    """

    store: Store
    extract: Extract
    _number: int = 0  # of the last écriture, counted within the fiscal year
    derived: list[Ecriture] = field(default_factory=list)  # made without an entry: they open the year
    _carried: CarryOver = field(init=False)  # what is carried over so far
    _unresulted_years: frozenset[date] = frozenset()  # first days of years whose closing records no result
    _lines: DayLines = field(init=False)  # makes the écritures of a day

    def days(self, step: Step) -> Iterator[list[Ecriture]]:
        """Yield the écritures of each closed day of the extract, checked against the day's closing. Earlier days of the
        fiscal year are read and checked, too, since écritures are numbered from its first day. Raises MachineError
        `books-differ`.
        """
        year = self.extract.year
        with readable(f"what was before {year.first_on}"):
            with self.store.reading() as connection:
                year_closing = closing_rows.of_day(connection, Period.YEAR, year.last_on)
            closed = self.begin(step)
        while closed:
            day_closing = closed.popleft()  # so that the memory of its marks is freed
            with readable(str(day_closing.until_on)), self.store.reading() as connection:
                opening_ecritures = list(self._begin(day_closing))
                own_ecritures = self._of_day(connection, day_closing)
            self.derived += opening_ecritures
            step(day_closing.totals.entries)
            if day_closing.until_on >= self.extract.from_on:
                yield [*opening_ecritures, *own_ecritures]
        if year_closing is not None and self.extract.closed_until == year.last_on:
            # A closing of an old version has no marks of the opening: nothing is compared.
            _compare_with_closing(f"{year.first_on}", year_closing.detail.get("begins", {}), self.derived)

    def begin(self, step: Step = _count_nothing) -> deque[Closing]:
        """Read what earlier years carry over to the extract's year. Returns the closings of the days to read, from the
        year's first day on.
        """
        year = self.extract.year
        with self.store.reading() as connection:
            self._lines = DayLines.read(connection)
            self._carried = CarryOver(self._lines.book)
            closed = deque(closing_rows.between(connection, Period.DAY, year.first_on, self.extract.closed_until))
            years = closing_rows.between(connection, Period.YEAR, date.min, year.last_on)
            # A closing of an old version records no result: the next year keeps its opening, all of it in one account.
            self._unresulted_years = frozenset(each.from_on for each in years if RESULT not in each.detail)
            before = _carrying(connection, year)
        self._read_earlier(before, step)
        return closed

    def opened(self) -> list[Ecriture]:
        """Return the écritures that open the year; none where no day of it is closed."""
        closed = self.begin()
        return list(self._begin(closed[0])) if closed else []

    @property
    def book(self) -> Book:
        """Return the accounts by day with which lines are made. `begin` must have been called."""
        return self._lines.book

    def count(self, day: list[Ecriture]) -> None:
        """Add the lines of one day's entries to what the year carries over. Opening balances are in it already, and
        `carried` adds deferred income.
        """
        for each in day:
            if each.entry:  # 0: an écriture without an entry
                self._carried.count(each.lines)

    @property
    def carried(self) -> Detail:
        """Return what the year carries over, once all of its days were read and counted. To be read only once: each
        time, the lines of deferred income are added.
        """
        for each in self.derived:
            if each.journal != ecritures.OPENING:
                self._carried.count(each.lines)
        return self._carried.kept

    def _read_earlier(self, closed: Closing | None, step: Step) -> None:
        """Read what earlier fiscal years carry over: balances, deferred income, results. Start from the last year's
        closing that says it, and read the days after it; read the whole ledger where no closing says it.
        """
        day = self.extract.starts_on
        if closed is not None:
            self._carried = CarryOver.of_kept(self._carried.book, closed.detail[CARRIED])
            day = closed.until_on + timedelta(days=1)
            self._end_year(day)
        while day < self.extract.year.first_on:
            year = fiscal.ruled(day, self._carried.book.month_on)
            self._read_days(day, year.last_on, step)
            for due in sorted(due for due in self._carried.due if due <= year.last_on):
                self._carried.count(self._carried.recognised(due))
            day = year.last_on + timedelta(days=1)
            self._end_year(day)

    def _end_year(self, next_on: date) -> None:
        """End a fiscal year, the day before `next_on`: carry its result to the account for results or, where the next
        year was closed by an old version, to the account brought forward.
        """
        chart, is_unresulted = self._carried.book.chart(next_on), next_on in self._unresulted_years
        # The accounts for a surplus and for a deficit.
        to = ("brought-forward", "brought-forward") if is_unresulted else ("result", "deficit")
        self._carried.end_year(*map(chart.account, to))

    def _read_days(self, day: date, until_on: date, step: Step) -> None:
        """Add the entries of these days to those carried over, a few days per transaction; `step` counts the entries
        read.
        """
        while day <= until_on:
            last_of_read = min(day + timedelta(days=_DAYS_A_LOOK - 1), until_on)
            entry_count = 0
            with self.store.reading() as connection:
                for fact in booking_facts.between(connection, day, last_of_read):
                    self._carried.add(fact)
                    entry_count += 1
            step(entry_count)
            day = last_of_read + timedelta(days=1)

    def _begin(self, closed: Closing) -> Iterator[Ecriture]:
        """Yield the écritures that are made for a day before its own entries: opening balances on the year's first day,
        and deferred income on the day on which it is recognised; on most days none.
        """
        day = closed.until_on
        if day == self.extract.year.first_on:
            opening = self._carried.opening()
            if opening:
                yield self._make_derived(closed, ecritures.OPENING, "Soldes à nouveau", opening)
        income = self._carried.recognised(day)
        if income:
            yield self._make_derived(closed, ecritures.OTHER, "Produits constatés d'avance, part de l'exercice", income)

    def _make_derived(self, closed: Closing, journal: Journal, label: str, lines: tuple[Posting, ...]) -> Ecriture:
        """Make the year's next écriture that has no entry. Its piece is named by the journal's code and the day."""
        self._number += 1
        day = closed.until_on
        return Ecriture(self._number, journal, day, f"{journal.code}{day:%Y%m%d}", day, label, closed.closed_on, lines)

    def _of_day(self, connection: sa.Connection, closed: Closing) -> list[Ecriture]:
        """Return the day's own écritures, checked against its closing: as many, and with the same marks.

        Raises MachineError `books-differ`.
        """
        day, own = closed.until_on, []
        for fact, ecriture in self._lines.of_day(connection, day, closed.entry, closed.closed_on, self._number):
            self._carried.defer(fact)
            if ecriture is not None:
                own.append(ecriture)
        self._number += len(own)
        # Where the closing has marks, the comparison below says which line differs.
        if len(own) != closed.totals.ecritures and "fec" not in closed.detail:
            text = f"{len(own)} écritures instead of {closed.totals.ecritures}"
            raise MachineError("books-differ", f"{day} is not what was closed: {text}; kiosk verify")
        _compare_with_closing(f"{day}", closed.detail, own)
        return own


@contextmanager
def readable(what: str) -> Iterator[None]:
    """Raise MachineError `books-differ` where reading fails because rows were changed by other means than this program.
    `what` names the days, in the error's text.
    """
    try:
        yield
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError) as wrong:
        text = f"{what} is not what was closed: it cannot be read ({type(wrong).__name__}: {wrong})"
        raise MachineError("books-differ", f"{text}; kiosk verify") from wrong


def _compare_with_closing(day: str, kept_marks: Mapping[str, Any], ecritures_read: list[Ecriture]) -> None:
    """Compare écritures read now with the digest and marks that a closing kept of them; accept any where it kept none.
    `day` names them in the error. Raises MachineError `books-differ`.
    """
    wrong = line_marks.difference(kept_marks, ecritures_read)
    if wrong is not None:
        raise MachineError("books-differ", f"{day} is not what was closed: {wrong}; kiosk verify")
