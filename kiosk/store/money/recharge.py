"""Reverses a charge and writes it again, so that it can be invoiced again.

The amount owed stays the same, and the right that the charge gave moves to the new charge.
"""

import json
from datetime import date, datetime

import sqlalchemy as sa

from kiosk.domain.chain import Seal
from kiosk.store import ledger
from kiosk.store.ledger import Draft
from kiosk.store.money import reversals
from kiosk.store.tables import carnet, entry, membership, subscription, visit
from kiosk.store.tables.desk import due_act
from kiosk.store.tables.events import signup
from kiosk.store.tables.prepaid import envelope
from kiosk.store.tables.rooms import booking_entry

_LINKS = (  # columns that name a charge, and are moved to the new one
    (membership, membership.c.entry_number),
    (subscription, subscription.c.entry_number),
    (carnet, carnet.c.entry_number),
    (envelope, envelope.c.entry_number),
    (visit, visit.c.charge_entry),
    (due_act, due_act.c.entry_number),
    (signup, signup.c.charge_entry),
)


def charge(
    connection: sa.Connection,
    seal: Seal,
    number: int,
    *,
    group: bytes,
    at: datetime,
    day_on: date,
    actor: str,
    reason: str | None,
) -> int:
    """Reverse a charge and write the same again, with the day that it concerns. Return the number of the reversal.

    The new charge belongs to the act `group`; a booking's belongs to the act of the old one. Raises RequestError as
    `reversals.reverse` does, NoResultFound for an unknown number.
    """
    row = connection.execute(sa.select(entry).where(entry.c.number == number)).mappings().one()
    reversal = reversals.reverse(connection, seal, number, at=at, day_on=day_on, actor=actor, reason=reason)
    detail = json.loads(row["detail"])
    role = connection.execute(
        sa.select(booking_entry.c.booking_id, booking_entry.c.role).where(booking_entry.c.entry_number == number)
    ).first()
    draft = Draft(
        kind=row["kind"],
        day_on=day_on,
        group=group if role is None else row["group_id"],  # a booking and its charges are one act
        actor=actor,
        amount_cents=row["amount_cents"],
        account=row["account_id"],
        visit=row["visit_id"],
        member_number=row["member_number"],
        detail={"concerns": row["day_on"].isoformat(), **detail},  # a day that the old one concerned stays
    )
    new = ledger.append(connection, seal, draft, at)
    for table, column in _LINKS:
        connection.execute(table.update().where(column == number).values({column.name: new}))
    if role is not None:  # the booking gets one more row: the reversed charge keeps its own
        values = {"entry_number": new, "booking_id": role.booking_id, "role": role.role}
        connection.execute(booking_entry.insert(), values)
    return reversal
