"""Issues and hands out receipts of payments, notes of charges and monthly statements.

Each is issued once, with its own number, and handed out as often as asked: the first copy is the original, all others
are marked as duplicates. Its content never changes; names are looked up when it is shown. A `key` names the form that
asks, so that the same form sent again issues and hands out nothing twice.
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

NOTED = ("charge", "deposit")  # the kinds of entries that a note is for
# The kinds of entries that a statement lists: those that move an account, and uses of prepaid days, which cost 0.
_ON_STATEMENTS = ("charge", "use", "payment", "refund", "write-off", "deposit", "gift", "opening", "reversal")


class HandedCopy(Struct, frozen=True):
    """A document as it is handed out now, with the names of today, and which copy of it this is."""

    shown: DocumentView
    copy: Copy


class Receipts(SealingUseCase):
    """Issues and hands out documents. `actor` is recorded in each entry and each copy."""

    def for_payment(self, entry: int, *, key: bytes | None = None) -> list[Issued]:
        """Issue the receipts of the payment that an entry is part of: one for each account that the payment settles.

        Raises RequestError `no-such-entry`, `not-a-payment` or `reversed-already`.
        """
        with self._store.writing() as connection:
            return [self._logged(connection, each) for each in receipts(self._act(connection), entry, key)]

    def note(self, entry: int, *, key: bytes | None = None) -> Issued:
        """Issue the note of a charge, whether it is paid or not. Raises RequestError `no-such-entry`, `not-a-charge` or
        `reversed-already`.
        """
        with self._store.writing() as connection:
            return self._logged(connection, note_of(self._act(connection), entry, key))

    def hand_out(self, document: int, way: str, *, key: bytes | None = None) -> HandedCopy:
        """Record that a document is handed out, and how: one of `documents.WAYS`. Raises RequestError
        `no-such-document`.
        """
        with self._store.writing() as connection:
            return self._hand_out(connection, document, way, key)

    def mail(self, document: int, address: str, *, key: bytes | None = None) -> HandedCopy:
        """Put a document into the outbox as a text mail to an address, and record a copy handed out. Where the same
        mail still waits there, do nothing and return the last copy.

        Raises RequestError `no-such-document`, Problem `email`.
        """
        # "-" is no address: an empty one is refused like a wrong one.
        to, subject_of = contacts.email(address.strip() or "-") or "", about(document)
        with self._store.writing() as connection:
            before = document_rows.copies(connection, document)
            if before and outbox_rows.waits_for(connection, subject_of, to):
                return HandedCopy(view(connection, document_rows.by_id(connection, document)), before[-1])
            handed = self._hand_out(connection, document, "mail", key)
            if handed.copy in before:  # the same form (`key`) sent again: its mail was put into the outbox then
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

    def _logged(self, connection: sa.Connection, issued: Issued) -> Issued:
        """Return a document, and write the line of a new one into the desk's log."""
        if not issued.again:
            member = issued.document.content["member"]
            self._log(connection, self._clock.now(), "receipt", member, f"document {issued.id}")
        return issued

    def _hand_out(self, connection: sa.Connection, document: int, way: str, key: bytes | None) -> HandedCopy:
        """Record that a document is handed out, and log it."""
        handed = hand_out(self._act(connection), document, way, key)
        member = handed.shown.content["member"]
        self._log(connection, self._clock.now(), "receipt-out", member, f"document {document}: {way}")
        return handed

    def _act(self, connection: sa.Connection) -> "Act":
        """Return the context of an act of this desk in a transaction, at the moment of now."""
        return Act(connection, self._seal, self._rules.at(connection, self._clock.now())[1], self._actor)


def about(document: int) -> str:
    """Return the mark by which the outbox knows a document's mail."""
    return f"document {document}"


def subject(document: DocumentView) -> str:
    """Return the subject line of a document's e-mail."""
    name = str(document.content["association"].get("name", ""))
    return f"{receipt_words.title(document)}{f', {name}' if name else ''}"


def view(connection: sa.Connection, document: Document) -> DocumentView:
    """Return a document with the names of today. `void` is the entry that reversed its subject since (for a gift, the
    gift or its payment), None where it stands; `gone`, for a receipt, has the entries of its charges that were
    reversed.
    """
    shown = documents.view(connection, document)
    entry = shown.content.get("entry")
    is_receipt, is_gift = (shown.content["kind"] == kind for kind in (Kind.RECEIPT, Kind.TAX_RECEIPT))
    lines = [line["entry"] for line in shown.content["lines"]] if is_receipt else []
    own_entries = [number for number in (entry, shown.content["payment"] if is_gift else None) if number is not None]
    gone = document_rows.taken_back_by(connection, [*own_entries, *lines])
    if is_receipt:
        shown = replace(shown, gone=frozenset(gone.keys() & set(lines)))
    void = next((gone[number] for number in own_entries if number in gone), None)
    if not is_gift:
        return replace(shown, void=void)
    return replace(shown, void=void, donor=gift_rows.text_of(connection, document.entry))


class OnScreen(Struct, frozen=True):
    """A receipt for a screen that others can see: `lines` to read; `text` and its QR code (`svg`) for a telephone."""

    lines: tuple[str, ...]
    text: str
    svg: str


def for_screen(document: DocumentView) -> OnScreen:
    """Return a receipt for the touchscreen, without the member's name, since it stays there a little longer than the
    member. A telephone that scans its code gets the same text.
    """
    text = receipt_texts.as_qr_text(document)
    return OnScreen(tuple(text.splitlines()), text, receipt_texts.qr_svg(text))


