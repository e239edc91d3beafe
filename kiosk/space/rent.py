"""Gathers a month's income against what the place costs, and where the month may end."""

from datetime import date, timedelta

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain import days
from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import Policy, ProductKind
from kiosk.domain.space import rent
from kiosk.domain.space.rent import BreakEven, Forecast
from kiosk.store.space import rent_rows


class Sold(Struct, frozen=True):
    """One product's share of the month: how many, and for how much."""

    product: str
    times: int
    cents: int


class RentMonth(Struct, frozen=True):
    """A month so far. `coming_cents` are the months of running subscriptions that it will still charge by itself."""

    first_on: date
    last_on: date
    until_on: date
    sold: tuple[Sold, ...]
    rent_cents: int
    charges_cents: int
    coming_cents: int
    break_even: BreakEven
    forecast: Forecast | None

    @property
    def cost_cents(self) -> int:
        """Rent and charges."""
        return self.rent_cents + self.charges_cents

    @property
    def is_over(self) -> bool:
        """Whether no day of the month is left."""
        return self.until_on == self.last_on


def month(connection: sa.Connection, policy: Policy, moment: Moment, coming_cents: int = 0) -> RentMonth:
    """The month that it is, under the rules in force."""
    first, last = days.month_of(moment.day)
    sold = tuple(Sold(*row) for row in rent_rows.by_product(connection, first, moment.day))
    income = sum(each.cents for each in sold)
    return RentMonth(
        first_on=first,
        last_on=last,
        until_on=moment.day,
        sold=sold,
        rent_cents=policy.rent_cents,
        charges_cents=policy.charges_cents,
        coming_cents=coming_cents,
        break_even=rent.break_even(policy, income),
        forecast=_forecast(connection, policy, moment.day, last, income, coming_cents),
    )


def _forecast(
    connection: sa.Connection, policy: Policy, today: date, last: date, income: int, coming: int
) -> Forecast | None:
    """Subscriptions are known from their terms, so that past weeks say nothing of them."""
    monthly = [each.code for each in policy.products.values() if each.kind is ProductKind.SUBSCRIPTION]
    since = today - timedelta(weeks=rent.WEEKS + 1)
    by_day = rent_rows.by_day(connection, since, today, monthly)
    ahead = [today + timedelta(days=number) for number in range(1, (last - today).days + 1)]
    shut = set() if policy.calendar is None else {on for on, hours in policy.calendar.days.items() if not hours}
    left = [day for day in ahead if day not in shut]
    return rent.forecast(income, coming, by_day, today, left, rent_rows.begun_on(connection))
