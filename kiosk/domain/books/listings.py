"""Prepares the prints of a fiscal year: the trial balance, the ledger by account, the journal by écriture.

All three are the lines of the FEC, in the same order, with the same letters: only put together otherwise. A year's
opening balance is one line an account, all parties together. Lines are many: a page has some, and sums of all.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec import Struct

from kiosk.domain.books.accounts import Account
from kiosk.domain.books.ecritures import Ecriture
from kiosk.domain.books.posting import Posting


class Wish(Struct, frozen=True, kw_only=True):
    """Which lines are wanted: of some days (ordinals), of one account or of all; so many from a place on, both counted
    in lines, or in écritures where these are wanted `whole`.
    """

    days: range = range(0)
    account: str = ""
    whole: bool = False
    first: int = 0
    most: int = 0

    def counts(self, lines: Iterable[Posting]) -> int:
        """How many places an écriture's lines take."""
        if self.whole:
            return 1
        return sum(1 for line in lines if self.takes(line))

    def takes(self, line: Posting) -> bool:
        """Whether a line is of the account that is wanted."""
        return not self.account or line.account.number == self.account

    def has(self, place: int) -> bool:
        """Whether a place is on the page."""
        return self.first <= place < self.first + self.most


class WrittenLine(Struct, frozen=True):
    """A line of an écriture as it is printed. `balance` is what its account holds after it, debit more than 0."""

    of: Ecriture
    line: Posting
    letter: str
    balance: int


@dataclass(slots=True)
class AccountSums:
    """An account: what was opened with, what moved; what it held as the wanted days began, and how many lines it has
    in them.
    """

    account: Account
    opened: int = 0
    debit: int = 0
    credit: int = 0
    before: int = 0
    count: int = 0

    @property
    def balance(self) -> int:
        """What it holds at the end, debit more than 0."""
        return self.opened + self.debit - self.credit


@dataclass(slots=True)
class Listing:
    """The accounts by number; the lines of a page; and how many places there are (see `Wish`)."""

    accounts: dict[str, AccountSums] = field(default_factory=dict)
    lines: list[WrittenLine] = field(default_factory=list)
    count: int = 0

    def add(self, lines: Iterable[Posting], times: int = 1, *, opens: bool = False, is_wanted: bool = False) -> None:
        """Take in the lines of so many écritures that are alike. `opens`: a year begins with them."""
        for line in lines:
            sums = self.accounts.get(line.account.number)
            if sums is None:
                sums = self.accounts[line.account.number] = AccountSums(line.account)
            if opens:
                sums.opened += times * (line.debit - line.credit)
            else:
                sums.debit += times * line.debit
                sums.credit += times * line.credit
            sums.count += times * is_wanted

    def begin(self) -> None:
        """The wanted days begin."""
        for each in self.accounts.values():
            each.before = each.balance

    @property
    def totals(self) -> AccountSums:
        """The sums of all accounts: what is opened with and what is held are nothing together."""
        found = AccountSums(Account("", ""))
        for each in self.accounts.values():
            found.opened += each.opened
            found.debit += each.debit
            found.credit += each.credit
        return found

    @property
    def by_number(self) -> list[AccountSums]:
        """The accounts, in the chart's order."""
        return [self.accounts[number] for number in sorted(self.accounts)]