class Act(Struct, frozen=True):
    """The context in which a document is issued: the transaction, the seal of entries, the moment and the actor."""

    connection: sa.Connection
    seal: Seal
    moment: Moment
    actor: str

    def issue(self, kind: Kind, account: int, content: dict[str, Any], lines: list[int], key: bytes | None) -> Issued:
        """Issue a document in the series of receipts, in the language of the account's holder. `lines` are the entries
        that it is about.
        """
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
    """Record that a document is handed out, in the caller's transaction. Raises as `Receipts.hand_out` does."""
    issued = document_rows.by_id(act.connection, document)
    copy = document_rows.hand_out(act.connection, issued.id, act.moment.at, act.actor, way, key)
    return HandedCopy(replace(view(act.connection, issued), duplicate=copy.is_duplicate), copy)


# --- a payment


def receipts(act: Act, entry: int, key: bytes | None = None) -> list[Issued]:
    """Issue the receipts of a payment, one for each account that it is on and where it is not reversed, in the caller's
    transaction; one issued before is returned. Raises as `Receipts.for_payment` does.
    """
    # The whole act that the entry belongs to: one payment may have been split over several accounts.
    rows = [row for row in tab_rows.act(act.connection, entry) if row.kind == "payment"]
    if not rows:
        raise RequestError("not-a-payment", entry=entry)
    standing = [row for row in rows if row.reversed_by is None]
    if not standing:
        raise RequestError("reversed-already", entry=entry, by=rows[0].reversed_by)
    issued: list[Issued] = []
    for row in standing:
        issued.append(_receipt(act, row, shared=len(standing) > 1, key=key))
        key = key if issued[-1].again else None  # the key names the first new receipt only
    return issued


def _receipt(act: Act, payment: tab_rows.ActRow, *, shared: bool, key: bytes | None) -> Issued:
    """Issue the receipt of a payment, or return the one already issued for it. `shared`: the same act paid on other
    accounts, too. In its content, `advance_cents` is the part of the payment that settles no charge.
    """
    before = document_rows.about(act.connection, payment.number, Kind.RECEIPT)
    if before:
        return Issued(before[0], again=True)
    lines = _settled(act.connection, payment.account_id, payment.number)
    content = {
        "entry": payment.number,
        "day": payment.day_on.isoformat(),
        "method": payment.method,
        "lines": lines,
        "vat": charged.by_rate(lines),
        "advance_cents": -payment.amount_cents - sum(line["cents"] for line in lines),
        "shared": shared,
        "total_cents": -payment.amount_cents,
    }
    entries = [payment.number, *(line["entry"] for line in lines)]
    return act.issue(Kind.RECEIPT, payment.account_id, content, entries, key)


def _settled(connection: sa.Connection, account: int, payment: int) -> list[Line]:
    """Return the charges that a payment settles, by day and entry, each with the settled part of its sum, as the ledger
    allocates it. A payment from before allocations were recorded settles the oldest charges first, as the papers of its
    time say.
    """
    if payment <= home_row.oldest_first_until(connection):
        return _settled_oldest_first(connection, account, payment)
    tab = open_rows.of_account(connection, account)
    parts = tab.parts[payment]
    order = sorted(parts, key=lambda number: (tab.entries[number].day_on, number))
    return [charged.settled(line, parts[line["entry"]]) for line in charged.lines(connection, order)]


def _settled_oldest_first(connection: sa.Connection, account: int, payment: int) -> list[Line]:
    """Return the oldest charges that earlier payments left open, up to this payment's sum; the first and the last one
    perhaps in part.
    """
    standing = charged.standing(connection, account)
    charges = [moved for moved in standing if moved.cents > 0]
    paid = {moved.number: -moved.cents for moved in standing if moved.cents < 0}
    paid_before = sum(cents for number, cents in paid.items() if number < payment)
    parts = tabs.settled([moved.cents for moved in charges], paid_before, paid[payment])
    part_by_entry = {moved.number: part for moved, part in zip(charges, parts, strict=True) if part}
    return [charged.settled(line, part_by_entry[line["entry"]]) for line in charged.lines(connection, part_by_entry)]


# --- a charge


def note_of(act: Act, entry: int, key: bytes | None = None) -> Issued:
    """Issue the note of a charge or a deposit, or return the one already issued for it, in the caller's transaction.
    Raises as `Receipts.note` does.
    """
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
    """Return the content of the statement of the month that contains the day `month`. Each line has the balance after
    it. Raises RequestError `no-such-account`, or `period` for a month to come.
    """
    tab_rows.owner(connection, account)  # raises where there is no such account
    first, last = days.month_of(month)
    if first > today:
        raise RequestError("period", "{day:%Y-%m} has not begun yet", day=first)
    opening = charged.balance_before(connection, account, first)
    lines = charged.lines(connection, charged.between(connection, account, first, last, _ON_STATEMENTS))
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
    """Issue a month's statement in the caller's transaction; or return the latest one of that month, where lines and
    balances are still the same. Raises as `statement` does.
    """
    body = statement(act.connection, account, month, act.moment.day)
    same_month = (
        document
        for document in document_rows.latest(act.connection, account, Kind.STATEMENT)
        if _month(document) == body["from"]
    )
    before = next(same_month, None)
    if before is not None and canonical({name: before.content[name] for name in body}) == canonical(body):
        return Issued(before, again=True)
    return act.issue(Kind.STATEMENT, account, body, [line["entry"] for line in body["lines"]], key)


def _month(document: Document) -> str:
    """Return the first day of a statement's month, as its content has it."""
    return str(document.content["from"])
