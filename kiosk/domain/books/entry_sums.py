"""Adds entries up along the way through the chain: what accounts owe, and what the closing of each day has to say.

Reading a long ledger is most of what checking it takes, so a check of all seals takes these sums along. Equal entries
are counted first and taken apart once, so that each costs next to nothing.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from kiosk.domain.books.closings import Totals
from kiosk.domain.money import vat

Original = tuple[str, str | None, str, int]  # an entry that is taken back: kind, method, detail, cents
_ACCOUNT, _CENTS = 5, 10  # places of columns of the table
_ALIKE = itemgetter(3, 4, 11, 13, 10, 12)  # day, kind, method, detail, cents, and which entry it takes back
_MOST = 500  # kinds of entries that are kept apart


class EntrySums:
    """Sums of the entries of a stretch, or of all. `original` finds what an entry takes back."""

    def __init__(self, original: Callable[[int], Original | None]) -> None:
        self.is_whole = False  # whether all entries are in, each with a seal that fits
        self._original = original
        self._cents: defaultdict[int | None, int] = defaultdict(int)
        self._days: defaultdict[str, Totals] = defaultdict(Totals)
        self._alike: Counter[tuple[Any, ...]] = Counter()

    def take(self, rows: Sequence[Sequence[Any]]) -> None:
        """Entries more, as the table has them."""
        cents = self._cents
        for row in rows:
            cents[row[_ACCOUNT]] += row[_CENTS]
        self._alike.update(map(_ALIKE, rows))
        if len(self._alike) > _MOST:
            self._take_apart()

    @property
    def told(self) -> dict[str, Any]:
        """The sums as JSON can have them, to be merged elsewhere."""
        self._take_apart()
        accounts = {str(account): cents for account, cents in self._cents.items() if account is not None}
        return {"accounts": accounts, "days": {day: totals.detail for day, totals in self._days.items()}}

    def merge(self, told: Mapping[str, Any]) -> None:
        """Add what was summed up elsewhere."""
        for account, cents in told["accounts"].items():
            self._cents[int(account)] += cents
        for day, detail in told["days"].items():
            self._days[day].merge(Totals.read(detail))

    def balance(self, account: int) -> int:
        """What the entries of an account make, in cents."""
        return self._cents.get(account, 0)

    def of_day(self, day: str) -> Totals:
        """What the entries of a day make."""
        self._take_apart()
        return self._days.get(day, Totals())

    def _take_apart(self) -> None:
        for (day, kind, method, said, cents, taken_back), count in self._alike.items():
            of = None if taken_back is None else self._original(taken_back)
            own = kind, False, method if taken_back is None else None, said, cents
            alike = own if of is None else (of[0], True, *of[1:])
            add(self._days[day], (*alike, count))
        self._alike.clear()


def made(alike: Iterable[Sequence[Any]]) -> Totals:
    """Totals of entries that are counted by what they are: kind, whether taken back, method, detail, cents, count."""
    totals = Totals()
    for each in alike:
        add(totals, each)
    return totals


def add(made: Totals, alike: Sequence[Any]) -> None:
    """So many entries that are alike. What `Totals.add` does for one."""
    kind, is_back, method, said, cents, count = alike
    sign = -count if is_back else count
    made.entries += count
    if kind == "charge":
        _add_charges(made, sign, said, cents)
    elif kind in ("payment", "refund") and method is not None:
        made.methods[method] -= sign * cents
    elif cents:
        made.others[kind] += sign * cents


def _add_charges(made: Totals, sign: int, said: str, cents: int) -> None:
    """So many charges that are alike; less than none taken back."""
    if sign > 0:
        made.charged += sign * cents
    else:
        made.reversed -= sign * cents
    detail = json.loads(said)
    rate, product = detail.get("vat"), detail.get("product")
    net_cents, tax_cents = vat.split(cents, rate or 0)
    made.products[product or ""] += sign * cents
    made.net[rate or 0] += sign * net_cents
    made.tax[rate or 0] += sign * tax_cents
