"""The answers to the questions of a space's first hour, and what was written of them as one batch."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from kiosk.store.tables import UtcTime  # which a server has a domain for

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "answer_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answers", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("written", sa.String(), nullable=True),
        sa.Column("written_by", sa.String(), nullable=True),
        sa.Column("written_on", sa.Date(), nullable=True),
        sa.Column("taken_back_by", sa.String(), nullable=True),
        sa.CheckConstraint("(written IS NULL) = (written_on IS NULL)", name=op.f("ck_answer_batch_written")),
        sa.CheckConstraint("written IS NOT NULL OR taken_back_by IS NULL", name=op.f("ck_answer_batch_taken_back")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_batch")),
    )


def downgrade() -> None:
    op.drop_table("answer_batch")
