"""Reads what covers a member's day beside its price: rooms of that day on their own account, an event that includes it.

A tap asks only where something may be there: the rule counts rooms, or some event includes this very day.
"""

import sqlalchemy as sa

from kiosk.store.prepared import Prepared
from kiosk.store.tables import entry
from kiosk.store.tables.events import event, included_day, signup
from kiosk.store.tables.rooms import booking, booking_entry

_DAY: sa.BindParameter[str] = sa.bindparam("day", type_=sa.String)


def _rooms() -> sa.Select[int]:
    by, c = entry.alias(), booking.c
    return (
        sa.select(sa.func.coalesce(sa.func.sum(entry.c.amount_cents), 0).label("cents"))
        .select_from(booking.join(booking_entry, booking_entry.c.booking_id == c.id))
        .join(entry, entry.c.number == booking_entry.c.entry_number)
        .where(c.member_id == sa.bindparam("member"), c.day_on == _DAY, booking_entry.c.role == "charge")
        .where(entry.c.account_id == sa.bindparam("account"), ~sa.exists().where(by.c.reverses == entry.c.number))
    )


_ROOMS = Prepared(_rooms)


def rooms_cents(connection: sa.Connection, member_id: int, account_id: int, day: str) -> int:
    """Sum the standing charges of a day's rooms on an account, of a member's own bookings."""
    row = _ROOMS.first(connection, {"member": member_id, "account": account_id, "day": day})
    return 0 if row is None else int(row.cents)


def has_event(connection: sa.Connection, member_id: int, day: str) -> bool:
    """Whether a member has a seat at an event that is held and includes a day. Who waits for one has none."""
    line = sa.select(signup.c.id, signup.c.member_id, signup.c.event_id, event.c.places).add_columns(
        sa.func.row_number()
        .over(partition_by=signup.c.event_id, order_by=(signup.c.made_at, signup.c.id))
        .label("place")
    )
    line = (
        line.join(event, event.c.id == signup.c.event_id)
        .join(included_day, included_day.c.event_id == event.c.id)
        .where(included_day.c.day_on == sa.literal(day, sa.String), event.c.state == "held")
        .where(signup.c.left_at.is_(None), signup.c.terms == event.c.terms, signup.c.terms > 0)
    )
    seats = line.subquery()
    seated = sa.or_(seats.c.places.is_(None), seats.c.place <= seats.c.places)
    return bool(connection.execute(sa.select(sa.exists().where(seats.c.member_id == member_id, seated))).scalar())
