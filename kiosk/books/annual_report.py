"""Puts the annual report together: a fiscal year's figures, beside those of the year before."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain import anonymity
from kiosk.domain.books import fiscal
from kiosk.domain.books.annual import Annual, CategoryCount, Money, agrees, given, income, months_of, written_off
from kiosk.domain.books.closings import Period
from kiosk.domain.books.fiscal import FiscalYear
from kiosk.domain.books.posting import Book
from kiosk.domain.days import Moment
from kiosk.domain.hosting import volunteering
from kiosk.domain.hosting.volunteering import Volunteering
from kiosk.errors import AnswerIsNo
from kiosk.language.names import Names
from kiosk.store import name_rows
from kiosk.store.books import annual_people, annual_sums, closing_rows, month_sums
from kiosk.store.books.month_sums import EarnedPart, Folded
from kiosk.store.hosting import rota_rows
from kiosk.store.kept_sums import Sums
from kiosk.store.members import assembly
from kiosk.store.space import book_rules, policies
from kiosk.store.space.policies import Rules


def years(connection: sa.Connection, today: date) -> list[FiscalYear]:
    """Return the fiscal years from the first entry or visit until today's, the newest first; an empty list without any
    entry or visit.
    """
    start, rules_on = annual_sums.first_day(connection), book_rules.history(connection)
    fiscal_years: list[FiscalYear] = []
    day = today
    while start is not None and (not fiscal_years or day >= start):
        fiscal_years.append(fiscal.ruled(day, lambda on: rules_on(on).fiscal_year_month))
        day = fiscal_years[-1].first_on - timedelta(days=1)
    return fiscal_years


def named(connection: sa.Connection, name: str, today: date) -> FiscalYear:
    """Return the fiscal year of this name (`2026` or `2026-2027`); else the newest that begins in this calendar year,
    so that `2026` also finds `2026-2027`. Raises AnswerIsNo `nothing-found`.
    """
    fiscal_years = years(connection, today)
    for name_of in (_name, _first_year):  # a year's own name comes before a calendar year
        for year in fiscal_years:
            if name_of(year) == name:
                return year
    raise AnswerIsNo("nothing-found", f"there is no fiscal year {name} with an entry or a visit")


def _name(year: FiscalYear) -> str:
    """Return a fiscal year's own name."""
    return year.name


def _first_year(year: FiscalYear) -> str:
    """Return the calendar year in which a fiscal year begins, as text."""
    return str(year.first_on.year)


def report(
    connection: sa.Connection,
    rules: Rules,
    year: FiscalYear,
    moment: Moment,
    sums: Sums | None = None,
    known_years: Sequence[FiscalYear] = (),
) -> Annual:
    """Return a year's figures up to today, and those of the year before where it has any.

    `rules` are already read for `moment`, in this transaction. `sums` are the caller's cached sums; without them
    everything is read. `known_years` are what `years` returns, where the caller has it already.
    """
    sums, known_years = sums or Sums(connection, moment.day), known_years or years(connection, moment.day)
    earlier = next((each for each in known_years if each.last_on < year.first_on), None)
    book, start = book_rules.book(connection), annual_sums.first_day(connection)
    parts = month_sums.earned_since(sums, book, (earlier or year).first_on, start)
    read_once = _ReadOnce(book, parts, month_sums.folded(connection), start or sums.today)
    before = None if earlier is None else _annual(sums, rules, earlier, None, read_once)
    return _annual(sums, rules, year, before, read_once)


class _ReadOnce(Struct, frozen=True):
    """What is read once for both years: the accounts by day, the income earned by month (`parts`), what each
    account's payments were for (`folded`), and the day of the first entry or visit, today without any (`start`).
    """

    book: Book
    parts: Sequence[EarnedPart]
    folded: Folded
    start: date


