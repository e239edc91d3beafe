"""Stores the request for an online payment that a member makes on their telephone. It calls no one and writes no
entry.
"""

import secrets
from datetime import timedelta

import sqlalchemy as sa

from kiosk.domain import ids
from kiosk.domain.days import Moment
from kiosk.domain.money import online
from kiosk.domain.money.online import OPEN
from kiosk.errors import RequestError
from kiosk.store.money import online_rows
from kiosk.store.money.online_rows import OnlinePayment

_DAY = timedelta(days=1)


def ask(connection: sa.Connection, account: int, cents: int, moment: Moment) -> int:
    """Store a member's request to pay a sum on an account and return the payment's id; a request for the same sum that
    can still be paid is returned instead of a new one.

    Raises Problem `online-sum`, RequestError `online-too-many` after MOST_A_DAY requests within 24 hours.
    """
    online.checked_cents(cents)
    today = online_rows.of_accounts(connection, [account], moment.at - _DAY)
    for payment in today:
        if payment.state in OPEN and payment.cents == cents and online.has_link(payment.made_at, moment.at):
            return payment.id
    if len(today) >= online.MOST_A_DAY:
        raise RequestError("online-too-many", most=online.MOST_A_DAY)
    token = ids.new(moment.at, secrets.token_bytes(16))
    return online_rows.begin(connection, token, account, cents, moment.at)


def latest(connection: sa.Connection, account: int, moment: Moment) -> OnlinePayment | None:
    """Return an account's newest payment request of the last 48 hours; None for none."""
    payments = online_rows.of_accounts(connection, [account], moment.at - 2 * _DAY)
    return payments[0] if payments else None
