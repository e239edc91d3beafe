"""Tables of bookkeeping beside the ledger's: closings, documents, bank deposits, declared cash, the bank, messages,
claims.

The same metadata as `kiosk.store.tables`; made by the migrations only.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, TypedColumns

from kiosk.store.tables import UtcTime, table


class ClosingColumns(TypedColumns):
    """A closed day, month or fiscal year, and the entry that has its totals. No further entry can be dated in that
    period.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    kind: Column[str] = Column(String, nullable=False)
    from_on: Column[date] = Column(sa.Date, nullable=False)
    until_on: Column[date] = Column(sa.Date, nullable=False)
    entry_number: Column[int] = Column(Integer, ForeignKey("entry.number"), nullable=False, unique=True)


closing = table(
    "closing",
    ClosingColumns,
    sa.UniqueConstraint("kind", "until_on"),
    sa.CheckConstraint("kind IN ('day', 'month', 'year')", name="kind"),
    sa.CheckConstraint("until_on >= from_on", name="period"),
)


class DocumentColumns(TypedColumns):
    """A receipt, an invoice or a credit note as it was issued: numbered without gaps in its series, never changed.

    `content` is JSON and names people by number only; the entry has its digest.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    series: Column[str] = Column(String, nullable=False)
    number: Column[int] = Column(Integer, nullable=False)
    kind: Column[str] = Column(String, nullable=False)
    account_id: Column[int] = Column(Integer, ForeignKey("account.id"), nullable=False, index=True)
    issued_on: Column[date] = Column(sa.Date, nullable=False)
    due_on: Column[date | None] = Column(sa.Date, nullable=True)
    language: Column[str] = Column(String, nullable=False)
    content: Column[str] = Column(String, nullable=False)
    credits: Column[int | None] = Column(Integer, ForeignKey("document.id"), nullable=True)
    entry_number: Column[int] = Column(Integer, ForeignKey("entry.number"), nullable=False, unique=True)


document = table(
    "document",
    DocumentColumns,
    sa.UniqueConstraint("series", "number"),
    sa.CheckConstraint("series IN ('receipt', 'invoice', 'credit-note')", name="series"),
    sa.CheckConstraint("(series = 'credit-note') = (credits IS NOT NULL)", name="credits"),
)


class DocumentLineColumns(TypedColumns):
    """An entry that a document lists. `invoiced` repeats the entry's number on invoices: it is unique, so an entry is
    invoiced at most once.
    """

    document_id: Column[int] = Column(Integer, ForeignKey("document.id"), primary_key=True)
    entry_number: Column[int] = Column(Integer, ForeignKey("entry.number"), primary_key=True, index=True)
    invoiced: Column[int | None] = Column(Integer, ForeignKey("entry.number"), nullable=True, unique=True)


document_line = table("document_line", DocumentLineColumns, sqlite_with_rowid=False)


class DocumentCopyColumns(TypedColumns):
    """One copy of a document handed out: the first is the original, all later ones are duplicates.

    `way` is how: on paper, by mail, to a telephone. `key` identifies the form that asked for it: the same form sent
    twice gives the same copy.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    document_id: Column[int] = Column(Integer, ForeignKey("document.id"), nullable=False, index=True)
    at: Column[datetime] = Column(UtcTime, nullable=False)
    actor: Column[str] = Column(String, nullable=False)
    way: Column[str] = Column(String, nullable=False)
    key: Column[bytes | None] = Column(LargeBinary, nullable=True, unique=True)


document_copy = table("document_copy", DocumentCopyColumns)


