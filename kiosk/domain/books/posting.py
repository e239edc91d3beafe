"""Turns an entry of the ledger into lines of double-entry bookkeeping, with equal sums of debit and credit.

Pure, and from the entry alone: the accounts are those in force on its day; a reversal has the original's lines with
debit and credit swapped. A *tab* is what a party owes: its part of the members' account. Of the kinds of entries,
`remittance` is money taken to the bank, `credited` the arrival of carried cash there.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.books import fiscal
from kiosk.domain.books.accounts import Account, Chart
from kiosk.domain.money import vat
from kiosk.domain.money.tariffs import ProductKind
from kiosk.domain.periods import Unit

_MOST_ALIKE = 1000  # kinds of equal entries whose lines are cached; a full cache is emptied, which bounds its memory
# products sold for certain days: their income is spread over these
_FOR_DAYS = frozenset({ProductKind.SUBSCRIPTION, ProductKind.EVENT, ProductKind.ROOM})


class Fact(Struct, frozen=True):
    """An entry of the ledger as bookkeeping sees it.

    `cents` are above 0 where the tab grows (charge, refund, deposit, gift), below 0 where it shrinks (payment,
    write-off). `party` names the tab: a member's number, or S and an organisation's id; None: no tab. `said` is the
    JSON text of `detail`, by which equal entries share cached lines; empty (not cached) where `detail` has more than
    its text. `reversed` is the entry that a reversal reverses.
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
    said: str = ""


class Posting(Struct, frozen=True):
    """A line of an écriture, in cents. `party` splits the members' account (None: another account); one of the two
    sums is 0, and neither is negative.
    """

    account: Account
    debit: int = 0
    credit: int = 0
    party: str | None = None

    @property
    def swapped(self) -> "Posting":
        """Return the line with debit and credit swapped."""
        return replace(self, debit=self.credit, credit=self.debit)


def _first_month_of_calendar_year(_day: date) -> int:
    """Return January, the month in which fiscal years begin unless a rule says otherwise."""
    return 1


@dataclass(frozen=True, slots=True)
class Book:
    """What postings depend on: accounts by day, products' kinds by code, the first month (1 to 12) of fiscal years by
    day; and products' units by code, for reports that spread income over days.

    Deferred income follows the fiscal years of the charge's own day, so that a later change of the rule moves nothing
    already written. `alike` caches the lines of entries that differ only by party: most of a long ledger.
    """

    chart: Callable[[date], Chart]
    kinds: Mapping[str, ProductKind]
    month_on: Callable[[date], int] = _first_month_of_calendar_year
    units: Mapping[str, Unit] = field(default_factory=dict)
    alike: dict[tuple[object, ...], tuple[Posting, ...]] = field(init=False, default_factory=dict, compare=False)


def postings(fact: Fact, book: Book) -> tuple[Posting, ...]:
    """Return the lines of an entry; empty for one that moves nothing. Raises ValueError for a reversal without its
    original.
    """
    if fact.kind == "reversal":
        if fact.reversed is None:
            raise ValueError(f"entry {fact.number} reverses nothing that is known")
        # as on the day of the reversal: income that the original deferred may have become income of a year since
        first = _lines(fact.reversed, book, fact.day_on)
        return tuple(line.swapped for line in first)
    if not fact.said or "from" in fact.detail:  # not cached: of sales for days, the deferred part differs by day
        return tuple(_lines(fact, book, fact.day_on))
    return _alike(fact, book)


def _alike(fact: Fact, book: Book) -> tuple[Posting, ...]:
    """Return the lines of an entry: those cached for an equal entry under the same chart, with this entry's party."""
    party = fact.party
    key = (book.chart(fact.day_on), fact.kind, fact.cents, fact.method, fact.said, party is None)
    lines = book.alike.get(key)
    if lines is None:
        if len(book.alike) >= _MOST_ALIKE:
            book.alike.clear()
        lines = book.alike[key] = tuple(_lines(fact, book, fact.day_on))
    if party is None:
        return lines
    return tuple(
        line if line.party is None else Posting(line.account, line.debit, line.credit, party) for line in lines
    )


