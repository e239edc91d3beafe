"""Adds up the money of a period, each sum under one name: charged, settled, received, earned, expected.

- charged: charges that are not reversed, tax included, by the day that they are about; no deposits, gifts or opening
  balances;
- settled: what of these is paid, whenever it was paid; the rest is unpaid, or written off;
- received: payments less refunds, by their own day; what was for deposits and gifts is aside;
- earned: income without tax, spread over the days that it is for; a fiscal year's is its income accounts without gifts;
- expected: what bookings will still charge; what running plans will charge is worked out by `kiosk.books.due.plan`.

Every page, export and report that uses one of these words takes its sum from here.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.books import posting
from kiosk.domain.books.posting import Book, Earned, Fact
from kiosk.domain.money import vat
from kiosk.domain.money.allocation import NO_SALE, WRITE_OFF, Allocation
from kiosk.domain.money.tariffs import Policy, ProductKind
from kiosk.store.accounts import open_rows
from kiosk.store.books import annual_sums, plan_sums
from kiosk.store.books.plan_sums import PLAN_MONTHS, RunningPlans
from kiosk.store.kept_sums import Row, Sum, Sums
from kiosk.store.tables import OPEN_CENTS, WITH_OPEN, entry, of_books
from kiosk.store.tables.rooms import booking

Folded = Mapping[int, Allocation]  # by account: which charges its payments settle, and what is open or written off
_by = entry.alias("by")
_REVERSED = sa.select(_by.c.reverses).where(_by.c.reverses.is_not(None))  # few: read once, not for each charge
# a charge's product; empty for none
_PRODUCT = sa.func.coalesce(sa.func.json_extract(entry.c.detail, "$.product"), sa.literal_column("''"))
_QUANTITY = sa.func.coalesce(sa.func.json_extract(entry.c.detail, "$.quantity"), 1)
_CONCERNS = sa.func.json_extract(entry.c.detail, "$.concerns")  # the closed day that a charge is about
_ACCOUNTS_WITH_WRITE_OFF = (
    sa.select(_by.c.account_id).where(of_books(WRITE_OFF, entries="by")).distinct().subquery("gave_up")
)
# accounts with a deposit, a gift or a write-off
_SET_ASIDE = sa.select(entry.c.account_id).where(of_books(*NO_SALE, WRITE_OFF))
_GIVEN_UP = sa.case(
    (_ACCOUNTS_WITH_WRITE_OFF.c.account_id.is_not(None), entry.c.number)
)  # few: charges on accounts with a write-off
_IS_ABOUT_A_CLOSED_DAY = sa.func.instr(entry.c.detail, '"concerns":') > 0


def _concerning(first: date, last: date) -> sa.ColumnElement[bool]:
    """Return the condition of charges about a period that are not reversed: dated in it, or dated later because the day
    that they are about (`concerns` in their detail) was closed by then. One dated in it about an earlier day is out.
    """
    about = sa.and_(
        entry.c.day_on >= first, _IS_ABOUT_A_CLOSED_DAY, _CONCERNS.between(first.isoformat(), last.isoformat())
    )
    return sa.and_(
        entry.c.kind == "charge",
        entry.c.day_on >= first,  # stands outside the OR, so that SQLite uses the index of days
        entry.c.number.not_in(_REVERSED),
        sa.or_(sa.and_(entry.c.day_on.between(first, last), ~_IS_ABOUT_A_CLOSED_DAY), about),
    )


class SoldProduct(Struct, frozen=True):
    """A product's share of what was charged: its code (empty for none), how many units, and cents."""

    product: str
    times: int
    cents: int


class Charged(Struct, frozen=True):
    """What was charged in a period, by product, and how much of it is unpaid or written off."""

    products: tuple[SoldProduct, ...]
    unpaid_cents: int
    written_off_cents: int

    @property
    def cents(self) -> int:
        """The sum of all products, in cents."""
        return sum(product.cents for product in self.products)

    @property
    def settled_cents(self) -> int:
        """The cents of it that are paid."""
        return self.cents - self.unpaid_cents - self.written_off_cents


