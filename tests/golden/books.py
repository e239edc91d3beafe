"""The diary kept as books by other means than the program's: lists, a price table looked up by day, VAT by decimals.

Nothing of the program is imported. What a line of the diary means is written down here, once.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from tests.golden import diary
from tests.golden.diary import Event

ONE = Decimal(1)


def half_up(value: Decimal) -> int:
    return int(value.quantize(ONE, ROUND_HALF_UP))


def price(product: str, level: str, day: date) -> int:
    rows = diary.PRICES.get((product, level)) or diary.PRICES[product, "full"]
    return next(cents for since, cents in sorted(rows.items(), reverse=True) if since <= day)


def tax_in(product: str, cents: int, day: date) -> int:
    """The VAT in a price: 20 parts of 120 of it."""
    if day < diary.VAT_FROM or product not in diary.TAXED:
        return 0
    return half_up(Decimal(cents) * diary.VAT_PERCENT / (100 + diary.VAT_PERCENT))


def a_year_less_a_day(day: date) -> date:
    return day.replace(year=day.year + 1) - timedelta(days=1)


def september_of(day: date) -> date:
    """The first day of the fiscal year, September to August, that a day belongs to."""
    return date(day.year if day.month >= 9 else day.year - 1, 9, 1)


@dataclass
class Charge:
    """Something sold or a day charged, and the day on which it was taken back."""

    who: str
    day: date
    product: str
    gross: int
    tax: int
    ahead: int = 0  # of a carnet: what its ten days are worth
    period: tuple[date, date] | None = None  # of a week
    back_on: date | None = None


@dataclass
class Carnet:
    charge: Charge
    worth: int
    expires_on: date
    left: int = 10


@dataclass
class Move:
    """A carnet's days that became income: used (less than none for a use undone), or expired."""

    day: date
    kind: str
    product: str
    days: int
    cents: int


@dataclass
class Visit:
    who: str
    day: date
    right: str
    undone: bool = False
    charge: Charge | None = None
    carnet: Carnet | None = None


@dataclass
class Paid:
    who: str
    day: date
    method: str
    cents: int