def _lines(fact: Fact, book: Book, seen_on: date) -> Iterator[Posting]:
    """Yield the lines of an entry without those of 0; none for a kind that moves nothing. Income of fiscal years that
    begin after `seen_on` is deferred.
    """
    lines_of_kind = _KINDS.get(fact.kind)
    if lines_of_kind is not None:
        yield from (line for line in lines_of_kind(fact, book, seen_on) if line.debit or line.credit)


def _charge(fact: Fact, book: Book, seen_on: date) -> Iterator[Posting]:
    """Yield the lines of a charge: the tab at the left; income and VAT at the right."""
    chart, tax_cents = book.chart(fact.day_on), vat.split(fact.cents, fact.detail.get("vat"))[1]
    yield Posting(chart.account("members"), debit=fact.cents, party=fact.party)
    yield from _income(fact, book, seen_on)
    yield Posting(chart.account("vat"), credit=tax_cents)


def _income(fact: Fact, book: Book, seen_on: date) -> Iterator[Posting]:
    """Yield the credits of a sale: the days of a carnet that are still to be used, income of now, and income of fiscal
    years that begin after `seen_on`, as deferred.
    """
    chart, span, waiting = book.chart(fact.day_on), _span(fact, book), 0
    yield Posting(chart.account("prepaid"), credit=_carnet_cents(fact))
    for account, cents in _incomes(fact, book):
        later = 0 if span is None else sum(part for day, part in _later(fact, book, span, cents) if day > seen_on)
        yield Posting(account, credit=cents - later)
        waiting += later
    yield Posting(chart.account("deferred"), credit=waiting)


def _incomes(fact: Fact, book: Book) -> Iterator[tuple[Account, int]]:
    """Yield the income accounts of a charge with the net cents of each; a carnet's days ahead are not income yet."""
    chart, product = book.chart(fact.day_on), str(fact.detail.get("product", ""))
    rent_cents = int(fact.detail.get("rent_cents", 0))  # the rent's share of a seat at an event
    net_cents = vat.split(fact.cents, fact.detail.get("vat"))[0] - _carnet_cents(fact) - rent_cents
    yield chart.income(product, book.kinds.get(product) is ProductKind.MEMBERSHIP), net_cents
    if rent_cents:
        yield chart.account("rent-share"), rent_cents


def _carnet_cents(fact: Fact) -> int:
    """Return the value of the days that a sale of a carnet leaves to use; 0 for any other sale."""
    detail = fact.detail
    return int(detail["carnet_days"] * detail["day_cents"]) if "carnet_days" in detail else 0


class Deferral(NamedTuple):
    """A part of a charge that belongs to a later fiscal year: that year's first day, the income account, and cents."""

    first_on: date
    income: Account
    cents: int


def deferred(fact: Fact, book: Book) -> list[Deferral]:
    """Return the parts of a charge that belong to later fiscal years, by income account, then year; empty for other
    entries, and for charges that are not for certain days.
    """
    span = _span(fact, book) if fact.kind == "charge" else None
    if span is None:
        return []
    return [
        Deferral(first_on, account, cents)
        for account, net_cents in _incomes(fact, book)
        for first_on, cents in _later(fact, book, span, net_cents)
    ]


def _span(fact: Fact, book: Book) -> tuple[date, date] | None:
    """Return the first and last day that a charge is for (a plan's period, an event or a booking); None for other
    sales, also for those with a first day and no last one.
    """
    detail = fact.detail
    if "from" not in detail or not detail.get("until"):
        return None
    if book.kinds.get(str(detail.get("product", ""))) not in _FOR_DAYS:
        return None
    return date.fromisoformat(detail["from"]), date.fromisoformat(detail["until"])


def _later(fact: Fact, book: Book, span: tuple[date, date], net_cents: int) -> list[tuple[date, int]]:
    """Return the parts of a net sum for fiscal years that begin after the entry's day: the first day of each year, and
    its cents where they are not 0.
    """
    parts = fiscal.shares(net_cents, *span, book.month_on(fact.day_on))
    return [(year.first_on, cents) for year, cents in parts if year.first_on > fact.day_on and cents]


