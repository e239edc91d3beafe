"""Works out today's charge of a member again after a room or a seat of today was charged or reversed, and writes the
difference.

It works within the given transaction and only for today: a past day stays as it was charged.
"""

import secrets
from datetime import date

import sqlalchemy as sa
from msgspec.structs import replace

from kiosk.domain import ids
from kiosk.domain.chain import Seal
from kiosk.domain.checkin import day_charges
from kiosk.domain.checkin.day_charges import Kept, Recorded
from kiosk.domain.checkin.standing import PREPAID, Right, VisitToday
from kiosk.domain.checkin.verdicts import Granted
from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import Policy
from kiosk.store import ledger
from kiosk.store.checkin import standing, visits
from kiosk.store.money import prepaid


def settle(
    connection: sa.Connection,
    seal: Seal,
    policy: Policy,
    number: int,
    moment: Moment,
    actor: str,
    day: date | None = None,
) -> Kept | None:
    """Write what a member's day costs now, if they have a visit today and its price changes. Return `Kept` where the
    prepaid unit (a day of a carnet, a voucher or a banked day) stays used because it expires today; else None.

    `day` is the day of the room or seat: where it is not today, nothing is written.
    """
    if day is not None and day != moment.day:
        return None
    person = standing.of_member(connection, number, policy, moment.day)
    if person is None or person.today is None:
        return None
    charge = day_charges.again(person, policy, moment, _recorded_payment(connection, person.today))
    if charge is None or isinstance(charge, Kept):  # None: the day costs what it did
        return charge
    visits.rebook(
        connection,
        seal,
        Granted(person, charge),
        policy,
        moment,
        tap_id=ids.new(moment.at, secrets.token_bytes(16)),
        actor=actor,
        left_at=person.today.left_at,
    )
    return None


def unit_comes_back(
    connection: sa.Connection, policy: Policy, number: int, moment: Moment, rooms_cents: int
) -> bool | None:
    """Return whether the prepaid unit that paid for a member's day would be given back if rooms for `rooms_cents` more
    were charged. None where no unit paid, or part of the day would be left to pay.
    """
    person = standing.of_member(connection, number, policy, moment.day)
    if person is None or person.today is None or person.today.right not in PREPAID:
        return None
    more = replace(person, rooms_cents=person.rooms_cents + rooms_cents)
    charge = day_charges.again(more, policy, moment, _recorded_payment(connection, person.today))
    return None if charge is None else not isinstance(charge, Kept)


def _recorded_payment(connection: sa.Connection, today: VisitToday) -> Recorded:
    """Return what paid for a recorded day: its product and tariff, the cents that rooms took off it, and when its unit
    expires; all empty where no entry paid. A full price uses no prepaid unit, so that none expires.
    """
    if today.charge_entry is None:
        return Recorded()
    detail = ledger.detail(connection, today.charge_entry)
    expires_on = prepaid.expires_on(connection, detail) if today.right is not Right.FULL else None
    return Recorded(detail.get("product"), detail.get("tariff"), detail.get("rooms_cents", 0), expires_on)
