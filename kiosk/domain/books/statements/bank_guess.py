"""Guesses what the columns of a CSV are, by their headers or else by their cells, and says what is in doubt.

A guess is shown to a person for confirmation. A running balance that adds up is a proof, and removes doubts.
"""

import re
from collections.abc import Callable, Sequence
from itertools import permutations

from msgspec import Struct

from kiosk.domain.books.statements import bank_amounts, bank_balance, bank_platforms
from kiosk.domain.books.statements.bank_balance import Step
from kiosk.domain.books.statements.bank_columns import (
    ACCOUNTED,
    GROSS,
    MANY,
    MEANT,
    MONEY,
    NET,
    Field,
    Layout,
    bare,
    direction,
)
from kiosk.domain.problems import Problem
from kiosk.domain.spreadsheet import Table

_PROVED = 2  # balances that equal the one before plus the line's amount; so many seldom do by chance
# The doubts that a person is asked to check:
BY_CELLS = "guessed-sum"  # no header names the column of amounts
TWO_WAYS = "guessed-direction"  # which of two columns is money in
ONE_WAY = "one-way"  # nothing ever goes out: is the sign somewhere else?
DAYS = "day-order"  # the days could be written month first
NET_OR_GROSS = "net-or-gross"  # two amounts, before and after a fee: which one moves on the account?
OF_SUMS = frozenset({BY_CELLS, TWO_WAYS, ONE_WAY, NET_OR_GROSS})  # doubts that a file that adds up removes
_Columns = tuple[Field | None, ...]


class Guess(Struct, frozen=True):
    """How the columns would be read, and what a person should check."""

    layout: Layout
    doubts: tuple[str, ...] = ()


def reads(read: Callable[[str], object], cell: str) -> bool:
    """Tell whether a cell can be read by a function."""
    try:
        read(cell)
    except Problem:
        return False
    return True


def guess(table: Table, has_header: bool) -> Guess:
    """Guess what the columns of a table are: by headers if it has them, then by cells. Where no cell is a day, the
    first column is taken for the days. Raises Problem `bank-payouts` for a platform's list of payouts.
    """
    cells = _Cells(table)
    names = [bare(cell) for cell in table.columns] if has_header else [""] * len(table.columns)
    platform = bank_platforms.of(names)
    columns = _by_names(names, cells) if has_header else (None,) * len(names)
    if Field.DAY not in columns:
        columns = _with_fields(columns, {cells.most_days(): Field.DAY})
    doubts: list[str] = []
    if not MONEY & set(columns):
        columns, doubts = _by_cells(columns, cells)
    if Field.LABEL not in columns:
        columns = _named(columns, cells)
    if platform is None:  # only a platform's file says of each line whether it is a payment, a fee or a payout
        columns = tuple(None if field is Field.MOVEMENT else field for field in columns)
        columns, fee_doubts = _net(columns, names, cells)
        columns = _with_status(_with_direction(columns, cells), cells)
        doubts += fee_doubts
        doubts += _one_way(columns, cells)
    doubts += [DAYS] if _months_first(cells, columns) else []
    return Guess(Layout(columns, platform), tuple(dict.fromkeys(doubts)))


class _Cells:
    """The cells by column, of the lines that have a day; of all lines where none has."""

    def __init__(self, table: Table) -> None:
        self.width = len(table.columns)
        self.columns = [
            [line.cells[place] if place < len(line.cells) else "" for line in table.lines]
            for place in range(self.width)
        ]
        dated = [reads(bank_amounts.day, cell) for cell in self.columns[self.most_days()]]
        if any(dated):
            self.columns = [
                [cell for cell, has_day in zip(column, dated, strict=True) if has_day] for column in self.columns
            ]

    def most_days(self) -> int:
        """Return the number of the column with most days, the first such column."""
        counts = [sum(reads(bank_amounts.day, cell) for cell in column) for column in self.columns]
        return counts.index(max(counts))

    def is_of_sums(self, place: int) -> bool:
        """Tell whether all cells of a column are amounts, some of them with cents."""
        filled = [cell for cell in self.columns[place] if cell]
        has_cents = any(re.search(r"[.,][0-9]{2}\b", cell) for cell in filled)
        return has_cents and all(reads(bank_amounts.cents, cell) for cell in filled)

    def cents(self, place: int) -> list[int | None]:
        """Return the amounts of a column; None for a cell without one."""
        return [
            bank_amounts.cents(cell) if cell and reads(bank_amounts.cents, cell) else None
            for cell in self.columns[place]
        ]


