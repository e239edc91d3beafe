"""Reads CFONB 120, the text that French banks give associations: a balance, operations with further words, a balance.

Each record has 120 characters, with or without line ends: 01 the old balance, 04 an operation, 05 more of its words, 07
the new balance. The last digit of an amount carries its sign: `{` and `A` to `I` are 0 to 9, `}` and `J` to `R`
negative ones. Each balance must agree with the one before and the operations between.

A file's `shape` is its kind and bank: an officer confirms once that such files are read rightly.
"""

import re
from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from kiosk.domain.books.statements import bank_amounts
from kiosk.domain.books.statements.bank_lines import MOST_LINES, BankLine, Source, checked_line, clean
from kiosk.domain.books.statements.statement_facts import NOTHING, Balance, Mark, Proof, Row, StatementFacts
from kiosk.domain.problems import Problem

_WIDTH = 120  # characters of a record
_OLD, _MOVE, _MORE, _NEW = "01", "04", "05", "07"  # codes of the records
_RECORD = re.compile(r"0[1457][0-9A-Z]{5}")
_SUM = re.compile(r"([0-9]{13})([{}A-R])")
_PLUS, _MINUS = "{ABCDEFGHI", "}JKLMNOPQR"  # the digits 0 to 9 of a positive and of a negative amount


def is_cfonb(text: str) -> bool:
    """Tell whether a text begins with an old balance of CFONB 120."""
    start = text.lstrip("\r\n")
    return _RECORD.match(start[:7]) is not None and start.startswith(_OLD) and _SUM.match(start[90:104]) is not None


class _Record(Struct, frozen=True):
    """A record of the file, with the number of its line."""

    number: int
    text: str

    @property
    def code(self) -> str:
        """Return the kind of the record."""
        return self.text[:2]

    @property
    def account(self) -> str:
        """Return the bank's, the branch's and the account's number."""
        return f"{self.text[2:7]} {self.text[11:16]} {self.text[21:32]}"

    @property
    def day(self) -> date:
        """Return the day of the balance or of the operation."""
        return bank_amounts.day(f"{self.text[34:36]}/{self.text[36:38]}/{self.text[38:40]}")

    @property
    def cents(self) -> int:
        """Return the amount in cents. Raises Problem `bank-sum` for one that cannot be read, or has parts of a cent."""
        match = _SUM.fullmatch(self.text[90:104])
        places = self.text[19:20]  # how many decimals the amount has
        if match is None or not places.isdigit():
            raise Problem("bank-sum", given=self.text[90:104])
        last = match[2]
        digits = int(match[1]) * 10 + (_PLUS if last in _PLUS else _MINUS).index(last)
        scale = int(places) - 2
        if scale > 0 and digits % 10**scale:
            raise Problem("bank-sum", "a sum has parts of a cent")
        cents = int(digits // 10**scale if scale >= 0 else digits * 10**-scale)
        return -cents if last in _MINUS else cents


def read(text: str) -> StatementFacts:
    """Return what became of each operation. Raises Problem `bank-file`, `bank-accounts`, `bank-currency`, `bank-many`
    or `bank-balance`.
    """
    records = list(_records(text))
    if len({record.account for record in records}) > 1:
        raise Problem("bank-accounts", "the file holds several accounts: export one account at a time")
    if any(record.text[16:19] not in ("EUR", "   ") for record in records if record.code != _MORE):
        raise Problem("bank-currency", "the account is not in euros")
    rows: list[Row] = []
    running: int | None = None  # the balance by the records so far, None if unknown
    balances: list[tuple[Balance, str]] = []
    for record, more in _with_more(records):
        if record.code == _MOVE:
            row = _row(record, more)
            running = None if running is None or row.is_lost else running + (row.cents or 0)
            rows.append(row)
            continue
        balance = Balance(record.cents, record.day)
        if running is not None and running != balance.cents:
            raise Problem("bank-balance", line=record.number, balance_cents=balance.cents, made_cents=running)
        # after an operation that cannot be read, no balance of the file proves anything any more
        is_known = running is not None or not balances
        running = balance.cents if is_known else None
        balances.append((balance, record.code))
        mark = Mark.OPENING if record.code == _OLD else Mark.CLOSING
        rows.append(
            Row(record.number, clean(record.text), code=NOTHING, mark=mark, on=balance.on, held_cents=balance.cents)
        )
    ends = balances[0][1] == _OLD and balances[-1][1] == _NEW and records[-1].code == _NEW
    days = [row.line.day for row in rows if row.line is not None]
    return StatementFacts(
        tuple(rows),
        balances=len(balances) - 1,  # the first one has nothing before it that it could confirm
        account=records[0].account,
        begins=min(days, default=balances[0][0].on),
        ends=balances[-1][0].on,
        opening=balances[0][0] if balances[0][1] == _OLD else None,
        closing=balances[-1][0] if ends else None,
        proof=Proof.ADDS_UP if ends and running is not None else Proof.NOTHING,
        shape=f"=cfonb {records[0].text[2:7]}",
    )


def _records(text: str) -> Iterator[_Record]:
    """Yield the records of 120 characters, from a file with line ends or without any."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) == 1:
        lines = [lines[0][at : at + _WIDTH] for at in range(0, len(lines[0]), _WIDTH)]
    if len(lines) > 4 * MOST_LINES:  # an operation may have several records
        raise Problem("bank-many", most=MOST_LINES)
    for number, line in enumerate(lines, 1):
        if _RECORD.match(line) is None or len(line.rstrip()) > _WIDTH:
            raise Problem("bank-file", "line {line} is none of CFONB 120", line=number)
        yield _Record(number, line.ljust(_WIDTH))


def _with_more(records: list[_Record]) -> Iterator[tuple[_Record, list[str]]]:
    """Yield each balance and operation with the words of the records below it."""
    last: tuple[_Record, list[str]] | None = None
    for record in records:
        if record.code == _MORE and last is not None:
            last[1].append(record.text[48:118])
            continue
        if last is not None:
            yield last
        last = (record, [])
    if last is not None:
        yield last


def _row(record: _Record, more: list[str]) -> Row:
    """Read one record, with the lines that complete it, as a row; a row that cannot be read says why."""
    text, cents = clean(record.text), None
    try:
        cents = record.cents
        if cents == 0:
            raise Problem("bank-zero", "the sum is 0")
        return Row(record.number, text, _line(record, cents, more), cents=cents)
    except Problem as problem:
        return Row(record.number, text, None, problem.code, str(problem), cents)


def _line(record: _Record, cents: int, more: list[str]) -> BankLine:
    """Return the bank line of an operation: its own words, and the further ones as its reference."""
    return checked_line(
        Source.CFONB,
        record.day,
        cents,
        record.text[48:79],
        reference=" ".join([*more, record.text[104:120]]),
    )
