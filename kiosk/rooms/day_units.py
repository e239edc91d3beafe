"""Foresees whether the prepaid unit (a day of a carnet, a voucher or a banked day) that paid for a member's day is
given back once that day's rooms are charged.

A room is charged when it is over, and by then its member may have left: so the screen where the room is booked and the
booking's own page say beforehand what becomes of the unit.
"""

import sqlalchemy as sa

from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import Policy, ProductKind
from kiosk.money import day_again
from kiosk.store.members import members
from kiosk.store.rooms import booking_rows


def comes_back(connection: sa.Connection, policy: Policy, number: int, moment: Moment) -> bool | None:
    """Return whether the prepaid unit that paid for a member's day is given back once all rooms of that day are
    charged.

    `number` is the member's. True where the rooms pay the whole day and the unit is still valid tomorrow; False where
    it expires today. None where rooms are off or do not count toward the day, another account pays for the rooms, no
    unit paid for the day, or the rooms leave part of it to pay.
    """
    if not (policy.rooms_on and policy.room_counts_toward_day):
        return None
    member = members.by_number(connection, number)
    if members.paying_account(connection, member, ProductKind.ROOM, moment.day) != member.account:
        return None
    held = booking_rows.uncharged(connection, member.id)
    cents = sum(each.price.cents for each in held if each.day_on == moment.day)
    return day_again.unit_comes_back(connection, policy, number, moment, cents)