@dataclass
class Books:
    """All that the diary says, as lists."""

    joined: dict[str, date] = field(default_factory=dict)
    left: dict[str, date] = field(default_factory=dict)
    plans: dict[str, str] = field(default_factory=dict)
    memberships: list[tuple[str, date, date]] = field(default_factory=list)
    grants: list[tuple[str, date, date]] = field(default_factory=list)
    declared: list[tuple[date, str, str]] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    carnets: dict[str, list[Carnet]] = field(default_factory=dict)
    weeks: list[Charge] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    paid: list[Paid] = field(default_factory=list)
    owed: list[tuple[str, date, int]] = field(default_factory=list)  # every change of a tab
    gifts: list[tuple[date, int]] = field(default_factory=list)
    deposits: list[tuple[date, int]] = field(default_factory=list)
    given_up: list[tuple[date, int]] = field(default_factory=list)
    counts: list[tuple[date, int, int]] = field(default_factory=list)  # day, 1 or -1 for one taken back, difference

    def read(self) -> "Books":
        for day, events in diary.days():
            self._morning(day)
            for event in events:
                getattr(self, event.kind.replace("-", "_"))(day, event)
        return self

    def _morning(self, day: date) -> None:
        """Months of permanents from the second on, then carnets that expired yesterday."""
        for who, since in list(self.joined.items()):
            if self.plans[who] == "permanent" and day.day == since.day and day > since:
                self._charge(who, day, "permanent")
        for mine in self.carnets.values():
            for carnet in mine:
                if carnet.left and carnet.expires_on < day and carnet.charge.back_on is None:
                    self.moves.append(Move(day, "expired", "carnet-10", carnet.left, carnet.left * carnet.worth))
                    carnet.left = 0

    def _charge(self, who: str, day: date, product: str, level: str = "full") -> Charge:
        cents = price(product, level, day)
        charge = Charge(who, day, product, cents, tax_in(product, cents, day))
        self.charges.append(charge)
        self.owed.append((who, day, cents))
        return charge

    def _take_back(self, charge: Charge, day: date) -> None:
        assert charge.back_on is None
        charge.back_on = day
        self.owed.append((charge.who, day, -charge.gross))

    def level(self, who: str, day: date) -> str:
        return "reduced" if any(w == who and a <= day <= b for w, a, b in self.grants) else "full"

    def balance(self, who: str, day: date = date.max) -> int:
        return sum(cents for w, on, cents in self.owed if w == who and on <= day)

    # What each line of the diary means.

    def join(self, day: date, event: Event) -> None:
        self.joined[event.who], self.plans[event.who] = day, event.what
        self.sell(day, Event("sell", event.who, "membership"))
        if event.what == "permanent":
            self._charge(event.who, day, "permanent")

    def declare(self, day: date, event: Event) -> None:
        self.declared.append((day, event.who, event.what))

    def grant(self, day: date, event: Event) -> None:
        assert event.until is not None
        self.grants.append((event.who, day, event.until))

    def sell(self, day: date, event: Event) -> None:
        who, product = event.who, event.what
        level = self.level(who, day) if (product, "reduced") in diary.PRICES else "full"
        charge = self._charge(who, day, product, level)
        if product == "membership":
            last = max((until for w, _, until in self.memberships if w == who), default=day - timedelta(days=1))
            start = max(day, last + timedelta(days=1))
            self.memberships.append((who, start, a_year_less_a_day(start)))
        elif product == "week":
            charge.period = (day, day + timedelta(days=6))
            self.weeks.append(charge)
        else:
            worth = (charge.gross - charge.tax) // 10
            charge.ahead = 10 * worth
            expires_on = day + timedelta(days=diary.CARNET_VALID_DAYS)
            self.carnets.setdefault(who, []).append(Carnet(charge, worth, expires_on))

    def take_back_sale(self, day: date, event: Event) -> None:
        charge = [c for c in self.charges if (c.who, c.product) == (event.who, event.what)][-1]
        self._take_back(charge, day)

    def visit(self, day: date, event: Event) -> None:
        who, visit = event.who, Visit(event.who, day, "")
        month = [
            v
            for v in self.visits
            if v.who == who and not v.undone and (v.day.year, v.day.month) == (day.year, day.month)
        ]
        counted = sum(v.charge is not None or v.carnet is not None for v in month if v.day < day)
        usable = [c for c in self.carnets.get(who, []) if c.left and c.expires_on >= day and c.charge.back_on is None]
        in_a_week = any(
            w.who == who and w.period and w.period[0] <= day <= w.period[1] and w.back_on is None for w in self.weeks
        )
        if self.plans[who] == "free":
            visit.right = "free-zone"
        elif self.plans[who] == "permanent" or in_a_week:
            visit.right = "subscription"
        elif counted >= diary.CAP:
            visit.right = "cap"
        elif usable:
            visit.right, visit.carnet = "carnet", min(usable, key=lambda c: c.expires_on)
            visit.carnet.left -= 1
            self.moves.append(Move(day, "used", "day", 1, visit.carnet.worth))
        else:
            visit.right = self.level(who, day)
            visit.charge = self._charge(who, day, "day", visit.right)
        self.visits.append(visit)

    def undo(self, day: date, event: Event) -> None:
        visit = next(v for v in self.visits if (v.who, v.day) == (event.who, day))
        visit.undone = True
        if visit.charge is not None:
            self._take_back(visit.charge, day)
        if visit.carnet is not None:
            visit.carnet.left += 1
            self.moves.append(Move(day, "used", "day", -1, -visit.carnet.worth))

    def take_back_day(self, day: date, event: Event) -> None:
        mine = [v for v in self.visits if v.who == event.who and v.charge is not None and not v.undone]
        assert mine[-1].charge is not None
        self._take_back(mine[-1].charge, day)

    def pay(self, day: date, event: Event) -> None:
        self.paid.append(Paid(event.who, day, event.what, event.cents))
        self.owed.append((event.who, day, -event.cents))

    def pay_all(self, day: date, event: Event) -> None:
        owed = self.balance(event.who)
        if owed > 0:
            self.pay(day, Event("pay", event.who, event.what, owed))

    def bounce(self, day: date, event: Event) -> None:
        last = [paid for paid in self.paid if paid.who == event.who][-1]
        self.pay(day, Event("pay", event.who, last.method, -last.cents))

    def refund(self, day: date, event: Event) -> None:
        self.pay(day, Event("pay", event.who, event.what, -event.cents))

    def deposit(self, day: date, event: Event) -> None:
        """The one there is is paid with the tab of its month."""
        self.deposits.append((day, event.cents))
        self.owed.append((event.who, day, event.cents))

    def gift(self, day: date, event: Event) -> None:
        """Given and paid at once."""
        self.gifts.append((day, event.cents))
        self.owed.append((event.who, day, event.cents))
        self.pay(day, event)

    def take_back_gift(self, day: date, event: Event) -> None:
        self.gift(day, Event("gift", event.who, event.what, -event.cents))

    def vote(self, _day: date, _event: Event) -> None:
        """What of a year's result goes where is no figure of the report."""

    def write_off(self, day: date, event: Event) -> None:
        owed = self.balance(event.who)
        self.owed.append((event.who, day, -owed))
        self.given_up.append((day, owed))

    def leave(self, day: date, event: Event) -> None:
        self.left[event.who] = day

    def count(self, day: date, event: Event) -> None:
        self.counts.append((day, 1, event.cents))

    def take_back_count(self, day: date, _event: Event) -> None:
        self.counts.append((day, -1, self.counts[-1][2]))
