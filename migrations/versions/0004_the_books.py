"""Books: closings, documents, cash, the bank, an outbox; carnets that expire; what invoices want of organisations."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ENTRY_KINDS = (
    "expiry",  # a carnet's days that nobody used in time
    "declaration",  # cash said to be in the box, until it is counted
    "remittance",  # money taken to the bank
    "credited",  # cash that has arrived there
    "bounce",  # a cheque that came back
    "document",  # a receipt, an invoice or a credit note issued
)

BOOK_KINDS = (
    "kind IN ('bounce', 'closing', 'count', 'credited', 'declaration', 'document', 'expiry', 'notice', 'remittance')"
)


def upgrade() -> None:
    op.create_table(
        "bank_layout",
        sa.Column("header", sa.String(), nullable=False),
        sa.Column("layout", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("header", name=op.f("pk_bank_layout")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "bank_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=True),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("bank_id", sa.String(), nullable=True),
        sa.Column("imported_at", sa.String(27), nullable=False),
        sa.Column("state", sa.String(), server_default="open", nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'entered', 'ignored')", name=op.f("ck_bank_line_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_line")),
    )
    op.create_index(op.f("ix_bank_line_bank_id"), "bank_line", ["bank_id"], unique=False)
    op.create_index(op.f("ix_bank_line_day_on"), "bank_line", ["day_on"], unique=False)
    op.create_index("ix_bank_line_open", "bank_line", ["day_on"], unique=False, sqlite_where=sa.text("state = 'open'"))
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column("attachment", sa.LargeBinary(), nullable=True),
        sa.Column("attachment_name", sa.String(), nullable=True),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("next_at", sa.String(27), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state", sa.String(), server_default="waiting", nullable=False),
        sa.Column("done_at", sa.String(27), nullable=True),
        sa.Column("fault", sa.String(), nullable=True),
        sa.CheckConstraint("channel IN ('mail', 'notify')", name=op.f("ck_outbox_channel")),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'given-up')", name=op.f("ck_outbox_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_waiting", "outbox", ["next_at"], unique=False, sqlite_where=sa.text("state = 'waiting'"))
    op.create_table(
        "bank_match",
        sa.Column("bank_line_id", sa.Integer(), nullable=False),
        sa.Column("entry_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["bank_line_id"], ["bank_line.id"], name=op.f("fk_bank_match_bank_line_id")),
        sa.ForeignKeyConstraint(["entry_number"], ["entry.number"], name=op.f("fk_bank_match_entry_number")),
        sa.PrimaryKeyConstraint("bank_line_id", "entry_number", name=op.f("pk_bank_match")),
        sa.UniqueConstraint("entry_number", name=op.f("uq_bank_match_entry_number")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "closing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("entry_number", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('day', 'month', 'year')", name=op.f("ck_closing_kind")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_closing_period")),
        sa.ForeignKeyConstraint(["entry_number"], ["entry.number"], name=op.f("fk_closing_entry_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing")),
        sa.UniqueConstraint("entry_number", name=op.f("uq_closing_entry_number")),
        sa.UniqueConstraint("kind", "until_on", name=op.f("uq_closing_kind_until_on")),
    )
    op.create_table(
        "declaration",
        sa.Column("entry_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), server_default="open", nullable=False),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'counted', 'missing', 'withdrawn')", name=op.f("ck_declaration_state")),
        sa.CheckConstraint("cents > 0", name=op.f("ck_declaration_cents")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_declaration_account_id")),
        sa.ForeignKeyConstraint(["entry_number"], ["entry.number"], name=op.f("fk_declaration_entry_number")),
        sa.ForeignKeyConstraint(["settled_by"], ["entry.number"], name=op.f("fk_declaration_settled_by")),
        sa.PrimaryKeyConstraint("entry_number", name=op.f("pk_declaration")),
    )
    op.create_index(
        "ix_declaration_open", "declaration", ["entry_number"], unique=False, sqlite_where=sa.text("state = 'open'")
    )
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("credits", sa.Integer(), nullable=True),
        sa.Column("entry_number", sa.Integer(), nullable=False),
        sa.CheckConstraint("(series = 'credit-note') = (credits IS NOT NULL)", name=op.f("ck_document_credits")),
        sa.CheckConstraint("series IN ('receipt', 'invoice', 'credit-note')", name=op.f("ck_document_series")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_document_account_id")),
        sa.ForeignKeyConstraint(["credits"], ["document.id"], name=op.f("fk_document_credits")),
        sa.ForeignKeyConstraint(["entry_number"], ["entry.number"], name=op.f("fk_document_entry_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("entry_number", name=op.f("uq_document_entry_number")),
        sa.UniqueConstraint("series", "number", name=op.f("uq_document_series_number")),
    )
    op.create_index(op.f("ix_document_account_id"), "document", ["account_id"], unique=False)
    op.create_table(
        "head_recipient",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("entry_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_number"], ["entry.number"], name=op.f("fk_head_recipient_entry_number")),
        sa.ForeignKeyConstraint(["user_id"], ["desk_user.id"], name=op.f("fk_head_recipient_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_head_recipient")),
    )
    op.create_table(
        "remittance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("entry_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_number"], ["entry.number"], name=op.f("fk_remittance_entry_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remittance")),
        sa.UniqueConstraint("entry_number", name=op.f("uq_remittance_entry_number")),
        sa.UniqueConstraint("method", "number", name=op.f("uq_remittance_method_number")),
    )
    op.create_table(
        "document_copy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_document_copy_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_copy")),
        sa.UniqueConstraint("key", name=op.f("uq_document_copy_key")),
    )
    op.create_index(op.f("ix_document_copy_document_id"), "document_copy", ["document_id"], unique=False)
    op.create_table(
        "document_line",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("entry_number", sa.Integer(), nullable=False),
        sa.Column("invoiced", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_document_line_document_id")),
        sa.ForeignKeyConstraint(["entry_number"], ["entry.number"], name=op.f("fk_document_line_entry_number")),
        sa.ForeignKeyConstraint(["invoiced"], ["entry.number"], name=op.f("fk_document_line_invoiced")),
        sa.PrimaryKeyConstraint("document_id", "entry_number", name=op.f("pk_document_line")),
        sa.UniqueConstraint("invoiced", name=op.f("uq_document_line_invoiced")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_document_line_entry_number"), "document_line", ["entry_number"], unique=False)
    op.create_table(
        "remittance_part",
        sa.Column("payment_entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("remittance_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["payment_entry"], ["entry.number"], name=op.f("fk_remittance_part_payment_entry")),
        sa.ForeignKeyConstraint(["remittance_id"], ["remittance.id"], name=op.f("fk_remittance_part_remittance_id")),
        sa.PrimaryKeyConstraint("payment_entry", name=op.f("pk_remittance_part")),
    )
    op.create_index(op.f("ix_remittance_part_remittance_id"), "remittance_part", ["remittance_id"], unique=False)
    op.create_index("ix_entry_books", "entry", ["kind"], unique=False, sqlite_where=sa.text(BOOK_KINDS))
    op.add_column("badge", sa.Column("until_on", sa.Date(), nullable=True))
    op.create_table(
        "joining",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("statutes_on", sa.Date(), nullable=True),
        sa.Column("house_rules_on", sa.Date(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("fingerprint", sa.LargeBinary(32), nullable=False),
        sa.Column("tail", sa.String(4), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("sponsor_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.String(27), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name=op.f("ck_joining_settled")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_joining_member_id")),
        sa.ForeignKeyConstraint(["sponsor_id"], ["member.id"], name=op.f("fk_joining_sponsor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joining")),
    )
    op.create_index("ix_joining_open", "joining", ["id"], unique=False, sqlite_where=sa.text("settled_at IS NULL"))
    op.create_index(op.f("ix_joining_day_on"), "joining", ["day_on"], unique=False)
    op.create_table(
        "upkeep",
        sa.Column("care", sa.String(), nullable=False),
        sa.Column("tried_at", sa.String(27), nullable=False),
        sa.Column("succeeded_at", sa.String(27), nullable=True),
        sa.Column("says", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("care", name=op.f("pk_upkeep")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "finding",
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("noted_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("ordinal", name=op.f("pk_finding")),
    )
    _add_prepaid()
    op.add_column("carnet", sa.Column("expired", sa.Integer(), server_default="0", nullable=False))
    op.add_column("organisation", sa.Column("siret", sa.String(), nullable=True))
    op.add_column("organisation", sa.Column("vat_number", sa.String(), nullable=True))
    op.add_column("organisation", sa.Column("service_code", sa.String(), nullable=True))
    op.add_column("organisation", sa.Column("is_public", sa.Boolean(), server_default=sa.text("0"), nullable=False))
    op.add_column("organisation", sa.Column("email", sa.String(), nullable=True))
    op.add_column("organisation", sa.Column("language", sa.String(), nullable=True))
    op.add_column("member", sa.Column("door_name", sa.String(), server_default="shown", nullable=False))
    op.add_column("member", sa.Column("larger_text", sa.Boolean(), server_default=sa.text("0"), nullable=False))
    op.add_column("member", sa.Column("notify", sa.Boolean(), server_default=sa.text("0"), nullable=False))
    op.add_column("member", sa.Column("insured_until", sa.Date(), nullable=True))
    op.add_column("member", sa.Column("no_tab", sa.Boolean(), server_default=sa.text("0"), nullable=False))
    op.add_column("member", sa.Column("pin", sa.String(), nullable=True))
    op.add_column("member", sa.Column("pin_tries", sa.Integer(), server_default="0", nullable=False))
    for kind in ENTRY_KINDS:  # entries of a kind outlive a downgrade, and so does the kind
        op.execute(f"INSERT INTO entry_kind (code) VALUES ('{kind}') ON CONFLICT DO NOTHING")


def _add_prepaid() -> None:
    """Days that organisations paid, or members earned; and what a visit knows of who came."""
    op.create_table(
        "envelope",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), server_default="0", nullable=False),
        sa.Column("value_cents", sa.Integer(), nullable=False),
        sa.Column("expired", sa.Integer(), server_default="0", nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("entry_number", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "used BETWEEN 0 AND days AND expired >= 0 AND used + expired <= days", name=op.f("ck_envelope_used")
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_envelope_organisation_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_envelope_product_id")),
        sa.ForeignKeyConstraint(["entry_number"], ["entry.number"], name=op.f("fk_envelope_entry_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_envelope")),
        sa.UniqueConstraint("entry_number", name=op.f("uq_envelope_entry_number")),
    )
    op.create_index(op.f("ix_envelope_organisation_id"), "envelope", ["organisation_id"], unique=False)
    op.create_table(
        "voucher",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("envelope_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("used", sa.Integer(), server_default="0", nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint("used >= 0 AND (days IS NULL OR (days > 0 AND used <= days))", name=op.f("ck_voucher_used")),
        sa.ForeignKeyConstraint(["envelope_id"], ["envelope.id"], name=op.f("fk_voucher_envelope_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_voucher_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher")),
    )
    op.create_index(op.f("ix_voucher_envelope_id"), "voucher", ["envelope_id"], unique=False)
    op.create_index(op.f("ix_voucher_member_id"), "voucher", ["member_id"], unique=False)
    op.create_table(
        "banked_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), server_default="0", nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("given_at", sa.String(27), nullable=False),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.CheckConstraint("days > 0 AND used BETWEEN 0 AND days", name=op.f("ck_banked_day_used")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_banked_day_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_banked_day")),
    )
    op.create_index(op.f("ix_banked_day_member_id"), "banked_day", ["member_id"], unique=False)
    op.add_column("visit", sa.Column("known_by", sa.String(), server_default="badge", nullable=False))
    op.add_column("visit", sa.Column("guest_name", sa.String(), nullable=True))


def downgrade() -> None:
    kinds = ", ".join(f"'{kind}'" for kind in ENTRY_KINDS)
    op.execute(f"DELETE FROM entry_kind WHERE code IN ({kinds}) AND code NOT IN (SELECT kind FROM entry)")
    op.drop_table("finding")
    op.drop_table("upkeep")
    _drop_prepaid()
    op.drop_column("member", "pin_tries")
    op.drop_column("member", "pin")
    op.drop_column("member", "no_tab")
    op.drop_column("member", "insured_until")
    op.drop_column("member", "notify")
    op.drop_column("member", "larger_text")
    op.drop_column("member", "door_name")
    op.drop_index(op.f("ix_joining_day_on"), table_name="joining")
    op.drop_index("ix_joining_open", table_name="joining")
    op.drop_table("joining")
    op.drop_column("badge", "until_on")
    op.drop_column("organisation", "language")
    op.drop_column("organisation", "email")
    op.drop_column("organisation", "is_public")
    op.drop_column("organisation", "service_code")
    op.drop_column("organisation", "vat_number")
    op.drop_column("organisation", "siret")
    op.drop_column("carnet", "expired")
    op.drop_index("ix_entry_books", table_name="entry", sqlite_where=sa.text(BOOK_KINDS))
    op.drop_index(op.f("ix_remittance_part_remittance_id"), table_name="remittance_part")
    op.drop_table("remittance_part")
    op.drop_index(op.f("ix_document_line_entry_number"), table_name="document_line")
    op.drop_table("document_line")
    op.drop_index(op.f("ix_document_copy_document_id"), table_name="document_copy")
    op.drop_table("document_copy")
    op.drop_table("remittance")
    op.drop_table("head_recipient")
    op.drop_index(op.f("ix_document_account_id"), table_name="document")
    op.drop_table("document")
    op.drop_index("ix_declaration_open", table_name="declaration", sqlite_where=sa.text("state = 'open'"))
    op.drop_table("declaration")
    op.drop_table("closing")
    op.drop_table("bank_match")
    op.drop_index("ix_outbox_waiting", table_name="outbox", sqlite_where=sa.text("state = 'waiting'"))
    op.drop_table("outbox")
    op.drop_index("ix_bank_line_open", table_name="bank_line", sqlite_where=sa.text("state = 'open'"))
    op.drop_index(op.f("ix_bank_line_day_on"), table_name="bank_line")
    op.drop_index(op.f("ix_bank_line_bank_id"), table_name="bank_line")
    op.drop_table("bank_line")
    op.drop_table("bank_layout")


def _drop_prepaid() -> None:
    op.drop_column("visit", "guest_name")
    op.drop_column("visit", "known_by")
    op.drop_index(op.f("ix_banked_day_member_id"), table_name="banked_day")
    op.drop_table("banked_day")
    op.drop_index(op.f("ix_voucher_member_id"), table_name="voucher")
    op.drop_index(op.f("ix_voucher_envelope_id"), table_name="voucher")
    op.drop_table("voucher")
    op.drop_index(op.f("ix_envelope_organisation_id"), table_name="envelope")
    op.drop_table("envelope")
