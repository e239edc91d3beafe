"""Plays scenarios over past months: each month's visits and sales are read once, and priced under every scenario.

A scenario is a set of other prices and rules to try on the past.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain import days
from kiosk.domain.money.tariffs import Policy
from kiosk.domain.space import simulator
from kiosk.domain.space.past import PastSale, PastVisit
from kiosk.domain.space.scenario import Scenario
from kiosk.domain.space.simulator import Answered, Simulated
from kiosk.errors import RequestError
from kiosk.store.checkin import day_cover
from kiosk.store.kept_sums import Row, Sum, Sums
from kiosk.store.space import past_rows, policies

MOST_MONTHS = 36  # visits are erased after three years
_A_DAY = timedelta(days=1)


@dataclass(slots=True)
class History:
    """The rules in force on each day of a period; every version of them is read once."""

    connection: sa.Connection
    first: date
    last: date
    _begin: list[date] = field(default_factory=list)  # the days on which a version begins, in order
    _policies: dict[date, Policy] = field(default_factory=dict)  # read so far, by day

    def __post_init__(self) -> None:
        self._begin = [self.first, *past_rows.changes(self.connection, self.first, self.last)]

    def __call__(self, day: date) -> Policy:
        """Return the rules in force on a day; their calendar is that of the day on which this version began. A day
        before the period has the rules of its first day.
        """
        policy = self._policies.get(day)
        if policy is None:
            since = self._begin[max(0, bisect_right(self._begin, day) - 1)]
            policy = self._policies.get(since) or policies.read(self.connection, since)
            self._policies[day] = self._policies[since] = policy
        return policy


class Period(Struct, frozen=True):
    """Whole months, the first and the last included."""

    first_on: date
    last_on: date

    @property
    def months(self) -> list[date]:
        """Return the first day of each month."""
        return list(_months(self.first_on, self.last_on))


def period(first: date, last: date, today: date, begun_on: date | None = None) -> Period:
    """Return the whole months from one day's to another's, without months to come, and without those before the first
    entry (`begun_on`), of which the ledger has no income. Raises RequestError `period`.
    """
    begun, over = days.month_of(first)[0], days.month_of(min(last, today))[1]
    if begun_on is not None and days.month_of(begun_on)[0] <= over:
        begun = max(begun, days.month_of(begun_on)[0])
    span = Period(begun, over)
    if begun > over or begun > today or not 1 <= len(span.months) <= MOST_MONTHS:
        raise RequestError(
            "period", "a period of the past has 1 to {most} months, first and last in order", most=MOST_MONTHS
        )
    return span


class Covers(Struct, frozen=True):
    """What covers a day of a member beside its price, by member number and day: the cost of rooms in cents, and a seat
    at an event.
    """

    rooms: Mapping[tuple[int, date], int]
    seated: Collection[tuple[int, date]]


def covers(connection: sa.Connection, first: date, last: date) -> Covers:
    """Return the covers of a span of days, the first and the last included."""
    return Covers(day_cover.rooms_by_day(connection, first, last), day_cover.events_by_day(connection, first, last))


def past_visits(connection: sa.Connection, first: date, last: date, known: Covers | None = None) -> Iterator[PastVisit]:
    """Yield the kept visits of a span of days, each with what covered it. `known` holds covers read before, which must
    include these days.
    """
    by = covers(connection, first, last) if known is None else known
    for visit in past_rows.visits(connection, first, last):
        key = visit.member, visit.day
        if not visit.is_guest and (key in by.rooms or key in by.seated):
            yield replace(visit, rooms_cents=by.rooms.get(key, 0), has_event=key in by.seated)
        else:
            yield visit


@dataclass(slots=True)
class Past:
    """Past months, each read once and then played under any scenario."""

    connection: sa.Connection
    history: History
    zone: ZoneInfo
    _read: dict[date, tuple[list[Answered], list[PastSale]]] = field(default_factory=dict)
    _covers: Covers | None = None  # of the history's whole period

    def play(self, scenario: Scenario, first: date) -> Simulated:
        """Return what a scenario would have made of the month that begins on `first`. Raises Problem `scenario`,
        `policy` or `price`.
        """
        visits, sales = self._month(first)
        outcome = simulator.play(visits, sales, self.history, scenario, self.zone, first)
        outcome.forget_days()  # the month's sums stay
        return outcome

    def _month(self, first: date) -> tuple[list[Answered], list[PastSale]]:
        """Return a month's visits with what they cost, and its sales; each month is read once."""
        month = self._read.get(first)
        if month is None:
            _, last = days.month_of(first)
            if self._covers is None:
                self._covers = covers(self.connection, self.history.first, days.month_of(self.history.last)[1])
            visits = past_visits(self.connection, first, last, self._covers)
            answered = simulator.answered(visits, self.history, self.zone)
            month = self._read[first] = answered, list(past_rows.sales(self.connection, first, last))
        return month


def play(sums: Sums, period: Period, scenarios: Sequence[Scenario], zone: ZoneInfo) -> list[Simulated]:
    """Return what each scenario would have made of a period. Raises Problem `scenario`, `policy` or `price`.

    `sums` stores the outcome of months that are over; the current month is played each time.
    """
    history = History(sums.connection, period.first_on, period.last_on)
    past, rules = Past(sums.connection, history, zone), past_rows.version(sums.connection)
    return [simulator.together(_played(sums, period, each, past, rules)) for each in scenarios]


def _played(sums: Sums, period: Period, scenario: Scenario, past: Past, rules: str) -> Iterator[Simulated]:
    """Yield the months of a scenario in order: those that are over come from the stored sums, or are played and stored;
    the current month is played each time.
    """

    def read(_: sa.Connection, first: date, last: date) -> list[Row]:
        """Return each month of a span with its outcome under the scenario."""
        return [(f"{month}", past.play(scenario, month)) for month in _months(first, last)]

    over, _ = days.month_of(sums.today)
    of_past = Sum(repr((scenario, rules)), read)  # stored under the scenario and the version of the rules
    for _, month in sums.rows(of_past, period.first_on, min(period.last_on, over - _A_DAY)):
        yield month
    for _, month in read(sums.connection, max(period.first_on, over), period.last_on):
        yield month


def _months(first: date, last: date) -> Iterator[date]:
    """Yield the first day of each month of a span."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + timedelta(days=31)).replace(day=1)
