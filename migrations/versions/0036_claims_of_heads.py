"""What doors and office claim to have seen of the chain and the records lack, and what became of each claim."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from kiosk.store.tables import UtcTime

revision: str = "0036"
down_revision: str | None = "0035"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "head_claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("door", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("claimed_at", UtcTime(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("door >= 0", name=op.f("ck_head_claim_door")),
        sa.CheckConstraint("since > 0 AND since <= number", name=op.f("ck_head_claim_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_head_claim")),
        sa.UniqueConstraint("door", "number", "mac", name=op.f("uq_head_claim_door_number_mac")),
    )
    op.create_table(
        "head_claim_end",
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.CheckConstraint("how IN ('in-chain', 'lost', 'unproven', 'set-aside')", name=op.f("ck_head_claim_end_how")),
        sa.ForeignKeyConstraint(["claim_id"], ["head_claim.id"], name=op.f("fk_head_claim_end_claim_id")),
        sa.PrimaryKeyConstraint("claim_id", "how", name=op.f("pk_head_claim_end")),
    )


def downgrade() -> None:
    op.drop_table("head_claim_end")
    op.drop_table("head_claim")
