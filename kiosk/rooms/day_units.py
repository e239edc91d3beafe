"""Says ahead whether what paid for a member's day comes back once the rooms of that day are charged.

A room is charged when it is over, when its member may be gone: what becomes of a prepaid unit is said where it is
booked, and on the booking's own page.
"""

import sqlalchemy as sa

from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import Policy, ProductKind
from kiosk.money import day_again
from kiosk.store.members import members
from kiosk.store.rooms import booking_rows


def comes_back(connection: sa.Connection, policy: Policy, number: int, moment: Moment) -> bool | None:
    """Return whether the unit that paid for a member's day is given back by the rooms of this day, charged and to come.

    It is where they pay the whole day and it is good tomorrow. None where no unit paid, or they leave something to pay.
    """
    if not (policy.rooms_on and policy.room_counts_toward_day):
        return None
    member = members.by_number(connection, number)
    if members.paying_account(connection, member, ProductKind.ROOM, moment.day) != member.account:
        return None
    held = booking_rows.uncharged(connection, member.id)
    cents = sum(each.price.cents for each in held if each.day_on == moment.day)
    return day_again.unit_comes_back(connection, policy, number, moment, cents)
