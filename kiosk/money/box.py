"""Refuses to take more cash out of the cash box than the books have in it, for a refund or a bank deposit.

Corrections and counts state what is true and are never refused; after one the books may have less than 0 in the box.
"""

import sqlalchemy as sa

from kiosk.domain import amounts
from kiosk.errors import RequestError
from kiosk.store.money import cash_rows


def check_holds(connection: sa.Connection, out_cents: int) -> None:
    """Refuse to take an amount of cash out of the box when the books have less in it. Raises RequestError
    `box-short`.
    """
    content = cash_rows.content(connection) if out_cents > 0 else 0
    if out_cents <= content:
        return
    declared = cash_rows.all_declared(connection)
    problem = f"there are {amounts.plain(content)} EUR in the box by the books: count it first"
    if not declared:
        raise RequestError("box-short", problem, field="amount", content_cents=content)
    problem = f"{problem}, {amounts.plain(declared)} EUR are declared"
    raise RequestError("box-short", problem, field="amount", content_cents=content, declared_cents=declared)