class Earned(NamedTuple):
    """A part of an entry's income, in cents without tax, and the first and last day over which it is spread evenly."""

    first_on: date
    last_on: date
    cents: int

    def within(self, first_on: date, last_on: date) -> int:
        """Return the cents for the days from the first to the last, both included; parts for adjacent spans add up to
        the whole, since each is a difference of rounded running sums.
        """
        return self._until(last_on) - self._until(first_on - timedelta(days=1))

    def _until(self, day: date) -> int:
        """Return the cents for the days up to and including one day, halves rounded up; 0 before the first."""
        days = (self.last_on - self.first_on).days + 1
        done = min(days, max(0, (day - self.first_on).days + 1))
        return (2 * self.cents * done + days) // (2 * days)


def earned(fact: Fact, book: Book) -> list[Earned]:
    """Return the days that an entry's income is for, and its cents: a plan's, an event's or a booking's days, else its
    own day; empty for an entry that is no income. Parts of 0 are left out.

    The part of each fiscal year is what the books have in it, so that a year's days add up to its income accounts.
    """
    if fact.kind in ("use", "expiry"):
        return [Earned(fact.day_on, fact.day_on, taken_up(fact))]
    if fact.kind != "charge":
        return []
    span = _span(fact, book)
    parts = []
    for _, net_cents in _incomes(fact, book):
        if span is None:
            parts.append(Earned(fact.day_on, fact.day_on, net_cents))
            continue
        for year, cents in fiscal.shares(net_cents, *span, book.month_on(fact.day_on)):
            if year.last_on < fact.day_on:  # a year over when this was entered: the year of entry has its income
                parts.append(Earned(fact.day_on, fact.day_on, cents))
            else:
                parts.append(Earned(max(span[0], year.first_on), min(span[1], year.last_on), cents))
    return [part for part in parts if part.cents]


def unearned(fact: Fact, book: Book, reversed_on: date) -> list[Earned]:
    """Return the income that an entry keeps after it was reversed: none if reversed within its own fiscal year.
    If reversed in a later year, the years until then keep their parts, and the sum of these is deducted on the day of
    the reversal.
    """
    month = book.month_on(fact.day_on)
    then = fiscal.year_of(reversed_on, month)
    if fiscal.year_of(fact.day_on, month) == then:
        return []
    # parts for years after that of the reversal were never income
    kept = [part for part in earned(fact, book) if part.first_on <= then.last_on]
    return [*kept, Earned(reversed_on, reversed_on, -sum(part.cents for part in kept))]


def _use(fact: Fact, book: Book, _seen_on: date) -> Iterator[Posting]:
    """Yield the lines of a prepaid day that is used: its part of what was paid ahead becomes income."""
    chart, product = book.chart(fact.day_on), str(fact.detail.get("product", ""))
    cents = taken_up(fact)
    yield Posting(chart.account("prepaid"), debit=cents)
    yield Posting(chart.income(product, is_membership=False), credit=cents)


def taken_up(fact: Fact) -> int:
    """Return the cents paid in advance that become income by a use or an expiry: of an expiry its sum, of a use the
    price of a unit for each of its units (one where `quantity` is missing).
    """
    detail = fact.detail
    return int(detail["cents"] if fact.kind == "expiry" else detail["unit_cents"] * detail.get("quantity", 1))


def _paid(fact: Fact, book: Book, _seen_on: date) -> Iterator[Posting]:
    """Yield the two lines of a payment (cents below 0) or a refund (above 0): where the money is, and the tab. A refund
    by cheque leaves the bank, not the cheques in hand.
    """
    chart = book.chart(fact.day_on)
    own_cheque = fact.kind == "refund" and fact.method == "cheque"  # a cheque of our own is drawn on the bank at once
    place = chart.account("bank") if own_cheque else chart.by_method(fact.method or "")
    tab = chart.account("members")
    came_in, went_out = max(0, -fact.cents), max(0, fact.cents)
    yield Posting(place, debit=came_in, credit=went_out)
    yield Posting(tab, debit=went_out, credit=came_in, party=fact.party)


def _written_off(fact: Fact, book: Book, _seen_on: date) -> Iterator[Posting]:
    """Yield the lines of a write-off: a loss, and less owed on the tab. Its cents are negative."""
    chart = book.chart(fact.day_on)
    yield Posting(chart.account("losses"), debit=-fact.cents)
    yield Posting(chart.account("members"), credit=-fact.cents, party=fact.party)


