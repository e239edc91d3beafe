"""Reconciles account 512 of the books with the bank's balance on a day, each term signed as the bank signs it.

Expenses are not in these books, so the two are never equal: 512 is the balance, less what the account held before the
first line, less what missing statements moved, less lines left aside (by reason) and undecided ones, plus entries that
no statement shows yet. Every line and every movement belongs to one term, so the sheet adds up to the cent; terms that
should be zero are shown where they are not. `Held` is a balance that a file gives for the end of a day, `Gap` a time
between two files whose balances do not meet.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from kiosk.domain.books.statements import statement_chain
from kiosk.domain.books.statements.statement_chain import Gap, Held


class SheetLine(Struct, frozen=True):
    """A line of the account's statement: left aside for a reason (`aside`), standing for `entries`, or undecided if
    neither.
    """

    day_on: date
    cents: int
    aside: str | None = None
    entries: tuple[int, ...] = ()


class Movement(Struct, frozen=True):
    """What an entry moves on 512, positive for money in. `reverses` is the entry that it reverses; `is_opening`: taken
    over from other books.
    """

    entry: int
    day_on: date
    cents: int
    reverses: int | None = None
    is_opening: bool = False


class Term(Struct, frozen=True):
    """The sum of a term, and how many lines or movements it has."""

    cents: int = 0
    count: int = 0

    @classmethod
    def of(cls, cents: Sequence[int]) -> "Term":
        """Return the term of some sums."""
        return cls(sum(cents), len(cents))


class BankSheet(Struct, frozen=True, kw_only=True):
    """The terms of the reconciliation on a day, in cents.

    Where no file gives a balance, `balance` and `start` are None and only `moved`, the sum of the lines, is known.
    `later` has the entries dated after the day although a line up to the day stands for them; `uneven` is the
    difference between lines and their entries: zero, unless records were changed.
    """

    until: date
    balance: int | None
    start: int | None
    moved: int
    gaps: tuple[Gap, ...]  # times without a statement, and what they moved
    aside: tuple[tuple[str, Term], ...]
    undecided: Term
    awaited: Term  # entries that no statement shows yet
    later: Term
    opening: int  # taken over from other books
    uneven: int
    account: int  # what account 512 has

    @property
    def missing(self) -> int:
        """Return what missing statements moved, in cents."""
        return sum(gap.cents for gap in self.gaps)

    @property
    def difference(self) -> int:
        """Return the difference between the terms and account 512; zero if the sheet adds up."""
        begun = self.moved if self.balance is None or self.start is None else self.balance - self.start - self.missing
        left = begun - sum(term.cents for _, term in self.aside) - self.undecided.cents
        return left - self.later.cents - self.uneven + self.awaited.cents + self.opening - self.account


def sheet(
    lines: Sequence[SheetLine], movements: Sequence[Movement], balances: Sequence[Held], until: date
) -> BankSheet:
    """Return the sheet of a day, from all lines of the account, all movements of 512, and the known balances."""
    days = [(line.day_on, line.cents) for line in lines]
    shown = [line for line in lines if line.day_on <= until]
    by_entry = {movement.entry: movement for movement in movements}
    # the lines that stand for entries, each with what these moved on account 512
    entered = [
        (line, [by_entry[entry] for entry in line.entries if entry in by_entry]) for line in shown if line.entries
    ]
    on_lines = {movement.entry for _, entries_of_line in entered for movement in entries_of_line}
    written = [movement for movement in movements if movement.day_on <= until]
    waits = _standing([movement for movement in written if movement.entry not in on_lines and not movement.is_opening])
    asides: dict[str, list[int]] = defaultdict(list)
    for line in shown:
        if line.aside is not None:
            asides[line.aside].append(line.cents)
    # with no line and no balance up to the day, the balance of the day is unknown
    is_known = bool(shown) or any(balance.on <= until for balance in balances)
    begins, gaps = _begins(balances, days) if is_known else None, _gaps(balances, days, until)
    moved = sum(line.cents for line in shown)
    return BankSheet(
        until=until,
        balance=None if begins is None else begins + moved + sum(gap.cents for gap in gaps),
        start=begins,
        moved=moved,
        gaps=gaps,
        aside=tuple((reason, Term.of(asides[reason])) for reason in sorted(asides)),
        undecided=Term.of([line.cents for line in shown if not line.entries and line.aside is None]),
        awaited=Term.of([movement.cents for movement in waits]),
        later=Term.of([by_entry[entry].cents for entry in sorted(on_lines) if by_entry[entry].day_on > until]),
        opening=sum(movement.cents for movement in written if movement.is_opening and movement.entry not in on_lines),
        uneven=sum(
            line.cents - sum(movement.cents for movement in entries_of_line) for line, entries_of_line in entered
        ),
        account=sum(movement.cents for movement in written),
    )


def _begins(balances: Sequence[Held], lines: Sequence[tuple[date, int]]) -> int | None:
    """Return what the account held before the first line: the earliest known balance, less the lines up to its day.
    None without a known balance.
    """
    if not balances:
        return None
    first = balances[0]
    return first.cents - sum(cents for day, cents in lines if day <= first.on)


def _gaps(balances: Sequence[Held], lines: Sequence[tuple[date, int]], until: date) -> tuple[Gap, ...]:
    """Return the times without a statement that end by a day."""
    return tuple(gap for gap in statement_chain.gaps(balances, lines) if gap.until <= until)


def _standing(movements: Sequence[Movement]) -> list[Movement]:
    """Return the movements that stand: without those reversed among them, and without their reversals."""
    entries = {movement.entry for movement in movements}
    reversed_entries = {movement.reverses for movement in movements if movement.reverses in entries}
    return [
        movement
        for movement in movements
        if movement.entry not in reversed_entries and movement.reverses not in reversed_entries
    ]
