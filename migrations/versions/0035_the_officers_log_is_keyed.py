"""The key that wrote each line of the officers' log, its MAC, and the last line of each key."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0035"
down_revision: str | None = "0034"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    for table in ("desk_log", "desk_log_start"):
        op.add_column(table, sa.Column("key_id", sa.String(), nullable=True))
        op.add_column(table, sa.Column("mac", sa.LargeBinary(), nullable=True))
    op.create_table(
        "desk_log_last",
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_desk_log_last")),
    )


def downgrade() -> None:
    op.drop_table("desk_log_last")
    for table in ("desk_log", "desk_log_start"):
        op.drop_column(table, "mac")
        op.drop_column(table, "key_id")
