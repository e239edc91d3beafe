"""What became of each line of a bank's file: taken, or refused with its reason. No line is left out without a word."""

from collections.abc import Iterable
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
HARMLESS = frozenset({NOTHING, ZERO, STATUS, FEE, TWICE})


class Row(Struct, frozen=True):
    """A line of the file: what it says, and the line of the account that was read in it, or the `code` of why not.

    `cents` is its sum as far as it can be read, `balance` what it says the account holds after it.
    """

    number: int
    text: str
    line: BankLine | None = None
    code: str = ""
    why: str = ""
    cents: int | None = None
    balance: int | None = None

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


class Reading(Struct, frozen=True):
    """A file that was read. `balances` is how many of its running balances were held against its lines, and added up;
    `steady` that each says the same balance, which is the account's and no running one.
    """

    rows: tuple[Row, ...]
    balances: int = 0
    steady: bool = False

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

    def with_lines(self, lines: Iterable[BankLine]) -> "Reading":
        """The same with other lines in the places of those that can be taken."""
        left = iter(lines)
        rows = tuple(row if row.line is None else replace(row, line=next(left)) for row in self.rows)
        return replace(self, rows=rows)


class Fate(StrEnum):
    """What becomes of a line of a file when it is imported."""

    NEW = "new"
    KNOWN = "known"
    REFUSED = "refused"


class ImportReport(Struct, frozen=True):
    """A file beside the lines that are there: for each that can be taken, whether it is new."""

    reading: Reading
    fresh: tuple[bool, ...]

    @property
    def rows(self) -> list[tuple[Row, Fate]]:
        """Every line of the file, and what becomes of it."""
        left = iter(self.fresh)
        return [
            (row, Fate.REFUSED if row.line is None else Fate.NEW if next(left) else Fate.KNOWN)
            for row in self.reading.rows
        ]

    @property
    def new(self) -> tuple[BankLine, ...]:
        """The lines that an import adds."""
        return tuple(line for line, is_new in zip(self.reading.lines, self.fresh, strict=True) if is_new)

    @property
    def known(self) -> int:
        """How many of the lines are there already."""
        return len(self.fresh) - sum(self.fresh)

    @property
    def sums(self) -> dict[str, Sums]:
        """The sums of the file, and of what becomes of it: they add up."""
        lines = list(zip(self.reading.lines, self.fresh, strict=True))
        return {
            "file": self.reading.of_file,
            "new": Sums.of(line.cents for line, is_new in lines if is_new),
            "known": Sums.of(line.cents for line, is_new in lines if not is_new),
            "refused": self.reading.of_lost,
        }
