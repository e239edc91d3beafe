"""Registered offices given to others here, and the prefect's approval that this needs.

Code de commerce: the approval (L. 123-11-3) holds for six years (R. 123-166-3); a contract is written, for at least
three months (R. 123-168), and the registry is told of its end.
"""

import re
from datetime import date

from msgspec import Struct

from kiosk.domain import inputs, periods
from kiosk.domain.problems import Problem

APPROVED_YEARS, SHORTEST_MONTHS = 6, 3  # of an approval at most, of a contract at least
SOON_DAYS = 180  # so long before its end, requesting an approval anew is due: the prefect takes up to two months
LONGEST_NAME, LONGEST_NUMBER = 120, 60  # characters


class Approval(Struct, frozen=True):
    """An approval: its issuer, number, first and last day, and the day on which it was ended early (`ended_on`).

    Raises Problem `approval-period` where it ends before it begins, or after more than six years.
    """

    authority: str
    number: str
    from_on: date
    until_on: date
    ended_on: date | None = None

    def __post_init__(self) -> None:
        if not self.from_on <= self.until_on <= periods.months_end(self.from_on, 12 * APPROVED_YEARS):
            raise Problem("approval-period", field="approval_until", years=APPROVED_YEARS)

    def holds(self, day: date) -> bool:
        """Tell whether it is in force on a day."""
        last = self.until_on if self.ended_on is None else min(self.until_on, self.ended_on)
        return self.from_on <= day <= last


def authority(text: str) -> str:
    """Return the issuer of an approval as it is stored. Raises Problem `approval-words`."""
    return _words(text, LONGEST_NAME)


def order(text: str) -> str:
    """Return the number of an approval as it is stored. Raises Problem `approval-words`."""
    return _words(text, LONGEST_NUMBER)


def _words(text: str, longest: int) -> str:
    """Return words on one line. Raises Problem `approval-words` where none are left, or too many."""
    words = inputs.one_line(text, longest)
    if not words:
        raise Problem("approval-words", field="authority", longest=LONGEST_NAME, longest_number=LONGEST_NUMBER)
    return words


def name(text: str) -> str:
    """Return the name of a registered office's holder as it is stored. Raises Problem `office-name`."""
    words = inputs.one_line(text, LONGEST_NAME)
    if not words:
        raise Problem("office-name", field="name", longest=LONGEST_NAME)
    return words


def siren(text: str) -> str | None:
    """Return a SIREN of nine digits, without its spaces; None for an empty text (no number yet). Its check digit is not
    tested. Raises Problem `office-siren` for anything else.
    """
    digits = re.sub(r"\s", "", text[:40])
    if digits and not re.fullmatch(r"[0-9]{9}", digits):
        raise Problem("office-siren", field="siren")
    return digits or None


def ends(from_on: date, until_on: date | None) -> date | None:
    """Return the last day of a contract (None: open), checked against its shortest term. Raises Problem
    `office-period`.
    """
    if until_on is not None and until_on < periods.months_end(from_on, SHORTEST_MONTHS):
        raise Problem("office-period", field="until", months=SHORTEST_MONTHS)
    return until_on


def quarter(day: date) -> tuple[date, date]:
    """Return the first and last day of the calendar quarter before a day's own: contracts that began or ended in it are
    reported to tax and social offices.
    """
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return _quarter_before(first), date.fromordinal(first.toordinal() - 1)


def _quarter_before(first: date) -> date:
    """Return the first day of the quarter before the one that begins on `first`."""
    return date(first.year, first.month - 3, 1) if first.month > 3 else date(first.year - 1, 10, 1)
