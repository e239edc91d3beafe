"""Registered offices given to others here, and the prefect's approval that they need.

Code de commerce: they need that approval (L. 123-11-3), which holds for six years (R. 123-166-3); the contract is
written, for three months at least (R. 123-168), and the registry is told of its end.
"""

import re
from datetime import date

from msgspec import Struct

from kiosk.domain.premises.floor import one_line
from kiosk.domain.problems import Problem

APPROVED_YEARS, SHORTEST_MONTHS = 6, 3
SOON_DAYS = 180  # before its end the approval is to be asked for anew: the prefect has two months to answer
LONGEST_NAME, LONGEST_NUMBER = 120, 60


class Approval(Struct, frozen=True):
    """An approval: its issuer, number, and first and last day. Raises Problem `approval-period`."""

    authority: str
    number: str
    from_on: date
    until_on: date
    ended_on: date | None = None

    def __post_init__(self) -> None:
        if not self.from_on <= self.until_on <= _later(self.from_on, 12 * APPROVED_YEARS):
            raise Problem("approval-period", field="approval_until", years=APPROVED_YEARS)

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day."""
        last = self.until_on if self.ended_on is None else min(self.until_on, self.ended_on)
        return self.from_on <= day <= last


def authority(text: str) -> str:
    """Return the authority of an approval as it is kept. Raises Problem `approval-words`."""
    return _words(text, LONGEST_NAME)


def order(text: str) -> str:
    """Return the number of an approval as it is kept. Raises Problem `approval-words`."""
    return _words(text, LONGEST_NUMBER)


def _words(text: str, longest: int) -> str:
    words = one_line(text, longest)
    if not words:
        raise Problem("approval-words", field="authority", longest=LONGEST_NAME, longest_number=LONGEST_NUMBER)
    return words


def name(text: str) -> str:
    """Read the name of a registered office's holder. Raises Problem `office-name`."""
    found = one_line(text, LONGEST_NAME)
    if not found:
        raise Problem("office-name", field="name", longest=LONGEST_NAME)
    return found


def siren(text: str) -> str | None:
    """Nine digits; nothing where there is none yet. Raises Problem `office-siren`."""
    found = re.sub(r"\s", "", text[:40])
    if found and not re.fullmatch(r"[0-9]{9}", found):
        raise Problem("office-siren", field="siren")
    return found or None


def ends(from_on: date, until_on: date | None) -> date | None:
    """The last day of a contract. Raises Problem `office-period`."""
    if until_on is not None and until_on < _later(from_on, SHORTEST_MONTHS):
        raise Problem("office-period", field="until", months=SHORTEST_MONTHS)
    return until_on


def quarter(day: date) -> tuple[date, date]:
    """The calendar quarter before the one of this day: what began and ended in it is told to tax and social offices."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return _back(first), date.fromordinal(first.toordinal() - 1)


def _back(first: date) -> date:
    return date(first.year, first.month - 3, 1) if first.month > 3 else date(first.year - 1, 10, 1)


def _later(day: date, months: int) -> date:
    """The day before the same day of a later month; the month's last where it has no such day."""
    year, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date.fromordinal(date(day.year + year, month + 1, last).toordinal() - 1)
        except ValueError:
            continue
    raise AssertionError
