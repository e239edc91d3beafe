"""CSVs of French banks and of payment platforms: where the table begins, and what each of its lines is.

No two banks write the same file, and some change theirs: lines of words before the header, or no header at all; one
column with a sign, one with a direction, or two; labels in several columns. Each line of the file is in what comes out:
read, or refused with its reason. Where there is a running balance, it has to add up.
"""

import re
from collections.abc import Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain import spreadsheet
from kiosk.domain.books.statements import bank_amounts, bank_balance, bank_guess, bank_platforms, bank_report
from kiosk.domain.books.statements.bank_balance import Step
from kiosk.domain.books.statements.bank_columns import MEANT, MONEY, Field, Layout, bare, check, direction
from kiosk.domain.books.statements.bank_guess import Guess, reads
from kiosk.domain.books.statements.bank_lines import BankLine, Source, checked_line, clean
from kiosk.domain.books.statements.bank_report import Reading, Row
from kiosk.domain.problems import Problem
from kiosk.domain.spreadsheet import SEPARATORS, Line, Table

_LOOKED_AT = 60  # lines of the file among which the header is
_SHOWN = 160  # signs of a line in a report
_CARRIED = ("solde", "total", "report", "ancien solde", "nouveau solde", "balance")  # begin a line that moves nothing


class Sheet(Struct, frozen=True):
    """A file cut at its header. Without one the columns have no names. `before` is what stands above."""

    table: Table
    has_header: bool
    before: tuple[Row, ...] = ()

    @property
    def key(self) -> str:
        """The key under which its layout is remembered: the header, or what the columns hold."""
        if self.has_header:
            return "|".join(bare(cell) for cell in self.table.columns)[:1000]
        return "#" + "|".join(self._holds(place) for place in range(len(self.table.columns)))

    def _holds(self, place: int) -> str:
        dated = (line.cells for line in self.table.lines if any(reads(bank_amounts.day, cell) for cell in line.cells))
        cells = [each[place] for each in dated if place < len(each) and each[place]]
        for name, read in (("day", bank_amounts.day), ("sum", bank_amounts.cents)):
            if 2 * sum(reads(read, cell) for cell in cells) > len(cells):
                return name
        return "words" if cells else ""

    def guess(self) -> Guess:
        """How its columns would be read. Raises Problem `bank-payouts`."""
        return bank_guess.guess(self.table, self.has_header)


def open_(text: str) -> Sheet:
    """The table in a file. Raises Problem as `spreadsheet.read`, or `bank-file`."""
    begins, separator = _header(text)
    if begins is not None:
        lines = text.splitlines(keepends=True)
        table = spreadsheet.read_text(f"sep={separator}\n{''.join(lines[begins:])}")
        moved = tuple(Line(line.number + begins - 1, line.cells) for line in table.lines)
        before = tuple(_nothing(number, line) for number, line in enumerate(lines[:begins], 1) if line.strip())
        head = _nothing(begins + 1, lines[begins])
        return Sheet(_even(Table(table.columns, moved, separator)), True, (*before, head))
    separator = max(SEPARATORS, key=lambda mark: sum(line.count(mark) for line in text.splitlines()[:_LOOKED_AT]))
    table = spreadsheet.read_text(f"sep={separator}\n-\n{text}")
    width = max((len(line.cells) for line in table.lines), default=0)
    moved = tuple(Line(line.number - 2, line.cells) for line in table.lines)
    if width < 3 or not any(reads(bank_amounts.day, cell) for line in moved for cell in line.cells):
        raise Problem("bank-file", "the file has no table with days and sums: export it as OFX or CSV")
    return Sheet(_even(Table(("",) * width, moved, separator)), False)


def _nothing(number: int, text: str) -> Row:
    return Row(number, clean(text)[:_SHOWN], code=bank_report.NOTHING)


def _header(text: str) -> tuple[int | None, str]:
    """The line that names the columns, and what stands between them."""
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
    """Whether a line names three columns or more and holds no day and no sum, so that it can only be a header."""
    said = [cell.strip().strip('"') for cell in cells if cell.strip()]
    return len(said) > 2 and not any(reads(bank_amounts.day, cell) or reads(bank_amounts.cents, cell) for cell in said)


