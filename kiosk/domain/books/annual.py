"""A fiscal year in figures, for a general assembly and for funders: sums and counts only, never a name.

Income is what the books have on the income accounts (class 7 of the file of entries): charges without VAT, less
reversals; carnets day by day as they are used or expire; subscriptions, rooms and seats at events in the year that they
cover. A *fact* is an entry as bookkeeping sees it; of a reversal, `reversed` is the fact that it reverses.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from msgspec import Struct

from kiosk.domain.books import posting
from kiosk.domain.books.fiscal import FiscalYear
from kiosk.domain.books.posting import Book, Fact
from kiosk.domain.checkin.standing import Right
from kiosk.domain.hosting.volunteering import Volunteering
from kiosk.domain.money import units, vat
from kiosk.domain.periods import Unit
from kiosk.language.names import Names

WHOLE = 1000  # shares are in thousandths


class CountedEntries(Struct, frozen=True):
    """Equal entries of one day, apart from number, party, member and method: one of them, and how many there are."""

    fact: Fact
    count: int = 1


class DeferredCharge(Struct, frozen=True):
    """A charge for days of a later fiscal year than its own, and the day on which it was reversed, if it was."""

    fact: Fact
    reversed_on: date | None


@dataclass(slots=True)
class Product:
    """A product's year, in cents: what was charged including tax, less reversals, and the tax in it.

    `ahead` is the net part for days still to come (carnets) or later years; `earned` is what became income of such
    parts.
    """

    gross: int = 0
    tax: int = 0
    ahead: int = 0
    earned: int = 0

    @property
    def net(self) -> int:
        """Return the charges less reversals, without tax."""
        return self.gross - self.tax

    @property
    def income(self) -> int:
        """Return the product's income as the income accounts have it."""
        return self.net - self.ahead + self.earned


class Ahead(NamedTuple):
    """Prepaid days, half days and hours that are still to come, and their worth together in cents."""

    days: int
    halves: int
    hours: int
    cents: int


@dataclass(slots=True)
class Carnets:
    """A year of carnets: those sold, and their units with their worth in cents: sold, used, expired.

    Carnets of half days or hours count among the carnets and in the sums; their units are counted apart from days.
    """

    sold: int = 0
    sold_days: int = 0
    sold_halves: int = 0
    sold_hours: int = 0
    sold_cents: int = 0
    used_days: int = 0
    used_halves: int = 0
    used_hours: int = 0
    used_cents: int = 0
    expired_days: int = 0
    expired_halves: int = 0
    expired_hours: int = 0
    expired_cents: int = 0

    @property
    def more(self) -> "Ahead":
        """Return by how much the units still to come grew in the year."""
        return Ahead(
            self.sold_days - self.used_days - self.expired_days,
            self.sold_halves - self.used_halves - self.expired_halves,
            self.sold_hours - self.used_hours - self.expired_hours,
            self.sold_cents - self.used_cents - self.expired_cents,
        )

    def add(self, of: Fact, times: int) -> None:
        """Add a use, an expiry or the sale of a carnet `times` times, a negative number for reversals. Other entries
        add nothing.
        """
        detail = of.detail
        if detail.get("right") == Right.BANKED:
            return  # BANKED: a day that the member earned; it was never sold
        unit = units.of(detail)
        whole, half, hour = (int(unit is kind) for kind in (Unit.DAY, Unit.HALF_DAY, Unit.HOUR))
        if of.kind == "use":
            count = times * detail.get("quantity", 1)
            self.used_days += whole * count
            self.used_halves += half * count
            self.used_hours += hour * count
            self.used_cents += times * posting.taken_up(of)
        elif of.kind == "expiry":
            count = times * detail["days"]
            self.expired_days += whole * count
            self.expired_halves += half * count
            self.expired_hours += hour * count
            self.expired_cents += times * posting.taken_up(of)
        elif "carnet_days" in detail:
            count = times * detail["carnet_days"]
            self.sold += times
            self.sold_days += whole * count
            self.sold_halves += half * count
            self.sold_hours += hour * count
            self.sold_cents += count * detail["day_cents"]


@dataclass(slots=True)
class Income:
    """A year's income: by product, by month (`2026-11`) and product, and the year's carnets. `deferred_cents` is what
    belongs to later years at the end of this one.
    """

    products: dict[str, Product] = field(default_factory=lambda: defaultdict(Product))
    months: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    carnets: Carnets = field(default_factory=Carnets)
    deferred_cents: int = 0

    @property
    def total(self) -> Product:
        """Return the sums of all products."""
        total = Product()
        for product in self.products.values():
            total.gross += product.gross
            total.tax += product.tax
            total.ahead += product.ahead
            total.earned += product.earned
        return total


