"""Reads charges to invoice, invoices and credit notes, and how much of them is paid.

An entry is invoiced at most once, and a reversal credited at most once: a line of an invoice or a credit note has the
number of its entry in the column `invoiced`, too, which is unique. On receipts, which may list an entry again, that
column is empty. In a query over `WITH_OPEN`, `OPEN_CENTS` is what is still to be paid of a charge.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.books.documents import Series
from kiosk.domain.books.invoices import InvoiceBalance
from kiosk.language.names import Names, called
from kiosk.store import name_rows
from kiosk.store.tables import OPEN_CENTS, OWED, WITH_OPEN, account, entry, entry_text, organisation
from kiosk.store.tables.books import document, document_line

_BOTH = (Series.INVOICE, Series.CREDIT_NOTE)


class Charge(Struct, frozen=True):
    """A charge on an organisation's account. `number` is its entry's, `member` the number of the member that it is for
    (None: for none), `names` its product's. `day_on` is the day that it is about, even if it is dated later.
    """

    number: int
    day_on: date
    member: int | None
    cents: int
    detail: Mapping[str, Any]
    names: Names

    def day(self, name: str) -> date | None:
        """Return a day from the charge's detail, such as `from`; None if it has none of this name."""
        text = self.detail.get(name)
        return date.fromisoformat(text) if text else None


