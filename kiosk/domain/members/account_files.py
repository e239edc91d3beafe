"""Decides which officers' accounts may act on members' money: those that name the holder's own file, and those that two
officers agreed belong to no member.

An account that names no file could act on its holder's own money unnoticed. Accounts found so by an update, and the
first officer's of a new space, may go on for some days after the office was told.
"""

from datetime import date, timedelta

from msgspec import Struct

from kiosk.domain.members.two_hands import WAITS

NOT_TOLD = date.max
"""The end for an account without a file about which the office was not told yet."""


class AccountFile(Struct, frozen=True):
    """The file that an account names: its `member`; or none, because two officers agreed so (`is_outsider`) or until a
    day.
    """

    member: int | None = None
    is_outsider: bool = False
    until: date | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether it still has to name a file."""
        return self.member is None and not self.is_outsider

    def decides(self, today: date) -> bool:
        """Tell whether an account may act on members' money on a day."""
        return not self.is_open or (self.until is not None and today <= self.until)


def last_day(told_on: date) -> date:
    """Return the last day on which an account may go on without a file, from the day on which the office was told."""
    return told_on + WAITS - timedelta(days=1)
