"""Reads the lines of a bank's CSV by their columns: an operation, or the reason why a line is none.

A line's *mark* says what it is where it moves nothing: a balance, a total, or a heading for the lines below. A
*platform* is a payment service, such as HelloAsso, whose export has one line for each payment.
"""

import re
from datetime import date

from msgspec import Struct

from kiosk.domain.books.statements import bank_amounts, bank_carried, bank_platforms, statement_facts
from kiosk.domain.books.statements.bank_columns import Field, Layout, bare, direction
from kiosk.domain.books.statements.bank_guess import reads
from kiosk.domain.books.statements.bank_lines import BankLine, Source, checked_line, clean
from kiosk.domain.books.statements.statement_facts import Mark, Row
from kiosk.domain.problems import Problem
from kiosk.domain.spreadsheet import Line

SHOWN = 160  # characters of a line shown in a report
_AMOUNT = re.compile(r"[1-9].*[.,][0-9]{2}\b|[.,]0?[1-9]")  # a number with cents, or one above 0: not 0,00
_Cells = dict[Field, str]


def words_row(number: int, text: str) -> Row:
    """Return the row of a line of words around the table. Its first cell says whether it is a heading for the lines
    below or a balance, whose amount and last day are then read from the whole line.
    """
    line_words = clean(text)
    words = re.split(r"[;\t]", line_words)[0]
    mark = bank_carried.mark_of(words) or bank_carried.section_of(words)
    days = bank_carried.days_in(line_words)
    balance = bank_carried.sum_in(line_words) if mark in (Mark.OPENING, Mark.CLOSING, Mark.BALANCE) else None
    day = bank_amounts.day(days[-1]) if days and mark else None
    return Row(number, line_words[:SHOWN], code=statement_facts.NOTHING, mark=mark, on=day, held_cents=balance)


