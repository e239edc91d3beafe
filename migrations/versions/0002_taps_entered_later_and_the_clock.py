"""Which spooled taps were entered, and when an officer vouched for the clock."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "spooled_tap",
        sa.Column("tap_id", sa.LargeBinary(16), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("entered_at", sa.String(27), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("tap_id", name=op.f("pk_spooled_tap")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "clock_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("boot", sa.String(), nullable=False),
        sa.Column("monotonic_seconds", sa.Float(), nullable=False),
        sa.Column("last_entry", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_word")),
    )


def downgrade() -> None:
    op.drop_table("clock_word")
    op.drop_table("spooled_tap")
