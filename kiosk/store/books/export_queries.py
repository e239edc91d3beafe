"""The queries of `kiosk.store.books.export_rows`: one for each file. Each ends with the key after which its next page
begins.

Parameters: first and last day as ISO text, and the key (`AFTER`) of the last row of the page before. Days are compared
as text, as they are stored. A visit's right is what paid for the day or made it free; a charge's tariff is the level of
its price, full or reduced.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam, literal_column

from kiosk.domain.checkin.standing import PREPAID, Right
from kiosk.domain.money.tabs import AGES
from kiosk.store.money import bank_deposit_rows, cash_rows
from kiosk.store.tables import account, entry, entry_text, member, membership, organisation, visit, zone
from kiosk.store.tables.books import remittance
from kiosk.store.tables.events import event, signup
from kiosk.store.tables.rooms import booking, room

Query = sa.Select[*tuple[Any, ...]]

FROM, UNTIL, AFTER = "from_on", "until_on", "after"  # the parameters' names
FROM_AT, UNTIL_AT = "from_at", "until_at"  # the same period as moments, its end excluded
_from, _until = bindparam(FROM, type_=sa.String), bindparam(UNTIL, type_=sa.String)
_from_at, _until_at = bindparam(FROM_AT, type_=sa.String), bindparam(UNTIL_AT, type_=sa.String)
_after = bindparam(AFTER, type_=sa.Integer)
_by = entry.alias("by")
_kept = member.alias("kept")  # the file into which a member's file was merged


def _visited(*more: sa.ColumnElement[bool]) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions of visits in the period, after the last row of the page before, and any `more`.

    The index of days finds where to begin: a later page is asked for from the last row's day on.
    """
    # of the day `_from` only the rows after the last one's id
    later = sa.or_(visit.c.day_on > _from, visit.c.id > _after)
    return (visit.c.day_on.between(_from, _until), later, *more)


# A row for each charged visit, kept or undone, with the last entry that charged it and the reversal of that entry.
DAY_PASSES = (
    sa.select(
        visit.c.day_on,
        member.c.number,
        member.c.name,
        member.c.plan_code,
        zone.c.code,
        visit.c.right,
        sa.func.json_extract(entry.c.detail, "$.tariff"),
        entry.c.amount_cents,
        entry.c.number.label("entry"),
        _by.c.number.label("reversed_by"),
        visit.c.id,
    )
    .join(entry, entry.c.number == visit.c.charge_entry)
    .join(zone, zone.c.id == visit.c.zone_id)
    .outerjoin(member, member.c.id == visit.c.member_id)
    .outerjoin(_by, _by.c.reverses == entry.c.number)
    .where(*_visited())
    .order_by(visit.c.day_on, visit.c.id)
)

# A row for each visit, free ones included.
VISITS = (
    sa.select(
        visit.c.day_on,
        member.c.number,
        member.c.name,
        member.c.plan_code,
        zone.c.code,
        visit.c.right,
        visit.c.part,
        visit.c.state,
        visit.c.charge_entry,
        visit.c.known_by,
        visit.c.id,
    )
    .join(zone, zone.c.id == visit.c.zone_id)
    .outerjoin(member, member.c.id == visit.c.member_id)
    .where(*_visited())
    .order_by(visit.c.day_on, visit.c.id)
)


def _kept_by(*rights: Right) -> sa.ColumnElement[int]:
    """Return SQL for the number of a day's kept visits that had one of these rights."""
    by_right = visit.c.right.in_([literal_column(f"'{right.value}'") for right in rights])
    return sa.func.count(sa.case((sa.and_(_KEPT, by_right), 1)))


_KEPT = visit.c.state == literal_column("'kept'")
_OWN = visit.c.host_visit_id.is_(None)  # a member's own visit, no guest's

