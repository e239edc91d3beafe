"""Scenarios that somebody thought of, and vouchers for whoever brings a code."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "scenario",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.LargeBinary(16), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("spec", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario")),
        sa.UniqueConstraint("key", name=op.f("uq_scenario_key")),
    )
    op.create_table(
        "voucher_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("envelope_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("voucher_id", sa.Integer(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("days IS NULL OR days > 0", name=op.f("ck_voucher_code_days")),
        sa.ForeignKeyConstraint(["envelope_id"], ["envelope.id"], name=op.f("fk_voucher_code_envelope_id_envelope")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_voucher_code_voucher_id_voucher")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_code")),
        sa.UniqueConstraint("code", name=op.f("uq_voucher_code_code")),
        sa.UniqueConstraint("voucher_id", name=op.f("uq_voucher_code_voucher_id")),
    )
    op.create_index(op.f("ix_voucher_code_envelope_id"), "voucher_code", ["envelope_id"], unique=False)


def downgrade() -> None:
    """A code that nobody brought pays for nothing in an older release: the envelope is not used up by it."""
    op.drop_table("voucher_code")
    op.drop_table("scenario")
