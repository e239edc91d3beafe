"""Checks that the rows behind a badge's standing fit their columns, before a refusal that rests on them is believed.

The standing is what decides about a tap: membership, prepaid days, debts. In the SQL, `t` is the table that is checked.
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

# Rows whose member does not exist: they may belong to any member, so each check reports them.
_STRAY = "typeof(t.member_id) <> 'integer' OR NOT EXISTS (SELECT 1 FROM member AS m WHERE m.id = t.member_id)"
# tables whose rows belong to a member
_OF_MEMBER = (account, membership, subscription, carnet, reduced_grant, chosen_price, payer, voucher, banked_day)
EVERYBODY = (home, clock_word, member, badge, *_OF_MEMBER, subscription_pause, envelope)
"""The tables, other than visits and entries, of which a tap reads a few rows."""


def of_badge(connection: sa.Connection, fingerprint: bytes) -> list[WrongValue]:
    """Return the wrong values among the rows of a badge's holder, and among rows whose holder is unknown; also balances
    that are not the sum of their entries. For an unknown badge, badges with a fingerprint of a wrong length, any of
    which may be this one.
    """
    holder = connection.exec_driver_sql("SELECT member_id FROM badge WHERE fingerprint = ?", (fingerprint,)).scalar()
    wrong = list(
        values.wrong(
            connection, badge, f"t.fingerprint = ? OR typeof(t.fingerprint) <> 'blob' OR {_STRAY}", (fingerprint,)
        )
    )
    if holder is None:  # no row has this fingerprint, unless it is one whose fingerprint is damaged
        return wrong + list(values.wrong(connection, badge, "length(t.fingerprint) <> 32"))
    wrong += values.wrong(connection, member, "t.id = ?", (holder,))
    for table in _OF_MEMBER:
        wrong += values.wrong(connection, table, f"t.member_id = ? OR {_stray(table)}", (holder,))
    of_subscription = "t.subscription_id IN (SELECT id FROM subscription WHERE member_id = ?)"
    wrong += values.wrong(connection, subscription_pause, of_subscription, (holder,))
    of_voucher = "t.id IN (SELECT envelope_id FROM voucher WHERE member_id = ?)"
    wrong += values.wrong(connection, envelope, of_voucher, (holder,))
    wrong += values.wrong(connection, visit, "t.member_id = ?", (holder,))
    own = "(SELECT id FROM account WHERE member_id = ?)"
    wrong += values.wrong(connection, entry, f"t.account_id IN {own}", (holder,))
    return [*wrong, *_sums(connection, f"a.member_id = ? OR {_STRAY.replace('t.', 'a.')}", (holder,))]


def _stray(table: sa.Table) -> str:
    """Return SQL that is true for a row of a table whose member does not exist; a row that may have none (as an
    organisation's account) is right without one.
    """
    return f"t.member_id IS NOT NULL AND ({_STRAY})" if table.c.member_id.nullable else _STRAY


def _sums(connection: sa.Connection, where: str, given: tuple[object, ...] = ()) -> Iterator[WrongValue]:
    """Yield the accounts whose balance is not the sum of their entries. `where` is SQL, the account is `a` in it."""
    summed = "(SELECT coalesce(sum(e.amount_cents), 0) FROM entry AS e WHERE e.account_id = a.id)"
    query = f"SELECT a.id FROM account AS a WHERE ({where}) AND a.balance_cents IS NOT {summed} LIMIT {values.MOST}"
    for (row,) in connection.exec_driver_sql(query, given):
        yield WrongValue("account", str(row), "balance_cents")


def of_everybody(connection: sa.Connection, since: date | None) -> Iterator[WrongValue]:
    """Yield the wrong values of all tables of which a tap reads rows.

    Of visits and entries those since a day, included; with None all of them, and all balances.
    """
    for table in EVERYBODY:
        yield from values.wrong(connection, table)
    # A day that is no text, by damage, sorts before all days or after them: it is checked whatever `since` is.
    where, given = ("1 = 1", ()) if since is None else ("t.day_on >= ? OR t.day_on < '0'", (since.isoformat(),))
    yield from values.wrong(connection, visit, where, given)
    yield from values.wrong(connection, entry, where, given)
    if since is None:
        yield from _sums(connection, "1 = 1")


class _Ends(Struct, frozen=True):
    """The three days that can end a badge, as they are stored: any of them may be a wrong value."""

    lost_on: object
    until_on: object
    left_on: object


def has_ended(connection: sa.Connection, fingerprint: bytes, day: date, wrong: list[WrongValue]) -> bool:
    """Return whether a badge is refused for a reason that none of the wrong values touches.

    It is lost, its last day is over or its holder has left, each by a right value. The last day
    still opens, the day of leaving does not. Or it is unknown, and no row of a badge is wrong that could be its own.
    """
    query = (
        "SELECT CAST(b.lost_on AS TEXT), CAST(b.until_on AS TEXT), CAST(m.left_on AS TEXT)"
        " FROM badge AS b LEFT JOIN member AS m ON m.id = b.member_id WHERE b.fingerprint = ?"
    )
    row = connection.exec_driver_sql(query, (fingerprint,)).first()
    if row is None:
        return not any(value.table == "badge" for value in wrong)
    wrong_columns = {(value.table, value.column) for value in wrong}
    ends = _Ends(*row)
    today = day.isoformat()
    return (
        (ends.lost_on is not None and ("badge", "lost_on") not in wrong_columns)
        or (ends.until_on is not None and ("badge", "until_on") not in wrong_columns and str(ends.until_on) < today)
        or (ends.left_on is not None and ("member", "left_on") not in wrong_columns and str(ends.left_on) <= today)
    )
