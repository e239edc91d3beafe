"""Turns an entry of the ledger into lines of double-entry bookkeeping: debit and credit, always the same sum.

Pure, and of the entry alone: its accounts are those in force on its day; a reversal takes the first entry's, swapped.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kiosk.domain.books import fiscal
from kiosk.domain.books.accounts import Account, Chart
from kiosk.domain.money import vat
from kiosk.domain.money.tariffs import ProductKind


@dataclass(frozen=True, slots=True)
class Fact:
    """An entry as bookkeeping sees it. `party` is the member or organisation whose tab it is on, by number.

    `reversed` is what a reversal takes back.
    """

    number: int
    day_on: date
    kind: str
    cents: int
    party: str | None
    member: int | None
    method: str | None
    detail: Mapping[str, Any]
    reversed: "Fact | None" = None


@dataclass(frozen=True, slots=True)
class Posting:
    """One line. `party` splits the members' account; one of the two sums is 0, and neither is less."""

    account: Account
    debit: int = 0
    credit: int = 0
    party: str | None = None

    @property
    def swapped(self) -> "Posting":
        """The other way round."""
        return replace(self, debit=self.credit, credit=self.debit)


def _january(_day: date) -> int:
    return 1


@dataclass(frozen=True, slots=True)
class Book:
    """What postings need to know: accounts by day, products' kinds by code, by day the month that fiscal years begin.

    What is deferred keeps to the fiscal years of the charge's own day: a rule that changes later moves nothing written.
    """

    chart: Callable[[date], Chart]
    kinds: Mapping[str, ProductKind]
    month_on: Callable[[date], int] = _january


def postings(fact: Fact, book: Book) -> tuple[Posting, ...]:
    """The lines of an entry; none for one that moves nothing."""
    if fact.kind == "reversal":
        if fact.reversed is None:
            raise ValueError(f"entry {fact.number} reverses nothing that is known")
        first = _lines(fact.reversed, book, fact.day_on)
        return tuple(line.swapped for line in first)
    return tuple(_lines(fact, book, fact.day_on))


def _lines(fact: Fact, book: Book, seen_on: date) -> Iterator[Posting]:
    """Without lines of nothing. `seen_on` is the day from which a split over years is looked at."""
    made = _KINDS.get(fact.kind)
    if made is not None:
        yield from (line for line in made(fact, book, seen_on) if line.debit or line.credit)


def _charge(fact: Fact, book: Book, seen_on: date) -> Iterator[Posting]:
    chart, net_cents = book.chart(fact.day_on), vat.split(fact.cents, fact.detail.get("vat"))[0]
    yield Posting(chart.account("members"), debit=fact.cents, party=fact.party)
    yield from _income(fact, book, seen_on, net_cents)
    yield Posting(chart.account("vat"), credit=fact.cents - net_cents)


def _income(fact: Fact, book: Book, seen_on: date, net_cents: int) -> Iterator[Posting]:
    chart, product = book.chart(fact.day_on), str(fact.detail.get("product", ""))
    kind = book.kinds.get(product)
    income = chart.income(product, kind is ProductKind.MEMBERSHIP)
    if "carnet_days" in fact.detail:
        ahead = fact.detail["carnet_days"] * fact.detail["day_cents"]
        yield Posting(chart.account("prepaid"), credit=ahead)
        yield Posting(income, credit=net_cents - ahead)
        return
    rent = int(fact.detail.get("rent_cents", 0))
    if rent:  # what a seat at an event brings for the space itself
        yield Posting(income, credit=net_cents - rent)
        yield Posting(chart.account("rent-share"), credit=rent)
        return
    later = sum(cents for _, cents in deferred(fact, book) if _ > seen_on)
    yield Posting(income, credit=net_cents - later)
    yield Posting(chart.account("deferred"), credit=later)


