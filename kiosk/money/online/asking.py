"""Keeps a payment that a member asks for on their telephone: nothing is called here, and nothing entered."""

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
    """Keep that a member wants to pay a sum on an account. Returns the payment's id: of the same sum that can still be
    paid, the one that is there.

    Raises Problem `online-sum`, RequestError `online-too-many`.
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
    """Return what was last asked for on an account, of a day or two; None for nothing."""
    found = online_rows.of_accounts(connection, [account], moment.at - 2 * _DAY)
    return found[0] if found else None
