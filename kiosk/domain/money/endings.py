"""Says what it costs to end a plan, or to pause it: at the end of what is paid, today with a credit by days, or today.

A credit by days starts after the last day that the plan let its member in; what is kept is charged as a share of its
period, rounded as all shares are.
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
    CREDIT = "credit"  # today, and the days that are left are given back
    NOW = "now"  # today, and nothing is given back


class PaidPeriod(Struct, frozen=True):
    """A period that is charged and stands: its entry, what all of it costs, and what was charged."""

    part: Period
    unit_cents: int
    cents: int
    entry: int


class Ending(Struct, frozen=True):
    """One way: the last day that is covered, and what is given back: so many days of so many, in cents."""

    way: Way
    last_on: date
    days: int = 0
    of_days: int = 0
    cents: int = 0


def endings(terms: Terms, paid: Sequence[PaidPeriod], today: date, entered_on: date | None) -> tuple[Ending, ...]:
    """Return the ways to end a plan today, the default first. `entered_on` is when its member last came in."""
    last_on = max(terms.from_on, today - _A_DAY if entered_on is None else max(entered_on, today - _A_DAY))
    now = Ending(Way.NOW, last_on)
    coming = [each for each in paid if each.part.last_on >= today]
    if not coming:
        return (now,)
    at_end = Ending(Way.PAID, max(each.part.last_on for each in coming))
    credit = replace(given_back(coming, replace(terms, until_on=last_on)), last_on=last_on)
    return (at_end, credit, now) if credit.cents else (at_end, now)


def given_back(paid: Sequence[PaidPeriod], terms: Terms) -> Ending:
    """Return what is given back of paid periods whose plan covers fewer days by these terms."""
    days = of_days = cents = 0
    for each in paid:
        kept = renewals.charged_days(terms, True, each.part)
        back = each.cents - renewals.share(each.unit_cents, kept, each.part.of_days)
        if back > 0:
            days, of_days, cents = days + each.part.days - kept, of_days + each.part.of_days, cents + back
    return Ending(Way.CREDIT, date.min, days, of_days, cents)


def paused(terms: Terms, from_on: date, until_on: date | None) -> Terms:
    """Return the terms with one pause more."""
    return replace(terms, pauses=(*terms.pauses, Pause(from_on, until_on)))
