"""Acts that are no correction of money and wait for a second officer: each as its canonical text."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from kiosk.store.tables import UtcTime  # which a server has a domain for

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "asked_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("act", sa.LargeBinary(length=16), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("wish", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=False),
        sa.Column("state", sa.String(), server_default="open", nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", UtcTime(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'done', 'declined', 'withdrawn')", name=op.f("ck_asked_act_state")),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name=op.f("ck_asked_act_decided")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked_act")),
        sa.UniqueConstraint("act", name=op.f("uq_asked_act_act")),
    )


def downgrade() -> None:
    op.drop_table("asked_act")
