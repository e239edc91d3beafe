"""Sums up a fiscal year's money: equal entries are counted together, so that a year of any size is few rows.

Entries are counted by day, since their meaning in the books depends on the day. No row names a person. A `Fact` is an
entry as bookkeeping sees it, a reversal's with the entry that it takes back (`reversed`). A *use* is an entry that uses
up a prepaid day; an *envelope* is an organisation's pool of such days. A `Sum` is a query whose rows are kept by month:
each row begins with its day or its month, as text.
"""

import json
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from kiosk.domain.books.annual import Ahead, Box, Carnets, CountedEntries, DeferredCharge, Tabs
from kiosk.domain.books.posting import Fact
from kiosk.domain.periods import Unit
from kiosk.store.kept_sums import Row, Sum, Sums
from kiosk.store.tables import BOOK_KINDS, account, carnet, entry, product
from kiosk.store.tables.prepaid import envelope

# Without the carnet or voucher that it names, a use equals any other of the same right and value.
_COUNTED = """
SELECT e.day_on, e.kind, e.amount_cents,
       CASE e.kind WHEN 'use' THEN json_remove(e.detail, '$.carnet', '$.voucher', '$.banked_day') ELSE e.detail END
       AS what, count(*)
FROM entry AS e
WHERE e.day_on BETWEEN ? AND ? AND e.kind IN ('charge', 'use', 'expiry', 'write-off', 'gift')
GROUP BY e.day_on, e.kind, e.amount_cents, what
"""
# The unique index on `reverses` finds the few reversals: the + keeps SQLite from the index on days. With an inner join
# it would begin with all entries that may be reversed.
_REVERSALS = """
SELECT r.day_on, o.day_on, o.kind, o.amount_cents, o.detail, c.days, c.value_cents
FROM entry AS r
LEFT JOIN entry AS o ON o.number = r.reverses
LEFT JOIN carnet AS c ON c.entry_number = o.number
WHERE r.reverses > 0 AND +r.day_on BETWEEN ? AND ?
"""
# Early carnets have the value of their days in their own row, and not in the entry.
_OLD_CARNETS = """
SELECT e.day_on, e.amount_cents, e.detail, c.days, c.value_cents
FROM carnet AS c JOIN entry AS e ON e.number = c.entry_number
WHERE e.day_on BETWEEN ? AND ? AND json_extract(e.detail, '$.carnet_days') IS NULL
"""
# Charges for days: with their own day, the day of a reversal, and the last day that they are for.
_LATER = """
SELECT e.day_on, e.amount_cents, e.detail, r.day_on, json_extract(e.detail, '$.until')
FROM entry AS e LEFT JOIN entry AS r ON r.reverses = e.number
WHERE e.kind = 'charge' AND e.day_on BETWEEN ? AND ? AND instr(e.detail, '"until":"') > 0
"""
_BY_ACCOUNT = """
SELECT substr(CAST(day_on AS VARCHAR), 1, 7) AS month, account_id, sum(amount_cents) AS cents FROM entry
WHERE day_on BETWEEN ? AND ? AND account_id IS NOT NULL GROUP BY month, account_id
"""
KINDS = ("charge", "use", "expiry", "write-off", "gift")  # the kinds that `counted` returns; the query lists them, too
EARNING = ("charge", "use", "expiry")  # the kinds that may be income
_NAMES = ("carnet", "voucher", "banked_day")  # details that make otherwise equal uses differ


def counted(sums: Sums, first_on: date, last_on: date, kinds: Iterable[str] = KINDS) -> list[CountedEntries]:
    """Return the entries of these kinds, and reversals of such entries, dated in a period, both days included; equal
    ones together.
    """
    chosen = frozenset(kinds)
    groups = (group for _, group in sums.rows(ENTRIES, first_on, last_on))
    return [group for group in groups if (group.fact.reversed or group.fact).kind in chosen]