def _deposit(fact: Fact, book: Book, _seen_on: date) -> Iterator[Posting]:
    """Yield the lines of a security deposit: owed on the tab, and held for its owner."""
    chart = book.chart(fact.day_on)
    yield Posting(chart.account("members"), debit=fact.cents, party=fact.party)
    yield Posting(chart.account("deposits"), credit=fact.cents)


def _gift(fact: Fact, book: Book, _seen_on: date) -> Iterator[Posting]:
    """Yield the lines of a gift, which its payment settles on the tab."""
    chart = book.chart(fact.day_on)
    yield Posting(chart.account("members"), debit=fact.cents, party=fact.party)
    yield Posting(chart.account("gifts"), credit=fact.cents)


def _count(fact: Fact, book: Book, _seen_on: date) -> Iterator[Posting]:
    """Yield the lines of a count of the cash box: its `difference`, below 0 for a shortage, above 0 for a surplus; no
    lines with a sum for 0.
    """
    chart, difference = book.chart(fact.day_on), fact.detail["difference"]
    short, over = max(0, -difference), max(0, difference)
    yield Posting(chart.account("shortage"), debit=short)
    yield Posting(chart.account("cash"), debit=over, credit=short)
    yield Posting(chart.account("surplus"), credit=over)


def _remittance(fact: Fact, book: Book, _seen_on: date) -> Iterator[Posting]:
    """Yield the lines of money taken to the bank: cash goes into transit until the bank has it, other money to the bank
    at once, less the bank's fee.
    """
    chart, cents, fee = book.chart(fact.day_on), fact.detail["cents"], fact.detail.get("fee_cents") or 0
    target = "transit" if fact.detail["method"] == "cash" else "bank"
    yield Posting(chart.account(target), debit=cents - fee)
    yield Posting(chart.account("fees"), debit=fee)
    yield Posting(chart.by_method(fact.detail["method"]), credit=cents)


def _credited(fact: Fact, book: Book, _seen_on: date) -> Iterator[Posting]:
    """Yield the lines of carried cash that the bank has now: from transit to the bank."""
    chart, cents = book.chart(fact.day_on), fact.detail["cents"]
    yield Posting(chart.account("bank"), debit=cents)
    yield Posting(chart.account("transit"), credit=cents)


def _bounce(fact: Fact, book: Book, _seen_on: date) -> Iterator[Posting]:
    """Yield the lines of a cheque that bounced, with the bank's fee: it is back among the cheques in hand, out of which
    the reversal of its payment takes it.
    """
    chart, cents, fee = book.chart(fact.day_on), fact.detail["cents"], fact.detail.get("fee_cents") or 0
    yield Posting(chart.account("cheques"), debit=cents)
    yield Posting(chart.account("fees"), debit=fee)
    yield Posting(chart.account("bank"), credit=cents + fee)


def _opening(fact: Fact, book: Book, _seen_on: date) -> Iterator[Posting]:
    """Yield the lines of another program's trial balance (number, label and cents of each account, debits above 0); or
    of what a member owed there, `against` the account (number and label) that was taken over for it.
    """
    if "against" in fact.detail:
        owed, ahead = max(0, fact.cents), max(0, -fact.cents)
        yield Posting(book.chart(fact.day_on).account("members"), debit=owed, credit=ahead, party=fact.party)
        yield Posting(Account(*fact.detail["against"]), debit=ahead, credit=owed)
        return
    for number, label, cents in fact.detail["lines"]:
        yield Posting(Account(number, label), debit=max(0, cents), credit=max(0, -cents))


def _appropriation(fact: Fact, book: Book, _seen_on: date) -> Iterator[Posting]:
    """Yield the lines that move a surplus (cents above 0) from the result to the accounts voted, or charge a deficit to
    them. `parts` has the cents of each account by its name, none below 0.
    """
    chart, cents = book.chart(fact.day_on), fact.detail["cents"]
    yield Posting(chart.account("result" if cents > 0 else "deficit"), debit=max(0, cents), credit=max(0, -cents))
    for name, part in fact.detail["parts"].items():
        yield Posting(chart.account(name), debit=part if cents < 0 else 0, credit=part if cents > 0 else 0)


# How each kind of entry becomes lines; other kinds move nothing.
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
    "gift": _gift,
    "opening": _opening,
    "appropriation": _appropriation,
}
