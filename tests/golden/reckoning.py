"""Every figure of the year's report, worked out apart from the program: sums over the lists of `books`."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.golden import diary
from tests.golden.books import Books, Carnet, Charge, Visit, half_up, september_of

Figures = dict[str, Any]
PRODUCTS = ("membership", "day", "permanent", "week", "carnet-10")


@dataclass
class Year:
    """One fiscal year of the books."""

    books: Books
    first: date
    last: date

    def within(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last

    @property
    def months(self) -> list[str]:
        day, found = self.first, []
        while day <= self.last:
            found.append(f"{day:%Y-%m}")
            day = (day + timedelta(days=31)).replace(day=1)
        return found

    def parts(self, charge: Charge) -> list[tuple[date, int]]:
        """A charge without its tax, by the day on which each part of it becomes income: the sale's, or a September."""
        net = charge.gross - charge.tax - charge.ahead
        if charge.period is None:
            return [(charge.day, net)]
        first, last = charge.period
        cut, whole = september_of(last), (last - first).days + 1
        if cut <= first:
            return [(charge.day, net)]
        early = half_up(Decimal(net) * (cut - first).days / whole)
        return [(charge.day, early), (cut, net - early)]

    def income_lines(self) -> list[tuple[date, str, int]]:
        """Day, product, cents: all that becomes income in the year, and what is taken back in it."""
        lines = []
        for charge in self.books.charges:
            for day, cents in self.parts(charge):
                if charge.back_on is None or charge.back_on >= day:
                    lines.append((day, charge.product, cents))
                    if charge.back_on is not None:
                        lines.append((charge.back_on, charge.product, -cents))
        lines += [(move.day, move.product, move.cents) for move in self.books.moves]
        return [line for line in lines if self.within(line[0])]

    def earned(self, product: str) -> int:
        """Of carnets' days, and of what was put aside in an earlier year."""
        found = sum(m.cents for m in self.books.moves if m.product == product and self.within(m.day))
        for charge in self.books.charges:
            for day, cents in self.parts(charge)[1:]:
                if charge.product == product and self.within(day) and (charge.back_on is None or charge.back_on >= day):
                    found += cents
        return found

    def ahead(self, product: str) -> int:
        """Of carnets sold, and of what is put aside for a later year; less what was taken back of either."""
        found = 0
        for charge in self.books.charges:
            if charge.product == product:
                later = [(day, cents) for day, cents in self.parts(charge) if day > charge.day]
                if self.within(charge.day):
                    found += charge.ahead + sum(cents for _, cents in later)
                if charge.back_on is not None and self.within(charge.back_on):
                    found -= charge.ahead + sum(cents for day, cents in later if day > charge.back_on)
        return found

    def signed(self) -> list[tuple[date, Charge, int]]:
        """Charges, and those taken back as less than nothing, each on its day."""
        found = [(charge.day, charge, 1) for charge in self.books.charges]
        found += [(charge.back_on, charge, -1) for charge in self.books.charges if charge.back_on is not None]
        return [line for line in found if self.within(line[0])]

    def stands(self, charge: Charge) -> bool:
        """Made by the year's end, and not taken back by then."""
        return charge.day <= self.last and not (charge.back_on is not None and charge.back_on <= self.last)

    def carnets(self) -> list[Carnet]:
        return [carnet for mine in self.books.carnets.values() for carnet in mine if self.stands(carnet.charge)]

    def visits(self) -> list[Visit]:
        return [visit for visit in self.books.visits if not visit.undone and self.within(visit.day)]

    def rent(self, month: str) -> int | None:
        first = date.fromisoformat(f"{month}-01")
        if first < diary.FIRST.replace(day=1):
            return None
        known = {max(since, date.min): cents for since, cents in diary.RENT.items()}
        return next((c for since, c in sorted(known.items(), reverse=True) if since <= first), 80000)

    def members_on(self, day: date) -> int:
        books = self.books
        return sum(on <= day and books.left.get(who, date.max) > day for who, on in books.joined.items())

    def valid_on(self, day: date) -> int:
        held = {who for who, first, last in self.books.memberships if first <= day <= last}
        return sum(self.books.left.get(who, date.max) > day for who in held)


def thousandths(part: int, whole: int) -> int | None:
    return half_up(Decimal(1000) * part / whole) if whole else None


