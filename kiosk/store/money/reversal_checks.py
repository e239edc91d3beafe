"""Checks whether entries of the cash box and the bank may be reversed, and undoes what they had settled.

The entry of a bank deposit has the kind `remittance`; its *pieces* are its cheques or single payments.
"""

import sqlalchemy as sa

from kiosk.errors import RequestError
from kiosk.store.money import bank_deposit_rows, cash_rows


def check(connection: sa.Connection, number: int, kind: str, *, bounced: bool) -> None:
    """Check that an entry may be reversed. `bounced`: it is reversed because the bank sent its cheque back.

    Raises RequestError `on-a-slip` for a payment that is in a bank deposit and did not bounce; `remittance-settled` for
    a deposit whose cash has arrived or a cheque of which came back; `declaration-settled` for declared cash that was
    counted, was missing or is withdrawn. Other kinds pass.
    """
    if kind in ("payment", "refund") and not bounced:
        slip = bank_deposit_rows.of_payment(connection, number)
        if slip is not None:
            text = f"entry {number} is on {slip.method} remittance {slip.number}"
            raise RequestError("on-a-slip", why=text)
    elif kind == "remittance":
        deposit = bank_deposit_rows.by_entry(connection, number)
        if deposit is not None and deposit.credited is not None:
            raise RequestError("remittance-settled", by=deposit.credited)
        if deposit is not None and any(piece.came_back for piece in bank_deposit_rows.pieces(connection, deposit)):
            raise RequestError("remittance-settled", number=deposit.number)
    elif kind == "declaration":
        declared = cash_rows.declaration_of(connection, number)
        if declared is not None and declared.state != cash_rows.OPEN:
            raise RequestError("declaration-settled", entry=number)


def follow(connection: sa.Connection, number: int, kind: str, by: int) -> None:
    """Undo what a reversed entry had settled, and free the payments that it had taken to the bank. `by` is the
    reversal.
    """
    if kind == "remittance":
        bank_deposit_rows.free(connection, number)
    elif kind == "declaration":
        cash_rows.settle(connection, number, cash_rows.WITHDRAWN, by)
    elif kind in ("count", "payment"):  # both can settle declarations of cash, which then wait for a count again
        cash_rows.reopen(connection, number)