def _counted(connection: sa.Connection, first_on: date, last_on: date) -> list[Row]:
    """Return the groups of equal entries dated in a period, each with its day, and its reversals of such entries one by
    one, on the reversal's own day and with the amount's sign turned.
    """
    span, details = _span(first_on, last_on), _Details()
    rows = connection.exec_driver_sql(_COUNTED, span)
    groups = [
        CountedEntries(_fact(details, day, kind, cents, detail_text), count)
        for day, kind, cents, detail_text, count in rows
    ]
    groups = _with_old_carnets(connection, groups, span)
    for day, first_day, kind, cents, detail, days, value in connection.exec_driver_sql(_REVERSALS, span):
        if kind in KINDS:
            original = _fact(details, first_day, kind, cents, detail, days, value)
            groups.append(
                CountedEntries(Fact(0, date.fromisoformat(day), "reversal", -cents, None, None, None, {}, original))
            )
    return [(group.fact.day_on.isoformat(), group) for group in groups]


ENTRIES = Sum("entries", _counted)


def _span(first_on: date, last_on: date) -> tuple[str, str]:
    """Return a period as the database stores days."""
    return first_on.isoformat(), last_on.isoformat()


class _Details(dict[str, dict[str, Any]]):
    """Entries' details by their JSON text, each read once: equal texts share one dictionary."""

    def __missing__(self, text: str) -> dict[str, Any]:
        detail: dict[str, Any] = json.loads(text)
        self[text] = detail
        return detail


def _with_old_carnets(
    connection: sa.Connection, counted_entries: list[CountedEntries], span: tuple[str, str]
) -> list[CountedEntries]:
    """Return the counted entries with each sale of an early carnet apart, with its days and their value: it was counted
    without these, so its group loses one, and an empty group is left out.
    """
    rows, details = connection.exec_driver_sql(_OLD_CARNETS, span).all(), _Details()
    for day, cents, detail, days, value in rows:
        plain = _fact(details, day, "charge", cents, detail)
        place = next(place for place, group in enumerate(counted_entries) if group.fact == plain)
        counted_entries[place] = CountedEntries(plain, counted_entries[place].count - 1)
        counted_entries.append(CountedEntries(_fact(details, day, "charge", cents, detail, days, value)))
    return [group for group in counted_entries if group.count]


def later(sums: Sums, first_on: date, last_on: date, begins: date | None = None) -> list[DeferredCharge]:
    """Return the charges up to `last_on` that are for days from `first_on` on, with the day of a reversal.

    `begins` is the first day with an entry, if the caller knows it; None reads it here.
    """
    begins = begins or first_day(sums.connection)
    # from the first of the month: what is kept of a sum are whole months
    rows = [] if begins is None else sums.rows(DEFERRED, begins.replace(day=1), last_on)
    return [charge for _, until, charge in rows if until >= first_on.isoformat()]


def earning(sums: Sums, first_on: date, begins: date | None) -> list[tuple[Fact, date | None, int]]:
    """Return what may earn something from a day on: the entry, the day of its reversal (None without one), and how many
    equal.

    These are charges, uses and expiries since the day, earlier charges for days, and entries reversed since. `begins`
    is the first day with an entry, None without any: no earlier charges are read.
    """
    rows = counted(sums, first_on, sums.today, EARNING)
    reversals = [(group.fact.reversed, group.fact.day_on) for group in rows if group.fact.reversed is not None]
    reversed_alike: dict[tuple[date, str, int], list[Fact]] = defaultdict(list)
    for original, _ in reversals:
        reversed_alike[original.day_on, original.kind, original.cents].append(original)
    entries: list[tuple[Fact, date | None, int]] = []
    for fact, count in ((group.fact, group.count) for group in rows if group.fact.reversed is None):
        alike = reversed_alike.get((fact.day_on, fact.kind, fact.cents), ())
        # of the equal ones, those that are reversed come singly below
        entries.append((fact, None, count - sum(_without_names(original.detail) == fact.detail for original in alike)))
    # earlier charges for days are in `before`, which knows their reversal
    entries += [
        (original, reversed_on, 1)
        for original, reversed_on in reversals
        if original.day_on >= first_on or not _is_for_days(original)
    ]
    eve = date.fromordinal(first_on.toordinal() - 1)
    before = [] if begins is None else sums.rows(DEFERRED, begins.replace(day=1), eve)
    return [*entries, *((charge.fact, charge.reversed_on, 1) for _, _, charge in before)]


