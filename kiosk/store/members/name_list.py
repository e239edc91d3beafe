"""Reads what the desk's search box finds: members and organisations by name, badges by their end,
documents by number.
"""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from msgspec import Struct

from kiosk.store.tables import account, badge, entry, member, organisation
from kiosk.store.tables.books import document
from kiosk.store.tables.rooms import booking, quote

MOST_DOCUMENTS = 6  # that a search by number returns: several series may have the same number


class Named(Struct, frozen=True, array_like=True, gc=False):  # the desk keeps thousands of them: small, and uncollected
    """A member (`number`) or an organisation (`organisation`, its id), with its account; the other one of these is
    None.

    An organisation has no plan and no days.
    """

    number: int | None
    organisation: int | None
    account: int
    name: str
    email: str | None
    plan: str | None = None
    left_on: date | None = None
    joined_on: date | None = None

    def has_left(self, day: date) -> bool:
        """Return whether the member has left by a day; leaving on a later day does not count yet."""
        return self.left_on is not None and self.left_on <= day


class Paper(Struct, frozen=True):
    """A receipt, an invoice or a credit note, by series and number."""

    id: int
    series: str
    number: int


def members(connection: sa.Connection) -> list[Named]:
    """Return every member, by number, without erased and merged files."""
    c = member.c
    rows = connection.execute(
        sa.select(c.number, sa.null(), account.c.id, c.name, c.email, c.plan_code, c.left_on, c.joined_on)
        .join(account, account.c.member_id == c.id)
        .where(c.merged_into.is_(None), c.erased_on.is_(None))
        .order_by(c.number)
    )
    return [Named(*row) for row in rows]


def organisations(connection: sa.Connection) -> list[Named]:
    """Return every organisation, in the order in which they were added."""
    c = organisation.c
    rows = connection.execute(
        sa.select(sa.null(), c.id, account.c.id, c.name, c.email)
        .join(account, account.c.organisation_id == c.id)
        .order_by(c.id)
    )
    return [Named(*row) for row in rows]


def holders(connection: sa.Connection, tail: str) -> dict[int, str]:
    """Return the ends of badges that end with `tail`, joined by commas, by member number; a merged file's under the
    kept one's.
    """
    kept = member.alias("kept")
    number = sa.func.coalesce(kept.c.number, member.c.number)
    rows = connection.execute(
        sa.select(number, badge.c.tail)
        .select_from(badge)
        .join(member, member.c.id == badge.c.member_id)
        .outerjoin(kept, kept.c.id == member.c.merged_into)
        .where(badge.c.tail.endswith(tail, autoescape=True))
        .order_by(number, badge.c.tail)
    )
    ends_by_holder: dict[int, list[str]] = {}
    for holder, end in rows:
        ends_by_holder.setdefault(holder, []).append(end)
    return {holder: ", ".join(ends) for holder, ends in ends_by_holder.items()}


def merged_into(connection: sa.Connection, number: int) -> int | None:
    """Return the number of the kept file that a merged file points to; None for a file that is not merged."""
    kept = member.alias("kept")
    query = sa.select(kept.c.number).join(member, member.c.merged_into == kept.c.id).where(member.c.number == number)
    return connection.execute(query).scalar()


def papers(connection: sa.Connection, number: int, series: Sequence[str]) -> list[Paper]:
    """Return the documents with a number in any of these series, the newest first, at most `MOST_DOCUMENTS`."""
    c = document.c
    rows = connection.execute(
        sa.select(c.id, c.series, c.number)
        .where(c.number == number, c.series.in_(series))
        .order_by(c.id.desc())
        .limit(MOST_DOCUMENTS)
    )
    return [Paper(*row) for row in rows]


def has_quote(connection: sa.Connection, number: int) -> bool:
    """Return whether there is a quote of this number."""
    return connection.execute(sa.select(quote.c.id).where(quote.c.id == number)).scalar() is not None


def has_booking(connection: sa.Connection, number: int) -> bool:
    """Return whether there is a booking of this number."""
    return connection.execute(sa.select(booking.c.id).where(booking.c.id == number)).scalar() is not None


def has_entry(connection: sa.Connection, number: int) -> bool:
    """Return whether the ledger has an entry of this number."""
    return connection.execute(sa.select(entry.c.number).where(entry.c.number == number)).scalar() is not None