def charged(connection: sa.Connection, first: date, last: date, folded: Folded | None = None) -> Charged:
    """Return what was charged for a period, the product with the highest sum first, equal ones by code.

    `folded` are accounts that the caller has read, among them all with a write-off; None reads those here. A write-off
    needs them: the rows of charges on such accounts are apart, each with the charge's number.
    """
    rows = connection.execute(
        sa.select(
            _PRODUCT,
            sa.func.sum(_QUANTITY),
            sa.func.sum(entry.c.amount_cents),
            sa.func.sum(OPEN_CENTS),
            _GIVEN_UP,
        )
        .select_from(
            WITH_OPEN.outerjoin(_ACCOUNTS_WITH_WRITE_OFF, _ACCOUNTS_WITH_WRITE_OFF.c.account_id == entry.c.account_id)
        )
        .where(_concerning(first, last))
        .group_by(_PRODUCT, _GIVEN_UP)
    ).all()
    times, cents = Counter[str](), Counter[str]()
    for code, count, sum_, *_ in rows:
        times[str(code)] += int(count)
        cents[str(code)] += int(sum_)
    on_such_accounts = [number for *_, number in rows if number is not None]
    if folded is None:
        folded = (
            open_rows.of_accounts(connection, sa.select(_ACCOUNTS_WITH_WRITE_OFF.c.account_id))
            if on_such_accounts
            else {}
        )
    given_up = {number: part for allocation in folded.values() for number, part in allocation.written_off.items()}
    return Charged(
        tuple(SoldProduct(code, times[code], cents[code]) for code in sorted(cents, key=lambda c: (-cents[c], c))),
        sum(int(left) for *_, left, _ in rows),
        sum(given_up.get(number, 0) for number in on_such_accounts),
    )


def charged_by_month(sums: Sums, first: date, last: date) -> list[tuple[str, str, int]]:
    """Return what was charged for a period, by month and product, in this order: month (`2026-11`) of the day that a
    charge is about, product, cents.
    """
    totals = Counter[tuple[str, str]]()
    # read up to today: a charge about a closed day is dated later
    for _, about, code, cents in sums.rows(CHARGES, first, max(last, sums.today)):
        if first.isoformat() <= about <= last.isoformat():
            totals[about[:7], code] += cents
    return [(month, code, cents) for (month, code), cents in sorted(totals.items())]


def _charges(connection: sa.Connection, first: date, last: date) -> list[Row]:
    """Return the charges dated in a period that are not reversed, summed by month, day and product."""
    return [tuple(row) for row in connection.exec_driver_sql(_CHARGES, (first.isoformat(), last.isoformat()))]


# By the month in which a charge is dated and the day that it is about. Few charges are reversed.
_CHARGES = """
SELECT substr(CAST(day_on AS VARCHAR), 1, 7) AS month,
       CASE WHEN instr(detail, '"concerns":') > 0 THEN json_extract(detail, '$.concerns')
       ELSE CAST(day_on AS VARCHAR) END AS about,
       coalesce(json_extract(detail, '$.product'), '') AS product, sum(amount_cents)
FROM entry WHERE kind = 'charge' AND day_on BETWEEN ? AND ?
AND number NOT IN (SELECT reverses FROM entry WHERE reverses IS NOT NULL)
GROUP BY month, about, product
"""
CHARGES = Sum("charges", _charges)  # kept by month under this name, so that past months are read once


class Received(Struct, frozen=True):
    """The cents received for sales, less what was paid back; and those received for deposits and gifts (`aside`)."""

    cents: int
    aside_cents: int


def folded(connection: sa.Connection) -> Folded:
    """Read the accounts that have, or had, a deposit, a gift or a write-off: for `received` and `charged`."""
    return open_rows.of_accounts(connection, _SET_ASIDE)


