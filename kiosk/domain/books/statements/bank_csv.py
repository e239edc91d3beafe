"""Reads CSVs of French banks and of payment platforms: finds where the table begins, and what each line is.

No two banks write the same file, and some change theirs: lines of words before the header, or no header; one column
with a sign, one with a direction, or two columns; words in several columns. Each line of the file has a row in the
result: read, or refused with the reason. A running balance, where there is one, has to add up.

A row's *mark* says what a line is that moves no money: a balance, a total, or the heading of a *section*, whose
operations are booked or still to come.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain import spreadsheet
from kiosk.domain.books.statements import (
    bank_amounts,
    bank_balance,
    bank_carried,
    bank_guess,
    bank_proof,
    statement_facts,
)
from kiosk.domain.books.statements.bank_balance import Followed, Step
from kiosk.domain.books.statements.bank_columns import MEANT, MONEY, Field, Layout, bare, check
from kiosk.domain.books.statements.bank_csv_rows import RowReader, words_row
from kiosk.domain.books.statements.bank_guess import Guess, reads
from kiosk.domain.books.statements.statement_facts import Balance, Mark, Proof, Row, StatementFacts
from kiosk.domain.problems import Problem
from kiosk.domain.spreadsheet import SEPARATORS, Line, Table

_LOOKED_AT = 60  # lines at the top of the file that are searched for the header


class Sheet(Struct, frozen=True):
    """A file split at its header; without one, the columns have no names. `before` are the lines above."""

    table: Table
    has_header: bool
    before: tuple[Row, ...] = ()

    @property
    def key(self) -> str:
        """Return the key under which its layout is remembered: the header, or what the columns hold."""
        if self.has_header:
            return "|".join(bare(cell) for cell in self.table.columns)[:1000]
        return "#" + "|".join(self._holds(place) for place in range(len(self.table.columns)))

    def _holds(self, place: int) -> str:
        """Return what more than half of a column's filled cells are, in the lines with a day: days or sums, else words;
        empty if none is filled.
        """
        dated = (line.cells for line in self.table.lines if any(reads(bank_amounts.day, cell) for cell in line.cells))
        cells = [row_cells[place] for row_cells in dated if place < len(row_cells) and row_cells[place]]
        for name, read in (("day", bank_amounts.day), ("sum", bank_amounts.cents)):
            if 2 * sum(reads(read, cell) for cell in cells) > len(cells):
                return name
        return "words" if cells else ""

    def guess(self) -> Guess:
        """Guess how its columns are read. Raises Problem `bank-payouts`."""
        return bank_guess.guess(self.table, self.has_header)

    def is_header(self, line: Line) -> bool:
        """Tell whether a line repeats the header."""
        return self.has_header and tuple(map(bare, line.cells)) == tuple(map(bare, self.table.columns))


def open_(text: str) -> Sheet:
    """Return the table in a file. Without a header it must have three columns and a day in some cell. Raises Problem as
    `spreadsheet.read`, or `bank-file`.
    """
    begins, separator = _header(text)
    if begins is not None:
        lines = text.splitlines(keepends=True)
        table = spreadsheet.read_text(f"sep={separator}\n{''.join(lines[begins:])}")
        numbered = tuple(
            Line(line.number + begins - 1, line.cells) for line in table.lines
        )  # line numbers as in the file
        before = tuple(words_row(number, line) for number, line in enumerate(lines[:begins], 1) if line.strip())
        # words such as "Solde" in the header name a column: they are no balance
        head = replace(words_row(begins + 1, lines[begins]), mark=None, held_cents=None)
        return Sheet(_even(Table(table.columns, numbered, separator)), has_header=True, before=(*before, head))
    separator = max(SEPARATORS, key=lambda mark: sum(line.count(mark) for line in text.splitlines()[:_LOOKED_AT]))
    # "-" stands for the header that is missing; both lines are taken off the numbers again
    table = spreadsheet.read_text(f"sep={separator}\n-\n{text}")
    width = max((len(line.cells) for line in table.lines), default=0)
    numbered = tuple(Line(line.number - 2, line.cells) for line in table.lines)
    if width < 3 or not any(reads(bank_amounts.day, cell) for line in numbered for cell in line.cells):
        raise Problem("bank-file", "the file has no table with days and sums: export it as OFX or CSV")
    return Sheet(_even(Table(("",) * width, numbered, separator)), has_header=False)


def _header(text: str) -> tuple[int | None, str]:
    """Return the number of the header's line, counted from 0 (None without one), and the separator of columns: the
    first line that names a column of days, and either one of amounts or nothing but words.
    """
    for number, line in enumerate(text.splitlines()[:_LOOKED_AT]):
        for separator in SEPARATORS:
            if line.count(separator) > spreadsheet.MOST_COLUMNS:
                continue
            cells = line.split(separator)
            named = {MEANT.get(bare(cell)) for cell in cells}
            if Field.DAY in named and (named & MONEY or _only_words(cells)):
                return number, separator
    return None, ";"


def _only_words(cells: Sequence[str]) -> bool:
    """Tell whether a line has three cells or more and no day or amount, so that it can only be a header."""
    cells_with_text = [cell.strip().strip('"') for cell in cells if cell.strip()]
    return len(cells_with_text) > 2 and not any(
        reads(bank_amounts.day, cell) or reads(bank_amounts.cents, cell) for cell in cells_with_text
    )


def _even(table: Table) -> Table:
    """Return the table with as many cells in each line as columns: short lines are filled, empty cells at the end cut
    off.
    """
    width = len(table.columns)
    lines = tuple(
        Line(line.number, tuple((*line.cells, *[""] * width)[:width]) if not any(line.cells[width:]) else line.cells)
        for line in table.lines
    )
    return Table(table.columns, lines, table.separator)


def read(sheet: Sheet, layout: Layout) -> StatementFacts:
    """Return what became of each line. Raises Problem `bank-columns`, `bank-accounts` or `bank-currency`, or
    `bank-balance` where the balance does not add up.
    """
    check(layout, len(sheet.table.columns))
    reader = RowReader(layout, _debits(sheet, layout))
    rows = _rows(sheet, reader)
    shape = StatementFacts((), shape=sheet.key, manners=_manners(sheet, reader))
    if layout.platform:  # its file lists payments, and has no balances to check
        return replace(shape, rows=(*sheet.before, *_each_payment_once(rows)))
    account = _one_account(sheet, reader)
    # the words above, without the header, which is the last of them
    if any(bank_carried.currency_in(row.text) not in (None, "EUR") for row in sheet.before[:-1]):
        raise Problem("bank-currency", "the account is not in euros")
    every = (*sheet.before, *rows)
    period = _period(sheet)
    followed, is_steady = _followed(rows)
    from_words = bank_proof.ends(every, period[1])  # opening and closing balance, as words around the lines give them
    days = [row.line.day for row in rows if row.line is not None]
    ends = max(days, default=None)
    begins = min([*days, *([period[0]] if period[0] else [])], default=None)
    opening, closing = from_words.opening, from_words.closing
    if followed.fitted and days and not is_steady:  # where words give none, a running balance does
        opening = opening or _balance(followed.opening, min(days) - timedelta(days=1))
        closing = closing or _balance(followed.closing, max(days))
    proof = from_words.proof if from_words.proof is Proof.ADDS_UP or not followed.fitted else Proof.RUNNING
    return replace(
        shape,
        rows=every,
        balances=followed.fitted,
        steady=is_steady,
        account=account,
        begins=begins,
        ends=max(ends, period[1]) if ends and period[1] else ends,
        opening=opening,
        closing=closing,
        proof=proof,
    )


def _balance(cents: int | None, day: date) -> Balance | None:
    """Return an account's balance on a day; None where its cents are unknown."""
    return None if cents is None else Balance(cents, day)