def deferred(fact: Fact, book: Book) -> list[tuple[date, int]]:
    """The parts of a charge that belong to later fiscal years: the first day of each, and its net share."""
    detail = fact.detail
    kind = book.kinds.get(str(detail.get("product", "")))
    if fact.kind != "charge" or kind is not ProductKind.SUBSCRIPTION or "from" not in detail or not detail.get("until"):
        return []
    net_cents = vat.split(fact.cents, detail.get("vat"))[0]
    from_on, until_on = date.fromisoformat(detail["from"]), date.fromisoformat(detail["until"])
    parts = fiscal.shares(net_cents, from_on, until_on, book.month_on(fact.day_on))
    return [(year.first_on, cents) for year, cents in parts if year.first_on > fact.day_on and cents]


def _use(fact: Fact, book: Book, _seen_on: date) -> Iterator[Posting]:
    chart, product = book.chart(fact.day_on), str(fact.detail.get("product", ""))
    cents = taken_up(fact)
    yield Posting(chart.account("prepaid"), debit=cents)
    yield Posting(chart.income(product, False), credit=cents)


def taken_up(fact: Fact) -> int:
    """What of that which was paid in advance becomes income by a use, or as it expires."""
    detail = fact.detail
    return int(detail["cents"] if fact.kind == "expiry" else detail["unit_cents"] * detail.get("quantity", 1))


def _paid(fact: Fact, book: Book, _seen_on: date) -> Iterator[Posting]:
    chart = book.chart(fact.day_on)
    own_cheque = fact.kind == "refund" and fact.method == "cheque"  # drawn on the bank: it never waits to be collected
    place = chart.account("bank") if own_cheque else chart.by_method(fact.method or "")
    tab = chart.account("members")
    came_in, went_out = max(0, -fact.cents), max(0, fact.cents)
    yield Posting(place, debit=came_in, credit=went_out)
    yield Posting(tab, debit=went_out, credit=came_in, party=fact.party)


def _written_off(fact: Fact, book: Book, _seen_on: date) -> Iterator[Posting]:
    chart = book.chart(fact.day_on)
    yield Posting(chart.account("losses"), debit=-fact.cents)
    yield Posting(chart.account("members"), credit=-fact.cents, party=fact.party)


def _deposit(fact: Fact, book: Book, _seen_on: date) -> Iterator[Posting]:
    chart = book.chart(fact.day_on)
    yield Posting(chart.account("members"), debit=fact.cents, party=fact.party)
    yield Posting(chart.account("deposits"), credit=fact.cents)


def _count(fact: Fact, book: Book, _seen_on: date) -> Iterator[Posting]:
    chart, difference = book.chart(fact.day_on), fact.detail["difference"]
    missing, more = max(0, -difference), max(0, difference)
    yield Posting(chart.account("shortage"), debit=missing)
    yield Posting(chart.account("cash"), debit=more, credit=missing)
    yield Posting(chart.account("surplus"), credit=more)


def _remittance(fact: Fact, book: Book, _seen_on: date) -> Iterator[Posting]:
    chart, cents, fee = book.chart(fact.day_on), fact.detail["cents"], fact.detail.get("fee_cents") or 0
    target = "transit" if fact.detail["method"] == "cash" else "bank"
    yield Posting(chart.account(target), debit=cents - fee)
    yield Posting(chart.account("fees"), debit=fee)
    yield Posting(chart.by_method(fact.detail["method"]), credit=cents)


def _credited(fact: Fact, book: Book, _seen_on: date) -> Iterator[Posting]:
    chart, cents = book.chart(fact.day_on), fact.detail["cents"]
    yield Posting(chart.account("bank"), debit=cents)
    yield Posting(chart.account("transit"), credit=cents)


def _bounce(fact: Fact, book: Book, _seen_on: date) -> Iterator[Posting]:
    chart, cents, fee = book.chart(fact.day_on), fact.detail["cents"], fact.detail.get("fee_cents") or 0
    yield Posting(chart.account("cheques"), debit=cents)
    yield Posting(chart.account("fees"), debit=fee)
    yield Posting(chart.account("bank"), credit=cents + fee)


_KINDS: dict[str, Callable[[Fact, Book, date], Iterator[Posting]]] = {
    "charge": _charge,
    "use": _use,
    "expiry": _use,
    "payment": _paid,
    "refund": _paid,
    "write-off": _written_off,
    "deposit": _deposit,
    "count": _count,
    "remittance": _remittance,
    "credited": _credited,
    "bounce": _bounce,
}
