"""Issues and hands out receipts of payments, notes of charges and statements of months.

Each is issued once, under a number of its own, and handed out as often as asked: the first is the original, all others
say that they are duplicates. What it says stays as it was; names are looked up when it is shown.
"""

from datetime import date
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from kiosk.acting import SealingUseCase
from kiosk.books import documents
from kiosk.books.documents import Document, Issued, Kind, Series
from kiosk.domain import days
from kiosk.domain.books.documents import DocumentView, canonical
from kiosk.domain.chain import Seal
from kiosk.domain.days import Moment
from kiosk.domain.members import contacts
from kiosk.domain.money import tabs
from kiosk.errors import RequestError
from kiosk.exports.books import receipt_texts, receipt_words
from kiosk.store import home_row
from kiosk.store.accounts import open_rows
from kiosk.store.books import document_rows, gift_rows
from kiosk.store.books.document_rows import Copy
from kiosk.store.messages import outbox_rows
from kiosk.store.money import charged, tab_rows
from kiosk.store.money.charged import Line

NOTED = ("charge", "deposit")  # what a note is made of
_STATED = ("charge", "use", "payment", "refund", "write-off", "deposit", "gift", "opening", "reversal")


class HandedCopy(Struct, frozen=True):
    """A document as it is handed out now: in its reader's words, and which copy it is."""

    shown: DocumentView
    copy: Copy


class Receipts(SealingUseCase):
    """What is issued and handed out. `actor` goes into each entry and each copy."""

    def for_payment(self, entry: int, *, key: bytes | None = None) -> list[Issued]:
        """The receipts of the payment that an entry is part of: one for each account that it settles.

        Raises RequestError `no-such-entry`, `not-a-payment` or `reversed-already`.
        """
        with self._store.writing() as connection:
            return receipts(self._act(connection), entry, key)

    def note(self, entry: int, *, key: bytes | None = None) -> Issued:
        """A note of what was charged, whether it is paid or not. Raises RequestError `no-such-entry`, `not-a-charge` or
        `reversed-already`.
        """
        with self._store.writing() as connection:
            return note_of(self._act(connection), entry, key)

    def hand_out(self, document: int, way: str, *, key: bytes | None = None) -> HandedCopy:
        """Note that a document is handed out, on paper, on a screen or by mail. Raises RequestError
        `no-such-document`.
        """
        with self._store.writing() as connection:
            return hand_out(self._act(connection), document, way, key)

    def mail(self, document: int, address: str, *, key: bytes | None = None) -> HandedCopy:
        """Put a document as a text among what is sent, for an address; once while it waits, however often it is asked.

        Raises RequestError `no-such-document`, Problem `email`.
        """
        to, subject_of = contacts.email(address.strip() or "-") or "", about(document)
        with self._store.writing() as connection:
            before = document_rows.copies(connection, document)
            if before and outbox_rows.waits_for(connection, subject_of, to):
                return HandedCopy(view(connection, document_rows.by_id(connection, document)), before[-1])
            handed = hand_out(self._act(connection), document, "mail", key)
            if handed.copy in before:
                return handed
            outbox_rows.put(
                connection,
                channel=outbox_rows.MAIL,
                recipient=to,
                subject=subject(handed.shown),
                body=receipt_texts.as_text(handed.shown),
                about=subject_of,
                at=self._clock.now(),
            )
            return handed

    def _act(self, connection: sa.Connection) -> "Act":
        return Act(connection, self._seal, self._rules.at(connection, self._clock.now())[1], self._actor)


def about(document: int) -> str:
    """Return what a document's mail is about, in the outbox."""
    return f"document {document}"


def subject(found: DocumentView) -> str:
    """An e-mail's subject line."""
    name = str(found.content["association"].get("name", ""))
    return f"{receipt_words.title(found)}{f', {name}' if name else ''}"


def view(connection: sa.Connection, document: Document) -> DocumentView:
    """A receipt with the names of today, and what has been taken back since."""
    found = documents.view(connection, document)
    entry = found.content.get("entry")
    is_receipt, is_gift = (found.content["kind"] == kind for kind in (Kind.RECEIPT, Kind.TAX_RECEIPT))
    lines = [line["entry"] for line in found.content["lines"]] if is_receipt else []
    about = [number for number in (entry, found.content["payment"] if is_gift else None) if number is not None]
    gone = document_rows.taken_back_by(connection, [*about, *lines])
    if is_receipt:
        found = replace(found, gone=frozenset(gone.keys() & set(lines)))
    void = next((gone[number] for number in about if number in gone), None)
    if not is_gift:
        return replace(found, void=void)
    return replace(found, void=void, donor=gift_rows.text_of(connection, document.entry))


class OnScreen(Struct, frozen=True):
    """A receipt for a screen that others can see: `lines` to read, `text` and its QR (`svg`) to take along."""

    lines: tuple[str, ...]
    text: str
    svg: str


def for_screen(found: DocumentView) -> OnScreen:
    """A receipt as the touchscreen may show it: without the member's name, since it stays a little longer than the
    member does. The telephone that scans it gets the same text.
    """
    text = receipt_texts.as_qr_text(found)
    return OnScreen(tuple(text.splitlines()), text, receipt_texts.qr_svg(text))


class Act(Struct, frozen=True):
    """The transaction in which something is issued, when, and by whom."""

    connection: sa.Connection
    seal: Seal
    moment: Moment
    actor: str

    def issue(self, kind: Kind, account: int, content: dict[str, Any], lines: list[int], key: bytes | None) -> Issued:
        """Issue a document among the receipts, in its party's language."""
        return documents.issue(
            self.connection,
            self.seal,
            self.moment,
            self.actor,
            series=Series.RECEIPT,
            kind=kind,
            account=account,
            language=document_rows.language_of(self.connection, account),
            content=content,
            lines=lines,
            id_=key,
        )


