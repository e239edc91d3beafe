"""Reads tabs: what accounts owe, for how long and for what; the accounts' owners; the last payment; an act's entries.

How much of each charge is open is kept beside it (`kiosk.store.accounts.open_rows`): in a query over `WITH_OPEN`,
`OPEN_CENTS` is what is still to be paid of an entry of one of the kinds `OWED`, and `OWED_ON` the day from which it is
owed.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.money import tabs
from kiosk.domain.money.tabs import AGES, Ages
from kiosk.domain.names import searchable
from kiosk.errors import RequestError
from kiosk.language.names import Names
from kiosk.store import name_rows
from kiosk.store.tables import (
    OPEN_CENTS,
    OWED,
    OWED_ON,
    WITH_OPEN,
    account,
    badge,
    entry,
    entry_text,
    member,
    organisation,
    payer,
)

LONGEST_ACT = 50  # entries of one act, whose numbers are next to each other


class Owner(Struct, frozen=True):
    """An account with its owner: a member (`number`) or an organisation (its id). A balance below 0 is an advance.

    An organisation has its name as `shown_name`, too, and no days of joining and leaving.
    """

    account: int
    number: int | None
    organisation: int | None
    name: str
    shown_name: str
    email: str | None
    language: str | None
    left_on: date | None
    balance_cents: int
    joined_on: date | None = None


class Tab(Struct, frozen=True):
    """What an account owes, in four parts by age: up to 30, 60 and 90 days, and older."""

    owner: Owner
    ages: Ages


_OWNED: tuple[sa.ColumnElement[Any], ...] = (
    account.c.id,
    member.c.number,
    organisation.c.id,
    sa.func.coalesce(member.c.name, organisation.c.name).label("name"),
    sa.func.coalesce(member.c.shown_name, organisation.c.name),
    sa.func.coalesce(member.c.email, organisation.c.email),
    sa.func.coalesce(member.c.language, organisation.c.language),
    member.c.left_on,
    account.c.balance_cents,
    member.c.joined_on,
)
_OWNERS = (
    sa.select(*_OWNED)
    .select_from(account)
    .outerjoin(member, member.c.id == account.c.member_id)
    .outerjoin(organisation, organisation.c.id == account.c.organisation_id)
)


def owner(connection: sa.Connection, account_id: int) -> Owner:
    """Return an account with its owner. Raises RequestError `no-such-account`."""
    row = connection.execute(_OWNERS.where(account.c.id == account_id)).first()
    if row is None:
        raise RequestError("no-such-account", field="amount", account=account_id)
    return Owner(*row)


def owners(connection: sa.Connection, accounts: Iterable[int]) -> dict[int, Owner]:
    """Return these accounts with their owners, in one query; unknown numbers are left out."""
    rows = connection.execute(_OWNERS.where(account.c.id.in_(list(accounts))))
    return {owner_.account: owner_ for owner_ in (Owner(*row) for row in rows)}


def find(connection: sa.Connection, words: str, limit: int = 12) -> list[Owner]:
    """Return the accounts whose owner a text may mean, at most `limit`; none for an empty text, none of merged files.

    Each word must be in the name (without accents and case); or the text is a member number, or the last four
    characters of a badge. Former members come last, names that begin with the first word first.
    """
    searched = searchable(words).split()
    if not searched:
        return []
    members_ = [member.c.search.contains(word, autoescape=True) for word in searched]
    named = sa.func.lower(organisation.c.name)
    organisations = [named.contains(word.casefold(), autoescape=True) for word in words.split()]
    matches = [sa.and_(*members_), sa.and_(*organisations)]
    if len(searched) == 1 and re.fullmatch(r"[0-9]{1,9}", searched[0]):
        matches.append(member.c.number == int(searched[0]))
    if len(searched) == 1 and re.fullmatch(r"[0-9a-f]{4}", searched[0]):
        tails = sa.select(badge.c.member_id).where(badge.c.tail == searched[0].upper())
        matches.append(member.c.id.in_(tails))
    nearest = sa.case((member.c.search.startswith(searched[0], autoescape=True), 0), else_=1)
    query = (
        _OWNERS.where(sa.or_(*matches), member.c.merged_into.is_(None))
        .order_by(member.c.left_on.is_not(None), nearest, sa.literal_column("name"), account.c.id)
        .limit(limit)
    )
    return [Owner(*row) for row in connection.execute(query)]


def owing(connection: sa.Connection, today: date) -> list[Tab]:
    """Return every account that owes something, with the ages of what it owes, in no order."""
    charged = _charged(connection, today)
    rows = connection.execute(_OWNERS.where(account.c.balance_cents > 0))
    owners_ = [Owner(*row) for row in rows]
    return [
        Tab(owner_, tabs.spread(owner_.balance_cents, charged.get(owner_.account, (0, 0, 0)))) for owner_ in owners_
    ]


def in_advance(connection: sa.Connection) -> list[Owner]:
    """Return every account that has an advance."""
    rows = connection.execute(_OWNERS.where(account.c.balance_cents < 0))
    return [Owner(*row) for row in rows]


class TabSums(Struct, frozen=True):
    """All tabs and all advances in five numbers; `old` counts the accounts that owe something for more than 60 days."""

    owing: int  # accounts that owe something
    owed_cents: int
    old: int
    in_advance: int  # accounts with an advance
    advance_cents: int


def all_together(connection: sa.Connection, today: date) -> TabSums:
    """Return how many accounts owe something or have an advance, and how much together."""
    balance = account.c.balance_cents
    recent = (
        sa.select(sa.func.coalesce(sa.func.sum(OPEN_CENTS), 0))
        .select_from(WITH_OPEN)
        .where(entry.c.account_id == account.c.id, today - timedelta(days=AGES[1]) <= OWED_ON, _raises_tab())  # 60 days
        .scalar_subquery()
    )
    count, total = sa.func.count(), sa.func.coalesce(sa.func.sum(balance), 0)
    owing, owed = connection.execute(sa.select(count, total).where(balance > 0)).one()
    # what is owed beyond the recent charges is older
    old = connection.execute(sa.select(count).select_from(account).where(balance > 0, balance > recent)).scalar_one()
    ahead, advance = connection.execute(sa.select(count, total).where(balance < 0)).one()
    return TabSums(owing, owed, old, ahead, -advance)


def _raises_tab() -> sa.ColumnElement[bool]:
    """Return the condition that an entry is of one of the kinds `OWED`, raised a tab, and is not reversed."""
    reversing = entry.alias()
    return sa.and_(
        entry.c.kind.in_(OWED), entry.c.amount_cents > 0, ~sa.exists().where(reversing.c.reverses == entry.c.number)
    )


def _charged(connection: sa.Connection, today: date) -> dict[int, tuple[int, ...]]:
    """Return the open cents of charges of the last 30, 60 and 90 days, by account that owes something.

    The sum of 60 days includes that of 30, the sum of 90 both: `tabs.spread` works out the ages from these.
    """
    since = [today - timedelta(days=age) for age in AGES]
    sums = [sa.func.sum(sa.case((day <= OWED_ON, OPEN_CENTS), else_=0)) for day in since]
    owing = sa.select(account.c.id).where(account.c.balance_cents > 0)  # as a join, SQLite would read all days first
    rows = connection.execute(
        sa.select(entry.c.account_id, *sums)
        .select_from(WITH_OPEN)
        .where(entry.c.account_id.in_(owing), entry.c.day_on >= since[-1], _raises_tab())
        .group_by(entry.c.account_id)
    )
    return {row[0]: tuple(row[1:]) for row in rows}


class Line(Struct, frozen=True):
    """A charge that is not settled: its entry, the day from which it is owed, and the open part in cents.

    `product` is None for a charge of no product; `member_number` is the member that the charge is about, perhaps not
    the account's owner.
    """

    number: int
    day_on: date
    kind: str
    product: Names | None
    member_number: int | None
    cents: int


def unpaid(connection: sa.Connection, holder: Owner, limit: int = 200) -> list[Line]:
    """Return the open charges of an account, oldest first; if there are more than `limit`, the newest of them."""
    return unpaid_of(connection, [holder], limit)[holder.account]


def unpaid_of(connection: sa.Connection, holders: Sequence[Owner], limit: int = 200) -> dict[int, list[Line]]:
    """Return the open charges of each of these accounts, as `unpaid` does, in two queries; none for one that owes
    nothing.
    """
    owing = [holder.account for holder in holders if holder.balance_cents > 0]
    newest_first = (OWED_ON.desc(), entry.c.number.desc())
    left = OPEN_CENTS.label("left")
    charged = (
        sa.select(
            entry.c.account_id,
            entry.c.number,
            OWED_ON.label("day_on"),
            entry.c.kind,
            sa.func.json_extract(entry.c.detail, "$.product").label("product"),
            entry.c.member_number,
            left,
            sa.func.row_number().over(partition_by=entry.c.account_id, order_by=newest_first).label("place"),
        )
        .select_from(WITH_OPEN)
        .where(entry.c.account_id.in_(owing), _raises_tab(), OPEN_CENTS > 0)
        .subquery()
    )
    rows = connection.execute(
        sa.select(charged).where(charged.c.place <= limit).order_by(charged.c.account_id, charged.c.place.desc())
    )
    names = name_rows.products(connection)
    lines: dict[int, list[Line]] = {holder.account: [] for holder in holders}
    for row in rows:
        product_names = names.get(row.product)
        lines[row.account_id].append(Line(row.number, row.day_on, row.kind, product_names, row.member_number, row.left))
    return lines


def settled_with(connection: sa.Connection, holder: Owner, day: date) -> list[Owner]:
    """Return the accounts that belong together with this one on a day: those that it pays for, those that pay for its
    member, and those of the same person's other files.
    """
    own_account = account.alias()
    same = sa.select(payer.c.account_id.label("payer"), own_account.c.id.label("own")).join(
        own_account, own_account.c.member_id == payer.c.member_id
    )
    payings = same.where(payer.c.from_on <= day, sa.or_(payer.c.until_on.is_(None), payer.c.until_on >= day)).subquery()
    merged_file = member.alias()
    files = (
        sa.select(own_account.c.id)
        .join(merged_file, merged_file.c.id == own_account.c.member_id)
        .join(member, member.c.id == merged_file.c.merged_into)
        .where(member.c.number == holder.number)
    )
    together = sa.union(
        files,
        sa.select(payings.c.own).where(payings.c.payer == holder.account),
        sa.select(payings.c.payer).where(payings.c.own == holder.account),
    )
    rows = connection.execute(
        _OWNERS.where(account.c.id.in_(together), account.c.id != holder.account).order_by(sa.literal_column("name"))
    )
    return [Owner(*row) for row in rows]


def last_payment(connection: sa.Connection, account_id: int) -> int | None:
    """Return the latest payment on an account that is not reversed; None if there is none."""
    reversing = entry.alias()
    return connection.execute(
        sa.select(entry.c.number)
        .where(entry.c.account_id == account_id, entry.c.kind == "payment")
        .where(~sa.exists().where(reversing.c.reverses == entry.c.number))
        .order_by(entry.c.number.desc())
        .limit(1)
    ).scalar()


ActRow = sa.Row[*tuple[Any, ...]]


def act(connection: sa.Connection, number: int) -> Sequence[ActRow]:
    """Return the entries of the act that an entry is part of, in order, with their texts, the entries that reverse
    them, and the kind of the entry that they reverse themselves. Entries of the act that are more than `LONGEST_ACT`
    numbers away, such as a later reversal, are left out.

    Raises RequestError `no-such-entry`.
    """
    reversing, original, first = entry.alias(), entry.alias(), entry.alias()
    near = entry.c.number.between(number - LONGEST_ACT, number + LONGEST_ACT)
    rows = connection.execute(
        sa.select(
            entry.c.number,
            entry.c.day_on,
            entry.c.kind,
            entry.c.account_id,
            entry.c.member_number,
            entry.c.actor,
            entry.c.amount_cents,
            entry.c.method,
            entry.c.reverses,
            entry.c.detail,
            entry_text.c.body.label("text"),
            reversing.c.number.label("reversed_by"),
            reversing.c.day_on.label("reversed_on"),
            original.c.kind.label("reversed_kind"),
        )
        .select_from(entry)
        .join(first, first.c.number == number)
        .outerjoin(reversing, reversing.c.reverses == entry.c.number)
        .outerjoin(original, original.c.number == entry.c.reverses)
        .outerjoin(entry_text, entry_text.c.entry_number == entry.c.number)
        .where(near, entry.c.group_id == first.c.group_id)
        .order_by(entry.c.number)
    ).all()
    if not rows:
        raise RequestError("no-such-entry", number=number)
    return rows
