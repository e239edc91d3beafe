"""Carries over what earlier days leave to later ones: opening balances of a fiscal year, and deferred income.

Balances are kept by account and party, and what is deferred by day and account: as much after a million entries as
after a thousand. So a year's closing can hold all of it, and what follows need not read that year again.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kiosk.domain.books.accounts import Account
from kiosk.domain.books.posting import Book, Fact, Posting, deferred, postings
from kiosk.domain.chain import Detail, Json

_OF_BALANCE = "12345"  # classes whose balances go on; those of income and expenses become the result of their year


def is_of_balance(account: Account) -> bool:
    """Whether what an account holds goes on from year to year."""
    return account.number[0] in _OF_BALANCE


_Shares = Counter[tuple[Account, Account]]


@dataclass(slots=True)
class CarryOver:
    """Gathers entry after entry, by day. `due` has, by day, what comes out of one account into another; `made` is what
    income and expenses of the year come to that are not among the balances.
    """

    book: Book
    balances: Counter[tuple[Account, str | None]] = field(default_factory=Counter)
    due: dict[date, _Shares] = field(default_factory=dict)
    made: int = 0

    def add(self, fact: Fact, times: int = 1) -> None:
        """Take one more entry in, or so many that are alike."""
        self.count(postings(fact, self.book), times)
        self.defer(fact, times)

    def count(self, lines: Iterable[Posting], times: int = 1) -> None:
        """Change the balances by lines that were written."""
        for line in lines:
            self.balances[line.account, line.party] += times * (line.debit - line.credit)

    def defer(self, fact: Fact, times: int = 1) -> None:
        """Remember what of an entry belongs to later fiscal years; what is taken back before is forgotten."""
        of, sign = (fact, times) if fact.reversed is None else (fact.reversed, -times)
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
        named, going_on, made = self._held()
        to = surplus_to if made < 0 else deficit_to
        going_on[named.setdefault(to.number, to), None] += made
        self.balances, self.made = Counter({key: cents for key, cents in going_on.items() if cents}), 0

    def _held(self) -> tuple[dict[str, Account], Counter[tuple[Account, str | None]], int]:
        """The accounts that go on, by number, for one that two names share is one; what they hold; and the result."""
        named: dict[str, Account] = {}
        going_on: Counter[tuple[Account, str | None]] = Counter()
        made = self.made
        for (account, party), cents in self.balances.items():
            if is_of_balance(account):
                going_on[named.setdefault(account.number, account), party] += cents
            else:
                made += cents
        return named, going_on, made

    def forget_parties(self) -> None:
        """Add each account's parties together: sums of accounts need no more."""
        held: Counter[tuple[Account, str | None]] = Counter()
        for (account, _), cents in self.balances.items():
            held[account, None] += cents
        self.balances = Counter({key: cents for key, cents in held.items() if cents}) or held

    @property
    def kept(self) -> Detail:
        """All of this as the closing of a year has it that is over and not yet ended: accounts by their places in a
        list, whose order says which name of a number was first.
        """
        named, going_on, made = self._held()
        accounts = list(named.values())
        places = {account: place for place, account in enumerate(accounts)}
        balances: list[Json] = [
            [places[account], party, cents] for (account, party), cents in going_on.items() if cents
        ]
        due: list[Json] = []
        for day, shares in self.due.items():
            for ways, cents in shares.items():
                out, into = (places.setdefault(account, len(places)) for account in ways)
                due.append([day.isoformat(), out, into, cents])
        return {
            "accounts": [[account.number, account.label] for account in places],
            "held": len(accounts),
            "balances": balances,
            "made": made,
            "due": due,
        }

    @classmethod
    def of_kept(cls, book: Book, kept: Mapping[str, Any]) -> "CarryOver":
        """What a closing kept, to go on from."""
        accounts = [Account(number, label) for number, label in kept["accounts"]]
        balances = Counter[tuple[Account, str | None]]({(account, None): 0 for account in accounts[: kept["held"]]})
        balances.update({(accounts[place], party): cents for place, party, cents in kept["balances"]})
        due: dict[date, _Shares] = {}
        for day, out, into, cents in kept["due"]:
            due.setdefault(date.fromisoformat(day), Counter())[accounts[out], accounts[into]] = cents
        return cls(book, balances, due, kept["made"])

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
