"""Members' telephones, and the pairings by which they become theirs."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from kiosk.store.tables import UtcTime

revision: str = "0037"
down_revision: str | None = "0036"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_WAY = "way IN ('badge', 'mail')"


def upgrade() -> None:
    op.create_table(
        "telephone_pairing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("bearer_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("asked_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("digits", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("scanned_at", UtcTime(), nullable=True),
        sa.Column("ended", sa.String(), nullable=True),
        sa.CheckConstraint(_WAY, name=op.f("ck_telephone_pairing_way")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_telephone_pairing_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telephone_pairing")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_telephone_pairing_secret_hash")),
        sa.UniqueConstraint("bearer_hash", name=op.f("uq_telephone_pairing_bearer_hash")),
    )
    op.create_index(op.f("ix_telephone_pairing_member_id"), "telephone_pairing", ["member_id"])
    op.create_index(op.f("ix_telephone_pairing_made_at"), "telephone_pairing", ["made_at"])
    op.create_table(
        "telephone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("bearer_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("paired_at", UtcTime(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint(_WAY, name=op.f("ck_telephone_way")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_telephone_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telephone")),
        sa.UniqueConstraint("bearer_hash", name=op.f("uq_telephone_bearer_hash")),
    )
    op.create_index(op.f("ix_telephone_member_id"), "telephone", ["member_id"])


def downgrade() -> None:
    op.drop_table("telephone")
    op.drop_table("telephone_pairing")
