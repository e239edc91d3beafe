"""Carries over what earlier days leave to later ones: opening balances of a fiscal year, and deferred income.

Balances are kept by account and party, and what is deferred by day and account: as much after a million entries as
after a thousand.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from kiosk.domain.books.accounts import Account
from kiosk.domain.books.posting import Book, Fact, Posting, deferred, postings

_OF_BALANCE = "12345"  # classes whose balances go on; those of income and expenses become the result of their year


def is_of_balance(account: Account) -> bool:
    """Whether what an account holds goes on from year to year."""
    return account.number[0] in _OF_BALANCE


_Shares = Counter[tuple[Account, Account]]


@dataclass(slots=True)
class CarryOver:
    """Gathers entry after entry, by day. `due` has, by day, what comes out of one account into another."""

    book: Book
    balances: Counter[tuple[Account, str | None]] = field(default_factory=Counter)
    due: dict[date, _Shares] = field(default_factory=dict)

    def add(self, fact: Fact) -> None:
        """Take one more entry in."""
        self.count(postings(fact, self.book))
        self.defer(fact)

    def count(self, lines: Iterable[Posting]) -> None:
        """Change the balances by lines that were written."""
        for line in lines:
            self.balances[line.account, line.party] += line.debit - line.credit

    def defer(self, fact: Fact) -> None:
        """Remember what of an entry belongs to later fiscal years; what is taken back before is forgotten."""
        of, sign = (fact, 1) if fact.reversed is None else (fact.reversed, -1)
        for first_on, income, cents in deferred(of, self.book):
            if first_on > fact.day_on:
                ways = self.book.chart(of.day_on).account("deferred"), income
                self.due.setdefault(first_on, Counter())[ways] += sign * cents

    def recognised(self, day: date) -> tuple[Posting, ...]:
        """The lines that turn deferred income into a day's own; none on most days."""
        shares = {ways: cents for ways, cents in self.due.pop(day, _Shares()).items() if cents}
        out, into = Counter[Account](), Counter[Account]()
        for (deferred_in, income), cents in shares.items():
            out[deferred_in] += cents
            into[income] += cents
        lines = [Posting(account, debit=cents) for account, cents in _sorted(out)]
        return (*lines, *(Posting(account, credit=cents) for account, cents in _sorted(into)))

    def end_year(self, surplus_to: Account, deficit_to: Account) -> None:
        """End a fiscal year: balances stay, and what its income and its expenses make goes into one of two accounts."""
        going_on: Counter[tuple[Account, str | None]] = Counter()
        named: dict[str, Account] = {}  # an account that two names share is one
        made = 0
        for (account, party), cents in self.balances.items():
            if is_of_balance(account):
                going_on[named.setdefault(account.number, account), party] += cents
            else:
                made += cents
        to = surplus_to if made < 0 else deficit_to
        going_on[named.setdefault(to.number, to), None] += made
        self.balances = Counter({key: cents for key, cents in going_on.items() if cents})

    def opening(self) -> tuple[Posting, ...]:
        """The lines that a fiscal year begins with, once the one before was ended."""
        return tuple(
            Posting(account, debit=max(0, cents), credit=max(0, -cents), party=party)
            for (account, party), cents in sorted(self.balances.items(), key=_by_number)
        )


def _sorted(sums: Counter[Account]) -> list[tuple[Account, int]]:
    return sorted(((account, cents) for account, cents in sums.items() if cents), key=lambda each: each[0].number)


def _by_number(item: tuple[tuple[Account, str | None], int]) -> tuple[str, str, str]:
    (account, party), _ = item
    return account.number, account.label, (party or "").rjust(12)
