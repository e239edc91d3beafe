"""Refuses to take more cash out of the box than is in it by the books: handed back, or carried to the bank.

A correction that tells what is true, and a count, are never refused: the box may then be below 0, which is said.
"""

import sqlalchemy as sa

from kiosk.domain import amounts
from kiosk.errors import RequestError
from kiosk.store.money import cash_rows


def check_holds(connection: sa.Connection, out_cents: int) -> None:
    """Raises RequestError `box-short` where more cash would leave the box than is in it by the books."""
    content = cash_rows.content(connection) if out_cents > 0 else 0
    if out_cents <= content:
        return
    declared = cash_rows.all_declared(connection)
    said = f"there are {amounts.plain(content)} EUR in the box by the books: count it first"
    if not declared:
        raise RequestError("box-short", said, field="amount", content_cents=content)
    said = f"{said}, {amounts.plain(declared)} EUR are declared"
    raise RequestError("box-short", said, field="amount", content_cents=content, declared_cents=declared)