class RemittanceColumns(TypedColumns):
    """A bank deposit: money taken to the bank together, such as cash, cheques on a slip, or a platform's payout.
    Numbered by method of payment.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    method: Column[str] = Column(String, nullable=False)
    number: Column[int] = Column(Integer, nullable=False)
    entry_number: Column[int] = Column(Integer, ForeignKey("entry.number"), nullable=False, unique=True)


remittance = table("remittance", RemittanceColumns, sa.UniqueConstraint("method", "number"))


class RemittancePartColumns(TypedColumns):
    """A payment that is part of a bank deposit. The row goes when the deposit is reversed, and the payment is free
    again.
    """

    payment_entry: Column[int] = Column(Integer, ForeignKey("entry.number"), primary_key=True, autoincrement=False)
    remittance_id: Column[int] = Column(Integer, ForeignKey("remittance.id"), nullable=False, index=True)


remittance_part = table("remittance_part", RemittancePartColumns)


class PaymentWordColumns(TypedColumns):
    """A charge that a payment was for, because the payer said so or only one charge was possible. The payment's entry
    has a digest of these rows.
    """

    payment_entry: Column[int] = Column(Integer, ForeignKey("entry.number"), primary_key=True)
    charge_entry: Column[int] = Column(Integer, ForeignKey("entry.number"), primary_key=True)


payment_word = table(
    "payment_word",
    PaymentWordColumns,
    sa.CheckConstraint("charge_entry < payment_entry", name="order"),
    sqlite_with_rowid=False,
)


class DeclarationColumns(TypedColumns):
    """Cash that a member says is in the box. The tab falls only by the payment that a count of the box writes."""

    entry_number: Column[int] = Column(Integer, ForeignKey("entry.number"), primary_key=True, autoincrement=False)
    account_id: Column[int] = Column(Integer, ForeignKey("account.id"), nullable=False)
    cents: Column[int] = Column(Integer, nullable=False)
    state: Column[str] = Column(String, nullable=False, server_default="open")
    settled_by: Column[int | None] = Column(Integer, ForeignKey("entry.number"), nullable=True)


declaration = table(
    "declaration",
    DeclarationColumns,
    sa.CheckConstraint("cents > 0", name="cents"),
    sa.CheckConstraint("state IN ('open', 'counted', 'missing', 'withdrawn')", name="state"),
    sa.Index("ix_declaration_open", "entry_number", sqlite_where=sa.text("state = 'open'")),
)


class BankLineColumns(TypedColumns):
    """A line of the bank's statement, stored once even if several files have it. `label`, `party` and `reference` are
    the bank's words, `bank_id` is its number of the line; `reason` says why a line is left aside (`ignored`).
    """

    id: Column[int] = Column(Integer, primary_key=True)
    source: Column[str] = Column(String, nullable=False)
    day_on: Column[date] = Column(sa.Date, nullable=False, index=True)
    cents: Column[int] = Column(Integer, nullable=False)
    label: Column[str] = Column(String, nullable=False)
    party: Column[str | None] = Column(String, nullable=True)
    reference: Column[str | None] = Column(String, nullable=True)
    bank_id: Column[str | None] = Column(String, nullable=True, index=True)
    imported_at: Column[datetime] = Column(UtcTime, nullable=False)
    state: Column[str] = Column(String, nullable=False, server_default="open")
    reason: Column[str | None] = Column(String, nullable=True)


bank_line = table(
    "bank_line",
    BankLineColumns,
    sa.CheckConstraint("state IN ('open', 'entered', 'ignored')", name="state"),
    sa.Index("ix_bank_line_open", "day_on", sqlite_where=sa.text("state = 'open'")),
)


class BankMatchColumns(TypedColumns):
    """A link from a bank line to the entry that it stands for. An entry has one line at most, so nothing is entered
    twice.
    """

    bank_line_id: Column[int] = Column(Integer, ForeignKey("bank_line.id"), primary_key=True)
    entry_number: Column[int] = Column(Integer, ForeignKey("entry.number"), primary_key=True, unique=True)


bank_match = table("bank_match", BankMatchColumns, sqlite_with_rowid=False)


class BankLayoutColumns(TypedColumns):
    """The confirmed meaning of the columns of a bank's CSV file, by its header line. `layout` is JSON."""

    header: Column[str] = Column(String, primary_key=True)
    layout: Column[str] = Column(String, nullable=False)
    made_at: Column[datetime] = Column(UtcTime, nullable=False)


bank_layout = table("bank_layout", BankLayoutColumns, sqlite_with_rowid=False)


class BankStatementColumns(TypedColumns):
    """An imported bank statement: its days, and the account's balance before and after, where the file states them."""

    id: Column[int] = Column(Integer, primary_key=True)
    source: Column[str] = Column(String, nullable=False)
    begins_on: Column[date] = Column(sa.Date, nullable=False)
    ends_on: Column[date] = Column(sa.Date, nullable=False)
    opening_on: Column[date | None] = Column(sa.Date, nullable=True)
    opening_cents: Column[int | None] = Column(Integer, nullable=True)
    closing_on: Column[date | None] = Column(sa.Date, nullable=True)
    closing_cents: Column[int | None] = Column(Integer, nullable=True)
    imported_at: Column[datetime] = Column(UtcTime, nullable=False)