def figures() -> Figures:
    """The report of the golden year, as `kiosk report --output F.json` writes it, beside the year before."""
    books = Books().read()
    year, before = Year(books, *diary.YEAR), Year(books, *diary.BEFORE)
    both = {"year": _single(year), "before": _single(before)}
    found: Figures = {
        "year": "2025-2026",
        "from": "2025-09-01",
        "until": "2026-08-31",
        "closed": True,
        "agrees": True,
    }
    for table in ("summary", "money", "occupancy", "members", "reduced"):
        rows = both["year"][table]
        found[table] = {row: {column: both[column][table][row] for column in both} for row in rows}
    return {**found, **_income(year, before), **_months(year), **_rest(year)}


def _single(year: Year) -> dict[str, dict[str, int | str | None]]:
    """What the report shows of a year in one figure each."""
    books, visits, tariff = year.books, year.visits(), ("full", "reduced")
    income = sum(cents for _, _, cents in year.income_lines())
    received = sum(paid.cents for paid in books.paid if year.within(paid.day))
    aside = sum(cents for day, cents in (*books.gifts, *books.deposits) if year.within(day))
    rent = sum(year.rent(month) or 0 for month in year.months)
    by_day, by_tariff = Counter(v.day for v in visits), sum(v.right in tariff for v in visits)
    reduced = [v for v in visits if v.right == "reduced"]
    few = 0 < len({v.who for v in reduced}) < 5
    balances = [books.balance(who, year.last) for who in books.joined]
    joined = [who for who, day in books.joined.items() if year.within(day)]
    left = [who for who, day in books.left.items() if year.within(day)]
    eve = year.first - timedelta(days=1)
    again = [
        who
        for who, begins, _ in books.memberships
        if year.within(begins) and any(other == who and first < begins for other, first, _ in books.memberships)
    ]
    open_carnets = sum(carnet.charge.ahead for carnet in year.carnets())
    moved = sum(m.cents for m in books.moves if m.day <= year.last)
    later = [part for charge in books.charges if year.stands(charge) for part in year.parts(charge)]
    deferred = sum(cents for day, cents in later if day > year.last)
    differences = [(number, cents) for day, number, cents in books.counts if year.within(day)]
    share = "hidden" if few else thousandths(len(reduced), by_tariff)
    return {
        "summary": {
            "income": income,
            "received": received - aside,
            "aside": aside,
            "rent": rent,
            "covered": thousandths(income, rent),  # a whole year's days earn what its accounts have
            "visits": len(visits),
            "came": len({v.who for v in visits}),
            "members": year.members_on(year.last),
            "valid": year.valid_on(year.last),
            "reduced": share,
        },
        "money": {
            "owed": sum(cents for cents in balances if cents > 0),
            "owing": sum(cents > 0 for cents in balances),
            "advance": -sum(cents for cents in balances if cents < 0),
            "ahead": sum(cents < 0 for cents in balances),
            "prepaid": open_carnets - moved,
            "deferred": deferred,
            "written-off": sum(cents for day, cents in books.given_up if year.within(day)),
            "given": sum(cents for day, cents in books.gifts if year.within(day)),
            "counts": sum(number > 0 for number, _ in differences),
            "missing": sum(number * -cents for number, cents in differences if cents < 0),
            "surplus": sum(number * cents for number, cents in differences if cents > 0),
        },
        "occupancy": {
            "open": len(by_day),
            "guests": 0,
            "mean": half_up(Decimal(10) * len(visits) / len(by_day)),
            "busiest": max(by_day.values()),
            "places": diary.PLACES,
            "rate": thousandths(len(visits), len(by_day) * diary.PLACES),
        },
        "members": {
            "start": sum(d < year.first and books.left.get(w, date.max) >= year.first for w, d in books.joined.items()),
            "joined": len(joined),
            "left": len(left),
            "end": year.members_on(year.last),
            "renewed": len(set(again)),
            "valid-before": year.valid_on(eve),
            "valid": year.valid_on(year.last),
        },
        "reduced": {
            "days": "hidden" if few else len(reduced),
            "of": "hidden" if few else by_tariff,
            "share": share,
            "people": "hidden" if few else len({v.who for v in reduced}),
        },
    }


def _income(year: Year, before: Year) -> Figures:
    rows: Figures = {}
    earlier = Counter[str]()
    for _, product, cents in before.income_lines():
        earlier[product] += cents
    for product in PRODUCTS:
        sold = [(charge, sign) for _, charge, sign in year.signed() if charge.product == product]
        gross, tax = sum(s * c.gross for c, s in sold), sum(s * c.tax for c, s in sold)
        income = sum(cents for _, code, cents in year.income_lines() if code == product)
        row = {
            "gross": gross,
            "vat": tax,
            "net": gross - tax,
            "ahead": year.ahead(product),
            "earned": year.earned(product),
            "income": income,
        }
        assert row["net"] - row["ahead"] + row["earned"] == income
        rows[product] = {**row, "before": earlier[product]}
    columns = list(rows["day"])
    rows["total"] = {column: sum(rows[product][column] for product in PRODUCTS) for column in columns}
    return {"income": rows}


