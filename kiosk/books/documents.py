"""Issues numbered documents, each once and for ever: receipts, notes, statements, invoices, credit notes.

A document is its content: canonical JSON that names people by number only, so that it can outlive their files. What it
says of the association is what was true on its day; the entry that issues it holds its digest, and it shows the head of
the chain before that entry.
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
    """A document that was issued, and whether it had been before."""

    document: Document
    again: bool = False

    @property
    def id(self) -> int:
        """The id that its page's address has."""
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
    """Issue a document in the transaction at hand: the next number of its series, its entry, its rows. It bears the
    calendar day on which it is made, whatever day the space still lives in.

    `content` is what is its own; number, day, payer, association, VAT status, training and head are put to it here.
    `total_cents` in it is what lists show. `lines` are the entries that it is about; `invoiced` ones cannot be invoiced
    again. An `id_` that was here before gives the document that it issued then. `text` is free and stands with the
    entry, where it can be erased. Raises RequestError `no-such-account`.
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
    """Return the fields of every document: its issuer, its party, the VAT status, and whether it counts."""
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
    """Return a document with the names of today; a person erased, or without a name, stays a number."""
    content = document.content
    organisation = content.get("organisation")
    numbers = {line["member"] for line in content.get("lines", ()) if line.get("member")}
    if content.get("member"):
        numbers.add(content["member"])
    names = document_rows.names(connection, numbers)
    payer = organisation["name"] if organisation else names.get(content.get("member") or 0)
    return DocumentView(content, payer, names)
