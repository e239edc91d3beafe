"""Reads and writes members' requests to have their file erased, until they are answered."""

from datetime import date

import sqlalchemy as sa
from msgspec import Struct

from kiosk.store.tables import account, member

_C = member.c


class Awaiting(Struct, frozen=True):
    """A member's request to be erased: the days of the request and of leaving, and the account's balance in cents."""

    number: int
    name: str
    asked_on: date
    left_on: date | None
    account: int
    balance_cents: int


def asked_on(connection: sa.Connection, number: int) -> date | None:
    """Return the day on which a member asked to be erased; None if no request of theirs awaits an answer."""
    return connection.execute(sa.select(_C.erasure_asked_on).where(_C.number == number)).scalar()


def note(connection: sa.Connection, number: int, on: date | None) -> None:
    """Write the day of a member's request to be erased; None ends it."""
    values = {"erasure_asked_on": on, "version": _C.version + 1}
    connection.execute(member.update().where(_C.number == number).values(**values))


def awaiting(connection: sa.Connection) -> list[Awaiting]:
    """Return the requests to be erased that await an answer, the oldest first."""
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
