"""Carries earlier days over to later ones: opening balances of a fiscal year, and deferred income.

Balances are kept by account and party (the member or organisation that owes or pays), and deferred income by day and
account, so that their size does not grow with the number of entries. A year's closing can store them, and later years
need not read that year again. A *fact* is an entry as bookkeeping sees it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kiosk.domain.books.accounts import Account
from kiosk.domain.books.posting import Book, Fact, Posting, deferred, postings
from kiosk.domain.chain import Detail, Json

_OF_BALANCE = "12345"  # account classes whose balances carry over; income and expenses become the year's result


def is_of_balance(account: Account) -> bool:
    """Tell whether an account's balance carries over from year to year."""
    return account.number[0] in _OF_BALANCE


_Shares = Counter[tuple[Account, Account]]  # cents by two accounts: deferred income, and the income


@dataclass(slots=True)
class CarryOver:
    """Gathers entries in the order of their days.

    `due` has, by day, the deferred income to recognise on it: what moves out of one account into another. `made` is the
    part of the year's income and expenses that is not in the balances (taken from a stored closing), in cents.
    """

    book: Book
    balances: Counter[tuple[Account, str | None]] = field(default_factory=Counter)
    due: dict[date, _Shares] = field(default_factory=dict)
    made: int = 0

    def add(self, fact: Fact, times: int = 1) -> None:
        """Add an entry, or `times` equal ones."""
        self.count(postings(fact, self.book), times)
        self.defer(fact, times)

    def count(self, lines: Iterable[Posting], times: int = 1) -> None:
        """Add lines to the balances, `times` times; a debit counts above 0."""
        for line in lines:
            self.balances[line.account, line.party] += times * (line.debit - line.credit)

    def defer(self, fact: Fact, times: int = 1) -> None:
        """Record the parts of an entry that belong to later fiscal years, each on the year's first day. A reversal
        takes back the parts that are still to come after its own day.
        """
        original, sign = (fact, times) if fact.reversed is None else (fact.reversed, -times)
        for first_on, income, cents in deferred(original, self.book):
            if first_on > fact.day_on:
                out_and_into = self.book.chart(original.day_on).account("deferred"), income
                self.due.setdefault(first_on, Counter())[out_and_into] += sign * cents

    def recognised(self, day: date) -> tuple[Posting, ...]:
        """Return the lines that turn deferred income into income on this day, and forget it: a second call returns
        none. Only the first day of a fiscal year can have such lines.
        """
        shares = {out_and_into: cents for out_and_into, cents in self.due.pop(day, _Shares()).items() if cents}
        out, into = Counter[Account](), Counter[Account]()
        for (deferred_in, income), cents in shares.items():
            out[deferred_in] += cents
            into[income] += cents
        lines = [Posting(account, debit=cents) for account, cents in _sorted(out)]
        return (*lines, *(Posting(account, credit=cents) for account, cents in _sorted(into)))

    def end_year(self, surplus_to: Account, deficit_to: Account) -> None:
        """End a fiscal year: balances stay, and the result goes to the one account for a surplus or the other for a
        deficit. Balances of 0 are dropped.
        """
        named, going_on, result = self._balances_and_result()
        target = surplus_to if result < 0 else deficit_to  # debits count above 0, so income is below
        going_on[named.setdefault(target.number, target), None] += result
        self.balances, self.made = Counter({key: cents for key, cents in going_on.items() if cents}), 0

    def _balances_and_result(self) -> tuple[dict[str, Account], Counter[tuple[Account, str | None]], int]:
        """Return the accounts that carry over by number (accounts with one number count as one), their balances, and
        the result.
        """
        named: dict[str, Account] = {}
        going_on: Counter[tuple[Account, str | None]] = Counter()
        result = self.made
        for (account, party), cents in self.balances.items():
            if is_of_balance(account):
                going_on[named.setdefault(account.number, account), party] += cents
            else:
                result += cents
        return named, going_on, result

    def forget_parties(self) -> None:
        """Merge each account's parties, for sums that need accounts only. Sums of 0 are dropped, unless all are 0."""
        held: Counter[tuple[Account, str | None]] = Counter()
        for (account, _), cents in self.balances.items():
            held[account, None] += cents
        self.balances = Counter({key: cents for key, cents in held.items() if cents}) or held

    @property
    def kept(self) -> Detail:
        """Return balances, result and deferred income as a year's closing stores them, before `end_year`.

        `accounts` lists number and label; `balances` (account, party, cents) and `due` (day, out of, into, cents) name
        an account by its place in that list. `made` is the year's result in cents.
        """
        named, going_on, result = self._balances_and_result()
        accounts = list(named.values())
        places = {account: place for place, account in enumerate(accounts)}
        balances: list[Json] = [
            [places[account], party, cents] for (account, party), cents in going_on.items() if cents
        ]
        due: list[Json] = []
        for day, shares in self.due.items():
            for out_and_into, cents in shares.items():
                out, into = (places.setdefault(account, len(places)) for account in out_and_into)
                due.append([day.isoformat(), out, into, cents])
        return {
            "accounts": [[account.number, account.label] for account in places],
            "held": len(accounts),  # so many of them, from the first, have balances; the others only what is due
            "balances": balances,
            "made": result,
            "due": due,
        }

    @classmethod
    def of_kept(cls, book: Book, kept: Mapping[str, Any]) -> "CarryOver":
        """Return what a closing stored, to continue from."""
        accounts = [Account(number, label) for number, label in kept["accounts"]]
        # the first name of each number comes first again, by a balance of 0
        balances = Counter[tuple[Account, str | None]]({(account, None): 0 for account in accounts[: kept["held"]]})
        balances.update({(accounts[place], party): cents for place, party, cents in kept["balances"]})
        due: dict[date, _Shares] = {}
        for day, out, into, cents in kept["due"]:
            due.setdefault(date.fromisoformat(day), Counter())[accounts[out], accounts[into]] = cents
        return cls(book, balances, due, kept["made"])

    def opening(self) -> tuple[Posting, ...]:
        """Return the lines that begin a fiscal year, after the one before was ended."""
        return tuple(
            Posting(account, debit=max(0, cents), credit=max(0, -cents), party=party)
            for (account, party), cents in sorted(self.balances.items(), key=_by_number)
        )


def _sorted(sums: Counter[Account]) -> list[tuple[Account, int]]:
    """Return the sums that are not 0, by account number."""
    return sorted(((account, cents) for account, cents in sums.items() if cents), key=lambda each: each[0].number)


def _by_number(balance: tuple[tuple[Account, str | None], int]) -> tuple[str, str, str]:
    """Return the key that sorts balances by account, then party: members' numbers by size."""
    (account, party), _ = balance
    return account.number, account.label, (party or "").rjust(12)  # as text, 12 would come before 9
