"""Adds up the money of some days, each sum under one name: charged, settled, received, earned, expected.

- charged: charges that stand, tax included, by the day that they are about; no deposits, gifts or opening balances;
- settled: what of these is paid, whenever that was; the rest is unpaid, or written off;
- received: payments less refunds, by their own day; what was for deposits and gifts is aside;
- earned: income without tax, spread over the days that it is for; a fiscal year's is its income accounts without gifts;
- expected: what bookings will still charge; what running plans will is `kiosk.books.due.plan`, which charges it.

Whatever page, export or report has one of these words takes its sum from here.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.books import posting
from kiosk.domain.books.posting import Book, Earned, Fact
from kiosk.domain.money import renewals, vat
from kiosk.domain.money.allocation import NO_SALE, WRITE_OFF
from kiosk.domain.money.tariffs import Policy, ProductKind
from kiosk.domain.periods import Unit
from kiosk.store.accounts import open_rows
from kiosk.store.books import due_rows
from kiosk.store.kept_sums import Row, Sum, Sums
from kiosk.store.money import subscription_rows
from kiosk.store.money.conditions import Conditions
from kiosk.store.tables import OPEN_CENTS, WITH_OPEN, entry, product, subscription
from kiosk.store.tables.desk import due_act
from kiosk.store.tables.rooms import booking

PLAN_MONTHS: Mapping[Unit, int] = {Unit.MONTH: 1, Unit.YEAR: 12}  # of a plan that is counted whole by the month
_by = entry.alias("by")
_TAKEN_BACK = sa.select(_by.c.reverses).where(_by.c.reverses.is_not(None))  # few: asked for once, not for each charge
_PRODUCT = sa.func.coalesce(sa.func.json_extract(entry.c.detail, "$.product"), sa.literal_column("''"))
_QUANTITY = sa.func.coalesce(sa.func.json_extract(entry.c.detail, "$.quantity"), 1)
_CONCERNS = sa.func.json_extract(entry.c.detail, "$.concerns")
_IS_LATE = sa.func.instr(entry.c.detail, '"concerns":') > 0


def _concerning(first: date, last: date) -> sa.ColumnElement[bool]:
    """Charges that are about some days: of these days, and of later ones where theirs were closed by then."""
    about = sa.and_(entry.c.day_on >= first, _IS_LATE, _CONCERNS.between(first.isoformat(), last.isoformat()))
    return sa.and_(
        entry.c.kind == "charge",
        entry.c.number.not_in(_TAKEN_BACK),
        sa.or_(sa.and_(entry.c.day_on.between(first, last), ~_IS_LATE), about),
    )


class SoldProduct(Struct, frozen=True):
    """One product's share of what was charged: how many, and for how much."""

    product: str
    times: int
    cents: int


class Charged(Struct, frozen=True):
    """What was charged, and what became of it: it is settled, unpaid or written off."""

    products: tuple[SoldProduct, ...]
    unpaid_cents: int
    written_off_cents: int

    @property
    def cents(self) -> int:
        """All of it."""
        return sum(each.cents for each in self.products)

    @property
    def settled_cents(self) -> int:
        """What of it is paid."""
        return self.cents - self.unpaid_cents - self.written_off_cents


def charged(connection: sa.Connection, first: date, last: date) -> Charged:
    """What was charged for some days, the weightiest product first."""
    cents, wanted = sa.func.sum(entry.c.amount_cents), _concerning(first, last)
    rows = connection.execute(
        sa.select(_PRODUCT, sa.func.sum(_QUANTITY), cents, sa.func.sum(OPEN_CENTS))
        .select_from(WITH_OPEN)
        .where(wanted)
        .group_by(_PRODUCT)
        .order_by(cents.desc(), _PRODUCT)
    ).all()
    return Charged(
        tuple(SoldProduct(str(code), int(times), int(sum_)) for code, times, sum_, _ in rows),
        sum(int(left) for *_, left in rows),
        _written_off(connection, wanted),
    )


