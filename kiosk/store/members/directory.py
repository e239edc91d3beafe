"""Reads the list of members as the desk shows it, and finds members while an officer types.

If a person's files were merged, the debt and the last visit of merged files count for the kept one.
"""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.names import searchable
from kiosk.store.tables import account, badge, entry, is_current, member, membership, visit

FOUND_AT_MOST = 12  # members that a search returns, shown while an officer types
CURRENT, LEFT, EVERYBODY = "current", "left", "all"
_TAIL = frozenset("0123456789ABCDEF")  # the characters of a badge's last two bytes


class MemberFilter(Struct, frozen=True, kw_only=True):
    """The filter and the order of the list; an empty, False or 0 field does not filter.

    `absent_days` keeps members that joined more than so many days ago and have not visited since.
    """

    text: str = ""
    plan: str = ""
    who: str = CURRENT  # one of CURRENT, LEFT and EVERYBODY
    membership_over: bool = False  # paid membership has ended, or there never was one
    owes: bool = False
    absent_days: int = 0
    sort: str = "name"  # a key of SORTS
    descending: bool = False


class Listed(Struct, frozen=True):
    """A line of the list of members; `member_until` is the end of the paid membership, `last_on` the day of the last
    visit, `owes_cents` the debt (below 0: paid in advance).
    """

    number: int
    name: str
    plan: str
    joined_on: date
    left_on: date | None
    member_until: date | None
    last_on: date | None
    owes_cents: int


def _last_visit(member_id: sa.ColumnElement[int]) -> sa.ScalarSelect[date]:
    """Return SQL for a member's last kept day, guests' visits left out; worded so that
    the partial index of kept days answers it.
    """
    return (
        sa.select(sa.func.max(visit.c.day_on))
        .where(
            visit.c.member_id == member_id,
            visit.c.state == sa.literal_column("'kept'"),
            visit.c.host_visit_id.is_(None),
        )
        .scalar_subquery()
    )


def _membership_until() -> sa.ScalarSelect[date]:
    """Return SQL for the last day of the member's memberships, without those whose sale is reversed."""
    reversing = entry.alias()
    return (
        sa.select(sa.func.max(membership.c.until_on))
        .where(membership.c.member_id == member.c.id)
        .where(~sa.exists().where(reversing.c.reverses == membership.c.entry_number))
        .scalar_subquery()
    )


_merged, _merged_account = member.alias("merged"), account.alias("merged_account")
_old = (  # what the merged files of each kept one have: debt, and last visit
    sa.select(
        _merged.c.merged_into.label("into"),
        sa.func.sum(_merged_account.c.balance_cents).label("balance_cents"),
        sa.func.max(_last_visit(_merged.c.id), type_=sa.Date).label("last_on"),
    )
    .join(_merged_account, _merged_account.c.member_id == _merged.c.id)
    .where(_merged.c.merged_into.is_not(None))
    .group_by(_merged.c.merged_into)
    .subquery("old")
)
_OWES = account.c.balance_cents + sa.func.coalesce(_old.c.balance_cents, 0)
_UNTIL = _membership_until()
_NEVER = sa.literal("", sa.String)  # no visit: sorts before every day
_LAST = sa.func.nullif(  # the later of own and merged files' last visits; NULL if there was none
    sa.func.max(
        sa.func.coalesce(_last_visit(member.c.id), _NEVER, type_=sa.String),
        sa.func.coalesce(_old.c.last_on, _NEVER, type_=sa.String),
    ),
    "",
    type_=sa.Date,
)

SORTS: dict[str, sa.ColumnElement[Any]] = {
    "number": member.c.number,
    "name": member.c.search,
    "plan": member.c.plan_code,
    "until": _UNTIL,
    "last": _LAST,
    "owes": _OWES,
}
_FROM = member.join(account, account.c.member_id == member.c.id).outerjoin(_old, _old.c.into == member.c.id)


def page(
    connection: sa.Connection, member_filter: MemberFilter, today: date, *, number: int, size: int
) -> tuple[list[Listed], int]:
    """Return the lines of one page (`number` from 1 on, `size` lines) and how many lines there are in all.

    Lines without a value in the sorted column come last in both directions; equal ones are by name, then number.
    """
    conditions = _conditions(member_filter, today)
    count = connection.execute(sa.select(sa.func.count()).select_from(_FROM).where(*conditions)).scalar_one()
    c = member.c
    column = SORTS[member_filter.sort]
    order = (column.desc().nulls_last() if member_filter.descending else column.nulls_last(), c.search, c.number)
    rows = connection.execute(
        sa.select(c.number, c.name, c.plan_code, c.joined_on, c.left_on, _UNTIL, _LAST, _OWES)
        .select_from(_FROM)
        .where(*conditions)
        .order_by(*order)
        .limit(size)
        .offset((number - 1) * size)
    )
    return [Listed(*row) for row in rows], count


