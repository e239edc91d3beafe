"""Looks whether the rows that a badge's standing is read from hold what their columns can: asked before a refusal that
rests on them is believed.
"""

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa
from msgspec import Struct

from kiosk.store import values
from kiosk.store.tables import (
    account,
    badge,
    carnet,
    chosen_price,
    clock_word,
    entry,
    home,
    member,
    membership,
    payer,
    reduced_grant,
    subscription,
    visit,
)
from kiosk.store.tables.entrance import subscription_pause
from kiosk.store.tables.prepaid import banked_day, envelope, voucher
from kiosk.store.values import WrongValue

# Rows whose member is none are anybody's.
_STRAY = "typeof(t.member_id) <> 'integer' OR NOT EXISTS (SELECT 1 FROM member AS m WHERE m.id = t.member_id)"
_OF_MEMBER = (account, membership, subscription, carnet, reduced_grant, chosen_price, payer, voucher, banked_day)
EVERYBODY = (home, clock_word, member, badge, *_OF_MEMBER, subscription_pause, envelope)
"""The tables of which a tap reads a row or two, besides visits and entries."""


def of_badge(connection: sa.Connection, fingerprint: bytes) -> list[WrongValue]:
    """The wrong values among the rows of a badge's holder, and among rows that have lost theirs."""
    holder = connection.exec_driver_sql("SELECT member_id FROM badge WHERE fingerprint = ?", (fingerprint,)).scalar()
    found = list(
        values.wrong(
            connection, badge, f"t.fingerprint = ? OR typeof(t.fingerprint) <> 'blob' OR {_STRAY}", (fingerprint,)
        )
    )
    if holder is None:
        return found + list(values.wrong(connection, badge, "length(t.fingerprint) <> 32"))
    found += values.wrong(connection, member, "t.id = ?", (holder,))
    for table in _OF_MEMBER:
        found += values.wrong(connection, table, f"t.member_id = ? OR {_stray(table)}", (holder,))
    of_subscription = "t.subscription_id IN (SELECT id FROM subscription WHERE member_id = ?)"
    found += values.wrong(connection, subscription_pause, of_subscription, (holder,))
    of_voucher = "t.id IN (SELECT envelope_id FROM voucher WHERE member_id = ?)"
    found += values.wrong(connection, envelope, of_voucher, (holder,))
    found += values.wrong(connection, visit, "t.member_id = ?", (holder,))
    own = "(SELECT id FROM account WHERE member_id = ?)"
    found += values.wrong(connection, entry, f"t.account_id IN {own}", (holder,))
    return [*found, *_sums(connection, f"a.member_id = ? OR {_STRAY.replace('t.', 'a.')}", (holder,))]


def _stray(table: sa.Table) -> str:
    return f"t.member_id IS NOT NULL AND ({_STRAY})" if table.c.member_id.nullable else _STRAY


def _sums(connection: sa.Connection, where: str, given: tuple[object, ...] = ()) -> Iterator[WrongValue]:
    """Accounts whose balance is not the sum of their entries."""
    summed = "(SELECT coalesce(sum(e.amount_cents), 0) FROM entry AS e WHERE e.account_id = a.id)"
    query = f"SELECT a.id FROM account AS a WHERE ({where}) AND a.balance_cents IS NOT {summed} LIMIT {values.MOST}"
    for (row,) in connection.exec_driver_sql(query, given):
        yield WrongValue("account", str(row), "balance_cents")


def of_everybody(connection: sa.Connection, since: date | None) -> Iterator[WrongValue]:
    """The wrong values of all tables that a tap reads rows of people from; of visits and entries those since a day, or
    all of them, and then all balances too.
    """
    for table in EVERYBODY:
        yield from values.wrong(connection, table)
    # What is no text sorts before all days, or after them.
    where, given = ("1 = 1", ()) if since is None else ("t.day_on >= ? OR t.day_on < '0'", (since.isoformat(),))
    yield from values.wrong(connection, visit, where, given)
    yield from values.wrong(connection, entry, where, given)
    if since is None:
        yield from _sums(connection, "1 = 1")


class _Ends(Struct, frozen=True):
    """What ends a badge, as it is stored: nothing of it may be what it should."""

    lost_on: object
    until_on: object
    left_on: object


def has_ended(connection: sa.Connection, fingerprint: bytes, day: date, wrong: list[WrongValue]) -> bool:
    """Tell whether a badge that has wrong values is refused for a reason that is none of them: it is lost, its last day
    is over, its holder has left, or it has no holder and no wrong row can have been its own.
    """
    query = (
        "SELECT CAST(b.lost_on AS TEXT), CAST(b.until_on AS TEXT), CAST(m.left_on AS TEXT)"
        " FROM badge AS b LEFT JOIN member AS m ON m.id = b.member_id WHERE b.fingerprint = ?"
    )
    row = connection.exec_driver_sql(query, (fingerprint,)).first()
    if row is None:
        return not any(each.table == "badge" for each in wrong)
    bad = {(each.table, each.column) for each in wrong}
    ends = _Ends(*row)
    today = day.isoformat()
    return (
        (ends.lost_on is not None and ("badge", "lost_on") not in bad)
        or (ends.until_on is not None and ("badge", "until_on") not in bad and str(ends.until_on) < today)
        or (ends.left_on is not None and ("member", "left_on") not in bad and str(ends.left_on) <= today)
    )