class RowReader(Struct, frozen=True):
    """Reads lines by one layout. `debits` is the sign with which debits are written: 1 or -1."""

    layout: Layout
    debits: int

    def row(self, line: Line) -> Row:
        """Return what a line is. No line is left out, and no error is raised."""
        text = clean(" ; ".join(cell for cell in line.cells if cell))[:SHOWN]
        cells = self._cells(line)
        mark = None if self.layout.platform else bank_carried.mark_of(self.words(cells, text))
        cents = balance = None
        try:
            balance = bank_amounts.cents(cells[Field.BALANCE]) if Field.BALANCE in cells else None
            if mark is not None:
                return self._marked(Row(line.number, text, balance=balance, mark=mark), cells)
            cents = self._total(cells)
            bank_line = self._line(cells, cents)
            return Row(line.number, text, bank_line, cents=cents, balance=balance, fee_cents=_fee(cells))
        except Problem as problem:
            code, why = problem.code, str(problem)
            if code == statement_facts.NOTHING and self._hides_money(line):
                code, why = "bank-no-sum", "there is a number in the line, in no column that is read"
            return Row(line.number, text, None, code, why, cents, balance)

    def words(self, cells: _Cells, text: str) -> str:
        """Return the words by which a line may be recognised as a balance or a total: its label, else what stands in
        the column of days and is no day, else the first cell of words; empty without any.
        """
        label = cells.get(Field.LABEL, "")
        if label and not reads(bank_amounts.cents, label):
            return label
        day = cells.get(Field.DAY, "")
        if day and not reads(bank_amounts.day, day):
            return day
        return next((part for part in text.split(" ; ") if _is_words(part)), "")

    def has_day(self, line: Line) -> bool:
        """Tell whether the line has a day in the column of days."""
        return reads(bank_amounts.day, self._cells(line).get(Field.DAY, ""))

    def account(self, line: Line) -> str:
        """Return the account named in the column of accounts, empty without one."""
        return re.sub(r"\s", "", self._cells(line).get(Field.ACCOUNT, "")).upper()

    def _marked(self, file_row: Row, cells: _Cells) -> Row:
        """Return the row of a balance or a total, which moves nothing. A total with a credit and a debit holds these
        two; otherwise the amount held is the one in the columns of amounts, else the running balance's, else the one in
        the words. Of an available balance no amount is kept.
        """
        credit, debit = (_sum(cells, field) for field in (Field.CREDIT, Field.DEBIT))
        held, came, went = file_row.balance, None, None
        if file_row.mark is Mark.TOTAL and credit is not None and debit is not None:
            came, went = credit, abs(debit)
        elif Field.SUM in cells:
            held = self._total(cells)
        elif credit or debit:
            held = (credit or 0) - abs(debit or 0)
        day_cell = cells.get(Field.DAY, "")
        days = [day_cell] if reads(bank_amounts.day, day_cell) else bank_carried.days_in(file_row.text)
        if held is None and came is None:
            held = bank_carried.sum_in(file_row.text)
        return Row(
            file_row.number,
            file_row.text,
            code=statement_facts.NOTHING,
            balance=file_row.balance,
            mark=file_row.mark,
            on=bank_amounts.day(days[-1]) if days else None,
            is_dated=True,
            held_cents=None if file_row.mark is Mark.AVAILABLE else held,
            in_cents=came,
            out_cents=went,
        )

    def _cells(self, line: Line) -> _Cells:
        """Return a line's cells by field; several columns of one field are joined."""
        cells: _Cells = {}
        for field, cell in zip(self.layout.columns, line.cells, strict=False):
            if field is not None and cell:
                cells[field] = f"{cells[field]} {cell}" if field in cells else cell
        return cells

    def _hides_money(self, line: Line) -> bool:
        """Tell whether a line with a day has an amount in a column that is not read."""
        columns = dict(enumerate(self.layout.columns))
        free = [cell for place, cell in enumerate(line.cells) if cell and columns.get(place) is None]
        return self.has_day(line) and any(_AMOUNT.search(cell) and reads(bank_amounts.cents, cell) for cell in free)

    def _line(self, cells: _Cells, cents: int | None) -> BankLine:
        """Return the bank line of a row's cells. Raises Problem for one that is not booked, not in euros, or moves
        nothing.
        """
        self._check_booked(cells)
        day_cell = cells.get(Field.DAY, "")
        if cents is None:
            raise Problem("bank-no-operation", "the line moves nothing")
        # Some files have a word such as "pending" in the place of the day.
        if not reads(bank_amounts.day, day_cell) and bank_platforms.is_booked(day_cell) is False:
            raise Problem("bank-status", day_cell)
        day: date = bank_amounts.day(day_cell)
        if cents == 0:
            raise Problem("bank-zero", "the sum is 0")
        if bare(cells.get(Field.CURRENCY, "")) not in ("", "eur", "euro", "euros"):
            raise Problem("bank-currency", given=cells[Field.CURRENCY][:10])
        return checked_line(
            self.layout.platform or Source.CSV,
            day,
            cents,
            cells.get(Field.LABEL) or cells.get(Field.PARTY, ""),
            party=cells.get(Field.PARTY, ""),
            reference=cells.get(Field.REFERENCE, ""),
            bank_id=cells.get(Field.BANK_ID, ""),
        )

    def _check_booked(self, cells: _Cells) -> None:
        """Check that a line is a completed payment or a booked operation. Raises Problem where it is not, or where its
        words do not tell.
        """
        status, movement = cells.get(Field.STATUS), cells.get(Field.MOVEMENT)
        came: bool | None  # whether the money came; None: its words do not tell
        paid: bool | None  # whether the line is a payment, and no fee or payout; None: its words do not tell
        if self.layout.platform is None:
            came, paid = bank_platforms.is_booked(status or ""), True
            if status is None and bank_carried.is_still_to_come(cells.get(Field.LABEL, "")):
                status, came = cells[Field.LABEL], None
        else:
            # without a column of statuses all payments came; an empty cell in that column is refused below
            came = bank_platforms.came(status) if status is not None else Field.STATUS not in self.layout.columns
            paid = bank_platforms.is_payment(movement) if movement is not None else True
        if came is False:
            raise Problem("bank-status", status or "no status")
        if paid is False:
            raise Problem("bank-fee", movement or "")
        if came is None or paid is None:
            raise Problem("bank-movement", f"nobody knows whether this is a payment: {status or movement!r}"[:80])
        if self.layout.platform and Field.BANK_ID not in cells:
            raise Problem("bank-movement", "the payment has no number")

    def _total(self, cells: _Cells) -> int | None:
        """Return money in less money out, in cents; None without an amount. Raises Problem `bank-direction` for a line
        with both a credit and a debit, or with a sign that does not fit.
        """
        if Field.SUM in cells:
            return self._directed(bank_amounts.cents(cells[Field.SUM]), cells)
        if Field.CREDIT not in cells and Field.DEBIT not in cells:
            return None
        credit, debit = (bank_amounts.cents(cells.get(field, "0")) for field in (Field.CREDIT, Field.DEBIT))
        if credit and debit:
            raise Problem("bank-direction", "a credit and a debit in one line")
        if credit < 0 or debit * self.debits < 0:
            raise Problem("bank-direction", "a credit with a minus, or a debit whose sign is not that of the others")
        return credit - abs(debit)

    def _directed(self, cents: int, cells: _Cells) -> int:
        """Return a sum with the sign that the column of directions gives it, or unchanged where the file has no such
        column. Raises Problem `bank-direction` for an unknown word, or a credit with a minus.
        """
        if Field.DIRECTION not in self.layout.columns:
            return cents
        way = direction(cells.get(Field.DIRECTION, ""))  # 1 for money in, -1 for money out, 0 for any other word
        if way == 0 and cents:
            raise Problem("bank-direction", "in or out? {given!r}", given=cells.get(Field.DIRECTION, "")[:20])
        if cents < 0 < way:
            raise Problem("bank-direction", "a credit with a minus")
        return way * abs(cents)


def _is_words(text: str) -> bool:
    """Tell whether a text is neither a day nor an amount."""
    return not reads(bank_amounts.day, text) and not reads(bank_amounts.cents, text)


def _sum(cells: _Cells, field: Field) -> int | None:
    """Return the amount in a field, in cents; None where there is none."""
    return bank_amounts.cents(cells[field]) if field in cells and reads(bank_amounts.cents, cells[field]) else None


def _fee(cells: _Cells) -> int | None:
    """Return the fee kept from a payment, in cents without a sign; None where the file has none."""
    fee = _sum(cells, Field.FEE)
    return None if fee is None else abs(fee)