def income(
    counted: Iterable[CountedEntries], later: Iterable[DeferredCharge], first_on: date, until_on: date, book: Book
) -> Income:
    """Return the income of a year, from its first day until `until_on`, both included: from the year's entries
    (`counted`; only charges, uses, expiries and their reversals are income), and from charges of this or earlier years
    for days of this year or later ones (`later`).
    """
    sums = Income()
    for group in counted:
        of, sign = (group.fact, 1) if group.fact.reversed is None else (group.fact.reversed, -1)
        if of.kind in ("charge", "use", "expiry"):
            _add(sums, of, sign * group.count, group.fact.day_on, book)
    for charge in later:
        _add_later(sums, charge, first_on, until_on, book)
    return sums


def _add(sums: Income, of: Fact, times: int, day: date, book: Book) -> None:
    """Add a charge, use or expiry to the sums of `day`, `times` times; negative where `of` is reversed on that day."""
    code = str(of.detail.get("product", ""))
    product, before = sums.products[code], sums.products[code].income
    sums.carnets.add(of, times)
    if of.kind == "charge":
        product.gross += times * of.cents
        product.tax += times * vat.split(of.cents, of.detail.get("vat"))[1]
        product.ahead += times * _ahead(of, day, book)
    else:
        product.earned += times * posting.taken_up(of)
    sums.months[day.isoformat()[:7]][code] += product.income - before


def _ahead(of: Fact, day: date, book: Book) -> int:
    """Return the part of a charge that is not income yet on a day, in cents."""
    if "carnet_days" in of.detail:
        return int(of.detail["carnet_days"] * of.detail["day_cents"])
    return sum(cents for first_on, _, cents in posting.deferred(of, book) if first_on > day)


def _add_later(sums: Income, charge: DeferredCharge, first_on: date, until_on: date, book: Book) -> None:
    """Add the sums that a charge deferred: as income on the first day of the fiscal year that they are for, where that
    day is within the year and the charge was not reversed before it; as still deferred (`deferred_cents`), where that
    year begins after `until_on` and the charge was not reversed by then.
    """
    for day, _, cents in posting.deferred(charge.fact, book):
        stands = charge.reversed_on is None or charge.reversed_on >= day
        if first_on <= day <= until_on and stands:
            code = str(charge.fact.detail["product"])
            sums.products[code].earned += cents
            sums.months[day.isoformat()[:7]][code] += cents
        if day > until_on and (charge.reversed_on is None or charge.reversed_on > until_on):
            sums.deferred_cents += cents


def written_off(counted: Iterable[CountedEntries]) -> int:
    """Return the write-offs of the year less those reversed, in cents."""
    cents = 0
    for group in counted:
        if "write-off" in (group.fact.kind, None if group.fact.reversed is None else group.fact.reversed.kind):
            cents -= group.count * group.fact.cents  # of a write-off negative, of its reversal positive
    return cents


def given(counted: Iterable[CountedEntries]) -> int:
    """Return the gifts of the year less those reversed, in cents."""
    return sum(
        group.count * group.fact.cents
        for group in counted  # of a gift the cents are positive, of its reversal negative
        if "gift" in (group.fact.kind, None if group.fact.reversed is None else group.fact.reversed.kind)
    )


class Tabs(Struct, frozen=True):
    """Debts and advances on a day: how many accounts have one, and their sum in cents, never negative."""

    owing: int = 0  # accounts that owe
    owed_cents: int = 0
    ahead: int = 0  # accounts with an advance
    advance_cents: int = 0


class Box(Struct, frozen=True):
    """A year's counts of the cash box: how many, what was missing, and what was found beyond the books."""

    counts: int = 0
    missing_cents: int = 0
    surplus_cents: int = 0


class Money(Struct, frozen=True, kw_only=True):
    """A year's money.

    `methods` is what came in by month (`2026-11`) and method, less refunds, in cents; `aside_cents` the part of it for
    deposits and gifts; `earned_cents` the income spread over the days that it is for
    (`kiosk.store.books.month_sums`). `rent` has the rent in cents of each month that has begun; `left` is what carnets
    still hold at the end of the year.
    """

    methods: Mapping[str, Mapping[str, int]]
    aside_cents: int
    earned_cents: int
    rent: Mapping[str, int]
    tabs: Tabs
    left: Ahead
    written_off_cents: int
    given_cents: int
    box: Box

    @property
    def received_cents(self) -> int:
        """Return what came in for sales in the year."""
        return sum(sum(methods.values()) for methods in self.methods.values()) - self.aside_cents

    @property
    def rent_cents(self) -> int:
        """Return the rent of the year's months that have begun."""
        return sum(self.rent.values())


