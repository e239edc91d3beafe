"""Reads a fiscal year's closed days as one page of its ledger or its journal, with the sums of all accounts.

Most entries of a long ledger differ only in number and member, so equal ones are summed together; only those on the
page are read one by one. Each day is compared with its closing by its sums; files compare it line by line. A *wish*
says what the page shows: days, an account or all, lines or whole écritures, from which place on and how many.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date

import sqlalchemy as sa
from msgspec import Struct

from kiosk.books import accounting_files
from kiosk.books.accounting_files import Extract, Reading, Step
from kiosk.domain.books import ecritures
from kiosk.domain.books.closings import Totals
from kiosk.domain.books.ecritures import Ecriture
from kiosk.domain.books.lettering import Lettering, code
from kiosk.domain.books.listings import Listing, Wish, WrittenLine
from kiosk.domain.books.posting import Posting, postings
from kiosk.errors import MachineError
from kiosk.store.books import booking_facts
from kiosk.store.books.booking_facts import Row, number_of, what_of
from kiosk.store.books.closing_rows import Closing
from kiosk.store.engine import Store

Letters = Callable[[Iterable[int]], Mapping[int, str]]  # from the numbers of entries to their letters


class _Day(Struct, frozen=True):
    """A closed day: its closing, the écritures made without an entry that open it (`begun`), its entries as rows, and
    the lines of each group of equal entries. The key of a group is what its entries have in common (`what_of`).
    """

    closed: Closing
    begun: list[Ecriture]
    rows: list[Row]
    lines: Mapping[tuple[object, ...], tuple[Posting, ...]]  # by group; empty: its entries have no écriture
    counts: Mapping[tuple[object, ...], int]  # how many entries a group has
    opening: Collection[tuple[object, ...]]  # the groups of balances taken over from another program
    before: int  # the number of the last écriture before the day; 0 on the year's first day

    def many(self, wish: Wish) -> int:
        """Return how many places of the listing the day takes: lines of the chosen account, or whole écritures."""
        own = sum(count * wish.counts(self.lines[what]) for what, count in self.counts.items() if self.lines[what])
        return own + sum(wish.counts(ecriture.lines) for ecriture in self.begun)

    def add_to(self, listing: Listing, *, is_chosen: bool) -> None:
        """Add the day's lines to the sums of a listing. `is_chosen`: they are among the lines that it shows, too."""
        for ecriture in self.begun:
            listing.add(ecriture.lines, opens=ecriture.journal == ecritures.OPENING, is_chosen=is_chosen)
        for what, count in self.counts.items():
            listing.add(self.lines[what], count, opens=what in self.opening, is_chosen=is_chosen)

    def written(self) -> Iterator[tuple[int, int, Ecriture | None, tuple[Posting, ...]]]:
        """Yield each écriture in order: its number, its entry (0 where it is derived), the derived écriture, and its
        lines.
        """
        number = self.before
        for ecriture in self.begun:
            number += 1
            yield number, 0, ecriture, ecriture.lines
        for row in self.rows:
            lines = self.lines[what_of(row)]
            if lines:
                number += 1
                yield number, number_of(row), None, lines


class _Place(Struct, frozen=True):
    """The place of a line on a page: its écriture, its position in it, and the balance of its account after it."""

    closed: Closing  # of its day
    number: int  # of the écriture, within the fiscal year
    entry: int  # 0 where the écriture is made without one
    derived: Ecriture | None  # the écriture, where it is made without an entry
    line: int  # its position, from 0 on
    balance: int  # cents, above 0 for a debit


class _Sums(Reading):
    """A reading of the closed days that sums equal entries together. It is used once."""

    def _read_days(self, day: date, until_on: date, step: Step) -> None:
        """Add the entries of these days to those carried over, equal ones at once; `step` is told how many."""
        with self.store.reading() as connection:
            for fact, count in booking_facts.alike(connection, day, until_on):
                self._carried.add(fact, count)
                step(count)

    def summed(self) -> Iterator[_Day]:
        """Yield each closed day, all read in one snapshot. Raises MachineError `books-differ` where the sums of a day
        are not those of its closing.
        """
        closed = self.begin()
        self._carried.forget_parties()  # a listing has sums by account alone
        if not closed:
            return
        with self.store.reading() as connection:
            rows_by_day = dict(booking_facts.rows_by_day(connection, closed[0].until_on, closed[-1].until_on))
            while closed:
                day_closing = closed.popleft()
                begun = list(self._begin(day_closing))
                yield self._day(connection, day_closing, begun, rows_by_day.pop(day_closing.until_on, []))

    def _day(self, connection: sa.Connection, closed: Closing, begun: list[Ecriture], rows: list[Row]) -> _Day:
        """Prepare a closed day's lines: equal rows are posted once and counted, and the totals compared with the
        closing's.
        """
        first, counts = dict(zip(map(what_of, rows), rows, strict=True)), Counter(map(what_of, rows))
        lines: dict[tuple[object, ...], tuple[Posting, ...]] = {}
        totals, opening = Totals(), set[tuple[object, ...]]()
        before = self._number - len(begun)  # those that open the year have their numbers already
        for what, count in counts.items():
            fact = booking_facts.of_row(connection, first[what])
            lines[what] = postings(fact, self._lines.book)
            self._carried.defer(fact, count)
            totals.add(fact, has_lines=bool(lines[what]), times=count)
            if ecritures.journal(fact) == ecritures.OPENING:  # taken over from another program
                opening.add(what)
        self._number += totals.ecritures
        _compare_with_closing(closed, totals)
        return _Day(closed, begun, rows, lines, counts, opening, before)

    def lines_of(self, connection: sa.Connection, places: list[_Place]) -> Iterator[tuple[_Place, Ecriture, Posting]]:
        """Yield each of some places with its écriture and its line; écritures of entries are read now."""
        numbered = {place.entry: place.number for place in places if place.entry}
        closings = {place.closed.until_on: (place.closed.entry, place.closed.closed_on) for place in places}
        ecriture_by_entry = self._lines.of_entries(connection, numbered, closings)
        for place in places:
            ecriture = ecriture_by_entry[place.entry] if place.derived is None else place.derived
            yield place, ecriture, ecriture.lines[place.line]