def _conditions(member_filter: MemberFilter, today: date) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of the members that a filter selects; a merged file is never selected."""
    c = member.c
    is_present = is_current(today)
    conditions: list[sa.ColumnElement[bool]] = [c.merged_into.is_(None)]
    if member_filter.who != EVERYBODY:
        conditions.append(is_present if member_filter.who == CURRENT else sa.not_(is_present))
    if member_filter.plan:
        conditions.append(c.plan_code == member_filter.plan)
    if member_filter.membership_over:
        conditions.append(sa.or_(_UNTIL.is_(None), today > _UNTIL))
    if member_filter.owes:
        conditions.append(_OWES > 0)
    if member_filter.absent_days:
        since = today - timedelta(days=member_filter.absent_days)
        conditions.append(sa.and_(c.joined_on < since, sa.or_(_LAST.is_(None), since > _LAST)))
    if member_filter.text:
        conditions.append(_matches(member_filter.text))
    return conditions


def _matches(text: str) -> sa.ColumnElement[bool]:
    """Return the condition that a file's name has all words of a text, or its number is the text, or the text is
    the end of a badge's number: two to four hexadecimal digits. A merged file's number finds the kept one.
    """
    words = searchable(text).split()
    matches = [sa.and_(*(member.c.search.contains(word, autoescape=True) for word in words))] if words else []
    digits = text.strip()
    if digits.isascii() and digits.isdigit() and len(digits) < 10:  # longer ones are no member's number
        matches.append(_numbered(int(digits)))
    tail = text.strip(" .…").upper()  # pages show a badge as "…3F2A"
    if 2 <= len(tail) <= 4 and set(tail) <= _TAIL:
        matches.append(_holds(tail))
    return sa.or_(*matches) if matches else sa.false()


def _numbered(number: int) -> sa.ColumnElement[bool]:
    """Return the condition that a file has this number, or that a merged file with this number points to it."""
    merged_file = member.alias("numbered")
    kept_id = sa.select(merged_file.c.merged_into).where(merged_file.c.number == number).scalar_subquery()
    return sa.or_(member.c.number == number, member.c.id == kept_id)


def _holds(tail: str) -> sa.ColumnElement[bool]:
    """Return the condition that a file has a badge whose number ends with `tail`."""
    holders = sa.select(badge.c.member_id).where(badge.c.tail.endswith(tail, autoescape=True))
    return member.c.id.in_(holders)


class Found(Struct, frozen=True):
    """A member found by a search. `tails` are the ends of their badges that match the typed text, joined by commas;
    None where none does.
    """

    number: int
    name: str
    plan: str
    left_on: date | None
    tails: str | None
    joined_on: date


def find(connection: sa.Connection, text: str) -> list[Found]:
    """Return the members that match a text best, at most `FOUND_AT_MOST`.

    An empty text finds none, and merged files are left out. Members without a day of leaving come before those with
    one; then a match of the number, of the beginning of the name, of the beginning of a
    word, and others.
    """
    if not text.strip():
        return []
    c = member.c
    folded = searchable(text)
    tail = text.strip(" .…").upper()
    tails = (
        sa.select(sa.func.group_concat(badge.c.tail, ", "))
        .where(badge.c.member_id == c.id, badge.c.tail.endswith(tail, autoescape=True))
        .scalar_subquery()
        if 2 <= len(tail) <= 4 and set(tail) <= _TAIL
        else sa.null()
    )
    digits = int(text) if text.strip().isascii() and text.strip().isdigit() and len(text.strip()) < 10 else 0
    rank = sa.case(
        (c.number == digits, 0),
        (c.search.startswith(folded, autoescape=True), 1),
        (c.search.contains(f" {folded}", autoescape=True), 2),
        else_=3,
    )
    rows = connection.execute(
        sa.select(c.number, c.name, c.plan_code, c.left_on, tails, c.joined_on)
        .where(c.merged_into.is_(None), _matches(text))
        .order_by(c.left_on.is_not(None), rank, c.search, c.number)
        .limit(FOUND_AT_MOST)
    )
    return [Found(*row) for row in rows]
