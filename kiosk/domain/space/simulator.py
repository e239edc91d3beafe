"""Prices last month's visits and sales again, under the rules of then and under changed ones.

Both sides are computed by `access.charge`, so that their difference comes from the change alone. Who came would have
come all the same: what a price does to people, no simulation knows.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from kiosk.domain.checkin import access
from kiosk.domain.checkin.access import PREPAID, Charge, Part, Prepaid, Right, Standing, VisitToday
from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import FULL, Policy
from kiosk.domain.periods import Unit
from kiosk.domain.problems import Problem

_STANDING_CHARGE = 1  # any entry: nothing is written
_WITHOUT_HALVES = 12


@dataclass(frozen=True, slots=True)
class PastVisit:
    """A day that a member used: what paid for it, and what their file said that day."""

    member: int
    day: date
    arrived_at: datetime | None
    zone: str
    right: Right
    part: Part
    level: str | None
    chosen_cents: int | None
    half_chosen_cents: int | None


@dataclass(frozen=True, slots=True)
class PastSale:
    """Something sold that was no day: a membership, a month, a carnet."""

    member: int
    day: date
    product: str
    level: str
    amount_cents: int


@dataclass(slots=True)
class Line:
    """One product's share: how often it was charged before and after, and for how much."""

    product: str
    times_before: int = 0
    before_cents: int = 0
    times_after: int = 0
    after_cents: int = 0


@dataclass(slots=True)
class Simulated:
    """The result. `members` holds how much more each of them would have paid."""

    lines: dict[str, Line] = field(default_factory=dict)
    members: dict[int, int] = field(default_factory=dict)

    @property
    def before_cents(self) -> int:
        """All of it under the rules of then."""
        return sum(line.before_cents for line in self.lines.values())

    @property
    def after_cents(self) -> int:
        """All of it under the changed rules."""
        return sum(line.after_cents for line in self.lines.values())

    def people(self) -> tuple[int, int, int]:
        """How many would have paid more, less, and the same."""
        more = sum(1 for cents in self.members.values() if cents > 0)
        less = sum(1 for cents in self.members.values() if cents < 0)
        return more, less, len(self.members) - more - less

    def add(self, member: int, before: Charge | None, after: Charge | None) -> None:
        """One visit, on both sides; None where it cost nothing."""
        difference = 0
        if before is not None and before.product is not None:
            line = self._line(before.product)
            line.times_before += 1
            line.before_cents += before.amount_cents
            difference -= before.amount_cents
        if after is not None and after.product is not None:
            line = self._line(after.product)
            line.times_after += 1
            line.after_cents += after.amount_cents
            difference += after.amount_cents
        self.members[member] = self.members.get(member, 0) + difference

    def _line(self, product: str) -> Line:
        return self.lines.setdefault(product, Line(product))


def simulate(
    visits: Iterable[PastVisit],
    sales: Iterable[PastSale],
    before: Callable[[date], Policy],
    change: Callable[[Policy], Policy],
    zone: ZoneInfo,
) -> Simulated:
    """Price visits and sales twice. `before` gives the policy of a day, `change` what it would have been."""
    found = Simulated()
    then, now = _Counter(zone), _Counter(zone)
    for visit in sorted(visits, key=lambda visit: (visit.day, visit.member)):
        old = before(visit.day)
        new = change(old)
        halves = old.half_day_split_hour is not None
        found.add(visit.member, then.charge(visit, old, halves), now.charge(visit, new, halves))
    for sale in sales:
        old = before(sale.day)
        after = _sold_again(sale, old, change(old))
        same = Charge(Right.FULL, amount_cents=sale.amount_cents, product=sale.product)
        found.add(sale.member, same, replace(same, amount_cents=after))
    return found


@dataclass(slots=True)
class _Counter:
    """One side: counts each member's charged days of the month, for the cap."""

    zone: ZoneInfo
    _days: dict[tuple[int, int, int], int] = field(default_factory=dict)

    def charge(self, visit: PastVisit, policy: Policy, twice: bool) -> Charge:
        """What the visit costs. `twice`: halves were sold, so that a whole day means that both were used."""
        key = (visit.member, visit.day.year, visit.day.month)
        standing = _standing(visit, self._days.get(key, 0))
        cost = access.charge(standing, policy, self._moment(visit, policy))
        split = policy.half_day_split_hour
        if twice and split is not None and visit.part is Part.DAY and cost.part is Part.FIRST_HALF:
            today = VisitToday(0, cost.part, cost.amount_cents, _STANDING_CHARGE, None)
            cost = access.charge(replace(standing, today=today), policy, self._at(visit.day, split))
        if cost.amount_cents > 0 or cost.prepaid is not None:
            self._days[key] = self._days.get(key, 0) + 1
        return cost

    def _moment(self, visit: PastVisit, policy: Policy) -> Moment:
        if visit.arrived_at is not None:
            return Moment(visit.arrived_at, visit.arrived_at.astimezone(self.zone), visit.day)
        split = policy.half_day_split_hour
        hour = _WITHOUT_HALVES if split is None else split if visit.part is Part.SECOND_HALF else max(0, split - 1)
        return self._at(visit.day, hour)

    def _at(self, day: date, hour: int) -> Moment:
        local = datetime.combine(day, time(hour), tzinfo=self.zone)
        return Moment(local, local, day)


def _standing(visit: PastVisit, charged_days: int) -> Standing:
    """The member as that day's visit shows them."""
    unit = Unit.DAY if visit.part is Part.DAY else Unit.HALF_DAY  # so a carnet of half days paid for it
    prepaid = (Prepaid(visit.right, 0, 2, 0, unit=unit),) if visit.right in PREPAID else ()
    return Standing(
        member=visit.member,
        number=visit.member,
        name="",
        language=None,
        zone=visit.zone,
        account=0,
        badge_lost_on=None,
        left_on=None,
        member_until=visit.day,
        subscribed=visit.right is Right.SUBSCRIPTION,
        charged_days=charged_days,
        past_due_cents=0,
        prepaid=prepaid,
        level=visit.level,
        chosen_cents=visit.chosen_cents,
        half_chosen_cents=visit.half_chosen_cents,
        today=None,
    )


def _sold_again(sale: PastSale, old: Policy, new: Policy) -> int:
    """What the sale would have cost: as it was where its price stays, else in the same proportion of the price."""
    level = None if sale.level == FULL else sale.level
    try:
        was, _ = old.ask(sale.product, level, None)
        would, _ = new.ask(sale.product, level, None)
    except Problem:
        return sale.amount_cents
    if was == would:
        return sale.amount_cents
    return would if was == 0 else round(sale.amount_cents * would / was)
