"""What becomes of each line of a bank's file on import: taken, known, or refused with its reason.
No line is left out.
"""

from enum import StrEnum

from msgspec import Struct

from kiosk.domain.books.statements.bank_lines import BankLine
from kiosk.domain.books.statements.statement_facts import Row, StatementFacts, Sums


class Fate(StrEnum):
    """What becomes of a line of a file on import."""

    NEW = "new"
    KNOWN = "known"
    REFUSED = "refused"
    NOTHING = "nothing"  # no operation, or none that was completed: no money is lost by it


class ImportReport(Struct, frozen=True):
    """A file compared with the lines already stored: for each line that can be taken, whether it is new."""

    reading: StatementFacts
    fresh: tuple[bool, ...]

    @property
    def rows(self) -> list[tuple[Row, Fate]]:
        """Return every line of the file with what becomes of it."""
        left = iter(self.fresh)
        return [
            (row, _left_out(row) if row.line is None else Fate.NEW if next(left) else Fate.KNOWN)
            for row in self.reading.rows
        ]

    @property
    def new(self) -> tuple[BankLine, ...]:
        """Return the lines that an import adds."""
        return tuple(line for line, is_new in zip(self.reading.lines, self.fresh, strict=True) if is_new)

    @property
    def known(self) -> int:
        """Return how many of the lines are stored already."""
        return len(self.fresh) - sum(self.fresh)

    @property
    def sums(self) -> dict[str, Sums]:
        """Return the sums of the file and of its new, known and refused lines, which add up."""
        lines = list(zip(self.reading.lines, self.fresh, strict=True))
        return {
            "file": self.reading.of_file,
            "new": Sums.of(line.cents for line, is_new in lines if is_new),
            "known": Sums.of(line.cents for line, is_new in lines if not is_new),
            "refused": self.reading.of_lost,
        }


def _left_out(file_row: Row) -> Fate:
    """Return what becomes of a line that is no operation."""
    return Fate.REFUSED if file_row.is_lost else Fate.NOTHING