def hand_out(act: Act, document: int, way: str, key: bytes | None = None) -> HandedCopy:
    """Note that a document is handed out, in the transaction at hand. Raises as `Receipts.hand_out` does."""
    found = document_rows.by_id(act.connection, document)
    copy = document_rows.hand_out(act.connection, found.id, act.moment.at, act.actor, way, key)
    return HandedCopy(replace(view(act.connection, found), duplicate=copy.is_duplicate), copy)


# --- a payment


def receipts(act: Act, entry: int, key: bytes | None = None) -> list[Issued]:
    """The receipts of a payment, in the transaction at hand. Raises as `Receipts.for_payment` does."""
    rows = [row for row in tab_rows.act(act.connection, entry) if row.kind == "payment"]
    if not rows:
        raise RequestError("not-a-payment", entry=entry)
    standing = [row for row in rows if row.reversed_by is None]
    if not standing:
        raise RequestError("reversed-already", entry=entry, by=rows[0].reversed_by)
    issued: list[Issued] = []
    for row in standing:
        issued.append(_receipt(act, row, shared=len(standing) > 1, key=key))
        key = key if issued[-1].again else None  # it names one of them, the first
    return issued


def _receipt(act: Act, row: tab_rows.ActRow, *, shared: bool, key: bytes | None) -> Issued:
    before = document_rows.about(act.connection, row.number, Kind.RECEIPT)
    if before:
        return Issued(before[0], again=True)
    lines = _settled(act.connection, row.account_id, row.number)
    content = {
        "entry": row.number,
        "day": row.day_on.isoformat(),
        "method": row.method,
        "lines": lines,
        "vat": charged.by_rate(lines),
        "advance_cents": -row.amount_cents - sum(line["cents"] for line in lines),
        "shared": shared,
        "total_cents": -row.amount_cents,
    }
    about = [row.number, *(line["entry"] for line in lines)]
    return act.issue(Kind.RECEIPT, row.account_id, content, about, key)


def _settled(connection: sa.Connection, account: int, payment: int) -> list[Line]:
    """What a payment settles, by day: its parts of what its account is made of. One of before that was allocated keeps
    the rule of its time, with which its month's papers agree.
    """
    if payment <= home_row.oldest_first_until(connection):
        return _settled_oldest_first(connection, account, payment)
    found = open_rows.of_account(connection, account)
    parts = found.parts[payment]
    order = sorted(parts, key=lambda number: (found.entries[number].day_on, number))
    return [charged.settled(line, parts[line["entry"]]) for line in charged.lines(connection, order)]


def _settled_oldest_first(connection: sa.Connection, account: int, payment: int) -> list[Line]:
    """The oldest charges that earlier payments left, the last one perhaps in part."""
    standing = charged.standing(connection, account)
    charges = [each for each in standing if each.cents > 0]
    paid = {each.number: -each.cents for each in standing if each.cents < 0}
    before = sum(cents for number, cents in paid.items() if number < payment)
    parts = tabs.settled([each.cents for each in charges], before, paid[payment])
    found = {each.number: part for each, part in zip(charges, parts, strict=True) if part}
    return [charged.settled(line, found[line["entry"]]) for line in charged.lines(connection, found)]


# --- a charge


def note_of(act: Act, entry: int, key: bytes | None = None) -> Issued:
    """The note of a charge, in the transaction at hand. Raises as `Receipts.note` does."""
    row = next(row for row in tab_rows.act(act.connection, entry) if row.number == entry)
    if row.kind not in NOTED:
        raise RequestError("not-a-charge", entry=entry)
    if row.reversed_by is not None:
        raise RequestError("reversed-already", entry=entry, by=row.reversed_by)
    before = document_rows.about(act.connection, entry, Kind.NOTE)
    if before:
        return Issued(before[0], again=True)
    lines = charged.lines(act.connection, [entry])
    content = {
        "entry": entry,
        "day": row.day_on.isoformat(),
        "lines": lines,
        "vat": charged.by_rate(lines),
        "total_cents": row.amount_cents,
    }
    return act.issue(Kind.NOTE, row.account_id, content, [entry], key)


# --- a month


def statement(connection: sa.Connection, account: int, month: date, today: date) -> dict[str, Any]:
    """What a month's statement says. Raises RequestError `no-such-account`, or `period` for a month to come."""
    tab_rows.owner(connection, account)
    first, last = days.month_of(month)
    if first > today:
        raise RequestError("period", "{day:%Y-%m} has not begun yet", day=first)
    opening = charged.balance_before(connection, account, first)
    lines = charged.lines(connection, charged.between(connection, account, first, last, _STATED))
    balance = opening
    for line in lines:
        balance += line["cents"]
        line["balance_cents"] = balance
    return {
        "from": first.isoformat(),
        "until": last.isoformat(),
        "opening_cents": opening,
        "lines": lines,
        "vat": charged.by_rate(lines),
        "closing_cents": balance,
        "total_cents": balance,
    }


def issue_statement(act: Act, account: int, month: date, key: bytes | None) -> Issued:
    """Issue a month's statement in the transaction at hand. Raises as `statement` does."""
    body = statement(act.connection, account, month, act.moment.day)
    same = (
        each for each in document_rows.latest(act.connection, account, Kind.STATEMENT) if _month(each) == body["from"]
    )
    before = next(same, None)
    if before is not None and canonical({name: before.content[name] for name in body}) == canonical(body):
        return Issued(before, again=True)
    return act.issue(Kind.STATEMENT, account, body, [line["entry"] for line in body["lines"]], key)


def _month(document: Document) -> str:
    return str(document.content["from"])