def _period(sheet: Sheet) -> tuple[date | None, date | None]:
    """Return the first and last day that words above the table announce: `du 01/11/2026 au 30/11/2026`;
    None without.
    """
    for row in sheet.before:
        if match := _SPAN.search(row.text):
            return bank_amounts.day(match[1]), bank_amounts.day(match[2])
    return None, None


# A day within words, and the words that announce a statement's first and last day.
_DAY = r"([0-9]{1,2}[/.\-](?:0?[1-9]|1[0-2])[/.\-][0-9]{4})"
_SPAN = re.compile(rf"\b(?:du|entre le|from)\s{{1,3}}{_DAY}\s{{1,3}}(?:au|et le|et|to)\s{{1,3}}{_DAY}", re.IGNORECASE)


def _followed(rows: Sequence[Row]) -> tuple[Followed, bool]:
    """Return the checked running balances, and whether all of them are the same, so that they are not running ones.
    Operations that are not booked yet are in no balance, and are left out. Raises Problem `bank-balance`.
    """
    steps = [
        Step(row.number, row.line.day if row.line else None, _moved(row), row.balance)
        for row in rows
        if (row.balance is not None or _moved(row) != 0) and row.code != statement_facts.STATUS
    ]
    try:
        return bank_balance.followed(steps), False
    except Problem:
        if not bank_balance.is_steady(steps):
            raise
        return Followed(0), True


def _one_account(sheet: Sheet, reader: RowReader) -> str:
    """Return the number of the account that the lines are of: by its column, else by the words above the table; empty
    where neither names one. Raises Problem `bank-accounts` where the file names several.
    """
    in_column = {account for line in sheet.table.lines if (account := reader.account(line)) and reader.has_day(line)}
    above = {number for row in sheet.before for number in bank_carried.accounts_in(row.text)}
    words = {  # numbers that lines of words name between the operations: fewer than three cells, and no day
        number
        for line in sheet.table.lines
        if not reader.has_day(line) and sum(bool(cell) for cell in line.cells) < 3
        for number in bank_carried.accounts_in(" ".join(line.cells))
    }
    # further accounts: they differ from those above the table, or else from the first one
    others = [
        number for number in words if not any(_is_same(number, known) for known in (above or set(sorted(words)[:1])))
    ]
    if len(in_column) > 1 or others:
        raise Problem("bank-accounts", "the file holds several accounts: export one account at a time")
    return next(iter(in_column), "") or next(iter(sorted(above, key=len, reverse=True)), "")


