"""Keeps corrections of money above the limit of the rule, which wait for a second officer, and the decisions about
them.

A wish is what an officer asks to do. Its act is the key of the form that asked; the correction's entry has it as id.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from kiosk.domain.members.wishes import DONE, OPEN, Waiting, Wish
from kiosk.store.tables import account, entry, member, organisation
from kiosk.store.tables.desk import second_look

_C = second_look.c


class Look(Waiting, frozen=True):
    """A correction that waits for a second officer or was decided, and whose account it is on.

    `entry` is the one to reverse; None for a refund (by `method`) or a write-off. `reason` is empty once decided.
    """

    cents: int
    reason: str
    account: int | None
    entry: int | None
    method: str | None
    member_number: int | None
    name: str

    @property
    def wish(self) -> Wish:
        """The correction that was asked for."""
        return Wish(
            kind=self.kind,
            account=self.account,
            entry=self.entry,
            cents=self.cents,
            method=self.method,
            reason=self.reason,
        )


_LOOKS = (
    sa.select(
        _C.id,
        _C.act,
        _C.kind,
        _C.asked_by,
        _C.asked_at,
        _C.state,
        _C.decided_by,
        _C.cents,
        _C.reason,
        _C.account_id,
        _C.entry_number,
        _C.method,
        member.c.number,
        sa.func.coalesce(member.c.name, organisation.c.name, ""),
    )
    .outerjoin(account, account.c.id == _C.account_id)
    .outerjoin(member, member.c.id == account.c.member_id)
    .outerjoin(organisation, organisation.c.id == account.c.organisation_id)
)


def _look(record: sa.Row[*tuple[Any, ...]]) -> Look:
    """Return a correction that waits, or was decided, from its row."""
    return Look(*record)


def ask(connection: sa.Connection, act: bytes, wish: Wish, by: str, at: datetime) -> int:
    """Write a correction that an officer asks for, and return its id. `act` is the key of the form that was sent."""
    values = {
        "act": act,
        "kind": wish.kind,
        "account_id": wish.account,
        "entry_number": wish.entry,
        "cents": wish.cents,
        "method": wish.method,
        "reason": wish.reason,
        "asked_by": by,
        "asked_at": at,
    }
    return int(connection.execute(second_look.insert(), values).lastrowid)


def by_act(connection: sa.Connection, act: bytes) -> int | None:
    """Return the id of the correction that a form asked for; None if this form was not sent before."""
    return connection.execute(sa.select(_C.id).where(_C.act == act)).scalar()


def same(connection: sa.Connection, wish: Wish) -> int | None:
    """Return the id of a correction of the same kind that waits on the same entry; None if there is none, or the wish
    is about no entry.
    """
    query = sa.select(_C.id).where(_C.state == OPEN, _C.kind == wish.kind, _C.entry_number == wish.entry)
    return None if wish.entry is None else connection.execute(query).scalar()


def get(connection: sa.Connection, look_id: int) -> Look | None:
    """Return a correction; None if there is none with this id."""
    row = connection.execute(_LOOKS.where(_C.id == look_id)).first()
    return None if row is None else _look(row)


def waiting(connection: sa.Connection) -> list[Look]:
    """Return the corrections that wait for a second officer, oldest first."""
    return [_look(row) for row in connection.execute(_LOOKS.where(_C.state == OPEN).order_by(_C.id))]


def latest(connection: sa.Connection, most: int = 20) -> list[Look]:
    """Return the corrections decided last, newest first."""
    query = _LOOKS.where(_C.state != OPEN).order_by(_C.decided_at.desc()).limit(most)
    return [_look(row) for row in connection.execute(query)]


def decide(connection: sa.Connection, look_id: int, state: str, by: str, at: datetime) -> None:
    """Write the decision about a correction, and delete its reason."""
    # A correction that is done has the reason as its entry's text; of another one it is not kept.
    values = {"state": state, "decided_by": by, "decided_at": at, "reason": ""}
    connection.execute(second_look.update().where(_C.id == look_id).values(**values))


def corrected_alone(connection: sa.Connection, account_id: int, by: str, since: date) -> int:
    """Return the cents that an officer reversed, refunded or wrote off on an account, on a day or later, without a
    second officer's agreement. Amounts are added without their signs.
    """
    by_two = sa.select(_C.act).where(_C.state == DONE)  # the ids of entries that a second officer agreed to
    query = sa.select(sa.func.coalesce(sa.func.sum(sa.func.abs(entry.c.amount_cents)), 0)).where(
        entry.c.account_id == account_id,
        entry.c.actor == by,
        entry.c.kind.in_(("reversal", "refund", "write-off")),
        entry.c.day_on >= since,
        entry.c.id.not_in(by_two),
    )
    return int(connection.execute(query).scalar_one())


def of_entry(connection: sa.Connection, number: int) -> tuple[int | None, int]:
    """Return an entry's account and amount in cents; None and 0 if there is no such entry."""
    row = connection.execute(
        sa.select(entry.c.account_id, entry.c.amount_cents).where(entry.c.number == number)
    ).first()
    return (None, 0) if row is None else (row.account_id, row.amount_cents)