def _written_off(connection: sa.Connection, wanted: sa.ColumnElement[bool]) -> int:
    """What of some charges was given up: asked of the few accounts on which anything was."""
    gave_up = sa.select(_by.c.account_id).where(_by.c.kind == WRITE_OFF)
    rows = connection.execute(
        sa.select(entry.c.account_id, entry.c.number).where(wanted, entry.c.account_id.in_(gave_up))
    )
    charges: dict[int, list[int]] = defaultdict(list)
    for account, number in rows:
        if account is not None:
            charges[account].append(number)
    found = 0
    for account, numbers in charges.items():
        written_off = open_rows.of_account(connection, account).written_off
        found += sum(written_off.get(number, 0) for number in numbers)
    return found


def charged_by_month(sums: Sums, first: date, last: date) -> list[tuple[str, str, int]]:
    """What was charged for some days, month by month: month (`2026-11`), product, cents."""
    found = Counter[tuple[str, str]]()
    for _, about, code, cents in sums.rows(CHARGES, first, max(last, sums.today)):
        if first.isoformat() <= about <= last.isoformat():
            found[about[:7], code] += cents
    return [(month, code, cents) for (month, code), cents in sorted(found.items())]


def _charges(connection: sa.Connection, first: date, last: date) -> list[Row]:
    return [tuple(row) for row in connection.exec_driver_sql(_CHARGES, (first.isoformat(), last.isoformat()))]


# By the month that a charge is dated in, and that or the day that it is about. Few are taken back.
_CHARGES = """
SELECT substr(CAST(day_on AS VARCHAR), 1, 7) AS month,
       CASE WHEN instr(detail, '"concerns":') > 0 THEN json_extract(detail, '$.concerns')
       ELSE CAST(day_on AS VARCHAR) END AS about,
       coalesce(json_extract(detail, '$.product'), '') AS product, sum(amount_cents)
FROM entry WHERE kind = 'charge' AND day_on BETWEEN ? AND ?
AND number NOT IN (SELECT reverses FROM entry WHERE reverses IS NOT NULL)
GROUP BY month, about, product
"""
CHARGES = Sum("charges", _charges)


class Received(Struct, frozen=True):
    """What came in for sales less what was handed back of it; and `aside`, for deposits and gifts."""

    cents: int
    aside_cents: int


def received(connection: sa.Connection, first: date, last: date) -> Received:
    """What came in on some days."""
    moved = sa.select(sa.func.coalesce(-sa.func.sum(entry.c.amount_cents), 0)).where(
        entry.c.method.is_not(None), entry.c.day_on.between(first, last)
    )
    aside = sum(_aside(connection, account, first, last) for account in _accounts_with_no_sale(connection, last))
    return Received(connection.execute(moved).scalar_one() - aside, aside)


def _accounts_with_no_sale(connection: sa.Connection, last: date) -> list[int]:
    """Those few that have, or had, a deposit or a gift."""
    rows = connection.execute(
        sa.select(entry.c.account_id).where(entry.c.kind.in_(NO_SALE), entry.c.day_on <= last).distinct()
    ).scalars()
    return [account for account in rows if account is not None]


def _aside(connection: sa.Connection, account: int, first: date, last: date) -> int:
    found = open_rows.of_account(connection, account)
    acts = {each.group for each in found.entries.values() if each.kind in NO_SALE}
    cents = 0
    for number, each in found.entries.items():
        if each.kind == "refund" and first <= each.day_on <= last and number in found.open:
            cents -= found.aside_of_refund(number)
        elif each.kind == "payment" and number in found.parts and first <= each.day_on <= last:
            cents += found.aside(number)
        elif each.kind == "payment" and number not in found.parts and each.group in acts:
            back_on = found.taken_back_on[number]
            cents -= each.cents * (first <= each.day_on <= last)
            cents += each.cents * (first <= back_on <= last)
    return cents


# --- earned