def _by_names(names: Sequence[str], cells: _Cells) -> _Columns:
    """Guess the columns by their names. Of two columns for one field the first is read, except that the bank's day of
    booking comes before the day of the operation, and that words may stand in several columns (MANY).
    """
    fields: list[Field | None] = []
    for name in names:
        field = MEANT.get(name)
        fields.append(None if field in fields and field not in MANY else field)
    accounted = next((place for place, name in enumerate(names) if name in ACCOUNTED), None)
    if accounted is not None:  # the bank's day of booking
        fields = [None if field is Field.DAY else field for field in fields]
        fields[accounted] = Field.DAY
    # a column of directions has a word for in or out in each cell
    if Field.DIRECTION in fields and not all(direction(cell) for cell in cells.columns[fields.index(Field.DIRECTION)]):
        fields = [None if field is Field.DIRECTION else field for field in fields]
    if Field.CREDIT in fields and Field.DEBIT in fields:  # they say all that a sum and its direction would
        fields = [None if field in (Field.SUM, Field.DIRECTION) else field for field in fields]
    else:  # a credit without a debit, or the reverse, is no pair
        fields = [None if field in (Field.CREDIT, Field.DEBIT) else field for field in fields]
    if fields.count(Field.LABEL) > 1:  # a short form of another column's words
        fields = [None if name == "libelle simplifie" else field for name, field in zip(names, fields, strict=True)]
    return tuple(fields)


def _named(columns: _Columns, cells: _Cells) -> _Columns:
    """Choose the column for the lines' description, where no header names one: the columns of references, else those of
    payers, else the free column with most text.
    """
    for field in (Field.REFERENCE, Field.PARTY):
        if field in columns:
            return tuple(Field.LABEL if other is field else other for other in columns)
    lengths = [  # of a column's text: -1 where it is taken; one more for words, so that amounts lose a tie
        -1 if columns[place] else sum(map(len, column)) + (0 if cells.is_of_sums(place) else 1)
        for place, column in enumerate(cells.columns)
    ]
    longest = lengths.index(max(lengths))
    return _with_fields(columns, {longest: Field.LABEL}) if lengths[longest] > 0 else columns


def _by_cells(columns: _Columns, cells: _Cells) -> tuple[_Columns, list[str]]:
    """Find the columns of amounts where no header names them, and return all columns with the doubts. In this order: a
    single column; a sum, or a debit and a credit, that a running balance proves (no doubt); two columns of which each
    line fills one. Otherwise the columns come back unchanged, in doubt.
    """
    free = [place for place in range(cells.width) if columns[place] is None and cells.is_of_sums(place)]
    balance = columns.index(Field.BALANCE) if Field.BALANCE in columns else None
    numbers = free if balance is None else [*free, balance]
    if len(free) == 1 and balance is None:
        return _with_fields(columns, {free[0]: Field.SUM}), [BY_CELLS]
    for sums, balances in permutations(numbers, 2):
        if _proves(cells, cells.cents(sums), balances):
            return _with_fields(columns, {sums: Field.SUM, balances: Field.BALANCE}), []
    for out, into, balances in permutations(numbers, 3):
        if _is_pair(cells, out, into) and _proves(cells, _moved(cells, out, into), balances):
            return _with_fields(columns, {out: Field.DEBIT, into: Field.CREDIT, balances: Field.BALANCE}), []
    if len(free) == 2 and _is_pair(cells, *free):  # in France, debits come first
        return _with_fields(columns, {free[0]: Field.DEBIT, free[1]: Field.CREDIT}), [BY_CELLS, TWO_WAYS]
    return columns, [BY_CELLS]


def _is_pair(cells: _Cells, place: int, other: int) -> bool:
    """Tell whether each line has an amount in exactly one of two columns."""
    return all(bool(a) != bool(b) for a, b in zip(cells.cents(place), cells.cents(other), strict=True))


def _moved(cells: _Cells, out: int, into: int) -> list[int | None]:
    """Return what each line moves: money in less money out, whatever signs the file writes."""
    pairs = zip(cells.cents(out), cells.cents(into), strict=True)
    return [abs(came or 0) - abs(went or 0) for went, came in pairs]


