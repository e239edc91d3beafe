"""Issues numbered documents, each once and never changed: receipts, notes, statements, invoices, credit notes.

A document is its content: canonical JSON that names people by number only, so that it can outlive their files. It says
of the association what was true on its day. The entry that issues it holds its digest, and the document shows the head
of the chain before that entry.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain import ids
from kiosk.domain.books import documents
from kiosk.domain.books.documents import DocumentView, Kind, Series
from kiosk.domain.chain import Json, Seal
from kiosk.domain.days import Moment
from kiosk.store import ledger
from kiosk.store.books import document_rows
from kiosk.store.books.document_rows import Content, Document
from kiosk.store.ledger import Draft
from kiosk.store.money import tab_rows
from kiosk.store.money.tab_rows import Owner
from kiosk.store.space import book_rules, policies

__all__ = ["Content", "Document", "DocumentView", "Issued", "Kind", "Series", "issue", "view"]

WAYS = ("print", "screen", "mail")  # how a document is handed out


class Issued(Struct, frozen=True):
    """A document, and whether it had been issued before this call (`again`): then nothing was written."""

    document: Document
    again: bool = False

    @property
    def id(self) -> int:
        """Return the document's id, which stands in the address of its page."""
        return self.document.id


def issue(
    connection: sa.Connection,
    seal: Seal,
    moment: Moment,
    actor: str,
    *,
    series: Series,
    kind: Kind,
    account: int,
    language: str,
    content: Mapping[str, Json],
    lines: Sequence[int],
    invoiced: bool = False,
    due_on: date | None = None,
    credits: int | None = None,
    id_: bytes | None = None,
    text: str | None = None,
) -> Issued:
    """Issue a document in the caller's transaction: take the next number of its series, write its entry and its rows.
    It is dated by the calendar day, even before the hour at which the space's own day begins.

    `content` is what only this document has; number, day, payer, association, VAT status, training and head are added
    here. `total_cents` in it is what lists show. `lines` are the entries that it is about; `invoiced` ones cannot be
    invoiced again. `credits` is the id of the invoice that a credit note is about. A known `id_` returns the document
    that was issued with it. `text` is free text that stands with the entry, where it can be erased. Raises RequestError
    `no-such-account`.
    """
    before = None if id_ is None else document_rows.by_key(connection, id_)
    if before is not None:
        return Issued(before, again=True)
    number, head = document_rows.next_number(connection, series), ledger.head(connection)
    owner = tab_rows.owner(connection, account)
    written = documents.canonical(
        {
            **content,
            **_frame(connection, owner, moment.day),
            "form": documents.FORM,
            "series": series.value,
            "kind": kind.value,
            "number": number,
            "issued_on": moment.local.date().isoformat(),
            "due_on": None if due_on is None else due_on.isoformat(),
            "language": language,
            "head": {"entry": head.number, "mac": documents.head_digits(head.mac)},
        }
    )
    draft = Draft(
        kind="document",
        day_on=moment.day,
        group=id_ or ids.new(moment.at, secrets.token_bytes(16)),
        actor=actor,
        account=account,
        member_number=owner.number,
        detail={"series": series.value, "number": number, "digest": documents.digest(written)},
        text=text,
    )
    entry = ledger.append(connection, seal, draft, moment.at, head, id_)
    row = {
        "series": series.value,
        "number": number,
        "kind": kind.value,
        "account_id": account,
        "issued_on": moment.local.date(),
        "due_on": due_on,
        "language": language,
        "content": written,
        "credits": credits,
        "entry_number": entry,
    }
    return Issued(document_rows.by_id(connection, document_rows.add(connection, row, lines, invoiced=invoiced)))


def _frame(connection: sa.Connection, owner: Owner, day: date) -> dict[str, Json]:
    """Return the fields of every document: its issuer and the VAT status by the rules of a day, its account with the
    member's number or the organisation's facts (the other is None), and whether it is of a training home.
    """
    return {
        "association": dict(book_rules.read(connection, day).association),
        "vat_status": policies.read(connection, day).vat_status.value,
        "training": document_rows.is_training(connection),
        "account": owner.account,
        "member": owner.number,
        "organisation": None
        if owner.organisation is None
        else document_rows.organisation_of(connection, owner.organisation),
    }


def view(connection: sa.Connection, document: Document) -> DocumentView:
    """Return a document with the names of today; a person without a name, or whose data were erased, stays a number."""
    content = document.content
    organisation = content.get("organisation")
    numbers = {line["member"] for line in content.get("lines", ()) if line.get("member")}
    if content.get("member"):
        numbers.add(content["member"])
    names = document_rows.names(connection, numbers)
    payer = organisation["name"] if organisation else names.get(content.get("member") or 0)
    return DocumentView(content, payer, names)
