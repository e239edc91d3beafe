"""What a file says of an account, whatever its format: each of its lines, its period, its balances and what they prove.

A file is right without a word only where it proves itself: what the account held before, its lines as the bank booked
them, and what it held after, add up; or a total of the file does. A running balance alone proves no first line and
misses no last one; a balance of the day of download, or what is available, proves nothing.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.books.statements.bank_lines import BankLine

# Why a line is refused where nothing is lost by it: it holds no money, or its money is in another line.
NOTHING = "bank-no-operation"  # words around the table, a total, a balance carried forward
ZERO = "bank-zero"
STATUS = "bank-status"  # a payment that did not come about, an operation that is still to be booked
FEE = "bank-fee"  # what a platform keeps or pays out: it is in the bank's own statement
TWICE = "bank-twice"  # a payment for two things stands on two rows of HelloAsso's file, each with the whole sum
CORRECTED = "bank-corrected"  # another line of the same file takes its place, or takes it out
HARMLESS = frozenset({NOTHING, ZERO, STATUS, FEE, TWICE, CORRECTED})


class Mark(StrEnum):
    """What a line is that moves nothing, though it may have a day and a sum."""

    OPENING = "opening"
    CLOSING = "closing"
    BALANCE = "balance"  # before or after, the words do not say
    TOTAL = "total"
    AVAILABLE = "available"
    PENDING = "pending"  # above operations that are still to come
    BOOKED = "booked"


class Proof(StrEnum):
    """What speaks for the sums, signs and lines of a file."""

    NOTHING = "nothing"
    RUNNING = "running"  # each balance is the one before and what moved since: all but the first line
    ADDS_UP = "adds-up"  # what was there, the lines, what is there: all of it


class Balance(Struct, frozen=True):
    """What an account held at the end of a day; None: the file does not say of which."""

    cents: int
    on: date | None = None


class Row(Struct, frozen=True):
    """A line of the file: what it says, and the line of the account that was read in it, or the `code` of why not.

    `cents` is its sum as far as it can be read, `balance` what it says the account holds after it, `fee_cents` what
    was kept of it. A `mark` says what a line is that moves nothing: a balance of `held_cents` at the end of the day
    `on`, or a total of what came `in_cents` and went `out_cents` (of `held_cents`, if it stands in one column).
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
    is_dated: bool = False  # among the lines of the table, not in words around it
    held_cents: int | None = None
    in_cents: int | None = None
    out_cents: int | None = None

    @property
    def is_lost(self) -> bool:
        """Whether money may be in it that is not taken: a person has to see this, and say that it stays out."""
        return self.line is None and self.code not in HARMLESS


class Sums(Struct, frozen=True):
    """How many lines, what came in by them and what went out; neither is less than 0."""

    lines: int = 0
    in_cents: int = 0
    out_cents: int = 0

    @classmethod
    def of(cls, sums: Iterable[int]) -> "Sums":
        """The sums of some lines."""
        known = list(sums)
        return cls(len(known), sum(each for each in known if each > 0), -sum(each for each in known if each < 0))


class StatementFacts(Struct, frozen=True):
    """A file that was read. `balances` is how many of its running balances were held against its lines, and added up;
    `steady` that each says the same balance, which is the account's and no running one.

    `opening` and `closing` are there only where they are booked, and dated within the file. `shape` names the manner in
    which the file is written, `manners` what of it a bank could change; nothing for what a platform lists.
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
        """Whether the file itself shows that all of it was read as the bank meant it."""
        return self.proof is Proof.ADDS_UP and not self.lost

    @property
    def lines(self) -> list[BankLine]:
        """The lines that can be taken."""
        return [row.line for row in self.rows if row.line is not None]

    @property
    def lost(self) -> list[Row]:
        """The lines in which money may be that is not taken."""
        return [row for row in self.rows if row.is_lost]

    @property
    def of_file(self) -> Sums:
        """The sums of the whole file, whatever became of its lines. What stands twice is counted once."""
        return Sums.of(row.cents or 0 for row in self.rows if row.line is not None or row.is_lost)

    @property
    def of_lost(self) -> Sums:
        """The sums of those."""
        return Sums.of(row.cents or 0 for row in self.lost)

    def with_lines(self, lines: Iterable[BankLine]) -> "StatementFacts":
        """The same with other lines in the places of those that can be taken."""
        left = iter(lines)
        rows = tuple(row if row.line is None else replace(row, line=next(left)) for row in self.rows)
        return replace(self, rows=rows)