def received(connection: sa.Connection, first: date, last: date, known: Folded | None = None) -> Received:
    """Return what was received in a period, by the entries' own days. `known` is what `folded` read; None:
    read here.
    """
    moved = sa.select(sa.func.coalesce(-sa.func.sum(entry.c.amount_cents), 0)).where(
        entry.c.method.is_not(None), entry.c.day_on.between(first, last)
    )
    for_no_sale = aside(folded(connection) if known is None else known, first, last)
    return Received(connection.execute(moved).scalar_one() - for_no_sale, for_no_sale)


def aside(known: Folded, first: date, last: date) -> int:
    """Return the cents received in a period for deposits and gifts."""
    return sum(_aside(allocation, first, last) for allocation in known.values())


def _aside(allocation: Allocation, first: date, last: date) -> int:
    """Return the cents of one account that came in for deposits and gifts in a period.

    A payment for one of these has it in its group, the act that wrote both. A reversed one counts on its own day, and
    is deducted on the day of the reversal.
    """
    set_aside_groups = {entry_.group for entry_ in allocation.entries.values() if entry_.kind in NO_SALE}
    cents = 0
    for number, entry_ in allocation.entries.items():
        # what is not reversed is in `open` (refunds) or in `parts` (payments)
        if entry_.kind == "refund" and first <= entry_.day_on <= last and number in allocation.open:
            cents -= allocation.aside_of_refund(number)
        elif entry_.kind == "payment" and number in allocation.parts and first <= entry_.day_on <= last:
            cents += allocation.aside(number)
        elif entry_.kind == "payment" and number not in allocation.parts and entry_.group in set_aside_groups:
            reversed_on = allocation.taken_back_on[number]
            cents -= entry_.cents * (first <= entry_.day_on <= last)
            cents += entry_.cents * (first <= reversed_on <= last)
    return cents


# --- earned


# Dated in the period, reversed in it, or for days of it. Without its carnet, a use equals any other of the same value.
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
# days from a charge to the last day that it is for: a year, sold a year ahead; and without plans, which `counted` reads
# apart
_LONGEST, _LONGEST_BUT_PLANS = 800, 400


class EarnedPart(Struct, frozen=True):
    """A part of what was earned, by product. `is_plan`: it is of a monthly or yearly plan, which `counted` counts
    by its price.
    """

    product: str
    part: Earned
    is_plan: bool


def earned_parts(
    connection: sa.Connection, book: Book, first: date, last: date, longest: int = _LONGEST
) -> list[EarnedPart]:
    """Return everything that earns something in a period, if charged at most `longest` days before or after it. `book`
    has the accounts by day and the kinds and units of products, by which income is spread.
    """
    span = {"first": first, "last": last, "before": _moved(first, -longest), "after": _moved(last, longest)}
    rows = connection.execute(sa.text(_FACTS), {name: day.isoformat() for name, day in span.items()})
    facts = (
        (_fact(str(day), kind, cents, detail), _reversal_day(reversed_on), count)
        for day, kind, cents, detail, reversed_on, count in rows
    )
    return _parts(facts, book)


def earned_since(sums: Sums, book: Book, first: date, begins: date | None) -> list[EarnedPart]:
    """Return everything that earns something from a day on, from the kept sums. `begins` is the first day with an
    entry; None: there is none.
    """
    return _parts(annual_sums.earning(sums, first, begins), book)


def _parts(facts: Iterable[tuple[Fact, date | None, int]], book: Book) -> list[EarnedPart]:
    """Return what groups of equal entries earn, each group given as an entry, the day of its reversal (None: it stands)
    and how many there are.
    """
    earned_by = []
    for fact, reversed_on, count in facts:
        # `unearned`: what is left of an entry's income after its reversal
        parts = posting.earned(fact, book) if reversed_on is None else posting.unearned(fact, book, reversed_on)
        code = str(fact.detail.get("product", ""))
        is_plan = fact.kind == "charge" and "until" in fact.detail and book.units.get(code) in PLAN_MONTHS
        is_plan = is_plan and book.kinds.get(code) is ProductKind.SUBSCRIPTION
        for part in parts:
            earned_by.append(EarnedPart(code, part._replace(cents=part.cents * count), is_plan))
    return earned_by


