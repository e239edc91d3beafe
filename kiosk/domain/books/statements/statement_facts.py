"""What was read in a file, whatever its format: each of its lines, its period, its balances and what they prove.

A file is trusted without asking only if it proves itself: opening balance, booked lines and closing balance add up, or
a total in the file agrees. A running balance alone does not prove the first line and cannot show a missing last one; a
balance of the day of download, or an available amount, proves nothing.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.books.statements.bank_lines import BankLine

# Reasons for refusing a line that lose no money: it holds none, or another line has it.
NOTHING = "bank-no-operation"  # words around the table, a total, a balance carried forward
ZERO = "bank-zero"  # a line of 0
STATUS = "bank-status"  # a payment not completed, an operation not booked yet
FEE = "bank-fee"  # a platform's fee or payout: it is in the bank's own statement
TWICE = "bank-twice"  # HelloAsso repeats a payment for two things, each time with the whole amount
CORRECTED = "bank-corrected"  # another line of the file replaces or deletes it
HARMLESS = frozenset({NOTHING, ZERO, STATUS, FEE, TWICE, CORRECTED})


class Mark(StrEnum):
    """What a line is that moves nothing, although it may have a day and an amount."""

    OPENING = "opening"
    CLOSING = "closing"
    BALANCE = "balance"  # of the beginning or the end, the words do not say
    TOTAL = "total"
    AVAILABLE = "available"
    PENDING = "pending"  # heading above operations still to come
    BOOKED = "booked"


class Proof(StrEnum):
    """How far a file proves that its amounts, signs and lines were read correctly."""

    NOTHING = "nothing"
    RUNNING = "running"  # each balance is the one before plus what moved: proves all but the first line
    ADDS_UP = "adds-up"  # opening balance, lines and closing balance add up: proves everything


class Balance(Struct, frozen=True):
    """The balance at the end of a day; a day of None means that the file does not say which."""

    cents: int
    on: date | None = None


class Row(Struct, frozen=True):
    """A line of the file: its text, and the bank line read in it, or the `code` and reason why there is none.

    `cents` is its amount as far as readable, `balance` the balance after it, `fee_cents` the fee kept. A `mark` says
    what a line is that moves nothing: a balance of `held_cents` at the end of the day `on`, or a total of `in_cents`
    and `out_cents` (of `held_cents`, if it has one column). `is_dated`: it stands in the table, not in words around it.
    """

    number: int
    text: str
    line: BankLine | None = None
    code: str = ""
    why: str = ""
    cents: int | None = None
    balance: int | None = None
    fee_cents: int | None = None
    mark: Mark | None = None
    on: date | None = None
    is_dated: bool = False
    held_cents: int | None = None
    in_cents: int | None = None
    out_cents: int | None = None

    @property
    def is_lost(self) -> bool:
        """Tell whether it may hold money that is not taken: a person has to see it and agree to leave it out."""
        return self.line is None and self.code not in HARMLESS


class Sums(Struct, frozen=True):
    """How many lines, and the money in and out by them; neither is negative."""

    lines: int = 0
    in_cents: int = 0
    out_cents: int = 0

    @classmethod
    def of(cls, sums: Iterable[int]) -> "Sums":
        """Return the sums of some amounts."""
        amounts = list(sums)
        return cls(
            len(amounts), sum(cents for cents in amounts if cents > 0), -sum(cents for cents in amounts if cents < 0)
        )


class StatementFacts(Struct, frozen=True):
    """What was read in a file.

    `balances` counts the running balances that were checked and add up; `steady`: all lines show the same balance,
    which is the account's and not a running one. `opening` and `closing` are set only if booked and dated within the
    file. `shape` names the way in which the file is written, `manners` details of it that a bank could change; empty
    for platforms.
    """

    rows: tuple[Row, ...]
    balances: int = 0
    steady: bool = False
    account: str = ""
    currency: str = "EUR"
    begins: date | None = None
    ends: date | None = None
    opening: Balance | None = None
    closing: Balance | None = None
    proof: Proof = Proof.NOTHING
    shape: str = ""
    manners: tuple[tuple[str, str], ...] = ()

    @property
    def is_proved(self) -> bool:
        """Tell whether the file itself shows that all of it was read correctly."""
        return self.proof is Proof.ADDS_UP and not self.lost

    @property
    def lines(self) -> list[BankLine]:
        """Return the bank lines that can be taken."""
        return [row.line for row in self.rows if row.line is not None]

    @property
    def lost(self) -> list[Row]:
        """Return the rows that may hold money that is not taken."""
        return [row for row in self.rows if row.is_lost]

    @property
    def of_file(self) -> Sums:
        """Return the sums of the whole file, whatever became of its lines; repeated payments count once."""
        return Sums.of(row.cents or 0 for row in self.rows if row.line is not None or row.is_lost)

    @property
    def of_lost(self) -> Sums:
        """Return the sums of the rows that may hold money that is not taken."""
        return Sums.of(row.cents or 0 for row in self.lost)

    def with_lines(self, lines: Iterable[BankLine]) -> "StatementFacts":
        """Return the same facts with these bank lines in place of those that can be taken, in order."""
        replacements = iter(lines)
        rows = tuple(row if row.line is None else replace(row, line=next(replacements)) for row in self.rows)
        return replace(self, rows=rows)