bank_statement = table("bank_statement", BankStatementColumns)


class BankAsideColumns(TypedColumns):
    """A rule that sets bank lines aside, with its reason: lines with these words, money that comes in (`sign` 1) or
    goes out (-1), need no entry.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    words: Column[str] = Column(String, nullable=False)
    sign: Column[int] = Column(Integer, nullable=False)
    reason: Column[str] = Column(String, nullable=False)
    made_at: Column[datetime] = Column(UtcTime, nullable=False)


bank_aside = table("bank_aside", BankAsideColumns)


class HeadRecipientColumns(TypedColumns):
    """An officer that the chain's head is mailed to. `entry_number` is the entry that recorded the choice."""

    user_id: Column[int] = Column(Integer, ForeignKey("desk_user.id"), primary_key=True)
    entry_number: Column[int] = Column(Integer, ForeignKey("entry.number"), nullable=False)


head_recipient = table("head_recipient", HeadRecipientColumns)


class OutboxColumns(TypedColumns):
    """A message to send, written in the transaction that it tells of. Its text is deleted once it is sent; `about`, its
    subject for the program, stays, and names people by number only.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    channel: Column[str] = Column(String, nullable=False)
    recipient: Column[str | None] = Column(String, nullable=True)
    subject: Column[str | None] = Column(String, nullable=True)
    body: Column[str | None] = Column(String, nullable=True)
    attachment: Column[bytes | None] = Column(LargeBinary, nullable=True)
    attachment_name: Column[str | None] = Column(String, nullable=True)
    about: Column[str] = Column(String, nullable=False)
    made_at: Column[datetime] = Column(UtcTime, nullable=False)
    next_at: Column[datetime] = Column(UtcTime, nullable=False)
    tries: Column[int] = Column(Integer, nullable=False, server_default="0")
    state: Column[str] = Column(String, nullable=False, server_default="waiting")
    done_at: Column[datetime | None] = Column(UtcTime, nullable=True)
    fault: Column[str | None] = Column(String, nullable=True)


outbox = table(
    "outbox",
    OutboxColumns,
    sa.CheckConstraint("channel IN ('mail', 'notify')", name="channel"),
    sa.CheckConstraint("state IN ('waiting', 'sent', 'given-up')", name="state"),
    sa.Index("ix_outbox_waiting", "next_at", sqlite_where=sa.text("state = 'waiting'")),
)


class HeadClaimColumns(TypedColumns):
    """A claim that the chain once had an entry that the records now lack: door 0 is the office, `number` and `mac` are
    the head that was seen, and entries from number `since` on differ or are missing. Sealed by the door's key.
    """

    id: Column[int] = Column(Integer, primary_key=True)
    door: Column[int] = Column(Integer, nullable=False)
    number: Column[int] = Column(Integer, nullable=False)
    mac: Column[bytes] = Column(LargeBinary, nullable=False)
    since: Column[int] = Column(Integer, nullable=False)
    claimed_at: Column[datetime] = Column(UtcTime, nullable=False)
    key_id: Column[str] = Column(String, nullable=False)
    seal: Column[bytes] = Column(LargeBinary, nullable=False)


head_claim = table(
    "head_claim",
    HeadClaimColumns,
    sa.UniqueConstraint("door", "number", "mac"),
    sa.CheckConstraint("door >= 0", name="door"),
    sa.CheckConstraint("since > 0 AND since <= number", name="number"),
)


class HeadClaimEndColumns(TypedColumns):
    """An outcome of a claim about the chain's head: nothing is lost (`in-chain`), notices of the ledger say what is
    (`lost`), or nothing but the claim shows that there was such an entry (`unproven`). Then a second one may follow: an
    officer decided that the door writes again (`set-aside`).
    """

    claim_id: Column[int] = Column(Integer, ForeignKey("head_claim.id"), primary_key=True, autoincrement=False)
    how: Column[str] = Column(String, primary_key=True)
    ended_on: Column[date] = Column(sa.Date, nullable=False)
    actor: Column[str] = Column(String, nullable=False)


head_claim_end = table(
    "head_claim_end",
    HeadClaimEndColumns,
    sa.CheckConstraint("how IN ('in-chain', 'lost', 'unproven', 'set-aside')", name="how"),
)
