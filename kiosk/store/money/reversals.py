"""Reverses an entry by a new one, at most once, and gives back what depended on it: a prepaid day, a bank deposit, a
declaration.
"""

import json
from datetime import date, datetime

import sqlalchemy as sa

from kiosk.domain.chain import Seal
from kiosk.errors import RequestError
from kiosk.store import ledger
from kiosk.store.money import prepaid
from kiosk.store.tables import entry

_OF_THE_BOX = (
    "payment",
    "refund",
    "count",
    "declaration",
    "remittance",
)  # `reversal_checks` checks these and undoes what they had settled
# Kinds of entries: a use takes a prepaid day, "credited" says that cash is at the bank, an appropriation is the
# assembly's vote on a fiscal year's result.
REVERSIBLE = (
    "charge",
    "use",
    "payment",
    "refund",
    "write-off",
    "deposit",
    "count",
    "declaration",
    "remittance",
    "credited",
    "opening",
    "appropriation",
    "gift",
)


def reverse(
    connection: sa.Connection,
    seal: Seal,
    number: int,
    *,
    at: datetime,
    day_on: date,
    actor: str,
    reason: str | None,
    id_: bytes | None = None,
    bounced: bool = False,
) -> int:
    """Reverse the whole of one entry by a new one, and return the new entry's number.

    The new entry has the opposite amount, the same account, visit, act (`group`) and method, the day `day_on`, and
    `reason` as its text. A reversed use gives its prepaid day back.

    `bounced` allows a payment that the bank sent back, and the bounce itself, which is reversed where the cheque was
    good after all; `id_` becomes the new entry's id. Raises RequestError `no-such-entry`, `not-reversible`,
    `reversed-already`, `on-a-slip`, `remittance-settled` or `declaration-settled`.
    """
    row = connection.execute(sa.select(entry).where(entry.c.number == number)).mappings().first()
    if row is None:
        raise RequestError("no-such-entry", number=number)
    kind = row["kind"]
    if kind not in REVERSIBLE and not (bounced and kind == "bounce"):
        raise RequestError("not-reversible", entry=number)
    by = ledger.reversed_by(connection, number)
    if by is not None:
        raise RequestError("reversed-already", entry=number, by=by)
    if kind in _OF_THE_BOX:
        from kiosk.store.money import reversal_checks  # loads the books' tables, which a tap does not need

        reversal_checks.check(connection, number, kind, bounced=bounced)
    draft = ledger.Draft(
        kind="reversal",
        day_on=day_on,
        group=row["group_id"],
        actor=actor,
        amount_cents=-row["amount_cents"],
        account=row["account_id"],
        visit=row["visit_id"],
        member_number=row["member_number"],
        method=row["method"],
        reverses=number,
        text=reason,
    )
    if kind == "use":
        prepaid.give_back(connection, json.loads(row["detail"]))
    reversal_number = ledger.append(connection, seal, draft, at, id_=id_)
    if kind in _OF_THE_BOX:
        reversal_checks.follow(connection, number, kind, reversal_number)
    return reversal_number
