"""Plays scenarios over a period of the past: reads its visits and sales once, and prices them under each."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain import days
from kiosk.domain.money.tariffs import Policy
from kiosk.domain.space import simulator
from kiosk.domain.space.past import PastSale
from kiosk.domain.space.scenario import Scenario
from kiosk.domain.space.simulator import Answered, Simulated
from kiosk.errors import RequestError
from kiosk.store.space import past_rows, policies

MOST_MONTHS = 36  # days are forgotten after three years


@dataclass(slots=True)
class History:
    """The rules of each day of a period, each version of them read once."""

    connection: sa.Connection
    first: date
    last: date
    _begin: list[date] = field(default_factory=list)
    _policies: dict[date, Policy] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._begin = [self.first, *past_rows.changes(self.connection, self.first, self.last)]

    def __call__(self, day: date) -> Policy:
        """The rules in force on a day; its calendar is that of the day on which they began."""
        found = self._policies.get(day)
        if found is None:
            since = self._begin[max(0, bisect_right(self._begin, day) - 1)]
            found = self._policies.get(since) or policies.read(self.connection, since)
            self._policies[day] = self._policies[since] = found
        return found


class Period(Struct, frozen=True):
    """Whole months, both included."""

    first_on: date
    last_on: date

    @property
    def months(self) -> list[date]:
        """The first day of each."""
        return list(_months(self.first_on, self.last_on))


def period(first: date, last: date, today: date) -> Period:
    """The whole months from that of a day to that of another, none of them to come. Raises RequestError `period`."""
    begun, over = days.month_of(first)[0], days.month_of(min(last, today))[1]
    found = Period(begun, over)
    if begun > over or begun > today or not 1 <= len(found.months) <= MOST_MONTHS:
        raise RequestError("period", f"a period of the past has 1 to {MOST_MONTHS} months, first and last in order")
    return found


@dataclass(slots=True)
class Past:
    """A period's visits and sales, and the rules that were."""

    wanted: Period
    history: History
    visits: Sequence[Answered]
    sales: list[PastSale]
    zone: ZoneInfo

    def play(self, scenario: Scenario) -> Simulated:
        """What a scenario would have made of it. Raises Problem `scenario`, `policy` or `price`."""
        return simulator.play(self.visits, self.sales, self.history, scenario, self.zone, self.wanted.months)

    def play_all(self, scenarios: Sequence[Scenario]) -> list[Simulated]:
        """Each of them. Raises Problem `scenario`, `policy` or `price`."""
        return [self.play(each) for each in scenarios]


def read(connection: sa.Connection, wanted: Period, zone: ZoneInfo) -> Past:
    """The past of a period."""
    first, last = wanted.first_on, wanted.last_on
    history, visits = History(connection, first, last), past_rows.visits(connection, first, last)
    answered = simulator.answered(visits, history, zone)
    return Past(wanted, history, answered, list(past_rows.sales(connection, first, last)), zone)


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + timedelta(days=31)).replace(day=1)
