"""Reads and writes which members asked for their file to be erased and await an answer."""

from datetime import date

import sqlalchemy as sa
from msgspec import Struct

from kiosk.store.tables import account, member

_C = member.c


class Awaiting(Struct, frozen=True):
    """A request to be erased: its member, its day, the day of their departure, what their account owes or is ahead."""

    number: int
    name: str
    asked_on: date
    left_on: date | None
    account: int
    balance_cents: int


def asked_on(connection: sa.Connection, number: int) -> date | None:
    """Return the day on which a member asked to be erased; None where no request of theirs awaits an answer."""
    return connection.execute(sa.select(_C.erasure_asked_on).where(_C.number == number)).scalar()


def note(connection: sa.Connection, number: int, on: date | None) -> None:
    """Note the day of a request, or that none awaits an answer any more."""
    values = {"erasure_asked_on": on, "version": _C.version + 1}
    connection.execute(member.update().where(_C.number == number).values(**values))


def awaiting(connection: sa.Connection) -> list[Awaiting]:
    """List the members that await an answer, the longest first."""
    rows = connection.execute(
        sa.select(_C.number, _C.name, _C.erasure_asked_on, _C.left_on, account.c.id, account.c.balance_cents)
        .join(account, account.c.member_id == _C.id)
        .where(_C.erasure_asked_on.is_not(None))
        .order_by(_C.erasure_asked_on, _C.number)
    )
    return [
        Awaiting(number, name, asked, left_on, account_id, cents)
        for number, name, asked, left_on, account_id, cents in rows
        if asked is not None
    ]