class Days(Struct, frozen=True, kw_only=True):
    """A year's visits: by month and right, by zone, by the members' plan of today; guests apart.

    `people` counts the members present in each month, `came` those of the year; `reduced_days` and `reduced_people` are
    days at a reduced tariff and the members with such days; an open day is one with a visit. `veiled` are months whose
    days by tariff are told only as a sum, because together with the month's income they would reveal the reduced days
    of a few people; None: so few people that not even the year's may be told.
    """

    rights: Mapping[str, Mapping[str, int]]
    zones: Mapping[str, int]
    plans: Mapping[str, int]
    guests: int
    people: Mapping[str, int]
    came: int
    reduced_days: int
    reduced_people: int
    veiled: frozenset[str] | None
    open_days: int
    busiest: int  # the most visits on a day, guests included
    capacity: int | None  # people from which cards say that the place is busy, to compare with; None: no rule

    @property
    def visits(self) -> int:
        """Return the number of members' own visits in the year."""
        return sum(sum(rights.values()) for rights in self.rights.values())

    @property
    def by_right(self) -> Counter[str]:
        """Return the year's visits by right."""
        visits = Counter[str]()
        for rights in self.rights.values():
            visits.update(rights)
        return visits


class People(Struct, frozen=True):
    """A year's members: at the start, joined, left; and those with a current membership before the year and at its end.

    `renewed` counts those whose membership of the year was not their first.
    """

    start: int = 0
    joined: int = 0
    left: int = 0
    renewed: int = 0
    valid_before: int = 0  # memberships current on the day before the year
    valid_at_end: int = 0

    @property
    def end(self) -> int:
        """Return the number of members at the end of the year."""
        return self.start + self.joined - self.left


class CategoryCount(Struct, frozen=True):
    """A category that members may declare for funders: how many of its members came, and on how many days; None for
    numbers so small that they could point to a person.
    """

    code: str
    people: int | None
    days: int | None


class Annual(Struct, frozen=True, kw_only=True):
    """The figures of a fiscal year, up to its last day or today.

    `agrees` tells whether the year's closing has the same sums (None: not closed). `closed_until` is the year's last
    closed day, None where none is closed; `names` has the names by code, under `products`, `zones` and `plans`.
    `before` has the year before; None where there is none to compare with.
    """

    year: FiscalYear
    until_on: date
    closed_until: date | None
    is_closed: bool
    agrees: bool | None
    income: Income
    money: Money
    days: Days
    people: People
    categories: tuple[CategoryCount, ...]
    names: Mapping[str, Mapping[str, Names]]
    volunteering: Volunteering
    before: "Annual | None" = None

    @property
    def months(self) -> tuple[str, ...]:
        """Return the year's months, as `2026-11`."""
        return months_of(self.year)

    @property
    def known_months(self) -> tuple[str, ...]:
        """Return the year's months that have begun, from the one in which the books begin."""
        return tuple(month for month in self.months if month in self.money.rent)


def months_of(year: FiscalYear) -> tuple[str, ...]:
    """Return the months of a fiscal year, as `2026-11`: twelve, unless the rule for the year's first
    month has changed.
    """
    first, last = (day.year * 12 + day.month - 1 for day in (year.first_on, year.last_on))
    return tuple(f"{place // 12}-{place % 12 + 1:02d}" for place in range(first, last + 1))


def share(part: int, whole: int) -> int | None:
    """Return a part in thousandths of a whole, rounded to the nearest, halves upwards; None for a whole of nothing."""
    return None if whole <= 0 else (2 * WHOLE * part + whole) // (2 * whole)


def agrees(sums: Income, by_month: Mapping[str, Mapping[str, int]], closing: Mapping[str, Any]) -> bool:
    """Tell whether a year's closing has the same sums as these: cents by product (tax included), cents by method, and
    the tax of all rates. `closing` is the detail of its entry; its `vat` has net and tax cents by rate.
    """
    methods = Counter[str]()
    for by_method in by_month.values():
        methods.update(by_method)
    products = {code: product.gross for code, product in sums.products.items()}
    tax = sum(tax_cents for _, tax_cents in closing["vat"].values())
    return (
        _without_nothing(products) == _without_nothing(closing["products"])
        and _without_nothing(methods) == _without_nothing(closing["methods"])
        and sums.total.tax == tax
    )


def _without_nothing(sums: Mapping[str, int]) -> dict[str, int]:
    """Return the sums that are not 0."""
    return {name: cents for name, cents in sums.items() if cents}