def _annual(sums: Sums, rules: Rules, year: FiscalYear, before: Annual | None, read_once: _ReadOnce) -> Annual:
    """Return one year's figures, up to today; `before` are those of the year before it, None without one. They agree
    with the year's closing, or differ, once there is one.
    """
    connection, first_on, until_on = sums.connection, year.first_on, min(year.last_on, sums.today)
    book = read_once.book
    entries = annual_sums.counted(sums, first_on, until_on)
    deferred = annual_sums.later(sums, first_on, until_on, read_once.start)  # charges for days after their own
    income_sums = income(entries, deferred, first_on, until_on, book)
    methods = annual_sums.by_method(connection, first_on, until_on)
    money = Money(
        methods=methods,
        aside_cents=month_sums.aside(read_once.folded, first_on, until_on),
        earned_cents=month_sums.earned_of(read_once.parts, first_on, until_on),
        rent=_rent(connection, year, read_once.start, until_on),
        tabs=annual_sums.tabs(sums, until_on),
        left=annual_sums.carnets_left(sums, until_on),
        written_off_cents=written_off(entries),
        given_cents=given(entries),
        box=annual_sums.box(connection, first_on, until_on),
    )
    capacity = rules.on(connection, until_on).capacity_notice
    year_closings = closing_rows.between(connection, Period.YEAR, first_on, year.last_on)
    last_closed_day = closing_rows.last(connection, Period.DAY, until_on)
    return Annual(
        year=year,
        until_on=until_on,
        closed_until=None
        if last_closed_day is None or last_closed_day.until_on < first_on
        else last_closed_day.until_on,
        is_closed=bool(year_closings),
        agrees=agrees(income_sums, methods, year_closings[0].detail) if year_closings else None,
        income=income_sums,
        money=money,
        days=annual_people.days(sums, first_on, until_on, capacity),
        people=annual_people.people(connection, first_on, until_on),
        categories=_declared(assembly.by_category(sums, first_on, until_on)),
        names=_names(connection),
        volunteering=_volunteering(connection, first_on, until_on),
        before=before,
    )


def _rent(connection: sa.Connection, year: FiscalYear, start: date, until_on: date) -> dict[str, int]:
    """Return the rent in cents by month (`2026-11`), by the rule of the month's first day. Months to come, and those
    before the one of `start`, are left out.
    """
    firsts = [date.fromisoformat(f"{month}-01") for month in months_of(year)]
    covered = [day for day in firsts if start.replace(day=1) <= day <= until_on]
    rent_on = policies.history(connection, "rent_cents")
    return {day.isoformat()[:7]: rent_on(day) for day in covered}


def _volunteering(connection: sa.Connection, first_on: date, until_on: date) -> Volunteering:
    """Count the shifts of the rota from one day to another, and value each declared hour at the rate that is in force
    on the day of its shift.
    """
    shifts = [each.shift for each in rota_rows.turns(connection, first_on, until_on)]
    days_held = {each.day_on for each in shifts if each.confirmed}
    worth_on = policies.history(connection, "volunteer_hour_cents")
    rates = {day: worth_on(day) for day in days_held}
    return volunteering.count(shifts, until_on, rates)


def _declared(counts: list[tuple[str, int, int]]) -> tuple[CategoryCount, ...]:
    """Return people and days by declared category, sorted by the category's code. Counts so small that they could name
    a person are None, and where one alone would be, a second one, too: it could be computed from the total.
    """
    hidden = anonymity.hidden({code: people for code, people, _ in counts})
    return tuple(
        CategoryCount(code, None, None) if code in hidden else CategoryCount(code, people, days)
        for code, people, days in sorted(counts)
    )


def _names(connection: sa.Connection) -> Mapping[str, Mapping[str, Names]]:
    """Return the names of `products`, `zones` and `plans`, each by their codes."""
    return {
        "products": name_rows.products(connection),
        "zones": name_rows.zones(connection),
        "plans": name_rows.plans(connection),
    }