def _even(table: Table) -> Table:
    """As many cells in each line as there are columns: short lines are filled up, empty cells at the end cut off."""
    width = len(table.columns)
    lines = tuple(
        Line(line.number, tuple((*line.cells, *[""] * width)[:width]) if not any(line.cells[width:]) else line.cells)
        for line in table.lines
    )
    return Table(table.columns, lines, table.separator)


def read(sheet: Sheet, layout: Layout) -> Reading:
    """What became of each line. Raises Problem `bank-columns`, or `bank-balance` where the balance does not add up."""
    check(layout, len(sheet.table.columns))
    reader = _Reader(layout, _debits(sheet, layout))
    rows = _rows(sheet, reader)
    if layout.platform:
        rows = _each_payment_once(rows)
        return Reading((*sheet.before, *rows))
    steps = [
        Step(row.number, row.line.day if row.line else None, _moved(row), row.balance)
        for row in rows
        if row.balance is not None or _moved(row) != 0
    ]
    try:
        fitted = bank_balance.checked(steps)
    except Problem:
        if not bank_balance.is_steady(steps):
            raise
        return Reading((*sheet.before, *rows), steady=True)
    return Reading((*sheet.before, *rows), fitted)


def _rows(sheet: Sheet, reader: "_Reader") -> list[Row]:
    """What each line is; before the first day and after the last one, a line without a sum is words."""
    lines = sheet.table.lines
    dated = [place for place, line in enumerate(lines) if reader.has_day(line)]
    between = range(min(dated, default=0), max(dated, default=-1) + 1)
    rows = [reader.row(line) for line in lines]
    return [
        replace(row, code=bank_report.NOTHING) if row.is_lost and row.cents is None and place not in between else row
        for place, row in enumerate(rows)
    ]


def _moved(row: Row) -> int | None:
    """What a line moves on the account; None where that cannot be read."""
    return row.cents if row.cents is not None or row.is_lost else 0


def _debits(sheet: Sheet, layout: Layout) -> int:
    """The sign that most debits are written with: 1 or -1. Others take something back, and are a person's to read."""
    if Field.DEBIT not in layout.columns:
        return 1
    place = layout.columns.index(Field.DEBIT)
    cells = [line.cells[place] for line in sheet.table.lines if place < len(line.cells)]
    sums = [bank_amounts.cents(cell) for cell in cells if cell and reads(bank_amounts.cents, cell)]
    return -1 if sum(each < 0 for each in sums) > sum(each > 0 for each in sums) else 1


