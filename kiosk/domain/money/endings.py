"""Works out the ways to end a plan and what each costs: at the end of what is paid; today with days credited; or today
without credit. Also what a pause gives back.

Days are credited from today on, or from tomorrow if the member came in today; the days kept are charged as a share of
their period, rounded like all shares.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.money import renewals
from kiosk.domain.money.renewals import Pause, Period, Terms

_A_DAY = timedelta(days=1)


class Way(StrEnum):
    """How a plan is ended, the default first."""

    PAID = "paid"  # at the end of what is paid
    CREDIT = "credit"  # today; the remaining days are credited
    NOW = "now"  # today, without credit


class PaidPeriod(Struct, frozen=True):
    """A charged period: its dates, the price of a whole period, what was charged, and the entry."""

    part: Period
    unit_cents: int
    cents: int
    entry: int


class Ending(Struct, frozen=True):
    """One way to end a plan: its last day, and what is credited: `days` out of `of_days`, in cents."""

    way: Way
    last_on: date
    days: int = 0
    of_days: int = 0
    cents: int = 0


def endings(terms: Terms, paid: Sequence[PaidPeriod], today: date, entered_on: date | None) -> tuple[Ending, ...]:
    """Return the ways to end a plan today, the default first. `entered_on` is the day on which its
    member last came in: a plan ended now lasts until then, or until yesterday, and has one day at least.
    """
    last_on = max(terms.from_on, today - _A_DAY if entered_on is None else max(entered_on, today - _A_DAY))
    now = Ending(Way.NOW, last_on)
    coming = [period for period in paid if period.part.last_on >= today]  # paid, and not over yet
    if not coming:
        return (now,)
    at_end = Ending(Way.PAID, max(period.part.last_on for period in coming))
    credit = replace(given_back(coming, replace(terms, until_on=last_on)), last_on=last_on)
    return (at_end, credit, now) if credit.cents else (at_end, now)


def given_back(paid: Sequence[PaidPeriod], terms: Terms) -> Ending:
    """Return what is credited of paid periods if the plan covers fewer days, as in these terms: for each, what was
    charged beyond the share of the days still covered. Its last day is for the caller to set.
    """
    days = of_days = cents = 0
    for period in paid:
        kept = renewals.charged_days(terms, True, period.part)  # True: by the day, even if the rules have no pro rata
        back = period.cents - renewals.share(period.unit_cents, kept, period.part.of_days)
        if back > 0:
            days, of_days, cents = days + period.part.days - kept, of_days + period.part.of_days, cents + back
    return Ending(Way.CREDIT, date.min, days, of_days, cents)


def paused(terms: Terms, from_on: date, until_on: date | None) -> Terms:
    """Return the terms with another pause."""
    return replace(terms, pauses=(*terms.pauses, Pause(from_on, until_on)))