def _is_same(number: str, other: str) -> bool:
    """Tell whether two numbers name one account: one may be part of the other's IBAN, or have stars before its last
    digits.
    """
    short, long = sorted((number.lstrip("*"), other.lstrip("*")), key=len)
    return short in long


def _rows(sheet: Sheet, reader: RowReader) -> list[Row]:
    """Return what each line is.

    Before the first day and after the last, a line without an amount is words only. Lines below a heading about
    operations to come are not booked, until the next heading. Where the first or the last line may be a balance, a
    person decides.
    """
    lines = sheet.table.lines
    dated = [place for place, line in enumerate(lines) if reader.has_day(line)]
    between = range(min(dated, default=0), max(dated, default=-1) + 1)
    ends = {min(dated, default=-1), max(dated, default=-1)}
    section: Mark | None = next(
        (row.mark for row in reversed(sheet.before) if row.mark in (Mark.PENDING, Mark.BOOKED)), None
    )
    rows = []
    for place, line in enumerate(lines):
        row = reader.row(line)
        if sheet.is_header(line):  # repeated where a page begins
            row = Row(row.number, row.text, code=statement_facts.NOTHING)
        elif not reader.has_day(line) and (row.cents is None or row.line is None) and row.mark is None:
            # Words, perhaps a heading: nothing is lost with a heading, or with words above or below the table.
            section = bank_carried.section_of(row.text) or section
            if row.is_lost and ((row.cents is None and place not in between) or bank_carried.section_of(row.text)):
                row = replace(row, code=statement_facts.NOTHING)
        elif row.line is not None and section is Mark.PENDING:
            row = replace(row, line=None, code=statement_facts.STATUS, why="still to come")
        elif row.line is not None and place in ends and _may_not_be_an_operation(reader, row):
            row = replace(row, line=None, code="bank-carried", why="a balance, a total or an operation?")
        rows.append(row)
    return rows


def _may_not_be_an_operation(reader: RowReader, file_row: Row) -> bool:
    """Tell whether a bank's first or last line may be a balance or a total instead of an operation."""
    return (
        reader.layout.platform is None and file_row.line is not None and bank_carried.is_doubtful(file_row.line.label)
    )


def _moved(file_row: Row) -> int | None:
    """Return what a line moves on the account, in cents: 0 for words, None for an amount that cannot be read."""
    return file_row.cents if file_row.cents is not None or file_row.is_lost else 0


def _debits(sheet: Sheet, layout: Layout) -> int:
    """Return the sign with which most debits are written, -1 or 1 (as many of both, or no such column: 1). Those with
    the other sign are left for a person to read.
    """
    if Field.DEBIT not in layout.columns:
        return 1
    sums = _debit_sums(sheet, layout)
    return -1 if sum(cents < 0 for cents in sums) > sum(cents > 0 for cents in sums) else 1


def _debit_sums(sheet: Sheet, layout: Layout) -> list[int]:
    """Return the amounts in the column of debits, in cents, with the signs they are written with."""
    place = layout.columns.index(Field.DEBIT)
    cells = [line.cells[place] for line in sheet.table.lines if place < len(line.cells)]
    return [bank_amounts.cents(cell) for cell in cells if cell and reads(bank_amounts.cents, cell)]


def _manners(sheet: Sheet, reader: RowReader) -> tuple[tuple[str, str], ...]:
    """Return how days (iso, dmy), cents (point, comma) and debits (+, -) are written: what a bank could change without
    changing the header. The first cell that shows days or cents decides, of debits most of them; what no cell shows is
    left out.
    """
    columns = reader.layout.columns
    lines = [line for line in sheet.table.lines if reader.has_day(line)]
    manners: dict[str, str] = {}
    for line in lines:
        for field, cell in zip(columns, line.cells, strict=False):
            if field is Field.DAY:
                manners.setdefault("days", "iso" if re.match(r"[0-9]{4}-?[0-9]", cell) else "dmy")
            if field in MONEY and (mark := re.search(r"([.,])[0-9]{2}\b(?!.*[.,])", cell)):
                manners.setdefault("cents", mark[1])
    if Field.DEBIT in columns and any(_debit_sums(sheet, reader.layout)):
        manners["debits"] = "-" if reader.debits < 0 else "+"
    return tuple(sorted(manners.items()))


def _each_payment_once(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with each payment once: HelloAsso's file repeats a payment for two things, each with the whole
    amount. One number with two amounts is left for a person to read.
    """
    first: dict[str, Row] = {}
    kept = []
    for row in rows:
        number = row.line.bank_id if row.line else None
        earlier = first.setdefault(number, row) if number else row
        if earlier is row:
            kept.append(row)
        elif earlier.cents == row.cents:
            kept.append(Row(row.number, row.text, None, statement_facts.TWICE, f"as line {earlier.number}"))
        else:
            why = f"the payment {number} stands there twice, with two sums"
            kept.append(Row(row.number, row.text, None, "bank-movement", why, row.cents))
    return kept