def _compare_with_closing(closed: Closing, totals: Totals) -> None:
    """Compare a day's totals, and its number of écritures, with its closing. Raises MachineError `books-differ`."""
    day, wrong = closed.until_on, totals.difference(closed.detail)
    if wrong is None and totals.ecritures != closed.totals.ecritures:
        wrong = f"{totals.ecritures} écritures instead of {closed.totals.ecritures}"
    if wrong is not None:
        raise MachineError("books-differ", f"{day} is not what was closed: {wrong}; kiosk verify")


def listing(store: Store, extract: Extract, wish: Wish, letters: Letters | None = None) -> Listing:
    """Return a fiscal year's sums by account up to the extract's last closed day, and the lines of one page. `letters`
    finds the letters (lettrage) of entries' lines on the members' account; without it lines have none.

    Raises MachineError `books-differ` where a day's sums are not what they were when it was closed, or its rows can no
    longer be read.
    """
    with accounting_files.readable(f"what is between {extract.year.first_on} and {extract.closed_until}"):
        return _listing(store, extract, wish, letters)


def _listing(store: Store, extract: Extract, wish: Wish, letters: Letters | None) -> Listing:
    """Read the closed days, then the lines of the page."""
    reading, listed, places, has_begun = _Sums(store, extract), Listing(), list[_Place](), False
    for day in reading.summed():
        is_chosen = day.closed.until_on.toordinal() in wish.days  # a range of ordinals
        if is_chosen and not has_begun:
            listed.begin()  # records the balances before the chosen days
            has_begun = True
        place_count = day.many(wish) if is_chosen else 0
        # Of the day's places, at least one is on the page.
        if place_count and listed.count < wish.first + wish.most and listed.count + place_count > wish.first:
            places += _places(day, wish, listed)
        day.add_to(listed, is_chosen=is_chosen)
        listed.count += place_count
    with store.reading() as connection:
        written = list(reading.lines_of(connection, places))
    entries = [place.entry for place, _, line in written if line.party and place.entry]
    lettered = letters(entries) if letters is not None and entries else {}
    listed.lines = [
        WrittenLine(ecriture, line, lettered.get(place.entry, "") if line.party else "", place.balance)
        for place, ecriture, line in written
    ]
    return listed


def _places(day: _Day, wish: Wish, listing: Listing) -> Iterator[_Place]:
    """Yield the places of a day's lines that are on the page. They are counted through the whole listing: lines of the
    chosen account, or écritures where these are listed whole. The listing has the sums up to the day before.
    """
    place, balances = listing.count, {number: sums.balance for number, sums in listing.accounts.items()}
    for number, entry, derived, lines in day.written():
        for at, line in enumerate(lines):
            balances[line.account.number] = balances.get(line.account.number, 0) + line.debit - line.credit
            if wish.takes(line) and wish.has(place):
                yield _Place(day.closed, number, entry, derived, at, balances[line.account.number])
            place += wish.takes(line) and not wish.whole
        place += wish.whole


class YearLetters(Struct, frozen=True):
    """The letters (lettrage) of the members' account, as the FEC of a year has them: each as a number from 1 on, 0 for
    none, indexed by its entry's distance from the first.
    """

    first: int
    numbers: "array[int]"

    @classmethod
    def read(cls, store: Store, extract: Extract) -> "YearLetters":
        """Read the letters of a year up to the extract's last closed day."""
        lettering, entries, reading = Lettering(), array("q"), Reading(store, extract)
        opened = sum(lettering.read(fact) for fact in reading.opened())
        with store.reading() as connection:
            for fact in booking_facts.moved(connection, extract.year.first_on, extract.closed_until):
                # a reversal is on the account that was in force on the day of the reversed entry (`counts_on`)
                account = reading.book.chart(fact.counts_on).account("members").number
                lettering.add(f"{account} {fact.party}", fact.cents, fact.day_on, fact.entry, fact.reverses)
                entries.append(fact.entry)
        accounting_files.settle(store, lettering, extract)
        first = min(entries, default=0)
        numbers = array("I", [0]) * (max(entries, default=-1) - first + 1)
        of_lines, _ = lettering.lettered()  # first the `opened` lines of the opening, which have no entry
        for entry, number in zip(entries, of_lines[opened:], strict=True):
            numbers[entry - first] = number
        return cls(first, numbers)

    def of(self, entries: Iterable[int]) -> dict[int, str]:
        """Return the letters of entries that have lines on the members' account, by entry; "" for an open one."""
        return {each: code(self.numbers[each - self.first]) for each in entries}
