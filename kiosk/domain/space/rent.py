"""Works out whether a month covers the place's cost: income against rent and charges, its likely end, and what is
missing, in numbers of products.

Income is what was charged (`counted` of `kiosk.store.books.month_sums`), paid or not: what is missing is visitors, not
payments.
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from msgspec import Struct

from kiosk.domain.checkin import choices
from kiosk.domain.money import vat
from kiosk.domain.money.tariffs import FULL, Policy, ProductKind
from kiosk.domain.periods import Unit

WEEKS = 8  # as many past weeks make a forecast
FEWEST_WEEKS = 3  # with fewer past weeks, there is no forecast
_WEEK = timedelta(days=7)


class BreakEven(Struct, frozen=True):
    """Rent and charges against a month's income. `month_cents` is what one permanent pays a month, `day_cents` a day at
    the full price, both without tax like the income; None where there is no such price.
    """

    cost_cents: int
    income_cents: int
    month_cents: int | None = None
    day_cents: int | None = None

    @property
    def missing_cents(self) -> int:
        """Return what the month lacks, in cents; less than the price of a day counts as nothing."""
        missing = self.cost_cents - self.income_cents
        return missing if missing >= max(1, self.day_cents or 0) else 0

    @property
    def over_cents(self) -> int:
        """Return what the month brings beyond its cost, in cents."""
        return max(0, self.income_cents - self.cost_cents)

    @property
    def months_needed(self) -> int | None:
        """Return how many permanents would cover the cost without any other income; None without a monthly price."""
        return _ceil(self.cost_cents, self.month_cents)

    @property
    def days_needed(self) -> int | None:
        """Return how many days would cover the cost without any other income; None without a price of a day."""
        return _ceil(self.cost_cents, self.day_cents)

    @property
    def months_missing(self) -> int | None:
        """Return how many more permanents would cover the month."""
        return _ceil(self.missing_cents, self.month_cents)

    @property
    def days_missing(self) -> int | None:
        """Return how many more days would cover the month."""
        return _ceil(self.missing_cents, self.day_cents)


def break_even(policy: Policy, income_cents: int) -> BreakEven:
    """Return the state of a month with this income under these rules."""
    month, day = month_product(policy), day_product(policy)
    return BreakEven(
        policy.rent_cents + policy.charges_cents,
        income_cents,
        None if month is None else net_price(policy, month),
        None if day is None else net_price(policy, day),
    )


def net_price(policy: Policy, product: str) -> int:
    """Return a product's full price without tax, in cents."""
    return vat.split(policy.prices[product, FULL].cents, policy.vat(product))[0]


def month_product(policy: Policy) -> str | None:
    """Return the product that a permanent pays: the first one sold by the month that has a price; None without one."""
    by_month = (
        product.code
        for product in sorted(policy.products.values(), key=lambda product: product.id)
        if product.kind is ProductKind.SUBSCRIPTION and product.unit is Unit.MONTH
    )
    return next((code for code in by_month if _costs(policy, code)), None)


def day_product(policy: Policy) -> str | None:
    """Return the product of a day in the first zone that costs; None without one."""
    zone = choices.costly_zone(policy)
    code = None if zone is None else policy.zones[zone].day_product
    return code if code is not None and _costs(policy, code) else None


class Forecast(Struct, frozen=True):
    """What a month's income may be at its end: as after the leanest, the median and the best of past `weeks` (their
    number).
    """

    low_cents: int
    likely_cents: int
    high_cents: int
    weeks: int


def forecast(
    so_far_cents: int,
    coming_cents: int,
    by_day: Mapping[date, int],
    today: date,
    left: Collection[date],
    begun_on: date | None,
) -> Forecast | None:
    """Return the month's likely income at its end; None while too little is known.

    `by_day` is what past days brought in, without income that comes by itself, which is `coming_cents`. `left` are the
    days still to come on which the space is open; each is worth what the same weekday was worth in each past week.
    Weeks before `begun_on` are not used.
    """
    if begun_on is None:
        return None
    weeks = [week for week in range(1, WEEKS + 1) if today - week * _WEEK >= begun_on]
    if len(weeks) < FEWEST_WEEKS:
        return None
    sums = [sum(by_day.get(_same_weekday(day, today, week), 0) for day in left) for week in weeks]
    sums.sort()  # the lowest, the median and the highest week make the forecast's three figures
    sure = so_far_cents + coming_cents
    return Forecast(sure + sums[0], sure + sums[(len(sums) - 1) // 2], sure + sums[-1], len(weeks))


def _same_weekday(day: date, today: date, week: int) -> date:
    """Return the same weekday in a past week; week 1 is the last one that is over. Today is not over."""
    return day - _WEEK * ((day - today).days // 7 + week)


def _costs(policy: Policy, code: str) -> bool:
    """Tell whether a product has a full price above 0."""
    price = policy.prices.get((code, FULL))
    return price is not None and price.cents > 0


def _ceil(cents: int, each_cents: int | None) -> int | None:
    """Return how many at a price make up an amount, rounded up; None without a price."""
    return None if not each_cents else -(-cents // each_cents)