class _Reader(Struct, frozen=True):
    """Reads line after line by one layout. `debits` is the sign that debits are written with."""

    layout: Layout
    debits: int

    def row(self, line: Line) -> Row:
        """What a line is. No line is left out, none raises anything."""
        text = clean(" ; ".join(cell for cell in line.cells if cell))[:_SHOWN]
        cells = self._cells(line)
        cents = balance = None
        try:
            balance = bank_amounts.cents(cells[Field.BALANCE]) if Field.BALANCE in cells else None
            cents = self._total(cells)
            found = self._line(cells, cents)
            return Row(line.number, text, found, cents=cents, balance=balance)
        except Problem as problem:
            code, why = problem.code, str(problem)
            if code == bank_report.NOTHING and self._hides_money(line):
                code, why = "bank-no-sum", "there is a number in the line, in no column that is read"
            return Row(line.number, text, None, code, why, cents, balance)

    def has_day(self, line: Line) -> bool:
        """Whether there is a day where one belongs."""
        return reads(bank_amounts.day, self._cells(line).get(Field.DAY, ""))

    def _cells(self, line: Line) -> dict[Field, str]:
        cells: dict[Field, str] = {}
        for field, cell in zip(self.layout.columns, line.cells, strict=False):
            if field is not None and cell:
                cells[field] = f"{cells[field]} {cell}" if field in cells else cell
        return cells

    def _hides_money(self, line: Line) -> bool:
        """Whether a line with a day has a sum in a column that is not read."""
        columns = dict(enumerate(self.layout.columns))
        free = [cell for place, cell in enumerate(line.cells) if cell and columns.get(place) is None]
        return self.has_day(line) and any(_AMOUNT.search(cell) and reads(bank_amounts.cents, cell) for cell in free)

    def _line(self, cells: dict[Field, str], cents: int | None) -> BankLine:
        self._check_payment(cells)
        said = cells.get(Field.DAY, "")
        words = bare(cells.get(Field.LABEL) or said)
        if cents is None or (not reads(bank_amounts.day, said) and words.startswith(_CARRIED)):
            raise Problem("bank-no-operation", "the line moves nothing")
        on: date = bank_amounts.day(said)
        if cents == 0:
            raise Problem("bank-zero", "the sum is 0")
        if bare(cells.get(Field.CURRENCY, "")) not in ("", "eur", "euro", "euros"):
            raise Problem("bank-currency", f"the sum is not in euros but in {cells[Field.CURRENCY][:10]}")
        return checked_line(
            self.layout.platform or Source.CSV,
            on,
            cents,
            cells.get(Field.LABEL) or cells.get(Field.PARTY, ""),
            party=cells.get(Field.PARTY, ""),
            reference=cells.get(Field.REFERENCE, ""),
            bank_id=cells.get(Field.BANK_ID, ""),
        )

    def _check_payment(self, cells: dict[Field, str]) -> None:
        """Raises Problem for a line of a platform that is no payment that came about."""
        if self.layout.platform is None:
            return
        status, movement = cells.get(Field.STATUS), cells.get(Field.MOVEMENT)
        came = bank_platforms.came(status) if status is not None else Field.STATUS not in self.layout.columns
        paid = bank_platforms.is_payment(movement) if movement is not None else True
        if came is False:
            raise Problem("bank-status", status or "no status")
        if paid is False:
            raise Problem("bank-fee", movement or "")
        if came is None or paid is None:
            raise Problem("bank-movement", f"nobody knows whether this is a payment: {status or movement!r}"[:80])
        if Field.BANK_ID not in cells:
            raise Problem("bank-movement", "the payment has no number")

    def _total(self, cells: dict[Field, str]) -> int | None:
        """What came in, less what went out. Raises Problem where the file says two things."""
        if Field.SUM in cells:
            return self._directed(bank_amounts.cents(cells[Field.SUM]), cells)
        if Field.CREDIT not in cells and Field.DEBIT not in cells:
            return None
        in_, out = (bank_amounts.cents(cells.get(field, "0")) for field in (Field.CREDIT, Field.DEBIT))
        if in_ and out:
            raise Problem("bank-direction", "a credit and a debit in one line")
        if in_ < 0 or out * self.debits < 0:
            raise Problem("bank-direction", "a credit with a minus, or a debit whose sign is not that of the others")
        return in_ - abs(out)

    def _directed(self, cents: int, cells: dict[Field, str]) -> int:
        if Field.DIRECTION not in self.layout.columns:
            return cents
        way = direction(cells.get(Field.DIRECTION, ""))
        if way == 0 and cents:
            raise Problem("bank-direction", f"in or out? {cells.get(Field.DIRECTION, '')[:20]!r}")
        if cents < 0 < way:
            raise Problem("bank-direction", "a credit with a minus")
        return way * abs(cents)


_AMOUNT = re.compile(r"[1-9].*[.,][0-9]{2}\b|[.,]0?[1-9]")


def _each_payment_once(rows: Sequence[Row]) -> list[Row]:
    """A payment for two things stands on two rows of HelloAsso's file, each with the whole sum: it is one."""
    first: dict[str, Row] = {}
    found = []
    for row in rows:
        number = row.line.bank_id if row.line else None
        before = first.setdefault(number, row) if number else row
        if before is row:
            found.append(row)
        elif before.cents == row.cents:
            found.append(Row(row.number, row.text, None, bank_report.TWICE, f"as line {before.number}"))
        else:
            why = f"the payment {number} stands there twice, with two sums"
            found.append(Row(row.number, row.text, None, "bank-movement", why, row.cents))
    return found
