"""Reads what covers a member's day other than a price: rooms charged for that day, or an event that includes the day.

A tap asks for these only where the rule counts rooms, or some event includes the day.
"""

from datetime import date
from typing import Any

import sqlalchemy as sa

from kiosk.store.prepared import Prepared
from kiosk.store.tables import account, entry, member, payer
from kiosk.store.tables.events import event, included_day, signup
from kiosk.store.tables.rooms import booking, booking_entry

_DAY: sa.BindParameter[str] = sa.bindparam("day", type_=sa.String)


def _rooms() -> sa.Select[int]:
    """Return the query for the cents charged to an account for a member's rooms of a day, without reversed charges."""
    reversing, c = entry.alias(), booking.c
    return (
        sa.select(sa.func.coalesce(sa.func.sum(entry.c.amount_cents), 0).label("cents"))
        .select_from(booking.join(booking_entry, booking_entry.c.booking_id == c.id))
        .join(entry, entry.c.number == booking_entry.c.entry_number)
        .where(c.member_id == sa.bindparam("member"), c.day_on == _DAY, booking_entry.c.role == "charge")
        .where(
            entry.c.account_id == sa.bindparam("account"), ~sa.exists().where(reversing.c.reverses == entry.c.number)
        )
    )


_ROOMS = Prepared(_rooms)


def rooms_cents(connection: sa.Connection, member_id: int, account_id: int, day: str) -> int:
    """Return the cents charged to an account for rooms that the member booked for a day; reversed
    charges do not count.
    """
    row = _ROOMS.first(connection, {"member": member_id, "account": account_id, "day": day})
    return 0 if row is None else int(row.cents)


def of_room_charge(connection: sa.Connection, number: int, day: str) -> int | None:
    """Return the number of the member whose room on a day an entry charges; None if the entry is no such charge."""
    c = booking.c
    return connection.execute(
        sa.select(member.c.number)
        .join(booking, c.member_id == member.c.id)
        .join(booking_entry, booking_entry.c.booking_id == c.id)
        .where(
            booking_entry.c.entry_number == number,
            booking_entry.c.role == "charge",
            c.day_on == sa.literal(day, sa.String),
        )
    ).scalar()


def rooms_by_day(connection: sa.Connection, first: date, last: date) -> dict[tuple[int, date], int]:
    """Return the cents of rooms, as `rooms_cents` does, by member number and day of a period.

    A member whose days another account pays is left out.
    """
    reversing, c = entry.alias(), booking.c
    paid_by_another = sa.exists().where(
        payer.c.member_id == c.member_id, payer.c.kind == "day", payer.c.from_on <= c.day_on
    )
    paid_by_another = paid_by_another.where(sa.or_(payer.c.until_on.is_(None), payer.c.until_on >= c.day_on))
    rows = connection.execute(
        sa.select(member.c.number, c.day_on, sa.func.sum(entry.c.amount_cents))
        .select_from(booking.join(booking_entry, booking_entry.c.booking_id == c.id))
        .join(entry, entry.c.number == booking_entry.c.entry_number)
        .join(member, member.c.id == c.member_id)
        .join(account, account.c.member_id == member.c.id)
        .where(c.day_on.between(first, last), booking_entry.c.role == "charge", entry.c.account_id == account.c.id)
        .where(~sa.exists().where(reversing.c.reverses == entry.c.number), ~paid_by_another)
        .group_by(member.c.number, c.day_on)
    )
    return {(number, day): int(cents) for number, day, cents in rows}


def events_by_day(connection: sa.Connection, first: date, last: date) -> set[tuple[int, date]]:
    """Return the pairs of member number and day of a period for which `has_event` is true."""
    seats = _seats().add_columns(included_day.c.day_on).where(included_day.c.day_on.between(first, last)).subquery()
    seated = sa.or_(seats.c.places.is_(None), seats.c.place <= seats.c.places)
    rows = connection.execute(
        sa.select(member.c.number, seats.c.day_on).join(member, member.c.id == seats.c.member_id).where(seated)
    )
    return {(number, day) for number, day in rows}


def has_event(connection: sa.Connection, member_id: int, day: str) -> bool:
    """Return whether a member has a seat at a confirmed event that includes this day: their place is within the event's
    number of seats, `places`, if it has one. Behind that they wait, and have no seat.
    """
    seats = _seats().where(included_day.c.day_on == sa.literal(day, sa.String)).subquery()
    seated = sa.or_(seats.c.places.is_(None), seats.c.place <= seats.c.places)
    return bool(connection.execute(sa.select(sa.exists().where(seats.c.member_id == member_id, seated))).scalar())


def _seats() -> sa.Select[Any]:
    """Return the query for the people signed up for confirmed events with included days, one row for each such day,
    each with their place in the event's line, from 1 on.
    """
    line = sa.select(signup.c.id, signup.c.member_id, signup.c.event_id, event.c.places).add_columns(
        sa.func.row_number()
        .over(partition_by=(signup.c.event_id, included_day.c.day_on), order_by=(signup.c.made_at, signup.c.id))
        .label("place")
    )
    # `terms` numbers the versions of an event's days and price: who agreed to an older one has no seat, nor has who is
    # only interested (0).
    return (
        line.join(event, event.c.id == signup.c.event_id)
        .join(included_day, included_day.c.event_id == event.c.id)
        .where(event.c.state == "held")  # confirmed to take place
        .where(signup.c.left_at.is_(None), signup.c.terms == event.c.terms, signup.c.terms > 0)
    )
