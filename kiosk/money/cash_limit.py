"""Refuses cash above the legal limit for one debt: Code monétaire et financier, articles L112-6 and D112-3.

An association is not a private person, so the limit holds for what it takes and for what it refunds in cash. The limit
is a dated rule of the books. All cash of one account on one day counts together, so that a debt cannot be split.
"""

from collections.abc import Mapping

import sqlalchemy as sa

from kiosk.domain.days import Moment
from kiosk.errors import RequestError
from kiosk.store.money import cash_rows
from kiosk.store.space import book_rules

LAW = "CMF L112-6, D112-3"  # articles of the Code monétaire et financier, named in the refusal


def check(connection: sa.Connection, moment: Moment, cash: Mapping[int, int]) -> None:
    """Refuse cash above the limit, in all or on one account with what the account moved that day. `cash` has cents by
    account, less than 0 for a refund.

    Raises RequestError `cash-limit`.
    """
    if not cash:
        return
    limit = book_rules.read(connection, moment.day).cash_limit_cents
    today = cash_rows.moved_on(connection, list(cash), moment.day)
    most = max(abs(sum(cash.values())), *(abs(cents + today.get(account, 0)) for account, cents in cash.items()))
    if most > limit:
        raise RequestError(
            "cash-limit",
            "{sum_cents} EUR in cash exceed cash_limit_cents, {limit_cents}: by law ({why}) it is paid otherwise",
            field="amount",
            sum_cents=most,
            limit_cents=limit,
            why=LAW,
        )
