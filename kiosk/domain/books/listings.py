"""Prepares the prints of a fiscal year: the trial balance, the ledger by account, the journal by écriture.

All three are the lines of the FEC, in the same order and with the same letters, arranged differently. A year's opening
balance is one line per account, all parties together. Lines are many: a page has some of them, and the sums of all. A
*letter* marks the lines that settle each other, such as a charge and its payment.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec import Struct

from kiosk.domain.books.accounts import Account
from kiosk.domain.books.ecritures import Ecriture
from kiosk.domain.books.posting import Posting


class Wish(Struct, frozen=True, kw_only=True):
    """Which lines to list: of some days (ordinals), of one account (empty: of all), and which page of them.

    The page begins at place `first` and has `most` places: lines, or écritures where these are listed `whole`.
    """

    days: range = range(0)
    account: str = ""
    whole: bool = False
    first: int = 0
    most: int = 0

    def counts(self, lines: Iterable[Posting]) -> int:
        """Return how many places an écriture with these lines takes in the listing."""
        if self.whole:
            return 1
        return sum(1 for line in lines if self.takes(line))

    def takes(self, line: Posting) -> bool:
        """Tell whether a line is on the chosen account."""
        return not self.account or line.account.number == self.account

    def has(self, place: int) -> bool:
        """Tell whether a place is on the page."""
        return self.first <= place < self.first + self.most


class WrittenLine(Struct, frozen=True):
    """A line of an écriture as printed. `balance` is its account's balance after it, positive for a debit."""

    of: Ecriture
    line: Posting
    letter: str
    balance: int


@dataclass(slots=True)
class AccountSums:
    """The sums of an account: its opening balance, what moved, its balance before the chosen days, and how many lines
    it has in them.
    """

    account: Account
    opened: int = 0
    debit: int = 0
    credit: int = 0
    before: int = 0
    count: int = 0

    @property
    def balance(self) -> int:
        """Return the balance at the end, positive for a debit."""
        return self.opened + self.debit - self.credit


@dataclass(slots=True)
class Listing:
    """The accounts by number, the lines of a page, and how many places there are in all (see `Wish`)."""

    accounts: dict[str, AccountSums] = field(default_factory=dict)
    lines: list[WrittenLine] = field(default_factory=list)
    count: int = 0

    def add(self, lines: Iterable[Posting], times: int = 1, *, opens: bool = False, is_chosen: bool = False) -> None:
        """Add the lines of `times` equal écritures. `opens`: they are a year's opening balances; `is_chosen`: they are
        of the chosen days.
        """
        for line in lines:
            sums = self.accounts.get(line.account.number)
            if sums is None:
                sums = self.accounts[line.account.number] = AccountSums(line.account)
            if opens:
                sums.opened += times * (line.debit - line.credit)
            else:
                sums.debit += times * line.debit
                sums.credit += times * line.credit
            sums.count += times * is_chosen

    def begin(self) -> None:
        """Record each account's balance before the chosen days."""
        for sums in self.accounts.values():
            sums.before = sums.balance

    @property
    def totals(self) -> AccountSums:
        """Return the sums of all accounts; opening balances and final balances add up to zero."""
        totals = AccountSums(Account("", ""))
        for sums in self.accounts.values():
            totals.opened += sums.opened
            totals.debit += sums.debit
            totals.credit += sums.credit
        return totals

    @property
    def by_number(self) -> list[AccountSums]:
        """Return the accounts in the order of their numbers."""
        return [self.accounts[number] for number in sorted(self.accounts)]
