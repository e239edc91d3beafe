"""What time brings and could not be done, act by act; and guards that let retention round what they keep to its day."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from kiosk.store.tables import UtcTime  # which a server has a domain for

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "failing_act",
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("first_at", UtcTime(), nullable=False),
        sa.Column("last_at", UtcTime(), nullable=False),
        sa.Column("times", sa.Integer(), server_default="1", nullable=False),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("act", name=op.f("pk_failing_act")),
    )


def downgrade() -> None:
    op.drop_table("failing_act")
