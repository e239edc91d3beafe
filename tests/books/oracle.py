"""What the books must say, worked out from the rows of the ledger by sums of this module's own.

No code of the program is used: only SQL, whole numbers, and the rules as an accountant would tell them.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from kiosk.home import Home
from tests import beside

PLACES = {"cash": "530", "cheque": "5112", "transfer": "512", "card": "5115", "online": "5115"}


@dataclass(frozen=True)
class Row:
    """An entry, with what it takes back where it does."""

    number: int
    day: date
    kind: str
    cents: int
    method: str | None
    detail: dict[str, Any]
    takes_back: "Row | None" = None


@dataclass
class Ledger:
    """A ledger as it is, read whole."""

    home: Home
    rows: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        with beside.reading(self.home) as raw:
            query = "SELECT number, day_on, kind, amount_cents, method, detail, reverses FROM entry ORDER BY number"
            known: dict[int, Row] = {}
            for number, day, kind, cents, method, detail, reverses in raw.execute(query):
                row = Row(
                    number, date.fromisoformat(day), kind, cents, method, json.loads(detail), known.get(reverses or 0)
                )
                known[number] = row
            self.rows = list(known.values())
            tabs = raw.execute(
                "SELECT coalesce(CAST(m.number AS TEXT), 'S' || a.organisation_id), a.balance_cents FROM account AS a"
                " LEFT JOIN member AS m ON m.id = a.member_id"
            )
            self.tabs = {str(party): cents for party, cents in tabs if cents}
            standing = "NOT EXISTS (SELECT 1 FROM entry AS r WHERE r.reverses = c.entry_number)"
            left = "SELECT coalesce(sum((c.days - c.used - c.expired) * c.value_cents), 0) FROM"
            self.unused = sum(
                raw.execute(f"{left} {table} AS c WHERE {standing}").fetchone()[0] for table in ("carnet", "envelope")
            )
            self.closings = [
                (kind, date.fromisoformat(first), date.fromisoformat(last), number)
                for kind, first, last, number in raw.execute(
                    "SELECT kind, from_on, until_on, entry_number FROM closing ORDER BY entry_number"
                )
            ]
        self.kinds = self._kinds()

    def _kinds(self) -> dict[str, str]:
        with beside.reading(self.home) as raw:
            return dict(raw.execute("SELECT code, kind FROM product").fetchall())

    def signed(self) -> Iterator[tuple[int, Row, Row]]:
        """Each entry as what it does: +1 and itself, or -1 and what it takes back; and the entry that does it."""
        for row in self.rows:
            yield (1, row, row) if row.takes_back is None else (-1, row.takes_back, row)

    def accounts(self) -> Counter[str]:
        """Debit less credit of the accounts of money, deposits and tax."""
        found: Counter[str] = Counter()
        for sign, of, _ in self.signed():
            cents, fee = of.detail.get("cents", 0), of.detail.get("fee_cents", 0)
            if of.kind in ("payment", "refund"):
                drawn = (of.kind, of.method) == ("refund", "cheque")
                found["512" if drawn else PLACES[of.method or ""]] -= sign * of.cents
            elif of.kind == "count":
                found["530"] += sign * of.detail["difference"]
            elif of.kind == "remittance":
                found[PLACES[of.detail["method"]]] -= sign * cents
                found["580" if of.detail["method"] == "cash" else "512"] += sign * (cents - fee)
            elif of.kind == "credited":
                found["580"] -= sign * cents
                found["512"] += sign * cents
            elif of.kind == "bounce":
                found["5112"] += sign * cents
                found["512"] -= sign * (cents + fee)
            elif of.kind == "deposit":
                found["165"] -= sign * of.cents
            elif of.kind == "charge":
                found["44571"] -= sign * tax(of)
        return found

    def deferred(self, on: date, first_month: int) -> int:
        """What of charges that stand belongs to fiscal years that begin after a day."""
        gone = {row.takes_back.number for row in self.rows if row.takes_back is not None}
        return sum(
            _later(row, on, first_month)
            for row in self.rows
            if row.kind == "charge" and row.number not in gone and self.kinds[row.detail["product"]] == "subscription"
        )

    def totals(self, first: date, last: date) -> dict[str, Any]:
        """What a closing of some days must say."""
        rows = [row for row in self.rows if first <= row.day <= last]
        sums: dict[str, Any] = {"entries": len(rows), "charged": 0, "reversed": 0}
        products, methods, rates = Counter[str](), Counter[str](), dict[str, list[int]]()
        for row in rows:
            of, sign = (row, 1) if row.takes_back is None else (row.takes_back, -1)
            if of.kind == "charge":
                sums["charged" if sign > 0 else "reversed"] += of.cents
                products[of.detail["product"]] += sign * of.cents
                both = rates.setdefault(str(of.detail.get("vat", 0)), [0, 0])
                both[0] += sign * (of.cents - tax(of))
                both[1] += sign * tax(of)
            elif of.kind in ("payment", "refund"):
                methods[of.method or ""] -= sign * of.cents
        return {**sums, "products": dict(products), "methods": dict(methods), "vat": rates}

    def charged_until(self, day: date) -> int:
        """All that was ever charged up to a day."""
        return sum(row.cents for row in self.rows if row.kind == "charge" and row.day <= day)


def tax(of: Row) -> int:
    """The tax in a charge: what is more than a net sum that the rate brings up to it, to the nearest cent."""
    rate: int = of.detail.get("vat", 0)
    return (of.cents * rate * 2 + (10000 + rate)) // (2 * (10000 + rate))


def _later(row: Row, on: date, first_month: int) -> int:
    if "from" not in row.detail or "until" not in row.detail:
        return 0
    first, last = date.fromisoformat(row.detail["from"]), date.fromisoformat(row.detail["until"])
    days = (last - first).days + 1
    after = max(on, row.day)
    end = date(after.year + 1, first_month, 1)  # the first day of a fiscal year that begins after a day
    if date(after.year, first_month, 1) > after:
        end = date(after.year, first_month, 1)
    kept_days = min(max((end - first).days, 0), days)
    net = row.cents - tax(row)
    # Shares are cut at the ends of fiscal years, each cut to the nearest cent.
    return net - (2 * net * kept_days + days) // (2 * days)


def fiscal_years(first: date, last: date, first_month: int) -> list[tuple[date, date]]:
    """The fiscal years that some days are in."""
    start = date(first.year if first.month >= first_month else first.year - 1, first_month, 1)
    found = []
    while start <= last:
        after = start.replace(year=start.year + 1)
        found.append((start, after - timedelta(days=1)))
        start = after
    return found