# Of these days, taken back on them, or for them. A use names its carnet, and is like any other of its worth without it.
_FACTS = """
SELECT e.day_on, e.kind, e.amount_cents,
       CASE e.kind WHEN 'use' THEN json_remove(e.detail, '$.carnet', '$.voucher', '$.banked_day') ELSE e.detail END
       AS what, r.day_on, count(*)
FROM (
    SELECT number FROM entry WHERE day_on BETWEEN :first AND :last AND kind IN ('charge', 'use', 'expiry')
    UNION SELECT reverses FROM entry WHERE day_on BETWEEN :first AND :last AND reverses IS NOT NULL
    UNION SELECT number FROM entry
    WHERE day_on BETWEEN :before AND :after AND kind = 'charge' AND visit_id IS NULL AND instr(detail, '"until":"') > 0
    AND json_extract(detail, '$.until') >= :first AND json_extract(detail, '$.from') <= :last
) AS meant JOIN entry AS e ON e.number = meant.number LEFT JOIN entry AS r ON r.reverses = e.number
WHERE e.kind IN ('charge', 'use', 'expiry')
GROUP BY e.day_on, e.kind, e.amount_cents, what, r.day_on
"""
_LONGEST, _LONGEST_BUT_PLANS = 800, 400  # days from a charge to the last that it is for: a year, sold a year ahead


class EarnedPart(Struct, frozen=True):
    """A part of what was earned, by product; `is_plan` of a plan by the month or the year, of which `missing` counts
    otherwise.
    """

    product: str
    part: Earned
    is_plan: bool


def earned_parts(
    connection: sa.Connection, book: Book, first: date, last: date, longest: int = _LONGEST
) -> list[EarnedPart]:
    """All that earns something on some days, charged at most `longest` days from the last one that it is for."""
    units = {code: Unit(unit) for code, unit in connection.execute(sa.select(product.c.code, product.c.unit))}
    span = {"first": first, "last": last, "before": _moved(first, -longest), "after": _moved(last, longest)}
    rows = connection.execute(sa.text(_FACTS), {name: day.isoformat() for name, day in span.items()})
    found = []
    for day, kind, cents, said, back, count in rows:
        fact = _fact(str(day), kind, cents, said)
        parts = posting.earned(fact, book) if back is None else posting.unearned(fact, book, _day(back))
        code = str(fact.detail.get("product", ""))
        is_plan = kind == "charge" and "until" in fact.detail and units.get(code) in PLAN_MONTHS
        is_plan = is_plan and book.kinds.get(code) is ProductKind.SUBSCRIPTION
        for part in parts:
            found.append(EarnedPart(code, part._replace(cents=part.cents * count), is_plan))
    return found


def earned(connection: sa.Connection, book: Book, first: date, last: date) -> int:
    """What was earned on some days."""
    return sum(each.part.within(first, last) for each in earned_parts(connection, book, first, last))


def _moved(day: date, days: int) -> date:
    return date.fromordinal(day.toordinal() + days)


def _day(text: object) -> date:
    return date.fromisoformat(str(text))