def _is_reversed(number: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Return the condition that another entry reverses the one with this number."""
    reversing = entry.alias()
    return sa.exists().where(reversing.c.reverses == number)


def _is_on_a_document(number: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Return the condition that an entry is on an invoice or a credit note."""
    line = document_line.alias()
    return sa.exists().where(line.c.invoiced == number)


def uninvoiced(connection: sa.Connection, account_id: int, until: date) -> list[Charge]:
    """Return an account's charges about days up to `until` that are not reversed and on no invoice, by day, member
    (none first) and number.
    """
    rows = connection.execute(
        sa.select(
            entry.c.number,
            entry.c.day_on,
            entry.c.member_number,
            entry.c.amount_cents,
            entry.c.detail,
        ).where(
            entry.c.account_id == account_id,
            entry.c.kind == "charge",
            entry.c.amount_cents > 0,
            ~_is_reversed(entry.c.number),
            ~_is_on_a_document(entry.c.number),
        )
    )
    names = name_rows.products(connection)
    charges = [_charge(row, names) for row in rows]
    due = [charge for charge in charges if charge.day_on <= until]
    return sorted(due, key=lambda charge: (charge.day_on, charge.member or 0, charge.number))


def _charge(record: sa.Row[*tuple[Any, ...]], products: Mapping[str, Names]) -> Charge:
    """Return a charge from its row: an unknown product goes by its code."""
    detail = json.loads(record.detail)
    day_on = date.fromisoformat(detail["concerns"]) if "concerns" in detail else record.day_on
    code = detail.get("product") or "?"
    named = products.get(code, called(code))
    return Charge(record.number, day_on, record.member_number, record.amount_cents, detail, named)


def to_invoice(connection: sa.Connection) -> list[int]:
    """Return the ids of the organisations with charges that are not reversed and on no invoice, lowest first."""
    waits = (
        sa.exists()
        .where(entry.c.account_id == account.c.id, entry.c.kind == "charge", entry.c.amount_cents > 0)
        .where(~_is_reversed(entry.c.number), ~_is_on_a_document(entry.c.number))
    )
    query = (
        sa.select(account.c.organisation_id)
        .where(account.c.organisation_id.is_not(None), waits)
        .order_by(account.c.organisation_id)
    )
    return [number for number in connection.execute(query).scalars() if number is not None]


def unpaid(connection: sa.Connection, account_id: int) -> dict[int, int]:
    """Return the open cents of each unsettled entry of an account, by entry; nothing for an account that owes nothing
    in all.
    """
    owing = sa.exists().where(account.c.id == account_id, account.c.balance_cents > 0)
    rows = connection.execute(
        sa.select(entry.c.number, OPEN_CENTS)
        .select_from(WITH_OPEN)
        .where(
            entry.c.account_id == account_id,
            entry.c.kind.in_(OWED),
            entry.c.amount_cents > 0,
            OPEN_CENTS > 0,
            ~_is_reversed(entry.c.number),
            owing,
        )
    )
    return {number: cents for number, cents in rows}


def reversals(connection: sa.Connection, entries: Collection[int]) -> dict[int, int]:
    """Return the entry that reverses each of these entries, by reversed entry; one that stands is left out."""
    rows = connection.execute(sa.select(entry.c.reverses, entry.c.number).where(entry.c.reverses.in_(entries)))
    return {reverses: number for reverses, number in rows if reverses is not None}


def on_documents(connection: sa.Connection, entries: Collection[int]) -> set[int]:
    """Return those of these entries that are on an invoice or a credit note."""
    c = document_line.c
    return {
        number
        for number in connection.execute(sa.select(c.invoiced).where(c.invoiced.in_(entries))).scalars()
        if number
    }


def standing(connection: sa.Connection, id_: int) -> InvoiceBalance:
    """Return how much of an invoice is due and how much is paid, as `standings` does."""
    return standings(connection, [id_])[id_]


def standings(connection: sa.Connection, ids: Sequence[int]) -> dict[int, InvoiceBalance]:
    """Return by id how much of each of these invoices is due and how much is paid. Reversed charges are no longer due:
    an invoice of these alone has 0 of both.
    """
    rows = connection.execute(
        sa.select(document.c.id, document.c.account_id, document.c.due_on, entry.c.number, entry.c.amount_cents)
        .join(document_line, document_line.c.document_id == document.c.id)
        .join(entry, entry.c.number == document_line.c.entry_number)
        .where(document.c.id.in_(ids), document.c.series == Series.INVOICE, ~_is_reversed(entry.c.number))
    ).all()
    unpaid_of = {account_id: unpaid(connection, account_id) for account_id in {row.account_id for row in rows}}
    days = connection.execute(sa.select(document.c.id, document.c.due_on).where(document.c.id.in_(ids)))
    balances = {id_: InvoiceBalance(0, 0, due_on) for id_, due_on in days}
    for row in rows:
        before = balances[row.id]
        paid = row.amount_cents - unpaid_of[row.account_id].get(row.number, 0)
        balances[row.id] = InvoiceBalance(before.counts_cents + row.amount_cents, before.paid_cents + paid, row.due_on)
    return balances


def open_ids(connection: sa.Connection) -> set[int]:
    """Return the ids of the invoices that are not wholly paid. Accounts of organisations that owe nothing in all have
    none.
    """
    owing = sa.select(account.c.id).where(account.c.organisation_id.is_not(None), account.c.balance_cents > 0)
    entries: set[int] = set()
    for account_id in connection.execute(owing).scalars().all():
        entries |= unpaid(connection, account_id).keys()
    return _documents_of(connection, entries)


def _documents_of(connection: sa.Connection, entries: Iterable[int]) -> set[int]:
    """Return the ids of the invoices that these entries are on."""
    c = document_line.c
    query = sa.select(c.document_id).join(document, document.c.id == c.document_id)
    invoices = query.where(c.invoiced.in_(list(entries)), document.c.series == Series.INVOICE)
    return set(connection.execute(invoices).scalars())


def to_credit(connection: sa.Connection) -> dict[int, list[int]]:
    """Return the entries of invoiced charges that were reversed since, where the reversal is on no credit note, by the
    invoice's id; lowest first.
    """
    reversing = entry.alias()
    rows = connection.execute(
        sa.select(document_line.c.document_id, document_line.c.entry_number)
        .join(document, document.c.id == document_line.c.document_id)
        .join(reversing, reversing.c.reverses == document_line.c.invoiced)
        .where(document.c.series == Series.INVOICE, ~_is_on_a_document(reversing.c.number))
        .order_by(document_line.c.document_id, document_line.c.entry_number)
    )
    reversed_charges: dict[int, list[int]] = {}
    for id_, number in rows:
        reversed_charges.setdefault(id_, []).append(number)
    return reversed_charges


def charges_of(connection: sa.Connection, account_id: int, numbers: Collection[int]) -> list[int]:
    """Return the entries of unsettled charges on an account's invoices with these numbers, lowest first."""
    rows = connection.execute(
        sa.select(document_line.c.entry_number)
        .join(document, document.c.id == document_line.c.document_id)
        .where(document.c.account_id == account_id, document.c.series == Series.INVOICE)
        .where(document.c.number.in_(numbers))
        .order_by(document_line.c.entry_number)
    )
    open_entries = unpaid(connection, account_id)
    return [number for (number,) in rows if number in open_entries]


def credit_notes(connection: sa.Connection, id_: int) -> list[int]:
    """Return the ids of an invoice's credit notes, oldest first."""
    query = sa.select(document.c.id).where(document.c.credits == id_).order_by(document.c.id)
    return list(connection.execute(query).scalars())


def by_number(connection: sa.Connection, series: str, number: int) -> int | None:
    """Return the id of the document with this number in a series; None if there is none."""
    query = sa.select(document.c.id).where(document.c.series == series, document.c.number == number)
    return connection.execute(query).scalar()


def reason(connection: sa.Connection, entry_number: int) -> str | None:
    """Return the reason for which a credit note was issued; None if there was none or it was erased."""
    query = sa.select(entry_text.c.body).where(entry_text.c.entry_number == entry_number)
    return connection.execute(query).scalar()


class InvoiceFilter(Struct, frozen=True, kw_only=True):
    """The filter of a list of invoices and credit notes; None selects all. The days of issue, `from_on` to `until_on`,
    are both included, the day `due_before` is not; a credit note has no due day.
    """

    organisation: int | None = None
    from_on: date | None = None
    until_on: date | None = None
    ids: frozenset[int] | None = None
    due_before: date | None = None

    def __call__(self, query: sa.Select[Any]) -> sa.Select[Any]:
        """Return a query limited to the invoices and credit notes of this filter."""
        c = document.c
        query = query.where(c.series.in_(_BOTH))
        if self.organisation is not None:
            query = query.where(account.c.organisation_id == self.organisation)
        if self.from_on is not None:
            query = query.where(c.issued_on >= self.from_on)
        if self.until_on is not None:
            query = query.where(c.issued_on <= self.until_on)
        if self.ids is not None:
            query = query.where(c.id.in_(self.ids))
        return query if self.due_before is None else query.where(c.due_on < self.due_before)


class Row(Struct, frozen=True):
    """An invoice or a credit note in a list; `organisation` is the id and `name` the name of what pays."""

    id: int
    series: str
    number: int
    issued_on: date
    due_on: date | None
    organisation: int
    name: str
    total_cents: int


_TOTAL = sa.func.json_extract(document.c.content, "$.total_cents")  # as the document has it, in cents
SORTS: Mapping[str, tuple[sa.ColumnElement[Any], ...]] = {
    "day": (document.c.issued_on, document.c.id),
    "number": (document.c.series, document.c.number),
    "due": (document.c.due_on, document.c.id),
    "name": (sa.func.lower(organisation.c.name), document.c.id),
    "total": (_TOTAL, document.c.id),
}


def count(connection: sa.Connection, invoice_filter: InvoiceFilter) -> int:
    """Return how many invoices and credit notes a filter selects."""
    query = sa.select(sa.func.count()).select_from(document).join(account, account.c.id == document.c.account_id)
    number: int = connection.execute(invoice_filter(query)).scalar_one()
    return number


def total(connection: sa.Connection, invoice_filter: InvoiceFilter) -> int:
    """Return the sum of the invoices that a filter selects, less its credit notes, in cents."""
    signed = sa.case((document.c.series == Series.INVOICE.value, _TOTAL), else_=-_TOTAL)
    query = sa.select(sa.func.coalesce(sa.func.sum(signed), 0)).select_from(document)
    return int(
        connection.execute(invoice_filter(query.join(account, account.c.id == document.c.account_id))).scalar_one()
    )


def listing(
    connection: sa.Connection,
    invoice_filter: InvoiceFilter,
    *,
    sort: str,
    descending: bool,
    limit: int,
    offset: int = 0,
) -> list[Row]:
    """Return a page of the invoices and credit notes that a filter selects. `sort` is one of SORTS."""
    c = document.c
    query = (
        sa.select(
            c.id, c.series, c.number, c.issued_on, c.due_on, account.c.organisation_id, organisation.c.name, _TOTAL
        )
        .join(account, account.c.id == c.account_id)
        .join(organisation, organisation.c.id == account.c.organisation_id)
    )
    order = [column.desc() if descending else column.asc() for column in SORTS[sort]]
    rows = connection.execute(invoice_filter(query).order_by(*order).limit(limit).offset(offset))
    return [Row(*row) for row in rows]
