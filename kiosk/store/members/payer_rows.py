"""Keeps which account pays a kind of product for a member, by day. Without a row the member's own account pays."""

from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa

from kiosk.store.members.members import Member
from kiosk.store.tables import account, organisation, payer


def of_member(
    connection: sa.Connection, person: Member, day: date
) -> Sequence[sa.Row[str, int, str, date, date | None]]:
    """Return a member's payers on a day or later: kind of product, organisation's id and name (both None: a member
    pays), first and last day (None: no end).
    """
    return connection.execute(
        sa.select(payer.c.kind, organisation.c.id, organisation.c.name, payer.c.from_on, payer.c.until_on)
        .join(account, account.c.id == payer.c.account_id)
        .outerjoin(organisation, organisation.c.id == account.c.organisation_id)
        .where(payer.c.member_id == person.id)
        .where(sa.or_(payer.c.until_on.is_(None), payer.c.until_on >= day))
        .order_by(payer.c.kind, payer.c.from_on)
    ).all()


def appoint(connection: sa.Connection, person: Member, kind: str, account_id: int, from_on: date) -> None:
    """Let an account pay a kind of product for a member from a day on; the payer before it pays until the day before.

    Later appointments are deleted. With the member's own account no row is needed, and none is written.
    """
    of_kind = sa.and_(payer.c.member_id == person.id, payer.c.kind == kind)
    connection.execute(payer.delete().where(of_kind, payer.c.from_on >= from_on))
    connection.execute(
        payer.update()
        .where(of_kind, sa.or_(payer.c.until_on.is_(None), payer.c.until_on >= from_on))
        .values(until_on=from_on - timedelta(days=1))
    )
    if account_id != person.account:
        values = {"member_id": person.id, "kind": kind, "account_id": account_id, "from_on": from_on}
        connection.execute(payer.insert(), values)