def _is_for_days(fact: Fact) -> bool:
    """Return whether an entry charges for certain days, such as a subscription's."""
    return fact.kind == "charge" and isinstance(fact.detail.get("until"), str)


def _without_names(detail: Mapping[str, Any]) -> dict[str, Any]:
    """Return a detail as entries are counted together: without the carnet, voucher or banked day that it names."""
    return {name: value for name, value in detail.items() if name not in _NAMES}


def _for_days(connection: sa.Connection, first_on: date, last_on: date) -> list[Row]:
    """Return the charges for days that are dated in a period, each with its day and the last day that it is for."""
    details = _Details()
    return [
        (day, until, DeferredCharge(_fact(details, day, "charge", cents, detail), _day(reversed_on)))
        for day, cents, detail, reversed_on, until in connection.exec_driver_sql(_LATER, _span(first_on, last_on))
    ]


DEFERRED = Sum("charges for days", _for_days)


def _day(text: str | None) -> date | None:
    """Return the day that the database stored; None for NULL."""
    return None if text is None else date.fromisoformat(text)


def _fact(
    details: _Details,
    day: str,
    kind: str,
    cents: int,
    detail: str,
    days: int | None = None,
    day_cents: int | None = None,
) -> Fact:
    """Return an entry as bookkeeping sees it, without number or party; `days` and `day_cents` are an early carnet's."""
    content = details[detail]
    if days is not None and "carnet_days" not in content:
        content = content | {"carnet_days": days, "day_cents": day_cents}
    return Fact(0, date.fromisoformat(day), kind, cents, None, None, None, content)


def by_method(connection: sa.Connection, first_on: date, last_on: date) -> Mapping[str, Mapping[str, int]]:
    """Return money received less money paid back in a period, in cents by month (`2026-11`) and method; a method that
    moved nothing in a month is left out.
    """
    month = sa.func.substr(sa.cast(entry.c.day_on, sa.String), 1, 7)
    rows = connection.execute(
        sa.select(month, entry.c.method, -sa.func.sum(entry.c.amount_cents))
        .where(entry.c.method.is_not(None), entry.c.amount_cents != 0)
        .where(entry.c.day_on >= first_on, entry.c.day_on <= last_on)
        .group_by(month, entry.c.method)
    )
    by_month: dict[str, dict[str, int]] = defaultdict(dict)
    for when, method, cents in rows:
        by_month[str(when)][str(method)] = int(cents)
    return by_month


def tabs(sums: Sums, day: date) -> Tabs:
    """Return what accounts owed and had in advance (a balance below 0) at the end of a day: for each of the two the
    number of accounts and their cents. A balance then is the present one less what moved since.
    """
    balances = {id_: cents for id_, cents in sums.connection.execute(sa.select(account.c.id, account.c.balance_cents))}
    for _, accounts, cents in sums.rows(MOVED, _after(day), date.max):
        for id_, moved_cents in zip(accounts, cents, strict=True):
            balances[id_] -= moved_cents
    owing = [cents for cents in balances.values() if cents > 0]
    advance = [-cents for cents in balances.values() if cents < 0]
    return Tabs(len(owing), sum(owing), len(advance), sum(advance))


def _by_account(connection: sa.Connection, first_on: date, last_on: date) -> list[Row]:
    """Return a row for each month: the month, the accounts that moved, and by how many cents each of these did."""
    by_month: dict[str, tuple[array[int], array[int]]] = defaultdict(lambda: (array("l"), array("q")))
    for month, id_, cents in connection.exec_driver_sql(_BY_ACCOUNT, _span(first_on, last_on)):
        accounts, moved = by_month[month]
        accounts.append(id_)
        moved.append(cents)
    return [(month, *columns) for month, columns in by_month.items()]


MOVED = Sum("accounts", _by_account)


# Days bought together, by members (carnets) and by organisations (envelopes).
def _unit(of: sa.Table) -> sa.ScalarSelect[str]:
    """Return SQL for the unit (day, half day, hour) of what a carnet or an envelope has."""
    return sa.select(product.c.unit).where(product.c.id == of.c.product_id).scalar_subquery()


