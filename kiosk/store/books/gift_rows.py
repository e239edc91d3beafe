"""Reads gifts of money, with their payments and their tax receipts.

A gift and its payment are two entries of one group, the act that wrote both. `of_books` is a condition on an entry's
kind that SQLite answers by an index.
"""

from datetime import date

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.books.documents import Kind
from kiosk.store.tables import account, entry, entry_text, member, of_books, organisation
from kiosk.store.tables.books import document, document_line

_reversal, _payment_reversal = entry.alias("by"), entry.alias("paid_by")


class Gift(Struct, frozen=True):
    """A gift that is paid and not reversed: its entry, day and account, the giver (a member's number or an
    organisation's id, and the name), the entry and method of its payment, and the id of its tax receipt, None if none
    was issued.
    """

    entry: int
    day_on: date
    account: int
    member_number: int | None
    organisation: int | None
    name: str
    cents: int
    payment: int
    method: str
    receipt: int | None


_payment = entry.alias("paid")
_receipts = (
    sa.select(document_line.c.entry_number, document.c.id)
    .join(document, document.c.id == document_line.c.document_id)
    .where(document.c.kind == Kind.TAX_RECEIPT.value)
    .subquery()
)
_GIFTS = (
    sa.select(
        entry.c.number,
        entry.c.day_on,
        account.c.id,
        member.c.number,
        organisation.c.id,
        sa.func.coalesce(member.c.name, organisation.c.name),
        entry.c.amount_cents,
        _payment.c.number,
        _payment.c.method,
        _receipts.c.id,
    )
    .join(account, account.c.id == entry.c.account_id)
    .join(
        _payment,
        sa.and_(
            _payment.c.account_id == entry.c.account_id,
            _payment.c.day_on == entry.c.day_on,
            _payment.c.group_id == entry.c.group_id,
            _payment.c.kind == "payment",
        ),
    )
    .outerjoin(member, member.c.id == account.c.member_id)
    .outerjoin(organisation, organisation.c.id == account.c.organisation_id)
    .outerjoin(_receipts, _receipts.c.entry_number == entry.c.number)
    .where(of_books("gift"))
    .where(~sa.exists().where(_reversal.c.reverses == entry.c.number))
    .where(~sa.exists().where(_payment_reversal.c.reverses == _payment.c.number))
)


def between(connection: sa.Connection, first_on: date, last_on: date) -> list[Gift]:
    """Return the gifts of a period, both days included, by entry."""
    gifts = _GIFTS.where(entry.c.day_on >= first_on, entry.c.day_on <= last_on).order_by(entry.c.number)
    return [Gift(*row) for row in connection.execute(gifts)]


def find(connection: sa.Connection, number: int) -> Gift | None:
    """Return a gift by its entry; None if the entry is no gift, or the gift or its payment is reversed."""
    row = connection.execute(_GIFTS.where(entry.c.number == number)).first()
    return None if row is None else Gift(*row)


def text_of(connection: sa.Connection, number: int) -> str | None:
    """Return the free text of an entry; None if it has none, or it was erased."""
    return connection.execute(sa.select(entry_text.c.body).where(entry_text.c.entry_number == number)).scalar()
