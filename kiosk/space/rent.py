"""Gathers a month's income against what the place costs, with a forecast of the month's end."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain import days
from kiosk.domain.books.posting import Book
from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import Policy
from kiosk.domain.space import rent
from kiosk.domain.space.rent import BreakEven, Forecast
from kiosk.store.books import month_sums, plan_sums
from kiosk.store.books.month_sums import Basis, Charged, EarnedPart, Received
from kiosk.store.books.plan_sums import RunningPlans
from kiosk.store.space import book_rules, rent_rows


class RentMonth(Struct, frozen=True):
    """One month up to today: money received, charges and what of them is settled, and what is missing to cover the
    costs.

    `counted` is the month's income by product, as the break-even counts it. `coming_cents` is what running plans and
    bookings will still charge in the month.
    """

    first_on: date
    last_on: date
    until_on: date
    received: Received
    charged: Charged
    earned_cents: int  # what belongs to the month up to today, whenever it was charged
    coming_cents: int
    counted: Mapping[str, int]
    rent_cents: int
    charges_cents: int
    break_even: BreakEven
    forecast: Forecast | None

    @property
    def cost_cents(self) -> int:
        """Return rent and charges together, in cents."""
        return self.rent_cents + self.charges_cents

    @property
    def is_over(self) -> bool:
        """Return whether today is the last day of the month."""
        return self.until_on == self.last_on


def month(
    connection: sa.Connection,
    policy: Policy,
    moment: Moment,
    policy_on: Callable[[date], Policy],
    plans_cents: int = 0,
    plans: RunningPlans | None = None,
    book: Book | None = None,
) -> RentMonth:
    """Return the current month's sums under the rules in force. `plans_cents` is what running plans will still charge
    in it; hand `plans` (running plans) and `book` in where they are read already.

    Earned parts are read once, for the month and the weeks before that the forecast looks at.
    """
    first, last = days.month_of(moment.day)
    book, since = book or book_rules.book(connection, policy.products), moment.day - timedelta(weeks=rent.WEEKS + 1)
    parts = month_sums.earned_parts(connection, book, min(first, since), last)
    # `folded`: the accounts with a deposit, a gift or a write-off, read once for what is received and charged.
    bookings, folded = month_sums.booked(connection, first, last), month_sums.folded(connection)
    basis = Basis(parts, bookings, plans or plan_sums.running(connection))
    counted = month_sums.counted(connection, book, policy_on, first, last, basis)
    break_even = rent.break_even(policy, counted.total())
    return RentMonth(
        first_on=first,
        last_on=last,
        until_on=moment.day,
        received=month_sums.received(connection, first, moment.day, folded),
        charged=month_sums.charged(connection, first, moment.day, folded),
        earned_cents=month_sums.earned_of(parts, first, moment.day),
        coming_cents=plans_cents + sum(cents for _, cents in bookings),
        counted={code: cents for code, cents in counted.most_common() if cents},
        rent_cents=policy.rent_cents,
        charges_cents=policy.charges_cents,
        break_even=break_even,
        forecast=_forecast(connection, policy, parts, (since, moment.day, last), break_even.income_cents),
    )


def a_year_before(connection: sa.Connection, book: Book, today: date) -> tuple[int, int]:
    """Return what the same month earned a year before, in cents: up to the same day of the month (or its last, if it is
    shorter), and in all.
    """
    first, last = days.month_of(today.replace(year=today.year - 1, day=1))
    parts = month_sums.earned_parts(connection, book, first, last)
    same_day = first.replace(day=min(today.day, last.day))
    return month_sums.earned_of(parts, first, same_day), month_sums.earned_of(parts, first, last)


def _forecast(
    connection: sa.Connection,
    policy: Policy,
    parts: Sequence[EarnedPart],
    span: tuple[date, date, date],
    counted: int,
) -> Forecast | None:
    """Return the forecast of the month's end, by the days of past weeks. Plans and bookings are in `counted` already,
    so past weeks forecast neither. Days on which the space is shut are not forecast. `span` is the first day of the
    past weeks, today, and the month's last day.
    """
    since, today, last = span
    past = [since + timedelta(days=number) for number in range((today - since).days + 1)]
    by_day = month_sums.by_day(parts, past)
    ahead = [today + timedelta(days=number) for number in range(1, (last - today).days + 1)]
    shut = set() if policy.calendar is None else {on for on, hours in policy.calendar.days.items() if not hours}
    left = [day for day in ahead if day not in shut]
    # 0: what is still to come by itself is in `counted`.
    return rent.forecast(counted, 0, by_day, today, left, rent_rows.begun_on(connection))