_BOUGHT = sa.union_all(
    *(
        sa.select(each.c.days, each.c.used, each.c.expired, each.c.value_cents, each.c.entry_number, unit.label("unit"))
        for each, unit in ((carnet, _unit(carnet)), (envelope, _unit(envelope)))
    )
).subquery("bought")
_UNITS = (Unit.DAY, Unit.HALF_DAY, Unit.HOUR)


def carnets_left(sums: Sums, day: date) -> Ahead:
    """Return what was left of carnets and envelopes at the end of a day: days, half days, hours, and their value in
    cents. It is what is left now (without sales that are reversed), with what was used or expired since added back and
    what was sold since taken off.
    """
    reversing, c = entry.alias(), _BOUGHT.c
    left = c.days - c.used - c.expired
    connection = sums.connection
    now = Ahead(
        *connection.execute(_ahead(left).where(~sa.exists().where(reversing.c.reverses == c.entry_number))).one()
    )
    used_since = Carnets()
    for group in counted(sums, _after(day), date.max, ("use", "expiry")):
        original, sign = (group.fact, 1) if group.fact.reversed is None else (group.fact.reversed, -1)
        used_since.add(original, sign * group.count)
    sales = _sold_since(connection, day)
    changed = used_since.more  # below 0 for what was used or expired since: taking it off adds it back
    return Ahead(*(left_now - change - sold for left_now, change, sold in zip(now, changed, sales, strict=True)))


def _ahead(count: sa.ColumnElement[int]) -> sa.Select[int, int, int, int]:
    """Return the query that sums days, half days, hours and cents over carnets and envelopes, `count` units of each."""
    days, halves, hours = (sa.case((_BOUGHT.c.unit == unit.value, count), else_=0) for unit in _UNITS)
    sums = (days, halves, hours, count * _BOUGHT.c.value_cents)
    return sa.select(*(sa.func.coalesce(sa.func.sum(each), 0) for each in sums))


def _after(day: date) -> date:
    """Return the next day."""
    return date.fromordinal(day.toordinal() + 1)


def _sold_since(connection: sa.Connection, day: date) -> Ahead:
    """Return what was sold in carnets and envelopes after a day, less sales that were reversed after that day."""
    reversing, c = entry.alias(), _BOUGHT.c
    sold = sa.case((entry.c.day_on > day, 1), else_=0) - sa.case((reversing.c.day_on > day, 1), else_=0)
    return Ahead(
        *connection.execute(
            _ahead(sold * c.days)
            .outerjoin_from(_BOUGHT, entry, entry.c.number == c.entry_number)  # each has an entry, and few are bought
            .outerjoin(reversing, reversing.c.reverses == c.entry_number)
        ).one()
    )


# `BOOK_KINDS` is the condition of an index: in the same words, so that SQLite uses it.
_BOX = f"""
SELECT count(*) FILTER (WHERE sign > 0), coalesce(sum(-sign * difference) FILTER (WHERE difference < 0), 0),
       coalesce(sum(sign * difference) FILTER (WHERE difference > 0), 0)
FROM (
    SELECT 1 AS sign, json_extract(detail, '$.difference') AS difference
    FROM entry WHERE {BOOK_KINDS} AND kind = 'count' AND day_on BETWEEN :first AND :last
    UNION ALL
    SELECT -1, json_extract(o.detail, '$.difference')
    FROM entry AS r LEFT JOIN entry AS o ON o.number = r.reverses
    WHERE r.reverses > 0 AND coalesce(o.kind, '') = 'count' AND +r.day_on BETWEEN :first AND :last
) AS counts
"""


def box(connection: sa.Connection, first_on: date, last_on: date) -> Box:
    """Return how often the cash box was counted in a period, and the cents found missing and found in excess, both
    above 0. A reversal in the period takes the differences of its count off, and not the count itself.
    """
    row = connection.execute(sa.text(_BOX), {"first": first_on.isoformat(), "last": last_on.isoformat()}).one()
    return Box(*map(int, row))


def first_day(connection: sa.Connection) -> date | None:
    """Return the first day with an entry or a visit; None for empty records."""
    query = (
        "SELECT min(day) FROM (SELECT min(day_on) AS day FROM entry UNION ALL SELECT min(day_on) FROM visit) AS firsts"
    )
    return _day(connection.exec_driver_sql(query).scalar())