# A row for each day with a visit: kept visits, members' own ones, guests', and how many each right paid.
OCCUPANCY: Query = (
    sa.select(
        visit.c.day_on,
        sa.func.count(sa.case((_KEPT, 1))),
        sa.func.count(sa.case((sa.and_(_KEPT, _OWN), 1))),
        sa.func.count(sa.case((sa.and_(_KEPT, ~_OWN), 1))),
        _kept_by(Right.SUBSCRIPTION),
        _kept_by(*PREPAID),
        _kept_by(Right.REDUCED, Right.FULL),
        _kept_by(Right.FREE_ZONE, Right.PASSING, Right.FREE, Right.CAP),
        sa.func.count(sa.case((visit.c.state == literal_column("'undone'"), 1))),
        literal_column("0"),  # the key: a day has one row, so that the day alone tells where a page ends
    )
    # before the first page the key is -1, and the first day is read, too
    .where(visit.c.day_on.between(_from, _until), sa.or_(visit.c.day_on > _from, _after < 0))
    .group_by(visit.c.day_on)
    .order_by(visit.c.day_on)
)
DAYS: Query = sa.select(visit.c.day_on).where(visit.c.day_on.between(_from, _until)).distinct()  # the days with a visit

_DATED = entry.c.day_on.between(_from, _until)
# where the first page begins: the number before the period's first entry
BEFORE_FIRST_ENTRY = sa.select(sa.func.min(entry.c.number) - 1).where(_DATED)
# one row for each entry dated in the period, to be counted
DATED_ENTRIES: Query = sa.select(literal_column("1")).select_from(entry).where(_DATED)
PAID_ENTRIES = DATED_ENTRIES.where(entry.c.method.is_not(None))

# The plus keeps SQLite from the index of days, for which it would sort all entries for each page.
_DATED_IN_ORDER = literal_column("+entry.day_on", sa.String).between(_from, _until)

# A row for each entry.
ENTRIES = (
    sa.select(
        entry.c.number,
        entry.c.day_on,
        entry.c.kind,
        entry.c.account_id,
        entry.c.member_number,
        entry.c.amount_cents,
        entry.c.method,
        sa.func.json_extract(entry.c.detail, "$.product"),
        entry.c.reverses,
        entry.c.actor,
        entry.c.number.label("key"),
    )
    .where(_DATED_IN_ORDER, entry.c.number > _after)
    .order_by(entry.c.number)
)

# the name of an account's owner: of the file into which theirs was merged, if it was
_PAYER = sa.func.coalesce(_kept.c.name, member.c.name, organisation.c.name)
_PAYING_MEMBER = sa.func.coalesce(_kept.c.number, member.c.number)

# A row for each payment, refund and reversal of one: the sum is what the cash box and the bank received.
PAYMENTS = (
    sa.select(
        entry.c.number,
        entry.c.day_on,
        _PAYING_MEMBER,
        _PAYER,
        entry.c.account_id,
        entry.c.kind,
        entry.c.method,
        -entry.c.amount_cents,
        entry_text.c.body,
        entry.c.reverses,
        _by.c.number.label("reversed_by"),
        entry.c.actor,
        entry.c.number.label("key"),
    )
    .join(account, account.c.id == entry.c.account_id)
    .outerjoin(member, member.c.id == account.c.member_id)
    .outerjoin(_kept, _kept.c.id == member.c.merged_into)
    .outerjoin(organisation, organisation.c.id == account.c.organisation_id)
    .outerjoin(entry_text, entry_text.c.entry_number == entry.c.number)
    .outerjoin(_by, _by.c.reverses == entry.c.number)
    .where(_DATED_IN_ORDER, entry.c.number > _after, entry.c.method.is_not(None))
    .order_by(entry.c.number)
)

_LEVELS = sa.select(  # the cash box's movements, each with what was in the box afterwards
    cash_rows.MOVES.c.number,
    cash_rows.MOVES.c.day_on,
    cash_rows.MOVES.c.cents,
    sa.func.sum(cash_rows.MOVES.c.cents).over(order_by=cash_rows.MOVES.c.number).label("level"),
).subquery("levels")

