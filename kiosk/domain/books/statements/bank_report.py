"""What became of each line of a bank's file: taken, or refused with its reason. No line is left out without a word."""

from enum import StrEnum

from msgspec import Struct

from kiosk.domain.books.statements.bank_lines import BankLine
from kiosk.domain.books.statements.statement_facts import Row, StatementFacts, Sums


class Fate(StrEnum):
    """What becomes of a line of a file when it is imported."""

    NEW = "new"
    KNOWN = "known"
    REFUSED = "refused"
    NOTHING = "nothing"  # no operation, or none that came about: nothing is lost by it


class ImportReport(Struct, frozen=True):
    """A file beside the lines that are there: for each that can be taken, whether it is new."""

    reading: StatementFacts
    fresh: tuple[bool, ...]

    @property
    def rows(self) -> list[tuple[Row, Fate]]:
        """Every line of the file, and what becomes of it."""
        left = iter(self.fresh)
        return [
            (row, _left_out(row) if row.line is None else Fate.NEW if next(left) else Fate.KNOWN)
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


def _left_out(row: Row) -> Fate:
    return Fate.REFUSED if row.is_lost else Fate.NOTHING