def earned(connection: sa.Connection, book: Book, first: date, last: date) -> int:
    """Return the cents earned in a period."""
    return earned_of(earned_parts(connection, book, first, last), first, last)


def earned_of(parts: Iterable[EarnedPart], first: date, last: date) -> int:
    """Return the cents of these parts that were earned in a period, which must lie in the one that was read."""
    return sum(earned_part.part.within(first, last) for earned_part in parts)


def _moved(day: date, days: int) -> date:
    """Return the day so many days later; earlier, if below 0."""
    return date.fromordinal(day.toordinal() + days)


def _day(text: object) -> date:
    """Return the day that the database gave as text."""
    return date.fromisoformat(str(text))


def _reversal_day(text: object) -> date | None:
    """Return the day of a reversal; None without one."""
    return None if text is None else _day(text)


@lru_cache(maxsize=512)
def _detail(text: str) -> dict[str, Any]:
    """Return an entry's detail from its JSON text; few texts differ, so they are read once."""
    detail: dict[str, Any] = json.loads(text)
    return detail


def _fact(day: str, kind: str, cents: int, detail: str) -> Fact:
    """Return an entry as bookkeeping sees it, without number or party."""
    return Fact(0, _day(day), kind, cents, None, None, None, _detail(detail))


# --- expected, and what is counted of a month


def booked(connection: sa.Connection, first: date, last: date) -> list[tuple[str, int]]:
    """Return what a period's bookings with a payer, neither charged nor cancelled yet, will still charge: product and
    cents, tax included, for each line of their price.
    """
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


class Basis(Struct, frozen=True):
    """What a month is counted from, read once: the parts that earn something in it, its bookings, the running plans."""

    parts: Sequence[EarnedPart]
    bookings: Sequence[tuple[str, int]]
    plans: RunningPlans


def basis(connection: sa.Connection, book: Book, first: date, last: date) -> Basis:
    """Read what `counted` needs for a month."""
    parts = earned_parts(connection, book, first, last, _LONGEST_BUT_PLANS)
    return Basis(parts, booked(connection, first, last), plan_sums.running(connection))


def counted(
    connection: sa.Connection,
    book: Book,
    policy_on: Callable[[date], Policy],
    first: date,
    last: date,
    known: Basis | None = None,
) -> Counter[str]:
    """Return the cents that a calendar month brings by product, without tax, as `kiosk.domain.space.rent` compares
    them with the rent.

    Each plan that covers the 15th counts with its monthly price, charged or to come; everything else by its day, and
    bookings with what they will still charge. `known` is what `basis` read: its parts may cover more days than the
    month, its bookings only the month.
    """
    totals, month = Counter[str](), basis(connection, book, first, last) if known is None else known
    for code, cents in plan_sums.plans(connection, policy_on, first.replace(day=15), month.plans):
        totals[code] += cents
    for earned_part in month.parts:
        if not earned_part.is_plan:
            totals[earned_part.product] += earned_part.part.within(first, last)
    policy = policy_on(first)
    for code, cents in month.bookings:  # their net part; no VAT is taken off for a product unknown to this policy
        totals[code] += vat.split(cents, policy.vat(code) if code in policy.products else None)[0]
    return totals


def by_day(parts: Iterable[EarnedPart], days: Iterable[date]) -> dict[date, int]:
    """Return the cents that each of these days earned, without plans."""
    dated = [earned_part.part for earned_part in parts if not earned_part.is_plan]
    return {day: sum(part.within(day, day) for part in dated) for day in days}
