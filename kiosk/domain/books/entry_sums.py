"""Adds entries up while the chain is read: what accounts owe, and what the closing of each day must say.

Reading a long ledger is most of the cost of checking it, so a check of all seals makes these sums on the way. Equal
entries are counted first and added once, so that each costs next to nothing.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from kiosk.domain.books.closings import Totals
from kiosk.domain.money import vat

Original = tuple[str, str | None, str, int]  # an entry that is reversed: kind, method, detail as text, cents
_ACCOUNT, _CENTS = 5, 10  # places of columns of the table
_ALIKE = itemgetter(3, 4, 11, 13, 10, 12)  # day, kind, method, detail, cents, and the reversed entry
_MOST = 500  # different entries whose counts are held; beyond that they are added to their days and forgotten


class EntrySums:
    """The sums of a stretch of entries, or of all. `original` finds the entry that a reversal reverses."""

    def __init__(self, original: Callable[[int], Original | None]) -> None:
        self.is_whole = False  # set by the audit once it has read all entries, each with a valid seal
        self._original = original
        self._cents: defaultdict[int | None, int] = defaultdict(int)
        self._days: defaultdict[str, Totals] = defaultdict(Totals)
        self._alike: Counter[tuple[Any, ...]] = Counter()

    def take(self, rows: Sequence[Sequence[Any]]) -> None:
        """Add entries, as rows of the table with its columns in order."""
        cents = self._cents
        for row in rows:
            cents[row[_ACCOUNT]] += row[_CENTS]
        self._alike.update(map(_ALIKE, rows))
        if len(self._alike) > _MOST:
            self._add_counted()

    @property
    def as_json_values(self) -> dict[str, Any]:
        """Return the sums as JSON, to be merged in another process."""
        self._add_counted()
        accounts = {str(account): cents for account, cents in self._cents.items() if account is not None}
        return {"accounts": accounts, "days": {day: totals.detail for day, totals in self._days.items()}}

    def merge(self, values: Mapping[str, Any]) -> None:
        """Add sums made in another process, as its `as_json_values` gives them."""
        for account, cents in values["accounts"].items():
            self._cents[int(account)] += cents
        for day, detail in values["days"].items():
            self._days[day].merge(Totals.read(detail))

    def balance(self, account: int) -> int:
        """Return the balance of an account by its entries, in cents; 0 where it has none."""
        return self._cents.get(account, 0)

    def of_day(self, day: str) -> Totals:
        """Return the totals of a day, given as in the table; empty ones where it has no entry."""
        self._add_counted()
        return self._days.get(day, Totals())

    def _add_counted(self) -> None:
        """Add the entries counted so far to the totals of their days, and forget the counts.

        A reversal counts as its original with the sign turned. Where the original is missing, it counts under its own
        kind and without a method, exactly as the query of `store/books/closing_audit` counts it.
        """
        for (day, kind, method, detail, cents, reverses), count in self._alike.items():
            original = None if reverses is None else self._original(reverses)
            if original is None:
                counted = kind, False, method if reverses is None else None, detail, cents
            else:
                counted = original[0], True, *original[1:]
            add(self._days[day], (*counted, count))
        self._alike.clear()


def made(alike: Iterable[Sequence[Any]]) -> Totals:
    """Return the totals of counted entries, each as kind, whether reversed, method, detail as text, cents, count."""
    totals = Totals()
    for equal_entries in alike:
        add(totals, equal_entries)
    return totals


def add(totals: Totals, alike: Sequence[Any]) -> None:
    """Add some equal entries, in the form that `made` takes, to totals, as `Totals.add` does for one. The `ecritures`
    are not counted, because that takes more than the entries. A payment's cents are below 0, what it adds to its
    method is above.
    """
    kind, is_reversed, method, detail, cents, count = alike
    sign = -count if is_reversed else count
    totals.entries += count
    if kind == "charge":
        _add_charges(totals, sign, detail, cents)
    elif kind in ("payment", "refund") and method is not None:
        totals.methods[method] -= sign * cents
    elif cents:
        totals.others[kind] += sign * cents


def _add_charges(totals: Totals, sign: int, text: str, cents: int) -> None:
    """Add equal charges to totals. `sign` is how many there are, below 0 for reversed ones; `text` is the detail of one
    of them as JSON, `cents` its price. A product that is missing counts under "", a missing VAT rate as 0.
    """
    if sign > 0:
        totals.charged += sign * cents
    else:
        totals.reversed -= sign * cents
    detail = json.loads(text)
    rate, product = detail.get("vat"), detail.get("product")
    net_cents, tax_cents = vat.split(cents, rate or 0)
    totals.products[product or ""] += sign * cents
    totals.net[rate or 0] += sign * net_cents
    totals.tax[rate or 0] += sign * tax_cents