def _months(year: Year) -> Figures:
    income: Figures = {}
    taken: Figures = {}
    days: Figures = {}
    rights = ("subscription", "tariff", "carnet", "cap", "free-zone")
    for month in year.months:
        of = [line for line in year.income_lines() if f"{line[0]:%Y-%m}" == month]
        sums = {product: sum(cents for _, code, cents in of if code == product) for product in PRODUCTS}
        income[month] = {**sums, "total": sum(sums.values())}
        paid = [p for p in year.books.paid if f"{p.day:%Y-%m}" == month]
        methods = {method: sum(p.cents for p in paid if p.method == method) for method in diary.METHODS}
        taken[month] = {**methods, "total": sum(methods.values())}
        came = [v for v in year.visits() if f"{v.day:%Y-%m}" == month]
        found = Counter("tariff" if v.right in ("full", "reduced") else v.right for v in came)
        counts = {right: found[right] for right in rights}
        days[month] = {**counts, "total": len(came), "people": len({v.who for v in came})}
    for table in (income, taken, days):
        months = list(table.values())
        table["total"] = {column: sum(row[column] for row in months) for column in months[0]}
    # In February 4 people have reduced days, from April to August 2 or 3: with the month's income their number would
    # follow. Together they are 5 and more, so that no month of many has to be hidden with them.
    for month in veiled(year):
        days[month] |= {"tariff": "hidden", "subscription": "hidden"}
    days["total"]["people"] = len({v.who for v in year.visits()})
    return {"months": income, "methods": taken, "days": days}


def veiled(year: Year) -> list[str]:
    """Months in which 1 to 4 people had reduced days, and the month of the fewest beside them, until they are 5."""
    who = {m: {v.who for v in year.visits() if v.right == "reduced" and f"{v.day:%Y-%m}" == m} for m in year.months}
    found = [month for month, people in who.items() if 0 < len(people) < 5]
    others = sorted((len(people), month) for month, people in who.items() if len(people) >= 5)
    while found and (len(found) < 2 or len(set().union(*(who[month] for month in found))) < 5):
        found.append(others.pop(0)[1])
    return found


def _rest(year: Year) -> Figures:
    books, visits = year.books, year.visits()
    moves = [move for move in books.moves if year.within(move.day)]
    sold = [(charge, sign) for _, charge, sign in year.signed() if charge.ahead]
    used, expired = ([m for m in moves if m.kind == kind] for kind in ("used", "expired"))
    count = sum(sign for _, sign in sold)
    ever = 10 * len(year.carnets())
    gone = sum(move.days for move in books.moves if move.day <= year.last)
    carnets = {
        "sold": {"carnets": count, "days": 10 * count, "worth": sum(sign * c.ahead for c, sign in sold)},
        "used": {"carnets": None, "days": sum(m.days for m in used), "worth": sum(m.cents for m in used)},
        "expired": {"carnets": None, "days": sum(m.days for m in expired), "worth": sum(m.cents for m in expired)},
        "left": {"carnets": None, "days": ever - gone, "worth": _single(year)["money"]["prepaid"]},
    }
    zones = Counter("free-corner" if v.right == "free-zone" else "comfort" for v in visits)
    plans = Counter(books.plans[v.who] for v in visits)
    category = {who: what for day, who, what in sorted(books.declared, key=lambda d: d[0]) if day <= year.last}
    people: Counter[str] = Counter(category.get(who, "none") for who in {v.who for v in visits})
    days = Counter(category.get(v.who, "none") for v in visits)
    hidden = {name for name, number in people.items() if number < 5}
    if len(hidden) == 1:
        hidden.add(min((number, name) for name, number in people.items() if number >= 5)[1])
    return {
        "carnets": carnets,
        "zones": {c: {"visits": zones[c], "share": thousandths(zones[c], len(visits))} for c in zones},
        "plans": {c: {"visits": plans[c], "share": thousandths(plans[c], len(visits))} for c in plans},
        "categories": {
            name: {
                "people": "hidden" if name in hidden else people[name],
                "days": "hidden" if name in hidden else days[name],
            }
            for name in people
        },
    }
