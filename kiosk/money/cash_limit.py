"""Refuses cash above what the law allows for one debt: Code monétaire et financier, articles L112-6 and D112-3.

An association is no private person, so both what it takes and what it hands back in cash is limited. The sum is a rule
of the books with dates. What one account pays in cash on one day counts together, so that a debt is not cut into
pieces.
"""

from collections.abc import Mapping

import sqlalchemy as sa

from kiosk.domain.days import Moment
from kiosk.errors import RequestError
from kiosk.store.money import cash_rows
from kiosk.store.space import book_rules

LAW = "CMF L112-6, D112-3"


def check(connection: sa.Connection, moment: Moment, cash: Mapping[int, int]) -> None:
    """Raises RequestError `cash-limit` where cash by account (less than 0: handed back) is above the limit, together or
    with what moved that day.
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
