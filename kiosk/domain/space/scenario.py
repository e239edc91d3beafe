"""Describes a scenario, all that a place might decide at once: prices, a new plan, the price of each zone, rules that
price or turn away, and how many more or fewer people come.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from kiosk.domain.money.tariffs import Policy, Price, ProductKind, Zone
from kiosk.domain.opening_hours import ALL_DAY, Calendar, Week
from kiosk.domain.problems import Problem

RULES = (
    "month_cap_days",
    "half_day_split_hour",
    "opening_hours",
    "closed_admits_permanents",
    "capacity_legal",
    "guest_cents",
    "rent_cents",
    "charges_cents",
)
"""The rules that a scenario may change: those whose effect can be told from past visits."""

DEAREST_CENTS = 1_000_000  # a higher price is taken for a typing error
LONGEST_NAME = 40  # of a plan
MOST = 1_000  # of one product more, or fewer, in a month
_A_DAY = timedelta(days=1)
_DAYS_OF_A_MONTH = 31


class NewPlan(Struct, frozen=True):
    """A plan that does not exist yet: its price for a month, and how many days it covers (None: all).

    Members whose days in a month would have cost more take it, and pay for days beyond it as before. `of_months`:
    members paying by the month also take it where it costs less.
    """

    name: str
    cents: int
    days: int | None = None
    of_months: bool = False

    def check(self) -> None:
        """Check the plan. Raises Problem `scenario` for impossible values."""
        if not (1 <= len(self.name) <= LONGEST_NAME and self.name.isprintable()):
            raise Problem("scenario", "a plan has a name of 1 to {longest} characters", longest=LONGEST_NAME)
        if not 0 <= self.cents <= DEAREST_CENTS or not 1 <= (1 if self.days is None else self.days) <= _DAYS_OF_A_MONTH:
            raise Problem(
                "scenario",
                "a plan costs 0 to {most_cents} EUR, for 1 to {days} days",
                most_cents=DEAREST_CENTS,
                days=_DAYS_OF_A_MONTH,
            )


class Scenario(Struct, frozen=True):
    """The differences from the rules in force at the time."""

    prices: Mapping[tuple[str, str], int] = field(default_factory=dict)  # cents by product and level
    zones: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)  # products of a day and of a half
    rules: Mapping[str, Any] = field(default_factory=dict)  # values as a policy has them, by name
    more: Mapping[str, int] = field(default_factory=dict)  # how many more (or fewer) of a product are sold in a month
    switches: bool = False  # members for whom the month would have been cheaper pay by the month
    plan: NewPlan | None = None

    @property
    def turns_away(self) -> bool:
        """Tell whether past visits might have been refused under the scenario."""
        return "opening_hours" in self.rules or "capacity_legal" in self.rules

    def applied(self, policy: Policy) -> Policy:
        """Return the rules of a day as this scenario changes them. Raises Problem `policy` or `price`."""
        zones = {
            code: Zone(zone.id, code, *self.zones[code]) if code in self.zones else zone
            for code, zone in policy.zones.items()
        }
        changed = {key: _priced(policy.prices.get(key), cents) for key, cents in self.prices.items()}
        # without the calendar of the old opening hours: the replay makes its own
        return replace(policy, **self.rules, zones=zones, prices={**policy.prices, **changed}, calendar=None)

    def check(self, policy: Policy) -> None:
        """Check the scenario against the rules of a day. Raises Problem `scenario` for unknown names or impossible
        numbers, and what `applied` raises.
        """
        unknown = {code for code, _ in self.prices} | set(self.more)
        unknown |= {code for pair in self.zones.values() for code in pair if code is not None}
        unknown -= set(policy.products)
        unknown |= (set(self.zones) - set(policy.zones)) | (set(self.rules) - set(RULES))
        if unknown:
            raise Problem("scenario", "there is no {given}", given=", ".join(sorted(unknown)))
        if any(not 0 <= cents <= DEAREST_CENTS for cents in self.prices.values()):
            raise Problem("scenario", "a price is 0 to {most_cents} EUR", most_cents=DEAREST_CENTS)
        if any(abs(count) > MOST for count in self.more.values()):
            raise Problem("scenario", "at most {most} more or fewer in a month", most=MOST)
        for pair in self.zones.values():
            if any(code is not None and policy.products[code].kind is not ProductKind.DAY for code in pair):
                raise Problem("scenario", "a zone's day is something that is sold by the day")
            if pair[0] is None and pair[1] is not None:
                raise Problem("scenario", "a zone whose day is free has no half day to pay")
        if self.plan is not None:
            self.plan.check()
        self.applied(policy)  # refuses impossible rules and prices


def _priced(was: Price | None, cents: int) -> Price:
    """Return a price of these cents: one that members choose if the old one was, with its floor, lowered to the new
    price where that is less; else a fixed one.
    """
    floor = None if was is None or was.floor_cents is None else min(was.floor_cents, cents)
    return Price(cents, floor)


def calendar(week: Week | None, day: date) -> Calendar | None:
    """Return the opening hours around one day, if the space had had this week; None if it is never closed then."""
    if week is None:
        return None
    around = (day - _A_DAY, day, day + _A_DAY)
    days_around = {on: week[on.weekday()] for on in around}
    return None if all(hours == ALL_DAY for hours in days_around.values()) else Calendar(days_around)