def _proves(cells: _Cells, moved: Sequence[int | None], held: int) -> bool:
    """Tell whether the column `held` is the running balance of these amounts: at least `_PROVED` balances fit, and none
    is wrong. With an amount of 0 or a missing one, nothing is proved.
    """
    if not all(moved):
        return False
    # Without numbers and days: they are only for messages, and for files that are sorted by day.
    steps = [Step(0, None, cents, balance) for cents, balance in zip(moved, cells.cents(held), strict=True)]
    try:
        return bank_balance.checked(steps) >= _PROVED
    except Problem:
        return False


def _net(columns: _Columns, names: Sequence[str], cells: _Cells) -> tuple[_Columns, list[str]]:
    """Choose between an amount before a fee and one after it: the one that a running balance proves, else the latter,
    in doubt. With only one of them, the columns stay; in doubt if it is the one before the fee and fees have a column.
    """
    net = next((place for place, name in enumerate(names) if name in NET), None)
    gross = next((place for place, name in enumerate(names) if name in GROSS), None)
    if net is not None and gross is None and Field.SUM in columns and columns.index(Field.SUM) != net:
        gross = columns.index(Field.SUM)
    if net is None and gross is None:
        return columns, []
    if net is None or gross is None:
        return columns, [NET_OR_GROSS] if gross is not None and Field.FEE in columns else []
    balance = columns.index(Field.BALANCE) if Field.BALANCE in columns else None
    bare_columns = tuple(None if field in MONEY or field is Field.DIRECTION else field for field in columns)
    for place in (net, gross) if balance is not None else ():
        if _proves(cells, cells.cents(place), balance or 0):
            return _with_fields(bare_columns, {place: Field.SUM}), []
    return _with_fields(bare_columns, {net: Field.SUM}), [NET_OR_GROSS]


def _with_status(columns: _Columns, cells: _Cells) -> _Columns:
    """Add the column that says whether an operation is booked, under any header: all its words are known, and they say
    both yes and no. A column of the owner's own ticks never says no.
    """
    if Field.STATUS in columns:
        return columns
    for place, column in enumerate(cells.columns):
        states = {bank_platforms.is_booked(cell) for cell in column if cell}
        if columns[place] is None and states == {True, False}:
            return _with_fields(columns, {place: Field.STATUS})
    return columns


def _with_direction(columns: _Columns, cells: _Cells) -> _Columns:
    """Add the column that says in which direction amounts went, under any header, where no amount has a minus."""
    if Field.SUM not in columns or Field.DIRECTION in columns:
        return columns
    if any((cents or 0) < 0 for cents in cells.cents(columns.index(Field.SUM))):
        return columns
    for place, column in enumerate(cells.columns):
        if columns[place] is None and column and all(map(direction, column)):
            return _with_fields(columns, {place: Field.DIRECTION})
    return columns


def _one_way(columns: _Columns, cells: _Cells) -> list[str]:
    """Doubt sums without a single minus and without a direction or a balance that proves them: all may be debits."""
    if Field.SUM not in columns or Field.DIRECTION in columns:
        return []
    sums = cells.cents(columns.index(Field.SUM))
    if any((cents or 0) < 0 for cents in sums):
        return []
    if Field.BALANCE in columns and _proves(cells, sums, columns.index(Field.BALANCE)):
        return []
    return [ONE_WAY]


def _months_first(cells: _Cells, columns: _Columns) -> bool:
    """Tell whether days may be written with the month first: all are two numbers up to 12 and a year, and either an
    amount has a decimal point, or the lines are in order only if the month comes first.
    """
    days = [cell.strip() for cell in cells.columns[columns.index(Field.DAY)] if cell]
    pairs = [tuple(map(int, match.groups())) for cell in days if (match := _PAIR.match(cell))]
    if not pairs or len(pairs) != len(days) or any(max(first, second) > 12 for first, second, _ in pairs):
        return False
    money = [cell for place, field in enumerate(columns) if field in MONEY for cell in cells.columns[place]]
    if any(re.search(r"\.[0-9]{2}$", cell) for cell in money):
        return True
    as_days = [(year, second, first) for first, second, year in pairs]
    as_months = [(year, first, second) for first, second, year in pairs]
    return not _is_in_order(as_days) and _is_in_order(as_months)


# day and month, in one order or the other, and the year
_PAIR = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{2,4})")


def _is_in_order(days: Sequence[tuple[int, ...]]) -> bool:
    """Tell whether days are sorted, up or down."""
    return list(days) in (sorted(days), sorted(days, reverse=True))


def _with_fields(columns: _Columns, fields: dict[int, Field]) -> _Columns:
    """Return the columns with other fields at some places."""
    return tuple(fields.get(place, field) for place, field in enumerate(columns))
