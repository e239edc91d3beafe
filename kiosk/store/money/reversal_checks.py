"""Checks whether entries of the cash box and the bank may be taken back, and takes back what goes with them."""

import sqlalchemy as sa

from kiosk.errors import RequestError
from kiosk.store.money import bank_deposit_rows, cash_rows


def check(connection: sa.Connection, number: int, kind: str, *, bounced: bool) -> None:
    """Raises RequestError `on-a-slip`, `remittance-settled` or `declaration-settled` for what must stay as it is.

    A payment that is with the bank is taken back by what the bank did: `bounced` says that its cheque came back.
    """
    if kind in ("payment", "refund") and not bounced:
        slip = bank_deposit_rows.of_payment(connection, number)
        if slip is not None:
            text = f"entry {number} is on {slip.method} remittance {slip.number}"
            raise RequestError("on-a-slip", why=text)
    elif kind == "remittance":
        found = bank_deposit_rows.by_entry(connection, number)
        if found is not None and found.credited is not None:
            raise RequestError("remittance-settled", by=found.credited)
        if found is not None and any(piece.came_back for piece in bank_deposit_rows.pieces(connection, found)):
            raise RequestError("remittance-settled", number=found.number)
    elif kind == "declaration":
        declared = cash_rows.declaration_of(connection, number)
        if declared is not None and declared.state != cash_rows.OPEN:
            raise RequestError("declaration-settled", entry=number)


def follow(connection: sa.Connection, number: int, kind: str, by: int) -> None:
    """Follow a reversal: open again what the entry had settled, and free what it had taken along."""
    if kind == "remittance":
        bank_deposit_rows.free(connection, number)
    elif kind == "declaration":
        cash_rows.settle(connection, number, cash_rows.WITHDRAWN, by)
    elif kind in ("count", "payment"):
        cash_rows.reopen(connection, number)
