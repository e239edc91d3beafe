"""Sums up the period of a closing: totals by product, method and VAT rate, and a grand total that never falls.

A *fact* is an entry as bookkeeping sees it; of a reversal, `reversed` is the fact that it reverses.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from kiosk.domain import days
from kiosk.domain.books import fiscal
from kiosk.domain.books.posting import Fact
from kiosk.domain.money import vat


class Period(StrEnum):
    """The length of a period that is closed."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


def last_day(kind: Period, day: date, first_month: int = 1) -> date:
    """Return the last day of the period that a day belongs to. `first_month` begins the fiscal year."""
    if kind is Period.DAY:
        return day
    return days.month_of(day)[1] if kind is Period.MONTH else fiscal.year_of(day, first_month).last_on


def first_day(kind: Period, day: date, first_month: int = 1) -> date:
    """Return the first day of the period that a day belongs to. `first_month` begins the fiscal year."""
    if kind is Period.DAY:
        return day
    return days.month_of(day)[0] if kind is Period.MONTH else fiscal.year_of(day, first_month).first_on


@dataclass(slots=True)
class Totals:
    """The sums of a period, in cents.

    Reversals are deducted on the day that they are dated; `charged` and `reversed` only grow. `net` and `tax` are by
    VAT rate in hundredths of a percent, 0 for untaxed sales. `ecritures` counts the entries that have lines in the
    books.
    """

    entries: int = 0
    charged: int = 0
    reversed: int = 0
    ecritures: int = 0
    products: Counter[str] = field(default_factory=Counter)
    methods: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)  # by kind of entry: what is neither a charge nor money
    net: Counter[int] = field(default_factory=Counter)
    tax: Counter[int] = field(default_factory=Counter)

    def add(self, fact: Fact, *, has_lines: bool, times: int = 1) -> None:
        """Add an entry, or `times` equal ones. `has_lines` tells whether it has lines in the books."""
        self.entries += times
        self.ecritures += has_lines * times
        original, sign = (fact, times) if fact.reversed is None else (fact.reversed, -times)
        if original.kind == "charge":
            self._add_charge(original, sign)
        elif original.kind in ("payment", "refund") and original.method is not None:
            self.methods[original.method] -= sign * original.cents
        elif original.cents:
            self.others[original.kind] += sign * original.cents

    def _add_charge(self, of: Fact, sign: int) -> None:
        """Add a charge to the totals by product and VAT rate; a negative `sign` takes it back out."""
        if sign > 0:
            self.charged += sign * of.cents
        else:
            self.reversed -= sign * of.cents
        rate = of.detail.get("vat") or 0
        net_cents, tax_cents = vat.split(of.cents, rate)
        self.products[str(of.detail.get("product", ""))] += sign * of.cents
        self.net[rate] += sign * net_cents
        self.tax[rate] += sign * tax_cents

    def merge(self, other: "Totals") -> None:
        """Add the totals of another period. A sum that comes to 0 is kept, because it was not 0 on its days."""
        self.entries += other.entries
        self.charged += other.charged
        self.reversed += other.reversed
        self.ecritures += other.ecritures
        for name in ("products", "methods", "others", "net", "tax"):
            getattr(self, name).update(getattr(other, name))

    def difference(self, recorded: Mapping[str, Any]) -> str | None:
        """Return in words the first of a closing's recorded totals that differs from these; None where all agree. Sums
        of 0 count as absent. `ecritures` is not compared, because it depends on more than the entries.
        """
        for name, total in self.detail.items():
            if name != "ecritures" and _without_nothing(recorded[name]) != _without_nothing(total):
                return f"says {name} {recorded[name]}, and its entries make {total}"
        return None

    @property
    def detail(self) -> dict[str, Any]:
        """Return the totals as an entry's detail has them."""
        return {
            "entries": self.entries,
            "charged": self.charged,
            "reversed": self.reversed,
            "ecritures": self.ecritures,
            "products": dict(self.products),
            "methods": dict(self.methods),
            "others": dict(self.others),
            "vat": {str(rate): [self.net[rate], self.tax[rate]] for rate in self.net},
        }

    @classmethod
    def read(cls, detail: Mapping[str, Any]) -> "Totals":
        """Return the totals in an entry's detail."""
        return cls(
            entries=detail["entries"],
            charged=detail["charged"],
            reversed=detail["reversed"],
            ecritures=detail["ecritures"],
            products=Counter(detail["products"]),
            methods=Counter(detail["methods"]),
            others=Counter(detail["others"]),
            net=Counter({int(rate): net_cents for rate, (net_cents, _) in detail["vat"].items()}),
            tax=Counter({int(rate): tax_cents for rate, (_, tax_cents) in detail["vat"].items()}),
        )


def _without_nothing(total: object) -> object:
    """Return a recorded total without the sums of 0 in it."""
    if isinstance(total, Mapping):
        return {key: sum_ for key, sum_ in total.items() if sum_ not in (0, [0, 0])}
    return total
