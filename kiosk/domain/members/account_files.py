"""Says which officers' accounts may decide of members' money: those that name the file of their holder, and those of
which two officers agreed that they have none.

An account that names no file has no own file to be refused. Accounts that an update found so, and the first officer's
of a new space, go on for some days after the office was told.
"""

from datetime import date, timedelta

from msgspec import Struct

from kiosk.domain.members.two_hands import WAITS

NOT_TOLD = date.max
"""Until when an account goes on without a file of which the office was not told yet."""


class AccountFile(Struct, frozen=True):
    """Whose file an account names: its `member`, or none, which two officers agreed to (`is_outsider`) or which goes on
    until a day.
    """

    member: int | None = None
    is_outsider: bool = False
    until: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether it still has to name a file."""
        return self.member is None and not self.is_outsider

    def decides(self, today: date) -> bool:
        """Tell whether an account may decide of members' money on a day."""
        return not self.is_open or (self.until is not None and today <= self.until)


def last_day(told_on: date) -> date:
    """Return the last day on which an account goes on without a file, by the day on which the office was told."""
    return told_on + WAITS - timedelta(days=1)