@lru_cache(maxsize=512)
def _detail(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def _fact(day: str, kind: str, cents: int, said: str) -> Fact:
    return Fact(0, _day(day), kind, cents, None, None, None, _detail(said))


# --- expected, and what is counted of a month


def booked(connection: sa.Connection, first: date, last: date) -> list[tuple[str, int]]:
    """What bookings of some days will still charge, by product, tax included."""
    c = booking.c
    rows = connection.execute(
        sa.select(c.lines).where(
            c.settled_at.is_(None),
            c.state.in_(("booked", "claimed")),
            c.day_on.between(first, last),
            sa.or_(c.member_id.is_not(None), c.organisation_id.is_not(None)),
        )
    ).scalars()
    return [(str(line["product"]), int(line["cents"])) for lines in rows for line in json.loads(lines or "[]")]


def plans(connection: sa.Connection, policy_on: Callable[[date], Policy], day: date) -> list[tuple[str, int]]:
    """What each plan that covers a day brings in a month, without tax, by product: its price by its months, whether it
    is charged already or to come.
    """
    return [*_sold(connection, day), *_running(connection, policy_on, day)]


def _sold(connection: sa.Connection, day: date) -> Iterator[tuple[str, int]]:
    """Plans that were sold for a period."""
    c = subscription.c
    rows = connection.execute(
        sa.select(product.c.code, product.c.unit, entry.c.amount_cents, entry.c.detail)
        .select_from(subscription.join(product).join(entry, entry.c.number == c.entry_number))
        .where(c.from_on <= day, c.until_on >= day, entry.c.number.not_in(_TAKEN_BACK))
    )
    for code, unit, cents, detail in rows:
        if Unit(unit) in PLAN_MONTHS:
            yield code, _monthly(cents, json.loads(detail).get("vat"), Unit(unit))


def _running(connection: sa.Connection, policy_on: Callable[[date], Policy], day: date) -> Iterator[tuple[str, int]]:
    """Plans that run until they are ended: of each the period that has the day in it."""
    done, conditions = _periods(connection, day), Conditions(connection)
    last = due_rows.last_periods(connection)
    for found in subscription_rows.running(connection):
        if found.terms.unit not in PLAN_MONTHS or not found.terms.covers(day):
            continue
        if found.id in done:
            cents, rate = done[found.id]
            yield found.product, _monthly(cents, rate, found.terms.unit)
            continue
        after = last.get(found.id)
        if after is not None and after >= day:
            continue  # the period that has the day was charged by hand, or cost nothing
        for part, days in renewals.following(found.terms, after, day, lambda on: policy_on(on).pro_rata):
            if part.first_on <= day <= part.last_on and days:
                policy = policy_on(part.first_on)
                level = conditions.level(found.member_id, part.first_on)
                chosen = conditions.chosen(found.member_id, found.product_id, part.first_on)
                unit_cents, _ = policy.ask(found.product, level, chosen)
                cents = renewals.share(unit_cents, days, part.of_days)
                yield found.product, _monthly(cents, policy.vat(found.product), found.terms.unit)


def _periods(connection: sa.Connection, day: date) -> dict[int, tuple[int, int | None]]:
    """The charge of each running plan's period that has a day in it: cents and VAT; 0 where it was taken back."""
    c = due_act.c
    rows = connection.execute(
        sa.select(c.subject, entry.c.amount_cents, entry.c.detail, _by.c.number)
        .join(entry, entry.c.number == c.entry_number)
        .outerjoin(_by, _by.c.reverses == entry.c.number)
        .where(c.kind == due_rows.MONTHS, c.period <= day.isoformat(), c.period > _moved(day, -_LONGEST).isoformat())
    )
    found = {}
    for subject, cents, detail, back in rows:
        said = json.loads(detail)
        if said.get("from", "") <= day.isoformat() <= said.get("until", ""):
            found[subject] = (0 if back is not None else cents, said.get("vat"))
    return found


def _monthly(cents: int, rate: int | None, unit: Unit) -> int:
    months = PLAN_MONTHS[unit]
    return (2 * vat.split(cents, rate)[0] + months) // (2 * months)


def counted(
    connection: sa.Connection, book: Book, policy_on: Callable[[date], Policy], first: date, last: date
) -> Counter[str]:
    """What a calendar month brings by product, without tax, as `missing` counts it: each plan that covers the 15th by
    its month, charged or to come; all else by its day, and what bookings will still charge.
    """
    found = Counter[str]()
    for code, cents in plans(connection, policy_on, first.replace(day=15)):
        found[code] += cents
    for each in earned_parts(connection, book, first, last, _LONGEST_BUT_PLANS):
        if not each.is_plan:
            found[each.product] += each.part.within(first, last)
    policy = policy_on(first)
    for code, cents in booked(connection, first, last):
        found[code] += vat.split(cents, policy.vat(code) if code in policy.products else None)[0]
    return found


def by_day(parts: Iterable[EarnedPart], days: Iterable[date]) -> dict[date, int]:
    """What each of some days earned, plans left out."""
    kept = [each.part for each in parts if not each.is_plan]
    return {day: sum(part.within(day, day) for part in kept) for day in days}