# A row for each movement of the cash box, with its content afterwards.
CASH = (
    sa.select(
        entry.c.number,
        entry.c.day_on,
        entry.c.kind,
        sa.func.nullif(sa.func.max(_LEVELS.c.cents, 0), 0),
        sa.func.nullif(sa.func.max(-_LEVELS.c.cents, 0), 0),
        _LEVELS.c.level,
        entry_text.c.body,
        entry.c.reverses,
        entry.c.actor,
        entry.c.number.label("key"),
    )
    .select_from(_LEVELS)
    .join(entry, entry.c.number == _LEVELS.c.number)
    .outerjoin(entry_text, entry_text.c.entry_number == entry.c.number)
    .where(_LEVELS.c.day_on.between(_from, _until), _LEVELS.c.number > _after)  # by the few moves, not by all entries
    .order_by(_LEVELS.c.number)
)
CASH_MOVES: Query = sa.select(literal_column("1")).where(cash_rows.MOVES.c.day_on.between(_from, _until))


def _number_in_detail(name: str) -> sa.ColumnElement[int]:
    """Return SQL for a number in an entry's detail; 0 where it has none of this name."""
    return sa.func.coalesce(sa.func.json_extract(entry.c.detail, literal_column(f"'$.{name}'")), 0)


def _unless_reversed(cents: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """Return SQL for an amount that is 0 once its entry is reversed."""
    return sa.case((_by.c.number.is_(None), cents), else_=literal_column("0"))


# A row for each bank deposit or payout, with the entry saying that cash has arrived. A reversed one counts 0, so that
# the columns add up.
REMITTANCES = (
    sa.select(
        entry.c.number,
        entry.c.day_on,
        remittance.c.method,
        remittance.c.number,
        _number_in_detail("pieces"),
        _unless_reversed(_number_in_detail("cents")),
        _unless_reversed(_number_in_detail("fee_cents")),
        _unless_reversed(_number_in_detail("cents") - _number_in_detail("fee_cents")),
        bank_deposit_rows.CREDITED,
        _by.c.number.label("reversed_by"),
        entry.c.actor,
        remittance.c.id.label("key"),
    )
    .join(remittance, remittance.c.entry_number == entry.c.number)
    .outerjoin(_by, _by.c.reverses == entry.c.number)
    .where(_DATED, remittance.c.id > _after)
    .order_by(remittance.c.id)
)


def _added_up(*which: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    """Return SQL for the sum of an account's entries under these conditions."""
    return (
        sa.select(sa.func.coalesce(sa.func.sum(entry.c.amount_cents), 0))
        .where(entry.c.account_id == account.c.id, *which)
        .scalar_subquery()
    )


def _lately(days: int) -> sa.ScalarSelect[int]:
    """Return SQL for the cents that an account was charged from `days` days before the period's last day on, without
    reversals and charges reversed by its end.
    """
    since = sa.func.date(_until, literal_column(f"'-{days} days'"), type_=sa.String)
    is_reversed = sa.exists().where(_by.c.reverses == entry.c.number, _by.c.day_on <= _until)
    return _added_up(
        entry.c.day_on.between(since, _until),
        entry.c.amount_cents > 0,
        entry.c.kind != literal_column("'reversal'"),
        ~is_reversed,
    )


def _tabs() -> Query:
    """Return the query for accounts with a debt or an advance (below 0) on the last day, the debt split into four ages,
    the youngest first.
    """
    sums = (
        sa.select(
            account.c.id,
            _PAYING_MEMBER.label("number"),
            _PAYER.label("name"),
            # The present balance less later entries: these are few, all of an account's years are many.
            (account.c.balance_cents - _added_up(entry.c.day_on > _until)).label("balance"),
            *(_lately(days).label(f"last_{days}") for days in AGES),
        )
        .outerjoin(member, member.c.id == account.c.member_id)
        .outerjoin(_kept, _kept.c.id == member.c.merged_into)
        .outerjoin(organisation, organisation.c.id == account.c.organisation_id)
        .where(account.c.id > _after)
        .subquery("sums")
    )
    c = sums.c
    owes = sa.func.max(c.balance, 0)
    # of the debt, what is at most so many days old (AGES: three bounds): charges are paid off oldest first, so the debt
    # is the latest ones
    aged = [sa.func.min(owes, c[f"last_{days}"]) for days in AGES]
    ages = (aged[0], aged[1] - aged[0], aged[2] - aged[1], owes - aged[2])
    return sa.select(c.id, c.number, c.name, c.balance, *ages, c.id.label("key")).where(c.balance != 0).order_by(c.id)


# A row for each account with a debt or an advance on the last day; ages as `kiosk.domain.money.tabs` defines them.
TABS = _tabs()
ACCOUNTS: Query = sa.select(literal_column("1")).select_from(account)

_BELONGED = (  # the conditions of members in the period, among them those that left on its first day
    member.c.joined_on <= _until,
    sa.or_(member.c.left_on.is_(None), member.c.left_on >= _from),
    member.c.number > _after,
)

# A row for each member who belonged to the association in the period, with what they owe today.
MEMBERS = (
    sa.select(
        member.c.number,
        member.c.name,
        member.c.plan_code,
        member.c.email,
        member.c.joined_on,
        member.c.left_on,
        account.c.balance_cents,
        member.c.number.label("key"),
    )
    .join(account, account.c.member_id == member.c.id)
    .where(*_BELONGED)
    .order_by(member.c.number)
)

# The files of the same members, without money: an import reads them back.
MEMBER_FILES = (
    sa.select(
        member.c.number,
        member.c.name,
        member.c.shown_name,
        member.c.email,
        member.c.phone,
        member.c.plan_code,
        member.c.language,
        member.c.joined_on,
        member.c.left_on,
        sa.select(sa.func.max(membership.c.until_on))
        .where(membership.c.member_id == member.c.id)
        .where(~sa.exists().where(_by.c.reverses == membership.c.entry_number))
        .scalar_subquery(),
        member.c.number.label("key"),
    )
    .where(*_BELONGED, member.c.merged_into.is_(None))
    .order_by(member.c.number)
)


def _second(moment: sa.Column[Any]) -> sa.ColumnElement[str]:
    """Return SQL for a moment to the second, in UTC: `2026-11-25T08:00:00Z`."""
    return sa.func.substr(sa.type_coerce(moment, sa.String), literal_column("1"), literal_column("19")) + "Z"


# A row for each booking of a room, cancelled ones included, with its member or organisation.
BOOKINGS = (
    sa.select(
        booking.c.id,
        booking.c.day_on,
        room.c.code,
        _second(booking.c.starts_at),
        _second(booking.c.ends_at),
        booking.c.state,
        booking.c.kind,
        _PAYING_MEMBER,
        _PAYER,
        booking.c.title,
        booking.c.id.label("key"),
    )
    .join(room, room.c.id == booking.c.room_id)
    .outerjoin(member, member.c.id == booking.c.member_id)
    .outerjoin(_kept, _kept.c.id == member.c.merged_into)
    .outerjoin(organisation, organisation.c.id == booking.c.organisation_id)
    .where(booking.c.day_on.between(_from, _until), booking.c.id > _after)
    .order_by(booking.c.id)
)

# A row for each event with a date, in any state, with how many people agreed to its present terms.
EVENTS = (
    sa.select(
        event.c.id,
        _second(event.c.starts_at),
        _second(event.c.ends_at),
        event.c.title,
        event.c.kind,
        event.c.state,
        event.c.place,
        event.c.places,
        event.c.threshold,
        sa.select(sa.func.count())
        .where(
            signup.c.event_id == event.c.id,
            signup.c.left_at.is_(None),
            signup.c.terms == event.c.terms,
            signup.c.terms > 0,  # 0: they are only interested
        )
        .scalar_subquery(),
        event.c.id.label("key"),
    )
    .where(
        sa.type_coerce(event.c.starts_at, sa.String) >= _from_at,
        sa.type_coerce(event.c.starts_at, sa.String) < _until_at,
        event.c.id > _after,
    )
    .order_by(event.c.id)
)
