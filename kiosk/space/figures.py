"""Counts the space's figures as charts: numbers with names, which pages draw, describe and offer as files.

Charts have codes and numbers only; the desk has the words for them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import Policy
from kiosk.store.books import month_sums
from kiosk.store.kept_sums import Sums
from kiosk.store.space import figure_rows

LONGEST_BY_DAY = 92  # days: a longer period than a quarter is drawn by month
HOURS_KEPT = timedelta(days=90)  # after that, times of arrival are erased


class Unit(StrEnum):
    """What the numbers of a chart count."""

    DAYS = "days"
    PEOPLE = "people"
    CENTS = "cents"


class Code(StrEnum):
    """The charts that can be drawn."""

    VISITS = "visits"
    HOURS = "hours"
    MONEY = "money"
    COMERS = "comers"


class Chart(Struct, frozen=True):
    """Columns of stacked values. `labels` are days, months (`2026-11`) or hours; `series` are names with their value
    per column; `line` is a value to compare with, None without one.

    A chart of hours has a series for each day of the week, and is drawn as a map.
    """

    code: Code
    unit: Unit
    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[int, ...]], ...]
    line: int | None = None
    before: tuple[int, ...] = ()  # the total of each column a year earlier; empty where there was nothing

    @property
    def has_any(self) -> bool:
        """Return whether there is anything to draw."""
        return any(self.totals) or any(self.before)

    @property
    def totals(self) -> tuple[int, ...]:
        """Return the total of each column."""
        return tuple(map(sum, zip(*(values for _, values in self.series), strict=True)))


def draw(past: Sums, code: Code, from_on: date, until_on: date, policy: Policy, moment: Moment) -> Chart:
    """Return a chart of a period, both days included, up to today. The chart of hours has no such period: it is of the
    last `HOURS_KEPT`.
    """
    until_on = min(until_on, moment.day)
    if code is Code.VISITS:
        return _since_data(_visits(past, from_on, until_on))
    if code is Code.HOURS:
        return _hours(past.connection, moment, policy)
    if code is Code.MONEY:
        return _since_data(_money(past, from_on, until_on, policy))
    months = tuple(_months(from_on, until_on))  # a chart of comers: new and returning people by month
    comers = figure_rows.comers(past, _before(from_on), until_on)
    by_month = {month: (new, again) for month, new, again in comers}
    new, again = (tuple(by_month.get(month, (0, 0))[place] for month in months) for place in (0, 1))
    before = tuple(sum(by_month.get(_year_ago(month), (0, 0))) for month in months)
    return _since_data(Chart(code, Unit.PEOPLE, months, (("new", new), ("returning", again)), before=before))


def _since_data(chart: Chart) -> Chart:
    """Return the chart from its first column on that has a value, its own or that of a year before: the time before the
    first data is not drawn as zeros. A chart without any value stays whole.
    """
    before = chart.before if any(chart.before) else ()
    there = [total or (before and before[place]) for place, total in enumerate(chart.totals)]
    begins = next((place for place, each in enumerate(there) if each), 0)
    series = tuple((name, values[begins:]) for name, values in chart.series)
    return replace(chart, labels=chart.labels[begins:], series=series, before=before[begins:])


def _before(from_on: date) -> date:
    """Return the first day to read for a chart from `from_on` on with the year before: the first of a month, a year and
    a day earlier.
    """
    return (from_on - timedelta(days=366)).replace(day=1)


def _year_ago(label: str) -> str:
    """Return the label of the column a year earlier: the same month, or the same weekday 52 weeks before."""
    if len(label) == len("2026-11"):
        return f"{int(label[:4]) - 1}{label[4:]}"
    return (date.fromisoformat(label) - timedelta(days=364)).isoformat()


def _visits(past: Sums, from_on: date, until_on: date) -> Chart:
    """Return the chart of days at the space, by day or month: members with plans and others."""
    by_month = (until_on - from_on).days > LONGEST_BY_DAY
    labels = tuple((_months if by_month else _days)(from_on, until_on))
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])  # days without and with a plan, by column
    for day, (count, plans) in figure_rows.by_day(past, _before(from_on), until_on).items():
        column = sums[day.isoformat()[:7] if by_month else day.isoformat()]
        column[0] += count - plans
        column[1] += plans
    series = tuple(
        (name, tuple(sums[label][place] for label in labels)) for place, name in ((1, "permanents"), (0, "itinerants"))
    )
    return Chart(Code.VISITS, Unit.DAYS, labels, series, before=tuple(sum(sums[_year_ago(each)]) for each in labels))


def _hours(connection: sa.Connection, moment: Moment, policy: Policy) -> Chart:
    """Return the chart of the arrivals whose hours are still kept, by weekday (0: Monday) and local hour."""
    counts: dict[tuple[int, int], int] = defaultdict(int)
    since = datetime.combine(moment.day, datetime.min.time(), UTC) - HOURS_KEPT
    for at, count in figure_rows.arrivals(connection, since):
        local = at.astimezone(moment.local.tzinfo)
        counts[local.weekday(), local.hour] += count
    hours = _shown_hours(counts, policy)
    series = tuple((str(day), tuple(counts[day, hour] for hour in hours)) for day in range(7))
    return Chart(Code.HOURS, Unit.DAYS, tuple(map(str, hours)), series)


def _shown_hours(counts: Mapping[tuple[int, int], int], policy: Policy) -> range:
    """Return the hours of a day to draw: from opening to closing, and beyond where more than one arrival in fifty
    falls. Where the space is open at all hours, arrivals alone decide.
    """
    few = sum(counts.values()) // 50  # an hour with no more arrivals than this is drawn only where the space is open
    by_hour: dict[int, int] = defaultdict(int)
    for (_, hour), count in counts.items():
        by_hour[hour] += count
    spans = [] if policy.calendar is None else [each for day in policy.calendar.days.values() for each in day]
    # A day open around the clock tells no hours to draw.
    ends = [minute for each in spans if each.until - each.since < 24 * 60 for minute in (each.since, each.until - 1)]
    opened = [minute // 60 for minute in ends]
    used = opened + [hour for hour, count in by_hour.items() if count > few] or [8, 18]  # without either, a usual day
    return range(max(0, min(used)), min(23, max(used)) + 1)


def _money(past: Sums, from_on: date, until_on: date, policy: Policy) -> Chart:
    """Return the chart of charged sums in cents by month and product, the largest product first, with the rent as a
    line, if one is set. Without charges it has one series of zeros, so that its months are there.
    """
    months = tuple(_months(from_on, until_on))
    sums: dict[str, dict[str, int]] = defaultdict(dict)
    earlier: dict[str, int] = defaultdict(int)
    for month, product, cents in month_sums.charged_by_month(past, _before(from_on), until_on):
        earlier[month] += cents
        if month in months:
            sums[product][month] = cents
    by_weight = sorted(sums, key=lambda product: -sum(sums[product].values()))
    series = tuple((product, tuple(sums[product].get(month, 0) for month in months)) for product in by_weight)
    return Chart(
        Code.MONEY,
        Unit.CENTS,
        months,
        series or (("", (0,) * len(months)),),
        line=policy.rent_cents or None,
        before=tuple(earlier[_year_ago(month)] for month in months),
    )


def _days(from_on: date, until_on: date) -> Iterator[str]:
    """Yield each day of a span in ISO format."""
    for offset in range((until_on - from_on).days + 1):
        yield (from_on + timedelta(days=offset)).isoformat()


def _months(from_on: date, until_on: date) -> Iterator[str]:
    """Yield the months of a span, those of both days included, as 2026-11."""
    month = from_on.replace(day=1)
    while month <= until_on:
        yield month.isoformat()[:7]
        month = (month + timedelta(days=31)).replace(day=1)  # 31 days after a first lie in the next month
