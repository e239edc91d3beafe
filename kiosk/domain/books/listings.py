"""What an accountant prints of a fiscal year: the trial balance, the ledger by account, the journal by écriture.

All three are the lines of the FEC, in the same order, with the same letters: only put together otherwise.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from msgspec import Struct

from kiosk.domain.books.accounts import Account
from kiosk.domain.books.ecritures import Ecriture
from kiosk.domain.books.posting import Posting


class WrittenLine(Struct, frozen=True):
    """A line of an écriture as it is printed. `balance` is what its account holds after it, debit more than 0."""

    of: Ecriture
    line: Posting
    letter: str
    balance: int


@dataclass(slots=True)
class AccountSums:
    """An account: what was opened with, what moved, and its lines as far as they are asked for."""

    account: Account
    opened: int = 0
    debit: int = 0
    credit: int = 0
    lines: list[WrittenLine] = field(default_factory=list)

    @property
    def balance(self) -> int:
        """What it holds at the end, debit more than 0."""
        return self.opened + self.debit - self.credit


@dataclass(slots=True)
class Listing:
    """The accounts by number, and all lines that were asked for, in the file's order."""

    accounts: dict[str, AccountSums] = field(default_factory=dict)
    lines: list[WrittenLine] = field(default_factory=list)
    is_cut: bool = False

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


def listing(
    written: Iterable[Ecriture], letters: Iterator[tuple[str, date | None]], wanted: range, most: int, opening: str
) -> Listing:
    """Put écritures together. Lines of the `wanted` days (ordinals) are kept, `most` of them at the most; `opening` is
    the code of the journal that a year is opened in.
    """
    found = Listing()
    for each in written:
        for line in each.lines:
            account = found.accounts.setdefault(line.account.number, AccountSums(line.account))
            letter = next(letters)[0] if line.party else ""
            if each.journal.code == opening:
                account.opened += line.debit - line.credit
            else:
                account.debit += line.debit
                account.credit += line.credit
            if each.day_on.toordinal() not in wanted:
                continue
            if len(found.lines) >= most:
                found.is_cut = True
                continue
            kept = WrittenLine(each, line, letter, account.balance)
            found.lines.append(kept)
            account.lines.append(kept)
    return found
