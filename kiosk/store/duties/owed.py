"""Reads which memberships end or are over, which members and invoices are late in paying, and the last reminders.

In a query over `WITH_OPEN`, `OPEN_CENTS` is what is still to be paid of an entry that raises a debt, one of the kinds
`OWED`; `OWED_ON` is the day from which it is owed.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.books.documents import Series
from kiosk.store.tables import OPEN_CENTS, OWED, OWED_ON, WITH_OPEN, account, entry, is_current, member, membership
from kiosk.store.tables.books import document, document_line, outbox

REMINDED_WITHIN = timedelta(days=400)  # older reminders count no more


class Ending(Struct, frozen=True):
    """A member whose membership ends soon or is over, and its last day. `email` is None if no mail can reach them."""

    number: int
    name: str
    until_on: date
    email: str | None
    language: str | None
    balance_cents: int


class Reminded(Struct, frozen=True):
    """How many reminders were sent about an account or an invoice, and when the last one was."""

    times: int
    last_at: datetime


def _until() -> sa.ScalarSelect[date]:
    """Return SQL for the last day of the member's memberships, without those whose sale is reversed."""
    reversing = entry.alias()
    return (
        sa.select(sa.func.max(membership.c.until_on))
        .where(membership.c.member_id == member.c.id)
        .where(~sa.exists().where(reversing.c.reverses == membership.c.entry_number))
        .scalar_subquery()
    )


def endings(connection: sa.Connection, today: date, within: timedelta) -> list[Ending]:
    """Return the present members whose membership is over or ends within a time, the earliest end first, then by name.
    Members that never had a membership are left out.
    """
    return [Ending(*row) for row in connection.execute(_endings(), {"today": today, "last": today + within})]


@cache  # each page of the desk asks this after an act, and building the query takes longer than running it
def _endings() -> sa.Select[int, str, date, str | None, str | None, int]:
    """Return the query for present members whose membership ends by a day."""
    m, until = member.c, _until()
    return (
        sa.select(m.number, m.name, until.label("until_on"), m.email, m.language, account.c.balance_cents)
        .join(account, account.c.member_id == m.id)
        .where(m.merged_into.is_(None), is_current(sa.bindparam("today")))
        .where(until <= sa.bindparam("last"))
        .order_by(sa.literal_column("until_on"), m.search, m.number)  # `search`: the name without case and accents
    )


def past_due(connection: sa.Connection, today: date, due_days: int) -> dict[int, int]:
    """Return the cents that members owe for `due_days` or longer, by account: the balance less what is not due yet.
    Organisations' accounts, and those with nothing past due, are left out.
    """
    rows = connection.execute(_past_due(), {"since": today - timedelta(days=due_days)})
    return {row.id: int(row.past) for row in rows}


@cache
def _past_due() -> sa.Select[int, int]:
    """Return the query for what members' accounts owe, without charges owed since a day after the parameter `since`."""
    reversing = entry.alias()
    not_due_yet = (
        sa.select(sa.func.coalesce(sa.func.sum(OPEN_CENTS), 0))
        .select_from(WITH_OPEN)
        .where(entry.c.account_id == account.c.id, sa.bindparam("since", type_=sa.Date) < OWED_ON)
        .where(entry.c.kind.in_(OWED), entry.c.amount_cents > 0)
        .where(~sa.exists().where(reversing.c.reverses == entry.c.number))
        .scalar_subquery()
    )
    past = account.c.balance_cents - not_due_yet
    return sa.select(account.c.id, past.label("past")).where(
        account.c.member_id.is_not(None), account.c.balance_cents > 0, past > 0
    )


def late_invoices(connection: sa.Connection, today: date) -> list[tuple[int, int]]:
    """Return the ids of the invoices whose due day is past and of which a charge is open, each with its account."""
    c = document.c
    line = document.join(document_line, document_line.c.document_id == c.id)
    query = (
        sa.select(c.id, c.account_id)
        .distinct()
        .select_from(line.join(WITH_OPEN, entry.c.number == document_line.c.invoiced))
        .where(c.series == Series.INVOICE.value, c.due_on < today, OPEN_CENTS > 0)
        .order_by(c.id)
    )
    return [(row.id, row.account_id) for row in connection.execute(query)]


def of_account(account_id: int) -> str:
    """Return the subject of messages that remind of an account."""
    return f"reminder {account_id}."


def of_invoice(id_: int) -> str:
    """Return the subject of messages that remind of an invoice, by the document's id."""
    return f"document:{id_}:reminder"


def reminders(connection: sa.Connection, now: datetime) -> Mapping[str, Reminded]:
    """Return how many reminders were written within `REMINDED_WITHIN` about each account and invoice, and when the last
    one was, by subject. One that waits in the outbox counts, one that was given up does not.
    """
    c = outbox.c
    is_reminder = sa.or_(c.about.startswith("reminder "), c.about.like("document:%:reminder"))
    rows = connection.execute(
        sa.select(c.about, sa.func.count().label("times"), sa.func.max(c.made_at).label("last_at"))
        .where(is_reminder, c.state != "given-up", c.made_at >= now - REMINDED_WITHIN)
        .group_by(c.about)
    )
    return {row.about: Reminded(row.times, row.last_at) for row in rows}
